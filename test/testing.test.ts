import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type * as nodeTest from 'node:test'
import { defineProvider, isWebhookError, type Proof, type SecretOption, WebhookError } from 'countersign'
import { basic, type Evidence, header, hmac, jwt, type Scheme, urlSecret } from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import * as testing from 'countersign/testing'
import {
  type AnyReceiver,
  type ContractSubject,
  contractSuite,
  listSamples,
  type Runner,
  type SignedRequest,
  samples,
  signTyk,
  type Tampered,
  tamper,
} from 'countersign/testing'
import * as tight from 'countersign/tight'
import * as tightknit from 'countersign/tightknit'
import * as tyk from 'countersign/tyk'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod/mini'

const secret = 'the-first-test-secret'
const otherSecret = 'the-second-test-secret'

describe('listSamples', () => {
  it('gives one entry for each event, in their order', () => {
    const list = listSamples(samples.tyk)
    expect(list.map(({ type }) => type)).toEqual(Object.keys(samples.tyk))
    expect(list[1]).toEqual({ type: 'UserRegistered', ...samples.tyk.UserRegistered })
    expectTypeOf(list[0]?.type).toEqualTypeOf<keyof typeof samples.tyk | undefined>()
  })

  it('gives one entry for each generation of an event', () => {
    const level = 'observed'
    const tree = { A: { level, payload: 1 }, B: { v5: { level, payload: 2 }, v6: { level, payload: 3 } } } as const
    expect(listSamples(tree)).toEqual([
      { type: 'A', level, payload: 1 },
      { type: 'B', generation: 'v5', level, payload: 2 },
      { type: 'B', generation: 'v6', level, payload: 3 },
    ])
  })
})

describe('the built-in senders', () => {
  it.each([
    ['sighten', sighten.sign],
    ['tight', tight.sign],
    ['tightknit', tightknit.sign],
    ['tyk', tyk.sign],
  ] as const)('%s has samples for its events, and its own sign', (name, sign) => {
    expect(Object.keys(samples[name]).length).toBeGreaterThan(1)
    expect(testing).toHaveProperty(`sign${name.charAt(0).toUpperCase()}${name.slice(1)}`, sign)
  })

  it('are all there', () => {
    const folders = readdirSync(new URL('../src/providers', import.meta.url))
    expect(Object.keys(samples).sort()).toEqual(folders.sort())
  })
})

describe('tamper', () => {
  it.each([signTyk({}, { secret }), undefined, {}])('says what it takes: %s', async (wrong) => {
    expect(() => tamper(wrong as never)).toThrow(
      new TypeError('tamper takes what sign of a sender gave: await it first'),
    )
  })

  const two: SignedRequest = {
    method: 'POST',
    url: 'https://receiver.example/webhook?a=1#top',
    headers: { 'content-type': 'application/json', 'x-time': '1767225600', 'x-signature': 'v1,Zm9vYmFyYmF6cXV4' },
    body: new TextEncoder().encode('{"a":"ü","b":[1,2]}'),
    authHeaders: ['x-time', 'x-signature'],
  }
  const variants = tamper(two)
  const named = (name: string): Tampered => variants.find((variant) => variant.name === name) ?? expect.fail(name)

  it('changes one thing at a time, and says which', () => {
    for (const { fault, header: changed, request } of variants) {
      const differs = {
        body: request.body.join() !== two.body.join(),
        url: request.url !== two.url,
        method: request.method !== two.method,
      }
      expect(differs).toEqual({ body: fault === 'body', url: fault === 'url', method: false })
      const names = new Set([...Object.keys(two.headers), ...Object.keys(request.headers)])
      const headers = [...names].filter((name) => request.headers[name] !== two.headers[name])
      expect(headers).toEqual(fault === 'proof' ? [changed] : [])
    }
  })

  it('gives every fault a name of its own and words', () => {
    expect(new Set(variants.map(({ name }) => name)).size).toBe(variants.length)
    expect(new Set(variants.map(({ description }) => description)).size).toBe(variants.length)
    expect(variants.map(({ name }) => name)).toEqual([
      ...['bit-first', 'bit-middle', 'bit-last', 'truncated', 'appended', 'bom', 'reserialized', 'emptied'].map(
        (name) => `body-${name}`,
      ),
      ...['x-time', 'x-signature'].flatMap((name) => headerFaults.map((fault) => `${name}-${fault}`)),
      'url-path',
      'url-query',
    ])
  })

  it('leaves the request as it is, and its variants apart from each other', () => {
    const before = structuredClone(two)
    for (const { request } of tamper(two)) request.body.fill(0)
    expect(two).toEqual(before)
    expect(tamper(two)).toEqual(variants)
  })

  it.each([
    ['body-bit-first', 0],
    ['body-bit-middle', two.body.length >> 1],
    ['body-bit-last', two.body.length - 1],
  ])('%s flips one bit of one byte', (name, index) => {
    const difference = Array.from(named(name).request.body, (byte, i) => byte ^ (two.body[i] ?? 0))
    expect(difference).toEqual(Array.from(two.body, (_, i) => (i === index ? 1 : 0)))
  })

  it('damages the body in the ways it says', () => {
    const bytes = (name: string): Buffer => Buffer.from(named(name).request.body)
    const body = Buffer.from(two.body)
    expect(bytes('body-truncated')).toEqual(body.subarray(0, -1))
    expect(bytes('body-appended')).toEqual(Buffer.concat([body, Buffer.from('\n')]))
    expect(bytes('body-bom')).toEqual(Buffer.concat([Buffer.from('EFBBBF', 'hex'), body]))
    expect(bytes('body-emptied')).toHaveLength(0)
    expect(JSON.parse(bytes('body-reserialized').toString())).toEqual(JSON.parse(body.toString()))
  })

  it.each([
    ['', ['appended', 'bom']],
    ['1', ['bit-first', 'truncated', 'appended', 'bom']],
    ['no JSON', ['bit-first', 'bit-middle', 'bit-last', 'truncated', 'appended', 'bom', 'emptied']],
  ])('makes of the body %j only what differs', async (body, names) => {
    const faults = tamper(await signTyk(body, { secret })).filter(({ fault }) => fault === 'body')
    expect(faults.map(({ name }) => name)).toEqual(names.map((name) => `body-${name}`))
  })

  it('damages a header in the ways it says', () => {
    const value = two.headers['x-time'] ?? ''
    const given = Object.fromEntries(
      headerFaults.map((fault) => [fault, named(`x-time-${fault}`).request.headers['x-time']]),
    )
    expect(given).toEqual({
      removed: undefined,
      emptied: '',
      followed: [value, '1767205600'],
      preceded: ['1767205600', value],
      joined: `${value}, 1767205600`,
      truncated: '176722560',
      replaced: '1767205600',
      appended: '17672256002',
      'space-around': ` ${value} `,
      'space-inside': '17672 25600',
      'non-ascii': '17672é25600',
      nul: '17672\x0025600',
    })
    expect(named('x-time-removed').request.headers).not.toHaveProperty('x-time')
  })

  it.each([
    ['hex', /^[0-9a-f]+$/, fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 2, maxLength: 64 })],
    ['upper-case hex', /^[0-9A-F]+$/, fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: 2 })],
    ['digits', /^[0-9]+$/, fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1 })],
    ['base64', /^[A-Za-z0-9+/]+=*$/, fc.base64String({ minLength: 4 })],
  ])('replaces one character of %s by another of its alphabet', (_name, alphabet, values) => {
    fc.assert(
      fc.property(values, (value) => {
        const request = { ...two, headers: { 'x-time': value }, authHeaders: ['x-time'] }
        const found = tamper(request).find(({ name }) => name === 'x-time-replaced')?.request.headers['x-time']
        const replaced = typeof found === 'string' ? found : expect.fail('no single value')
        expect(replaced).toMatch(alphabet)
        expect(replaced).toHaveLength(value.length)
        expect([...replaced].filter((character, i) => character !== value[i])).toHaveLength(1)
      }),
    )
  })

  it('changes the path and the query, ahead of the fragment', async () => {
    expect(named('url-path').request.url).toBe('https://receiver.example/webhook/elsewhere?a=1#top')
    expect(named('url-query').request.url).toBe('https://receiver.example/webhook?a=10#top')
    const plain = tamper({ ...two, url: 'https://receiver.example/webhook#?' }).slice(-2)
    expect(plain.map(({ request }) => request.url)).toEqual([
      'https://receiver.example/webhook/elsewhere#?',
      'https://receiver.example/webhook?elsewhere#?',
    ])
  })

  it('says truly what fetch can send as it is', () => {
    for (const { name, sendable, request } of variants) expect([name, arrives(request)]).toEqual([name, sendable])
  })
})

const headerFaults = [
  'removed',
  'emptied',
  'followed',
  'preceded',
  'joined',
  'truncated',
  'replaced',
  'appended',
  'space-around',
  'space-inside',
  'non-ascii',
  'nul',
]

/** Whether a web Request holds the very headers that it was given. */
function arrives({ url, method, headers, body }: Tampered['request']): boolean {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  )
  try {
    const request = new Request(url, { method, body, headers: entries })
    return entries.every(([name, value]) => request.headers.get(name) === value)
  } catch {
    return false
  }
}

describe('a signed request', () => {
  const receiver = tyk.createReceiver({ secret })
  const server = createServer(async (request, response) => {
    const result = await receiver.safeVerify(request)
    response.statusCode = result.ok ? 200 : result.error.status
    response.end(result.ok ? result.delivery.type : result.error.code)
  })
  let url = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // An address and not a path: it listens on a port.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tyk`
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  it.each(listSamples(samples.tyk))('of $type is verified behind a socket', async ({ type, payload }) => {
    const signed = await signTyk(payload, { secret, url })
    const response = await fetch(signed.url, signed)
    expect([response.status, await response.text()]).toEqual([200, type])
  })

  it('is refused behind a socket with any fault that can be sent', async () => {
    const faults = tamper(await signTyk(samples.tyk.UserRegistered.payload, { secret, url }))
    const sendable = faults.filter((variant) => variant.sendable && variant.fault !== 'url')
    const answers = await Promise.all(sendable.map(({ request }) => fetch(request.url, sendableRequest(request))))
    expect(answers.map(({ status }) => status)).toEqual(sendable.map(() => 401))
    expect(sendable.length).toBeGreaterThan(14)
  })

  it('makes a web Request, with its URL, method, headers and exact bytes', async () => {
    const signed = await signTyk(samples.tyk.UserRegistered.payload, { secret })
    const request = new Request(signed.url, signed)
    expect([request.url, request.method]).toEqual(['https://receiver.example/webhook', 'POST'])
    expect(Object.fromEntries(request.headers)).toEqual(signed.headers)
    expect(new Uint8Array(await request.clone().arrayBuffer())).toEqual(signed.body)
    expect(await receiver.verify(request)).toMatchObject({ known: true, type: 'UserRegistered' })
  })

  it('goes where it is told, with the headers it is given', async () => {
    const headers = { 'X-Static': 'yes', 'Content-Type': 'application/cloudevents+json' }
    const signed = await signTyk('{}', { secret, method: 'PUT', url: 'https://a.example/b?c', headers })
    expect(signed).toMatchObject({ method: 'PUT', url: 'https://a.example/b?c', authHeaders: ['x-signature-sha256'] })
    expect(Object.keys(signed.headers)).toEqual(['content-type', 'x-static', 'x-signature-sha256'])
    expect(signed.headers['content-type']).toBe('application/cloudevents+json')
  })
})

function sendableRequest({ method, headers, body }: Tampered['request']): RequestInit {
  const single = Object.entries(headers).map(([name, value]): [string, string] => [name, [value].flat().join()])
  return { method, headers: single, body }
}

/** Runs the suite and gives its tests, with the error of each that failed. */
async function runSuite<Options extends object>(subject: ContractSubject<Options>): Promise<Map<string, string>> {
  const tests: { name: string; body: () => Promise<void> }[] = []
  const groups: string[] = []
  const runner: Runner = {
    describe: (name, body) => {
      groups.push(name)
      body()
    },
    it: (name, body) => tests.push({ name, body }),
  }
  contractSuite(runner, subject)
  expect(groups).toEqual([`${subject.name} keeps the contract`])
  expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length)
  expect(tests.length).toBeGreaterThan(30)

  const failures = new Map<string, string>()
  for (const { name, body } of tests) {
    // Whatever is thrown is a failed test, as in any runner.
    await body().catch((error: unknown) => failures.set(name, String(error)))
  }
  return failures
}

const events = {
  Opened: z.object({ event: z.literal('Opened'), id: z.string() }),
  Closed: z.object({ event: z.literal('Closed'), id: z.string(), reason: z.string() }),
}
const eventSamples = {
  Opened: { level: 'assumed', payload: { event: 'Opened', id: 'a-1' } },
  Closed: { level: 'assumed', payload: { event: 'Closed', id: 'a-1', reason: 'façade' } },
} as const

interface Options {
  readonly secret: SecretOption
}

const soundScheme = ({ secret: given }: Options): Scheme =>
  hmac({ header: 'X-Test-Signature', timestampHeader: 'X-Test-Time', secret: given })

function subjectOf(scheme: (options: Options) => Scheme, covers: Partial<Proof['covers']> = {}) {
  return {
    name: 'A sender',
    provider: defineProvider({ scheme, events, naming: { in: 'body', name: 'event' } }),
    options: { secret },
    otherOptions: { secret: otherSecret },
    samples: eventSamples,
    covers: { body: true, url: false, time: true, ...covers },
  } satisfies ContractSubject<Options>
}

const coversNothing = { body: false, time: false }

describe('contractSuite', () => {
  it.each<[string, (run: typeof runSuite) => Promise<Map<string, string>>]>([
    ['an HMAC with a timestamp', (run) => run(subjectOf(soundScheme))],
    [
      'an HMAC with a timestamp in a list',
      (run) =>
        run(
          subjectOf(({ secret: given }) =>
            hmac({ header: 'X-Test', fields: { signature: 'v1', timestamp: 't' }, encoding: 'base64', secret: given }),
          ),
        ),
    ],
    [
      'an HMAC with another tolerance',
      (run) =>
        run({
          ...subjectOf(({ secret: given }) =>
            hmac({ header: 'X-Test', timestampHeader: 'X-Test-Time', secret: given, toleranceSeconds: 900 }),
          ),
          toleranceSeconds: 900,
        }),
    ],
    [
      'a JWT with the hash of the body',
      (run) => run(subjectOf(({ secret: given }) => jwt({ header: 'X-Test', bodyHashClaim: 'sha', secret: given }))),
    ],
    [
      'a static header, which covers nothing',
      (run) => run(subjectOf(({ secret: value }) => header({ name: 'X-Test', value }), { body: false, time: false })),
    ],
    [
      'a sender whose events stand in a header',
      (run) =>
        run({
          ...subjectOf(soundScheme),
          provider: defineProvider({ scheme: soundScheme, events, naming: { in: 'header', name: 'X-Test-Event' } }),
          signOptionsOf: ({ type }) => ({ headers: { 'X-Test-Event': type } }),
        }),
    ],
    [
      'a sender whose events the caller names, with an option that is not called secret',
      (run) =>
        run({
          ...subjectOf(soundScheme),
          provider: defineProvider({
            scheme: ({ key }: { key: SecretOption }) => soundScheme({ secret: key }),
            events,
            naming: { in: 'call', name: (call: { event: string; now?: Date } | undefined) => call?.event },
          }),
          options: { key: secret },
          otherOptions: { key: otherSecret },
          secrets: { value: secret, other: otherSecret, use: (key) => ({ key }) },
          contextOf: ({ type }) => ({ event: type }),
        }),
    ],
    [
      'a secret in the path',
      (run) => run({ ...subjectOf((options) => urlSecret(options), coversNothing), proofIn: 'url' }),
    ],
    [
      'a secret in the query',
      (run) =>
        run({ ...subjectOf((options) => urlSecret({ ...options, parameter: 'key' }), coversNothing), proofIn: 'url' }),
    ],
    [
      'a password, which may be empty',
      (run) =>
        run({
          ...subjectOf(({ secret: password }) => basic({ username: 'sender', password }), coversNothing),
          secrets: { value: secret, other: otherSecret, mayBeEmpty: true, use: (password) => ({ secret: password }) },
        }),
    ],
    ['a list of samples', (run) => run({ ...subjectOf(soundScheme), samples: listSamples(eventSamples) })],
    ['Tyk', (run) => run({ ...subjectOf(soundScheme), provider: tyk, samples: samples.tyk, covers: tykCovers })],
  ])('is passed by %s', async (_name, run) => {
    expect(await run(runSuite)).toEqual(new Map())
  })

  const tykCovers = { body: true, url: false, time: false }

  /** The sound scheme with another end to its verification. */
  const ending =
    (change: (evidence: Evidence) => Evidence) =>
    (options: Options): Scheme => {
      const scheme = soundScheme(options)
      return { sign: scheme.sign, verify: async (...call) => change(await scheme.verify(...call)) }
    }
  /** The sound scheme with other words in its refusals. */
  const saying =
    (words: (call: Parameters<Scheme['verify']>, scheme: Scheme, options: Options) => unknown) =>
    (options: Options): Scheme => {
      const scheme = soundScheme(options)
      const verify: Scheme['verify'] = async (...call) => {
        try {
          return await scheme.verify(...call)
        } catch (error) {
          if (!isWebhookError(error)) throw error
          throw new WebhookError(error.code, `${error.message}: ${await words(call, scheme, options)}`)
        }
      }
      return { sign: scheme.sign, verify }
    }
  const body = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
  const leak = 'quotes neither secret, proof nor body where a fault is refused'

  it.each<[string, (options: Options) => Scheme, readonly string[]]>([
    [
      'accepts everything',
      (options) => {
        const { sign } = soundScheme(options)
        const covers = { body: true, url: false, time: true }
        const signedAt = new Date(Date.UTC(2026, 0, 1))
        const proof = { scheme: 'none', authenticated: true, covers, signedAt }
        return { sign, verify: () => ({ proof, identity: { from: 'body' } }) }
      },
      [
        'refuses every fault in the proof',
        'refuses every fault in the body',
        'refuses another secret',
        'says header_missing where nothing carries a proof',
        'refuses a stale delivery; exactly the tolerance old is stale',
        'refuses a post-dated delivery',
        'refuses such a secret from a function, at first use',
      ],
    ],
    [
      'ignores the body',
      (options) => {
        const { sign, verify } = soundScheme(options)
        const bodyless = <Request extends { body: Uint8Array }>(request: Request) => ({
          ...request,
          body: new Uint8Array(0),
        })
        return {
          sign: (request, context) => sign(bodyless(request), context),
          verify: (request, context) => verify(bodyless(request), context),
        }
      },
      ['refuses every fault in the body', 'gives one id for one delivery, and another for another'],
    ],
    [
      'throws a RangeError at signatures of another length',
      (options) => {
        const { sign, verify } = soundScheme(options)
        return {
          sign,
          verify: (request, context) => {
            const [signature = ''] = request.header('x-test-signature')
            if (signature !== '' && signature.length !== 64)
              throw new RangeError('Input buffers must have the same byte length')
            return verify(request, context)
          },
        }
      },
      ['refuses every fault in the proof', 'gives the same refusal by safeVerify'],
    ],
    [
      'reads the first of two headers',
      (options) => {
        const { sign, verify } = soundScheme(options)
        return {
          sign,
          verify: (request, context) =>
            verify({ ...request, header: (name) => request.header(name).slice(0, 1) }, context),
        }
      },
      ['refuses every fault in the proof'],
    ],
    [
      'trims its headers',
      (options) => {
        const { sign, verify } = soundScheme(options)
        return {
          sign,
          verify: (request, context) =>
            verify({ ...request, header: (name) => request.header(name).map((value) => value.trim()) }, context),
        }
      },
      ['refuses every fault in the proof'],
    ],
    ['leaks the secret', saying((_call, _scheme, options) => options.secret), [leak]],
    ['leaks the received signature', saying(([{ header: values }]) => values('x-test-signature')), [leak]],
    [
      'leaks half of the received signature',
      saying(([{ header: values }]) => values('x-test-signature')[0]?.slice(-32)),
      [leak],
    ],
    [
      'leaks the expected signature',
      saying(async ([{ body: bytes }, context], { sign }) => {
        const request = { method: 'POST', url: 'https://receiver.example', headers: {}, body: bytes }
        // Signed with the received time: what a comparison would print as the expected value.
        return Object.values(await sign(request, { ...context, now: context.now }))[0]
      }),
      [leak],
    ],
    ['leaks the body', saying(([{ body: bytes }]) => body(bytes).slice(4, 16)), [leak]],
    ['leaks the body as the cause', leakingCause(soundScheme), [leak]],
    [
      'forgets the time',
      ({ secret: given }) =>
        hmac({ header: 'X-Test-Signature', timestampHeader: 'X-Test-Time', secret: given, toleranceSeconds: 1e12 }),
      ['refuses a stale delivery; exactly the tolerance old is stale', 'refuses a post-dated delivery'],
    ],
    [
      'is one second too patient',
      ({ secret: given }) =>
        hmac({ header: 'X-Test-Signature', timestampHeader: 'X-Test-Time', secret: given, toleranceSeconds: 301 }),
      ['refuses a stale delivery; exactly the tolerance old is stale'],
    ],
    [
      'is one second too strict',
      ({ secret: given }) =>
        hmac({ header: 'X-Test-Signature', timestampHeader: 'X-Test-Time', secret: given, toleranceSeconds: 299 }),
      ['takes a delivery inside the tolerance'],
    ],
    [
      'claims to cover the URL',
      ending(({ proof, identity }) => ({ identity, proof: { ...proof, covers: { ...proof.covers, url: true } } })),
      ['verifies Opened', 'verifies Closed', 'claims no other URL, which is not covered'],
    ],
    [
      'does not say which secret matched',
      ending(({ proof: { credential: _, ...proof }, identity }) => ({ proof, identity })),
      ['says by the label which secret of a list matched'],
    ],
    [
      'takes another id each time',
      ending(({ proof }) => ({ proof, identity: { from: 'sender', id: String(Math.random()) } })),
      ['gives one id for one delivery, and another for another'],
    ],
    [
      'takes one id for all',
      ending(({ proof }) => ({ proof, identity: { from: 'sender', id: 'always' } })),
      ['gives one id for one delivery, and another for another'],
    ],
  ])('is failed by a scheme that %s', async (_what, scheme, expected) => {
    const failures = await runSuite(subjectOf(scheme))
    expect([...failures.keys()]).toEqual(expect.arrayContaining([...expected]))
  })

  it.each<[string, (receiver: AnyReceiver) => AnyReceiver, readonly string[]]>([
    [
      'puts a parsed body together again',
      (receiver) => ({
        ...receiver,
        verify: (request, context) =>
          receiver.verify(
            isParsed(request.body) ? { ...request, body: JSON.stringify(request.body) } : request,
            context,
          ),
      }),
      ['throws a TypeError with the fix where the body was parsed or read'],
    ],
    [
      'gives the wrong event',
      (receiver) => changing(receiver, (delivery) => ({ ...delivery, type: 'Opened' })),
      ['verifies Closed'],
    ],
    [
      'lists the body',
      (receiver) => changing(receiver, (delivery) => ({ ...delivery })),
      ['verifies Opened', 'verifies Closed'],
    ],
    [
      'changes the payload',
      (receiver) => changing(receiver, (delivery) => ({ ...delivery, payload: { event: 'Opened' } })),
      ['keeps members that no schema lists', 'verifies Closed'],
    ],
    [
      'looks for lower-case headers',
      (receiver) => ({
        ...receiver,
        verify: async (request, context) =>
          receiver.verify(
            isRecord(request.headers)
              ? {
                  ...request,
                  headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !/[A-Z]/.test(name))),
                }
              : request,
            context,
          ),
      }),
      ['takes headers as a record in upper case', 'takes headers as a record in title case'],
    ],
    [
      'is more lenient by safeVerify',
      (receiver) => ({
        verify: receiver.verify,
        safeVerify: async (request, context) => {
          const result = await receiver.safeVerify(request, context)
          return result.ok ? result : { ok: false, error: new WebhookError('payload_invalid', 'another code') }
        },
      }),
      ['gives the same refusal by safeVerify'],
    ],
    [
      'throws at events that are not listed',
      (receiver) =>
        changing(receiver, (delivery) => {
          if (delivery.known) return delivery
          throw new WebhookError('payload_invalid', 'not known')
        }),
      [
        'gives an event that is not listed as known: false, and refuses it where strict',
        'gives JSON that is no event as known: false, and refuses it where strict',
      ],
    ],
  ])('is failed by a receiver that %s', async (_what, change, expected) => {
    const subject = subjectOf(soundScheme)
    const { createReceiver, sign } = subject.provider
    const provider = { sign, createReceiver: (options: Options) => change(createReceiver(options)) }
    const failures = await runSuite({ ...subject, provider })
    expect([...failures.keys()]).toEqual(expect.arrayContaining([...expected]))
  })

  it('says which faults were let through, all of them', async () => {
    const { createReceiver, sign } = subjectOf(soundScheme).provider
    const createLenient = (options: Options): AnyReceiver => {
      const receiver = createReceiver(options)
      const verify: AnyReceiver['verify'] = async (request, context) => {
        const genuine = await sign(eventSamples.Opened.payload, { ...options, now: context?.now ?? new Date() })
        const isFaulty = typeof request.url === 'string' && isShort(request.body)
        return receiver.verify(isFaulty ? genuine : request, context)
      }
      return { verify, safeVerify: receiver.safeVerify }
    }
    const failures = await runSuite({ ...subjectOf(soundScheme), provider: { sign, createReceiver: createLenient } })
    expect(failures.get('refuses every fault in the body')).toBe(
      'Error: body-truncated (the body without its last byte): it was accepted\nbody-emptied (no body at all): it was accepted',
    )
  })

  it('is failed by a sender whose URL should be covered and is not', async () => {
    const failures = await runSuite(subjectOf(soundScheme, { url: true }))
    expect(failures.get('refuses another URL')).toBe('Error: each other URL was accepted')
  })

  it('is strict about its subject', () => {
    const sound = subjectOf(soundScheme)
    const runner: Runner = { describe, it }
    expect(() => contractSuite(runner, { ...sound, samples: [] })).toThrow(TypeError)
    expect(() => contractSuite(runner, { ...sound, options: { secret: [secret] } })).toThrow("'none'")
  })

  it('leaves the secrets aside only where it is told to', async () => {
    const names: string[] = []
    const runner: Runner = { describe: (_name, body) => body(), it: (name) => names.push(name) }
    contractSuite(runner, { ...subjectOf(soundScheme), secrets: 'none' })
    expect(names.filter((name) => /secret/.test(name))).toEqual([
      'refuses another secret',
      'quotes neither secret, proof nor body where a fault is refused',
      'quotes neither secret, proof nor body in any other refusal',
    ])
  })

  it('runs under vitest and node:test', () => {
    expectTypeOf({ describe, it }).toExtend<Runner>()
    expectTypeOf<Pick<typeof nodeTest, 'describe' | 'it'>>().toExtend<Runner>()
    // @ts-expect-error options that the provider does not take
    const wrong: ContractSubject<tyk.Options> = { ...subjectOf(soundScheme), provider: tyk, options: { key: 'secret' } }
    expect(wrong.provider).toBe(tyk)
  })
})

type AnyDelivery = Awaited<ReturnType<AnyReceiver['verify']>>

/** The receiver with its deliveries changed. */
function changing(receiver: AnyReceiver, change: (delivery: AnyDelivery) => AnyDelivery): AnyReceiver {
  return { ...receiver, verify: async (request, context) => change(await receiver.verify(request, context)) }
}

/** Shorter than the first sample's body. */
function isShort(body: unknown): boolean {
  return body instanceof Uint8Array && body.length < JSON.stringify(eventSamples.Opened.payload).length
}

function leakingCause(scheme: (options: Options) => Scheme) {
  return (options: Options): Scheme => {
    const { sign, verify } = scheme(options)
    return {
      sign,
      verify: async (request, context) => {
        try {
          return await verify(request, context)
        } catch (error) {
          throw Object.assign(Object(error), { cause: { request: { body: request.body } } })
        }
      },
    }
  }
}

function isParsed(body: unknown): boolean {
  return Object.prototype.toString.call(body) === '[object Object]' && !(body instanceof ReadableStream)
}

function isRecord(headers: unknown): headers is Record<string, unknown> {
  return typeof headers === 'object' && headers !== null && Object.getPrototypeOf(headers) === Object.prototype
}
