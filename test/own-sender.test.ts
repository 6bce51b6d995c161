import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { DeliveryFrom, SecretOption, UnlistedDelivery } from 'countersign'
import { contractSuite, type ListedSample } from 'countersign/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { githubLike } from './own-senders/github-like.ts'
import { slackLike } from './own-senders/slack-like.ts'
import { stripeLike } from './own-senders/stripe-like.ts'
import { verdict } from './support/verdict.ts'

const secret = 'a secret that both sides know'
const now = new Date('2026-11-03T10:20:30.500Z')
const seconds = Math.floor(now.getTime() / 1000)

/** In hex, by an implementation that is not ours. */
function mac(text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

const push = { ref: 'refs/heads/main', repository: { full_name: 'countersign/example' } }
const paid = { id: 'evt_1', type: 'invoice.paid', data: { object: { id: 'in_1', amount_paid: 1200 } } }
const message = { event_id: 'Ev1', event: { type: 'message', text: 'hello' } }

const githubSamples: readonly ListedSample[] = [
  { type: 'push', level: 'assumed', payload: push },
  { type: 'ping', level: 'assumed', payload: { zen: 'Keep it small.', repository: push.repository } },
]
const stripeSamples: readonly ListedSample[] = [
  { type: 'invoice.paid', level: 'assumed', payload: paid },
  {
    type: 'customer.created',
    level: 'assumed',
    payload: { id: 'evt_2', type: 'customer.created', data: { object: { id: 'cus_1', email: 'a@shop.example' } } },
  },
]
const slackSamples: readonly ListedSample[] = [
  { type: 'message', level: 'assumed', payload: message },
  { type: 'team_join', level: 'assumed', payload: { event_id: 'Ev2', event: { type: 'team_join', user: 'U1' } } },
]

const options = { options: { secret }, otherOptions: { secret: 'another secret' } }

contractSuite(
  { describe, it },
  {
    name: 'A sender like GitHub',
    provider: githubLike,
    ...options,
    samples: githubSamples,
    covers: { body: true, url: false, time: false },
    signOptionsOf: ({ type }) => ({ headers: { 'X-GitHub-Event': type } }),
  },
)
contractSuite(
  { describe, it },
  {
    name: 'A sender like Stripe',
    provider: stripeLike,
    ...options,
    samples: stripeSamples,
    covers: { body: true, url: false, time: true },
  },
)
contractSuite(
  { describe, it },
  {
    name: 'A sender like Slack',
    provider: slackLike,
    ...options,
    samples: slackSamples,
    covers: { body: true, url: false, time: true },
  },
)

describe('a sender that names its events in a header, like GitHub', () => {
  const webhook = githubLike.createReceiver({ secret })
  const body = JSON.stringify(push)
  const headers = { 'x-hub-signature-256': `sha256=${mac(body)}` }
  const named = (event: string | string[]) => webhook.verify({ headers: { ...headers, 'X-GitHub-Event': event }, body })

  it('is verified by the body alone, and the proof does not claim the name', async () => {
    const delivery = await named('push')
    expectTypeOf(delivery).toEqualTypeOf<DeliveryFrom<typeof githubLike>>()
    expectTypeOf<DeliveryFrom<typeof githubLike, true>['type']>().toEqualTypeOf<'ping' | 'push'>()
    expect(delivery.proof).toEqual({
      scheme: 'hmac',
      authenticated: true,
      covers: { body: true, url: false, time: false },
      coversType: false,
    })
    if (!delivery.known || delivery.type !== 'push') throw new Error('another event')
    expectTypeOf(delivery.payload).toEqualTypeOf<{ ref: string; repository: { full_name: string } }>()
    expectTypeOf(delivery.proof.covers.time).toEqualTypeOf<false>()
    // @ts-expect-error: a member of another event
    expect(delivery.payload.zen).toBeUndefined()
    expect(delivery.payload.ref).toBe('refs/heads/main')
  })

  it('can be told another name on the way, which the schema may notice', async () => {
    expect(await named('ping')).toMatchObject({
      known: false,
      reason: 'changed',
      type: 'ping',
      issues: [{ path: ['zen'], code: 'missing' }],
    })
    // A body that fits both is either: this is what `coversType: false` says.
    const both = JSON.stringify({ ...push, zen: 'Keep it small.' })
    const signature = `sha256=${mac(both)}`
    const types = ['ping', 'push'].map(async (event) => {
      const delivery = await webhook.verify({
        headers: { 'X-Hub-Signature-256': signature, 'X-GitHub-Event': event },
        body: both,
      })
      return { known: delivery.known, type: delivery.type }
    })
    expect(await Promise.all(types)).toEqual([
      { known: true, type: 'ping' },
      { known: true, type: 'push' },
    ])
  })

  it.each([
    ['is missing', []],
    ['is empty', ''],
    ['came twice', ['push', 'push']],
  ])('has no name where the header %s', async (_what, event) => {
    expect(await named(event)).toMatchObject({ known: false, reason: 'unreadable', type: '', payload: push })
  })

  it('gives an unlisted event under its own name, and refuses it where strict', async () => {
    const delivery = await named('star')
    expect(delivery).toMatchObject({ known: false, reason: 'unlisted', type: 'star', payload: push })
    if (delivery.known || delivery.reason !== 'unlisted') throw new Error('it is known')
    expectTypeOf(delivery.payload).toEqualTypeOf<Readonly<Record<string, unknown>>>()
    const request = await githubLike.sign(push, { secret, headers: { 'X-GitHub-Event': 'star' } })
    expect(await verdict(githubLike.verify(request, { secret, strict: true }))).toBe('payload_invalid')
  })

  it('has no id but the body: two events with equal bytes look alike', async () => {
    const [one, again, ping] = [await named('push'), await named('push'), await named('ping')]
    expect(one.idFrom).toBe('body')
    expect(again.id).toBe(one.id)
    expect(ping.id).toBe(one.id)
  })
})

describe('a sender that signs the time in a list, like Stripe', () => {
  const webhook = stripeLike.createReceiver({ secret })
  const body = JSON.stringify(paid)
  const at = (value: string) => webhook.verify({ headers: { 'Stripe-Signature': value }, body }, { now })
  const right = mac(`${seconds}.${body}`)

  it('is verified with the time, the body and the name in it', async () => {
    const delivery = await at(`t=${seconds},v1=${right}`)
    expect(delivery.proof).toEqual({
      scheme: 'hmac',
      authenticated: true,
      covers: { body: true, url: false, time: true },
      coversType: true,
      signedAt: new Date(seconds * 1000),
    })
    if (!delivery.known || delivery.type !== 'invoice.paid') throw new Error('another event')
    expectTypeOf(delivery.payload.data.object).toEqualTypeOf<{ id: string; amount_paid: number }>()
    expectTypeOf(delivery.proof.covers.time).toEqualTypeOf<true>()
    // @ts-expect-error: there is no such event
    expect(delivery.type === 'invoice.payed').toBe(false)
    expect(delivery.payload.data.object.amount_paid).toBe(1200)
  })

  it('may send several signatures, of which one is right', async () => {
    const wrong = mac('another text')
    expect(await verdict(at(`t=${seconds},v1=${wrong},v1=${right},v0=${wrong}`))).toBe('accepted')
    expect(await verdict(at(`t=${seconds},v1=${wrong},v0=${right}`))).toBe('signature_mismatch')
    expect(await verdict(at(`t=${seconds - 1},v1=${right}`))).toBe('signature_mismatch')
    expect(await verdict(at(`t=${seconds - 300},v1=${mac(`${seconds - 300}.${body}`)}`))).toBe('timestamp_too_old')
  })

  it('has an id of what was signed: sent again as it was, the same; signed anew, another', async () => {
    const [one, again] = [await at(`t=${seconds},v1=${right}`), await at(`t=${seconds},v1=${right},v0=x`)]
    const anew = await at(`t=${seconds + 1},v1=${mac(`${seconds + 1}.${body}`)}`)
    expect(one.idFrom).toBe('signature')
    expect(again.id).toBe(one.id)
    expect(anew.id).not.toBe(one.id)
  })
})

describe('a sender that wraps its events, like Slack', () => {
  const webhook = slackLike.createReceiver({ secret })
  const deliver = (payload: unknown) => {
    const body = JSON.stringify(payload)
    const signature = `v0=${mac(`v0:${seconds}:${body}`)}`
    const headers = { 'X-Slack-Signature': signature, 'X-Slack-Request-Timestamp': String(seconds) }
    return webhook.verify({ headers, body }, { now })
  }

  it('is verified, and named by what is wrapped', async () => {
    const delivery = await deliver(message)
    expect(delivery).toMatchObject({ known: true, type: 'message', payload: message, idFrom: 'signature' })
    expect(delivery.proof).toMatchObject({ covers: { body: true, url: false, time: true }, coversType: true })
    if (!delivery.known || delivery.type !== 'message') throw new Error('another event')
    expectTypeOf(delivery.payload.event).toEqualTypeOf<{ type: 'message'; text: string }>()
    expectTypeOf(delivery.proof.covers.time).toEqualTypeOf<true>()
    expect(delivery.payload.event.text).toBe('hello')
  })

  it('has a typed envelope where the event is not listed', async () => {
    const delivery = await deliver({ event_id: 'Ev3', event: { type: 'pin_added', item: {} } })
    if (delivery.known || delivery.reason !== 'unlisted') throw new Error('it is known')
    expectTypeOf(delivery.payload).toEqualTypeOf<{ event_id: string; event: { type: string } }>()
    expectTypeOf(delivery).toExtend<UnlistedDelivery<{ event_id: string; event: { type: string } }>>()
    expect(delivery.type).toBe('pin_added')
    expect(delivery.payload.event_id).toBe('Ev3')
  })

  it('has another shape where a member is not what it was', async () => {
    expect(await deliver({ ...message, event: { type: 'message', text: 5 } })).toMatchObject({
      known: false,
      reason: 'changed',
      type: 'message',
      issues: [{ path: ['event', 'text'], code: 'type', expected: 'string' }],
    })
  })

  it.each([{ type: 'url_verification', challenge: 'c' }, { event: { type: 'message' } }, { event: null }, []])(
    'has no name without its envelope: %j',
    async (payload) => {
      expect(await deliver(payload)).toMatchObject({ known: false, reason: 'unreadable', type: '', payload })
    },
  )
})

describe('the examples', () => {
  const folder = new URL('./own-senders/', import.meta.url)
  const files = readdirSync(folder)
  const textOf = (file: string) => readFileSync(new URL(file, folder), 'utf8')

  it.each(files)('%s has under 20 lines', (file) => {
    expect(textOf(file).trimEnd().split('\n').length).toBeLessThan(20)
  })

  it.each(files)('%s stands in the guide as it is', (file) => {
    const guide = readFileSync(new URL('../docs/own-sender.md', import.meta.url), 'utf8')
    expect(guide).toContain(`\n\`\`\`ts\n${textOf(file)}\`\`\`\n`)
  })

  it('are three, by three libraries for schemas', () => {
    const libraries = files.map((file) => /^import \* as \w from '(.+)'$/m.exec(textOf(file))?.[1])
    expect(libraries).toEqual(['valibot', 'zod/mini', 'zod'])
  })

  it('take their options as built-in senders do', () => {
    for (const { createReceiver } of [githubLike, stripeLike, slackLike]) {
      // @ts-expect-error: the secret is missing
      expect(() => createReceiver({})).toThrow(TypeError)
      // @ts-expect-error: an environment variable that may be missing
      expect(() => createReceiver({ secret: process.env['COUNTERSIGN_NO_SUCH_VARIABLE'] })).toThrow(TypeError)
      // @ts-expect-error: no such option
      expect(createReceiver({ secret, tolerance: 60 })).toHaveProperty('safeVerify')
      expectTypeOf(createReceiver).parameter(0).toExtend<{ readonly secret: SecretOption }>()
    }
  })
})
