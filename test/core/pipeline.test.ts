import { createHash } from 'node:crypto'
import { defineProvider } from 'countersign'
import { dangerouslyUnauthenticated, type Scheme } from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import { schemaOf } from '../support/tiny-sender.ts'

const isPing = (value: unknown) => (value as { n?: unknown } | null)?.n === 1
const ping = schemaOf<{ n: 1 }>(isPing)
const other = { path: [], code: 'value', expected: 'other' }

function senderOf(more: object) {
  return defineProvider({
    scheme: () => dangerouslyUnauthenticated(),
    events: { Ping: ping, Paid: { v1: ping }, Odd: { undefined: ping } },
    naming: {
      in: 'call',
      name: (context?: { now?: Date; name?: string | { type: string; generation?: string } }) => context?.name,
    },
    ...more,
  }).createReceiver({})
}

const verify = (body: unknown, name: string | { type: string; generation?: string }, more: object = {}) =>
  senderOf(more).verify({ headers: {}, body: JSON.stringify(body) }, { name })

describe('what is said of an event', () => {
  it.each([
    ['known', { n: 1 }, 'Ping', { known: true, type: 'Ping' }],
    ['known, with its generation', { n: 1 }, { type: 'Paid', generation: 'v1' }, { known: true, generation: 'v1' }],
    ['another generation', { n: 1 }, { type: 'Paid', generation: 'v2' }, { reason: 'unlisted', generation: 'v2' }],
    ['no generation, of an event that has some', { n: 1 }, 'Paid', { known: false, reason: 'unlisted' }],
    ['no generation, of an event with one of that name', { n: 1 }, 'Odd', { known: false, reason: 'unlisted' }],
    ['a generation, of an event that has none', { n: 1 }, { type: 'Ping', generation: 'v1' }, { known: true }],
    ['another event', { n: 1 }, 'Pong', { known: false, reason: 'unlisted', type: 'Pong' }],
    ['another shape', { n: 2 }, 'Ping', { known: false, reason: 'changed', issues: [other] }],
    ['no name', { n: 1 }, '', { known: false, reason: 'unreadable', type: '', issues: [] }],
    ['no object', [1], 'Ping', { known: false, reason: 'unreadable', issues: [other] }],
    ['no object, and another event', [1], 'Pong', { known: false, reason: 'unreadable', issues: [other] }],
  ])('%s', async (_name, body, name, due) => {
    expect(await verify(body, name)).toMatchObject(due)
  })

  it("the envelope's issues are told where the event has none to tell", async () => {
    const envelope = schemaOf(() => false)
    expect(await verify({ n: 1 }, 'Pong', { envelope })).toMatchObject({ reason: 'unreadable', issues: [other] })
    expect(await verify({ n: 1 }, '', { envelope })).toMatchObject({ reason: 'unreadable', issues: [other] })
    expect(await verify({ n: 1 }, 'Ping', { envelope })).toMatchObject({ known: true })
  })
})

describe('the id', () => {
  const proof = { scheme: 'test', authenticated: true, covers: { body: true, url: false, time: false } }
  const byBody = (scope?: string): Scheme => ({
    verify: () => ({
      proof,
      identity: { from: 'body', ...(scope !== undefined && { scope: [scope] }) } as never,
    }),
    sign: () => ({}),
  })

  it('that rests on a signature is no id of any body', async () => {
    const signed = new TextEncoder().encode('{"n":1}')
    const bySignature = (): Scheme => ({
      ...byBody(),
      verify: () => ({ proof, identity: { from: 'signature', signed: [signed] } }),
    })
    const ids = [byBody, bySignature].map(async (scheme) => {
      const receiver = senderOf({ scheme: () => scheme() })
      return (await receiver.verify({ headers: {}, body: signed }, { name: 'Ping' })).id
    })
    const [ofBody, ofSignature] = await Promise.all(ids)
    expect(ofBody).toMatch(/^[0-9a-f]{64}$/)
    expect(ofSignature).toBe(createHash('sha256').update(signed).digest('base64url'))
  })

  it('is a hash of the body, behind its scope where there is one', async () => {
    const hash = (...parts: string[]) => createHash('sha256').update(parts.join('')).digest('hex')
    const body = '{"n":1}'
    const idOf = async (scope?: string) =>
      (await senderOf({ scheme: () => byBody(scope) }).verify({ headers: {}, body }, { name: 'Ping' })).id
    expect(await idOf()).toBe(hash(body))
    expect(await idOf('Org A')).toBe(hash('["Org A"]', body))
  })
})
