import { Readable } from 'node:stream'
import * as countersign from 'countersign'
import * as schemes from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import * as testing from 'countersign/testing'
import * as tight from 'countersign/tight'
import * as tightknit from 'countersign/tightknit'
import * as tyk from 'countersign/tyk'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { host, listSubjects } from './differential/subjects.mjs'
import { options as awsOptions, now as awsTime, signed as signedByAws } from './support/aws-signer.ts'
import { leaksInto, shown } from './support/leaks.ts'
import { schemaOf } from './support/tiny-sender.ts'
import { caught, untyped, verdict } from './support/verdict.ts'
import { webStream } from './support/web-stream.ts'

type Subject = ReturnType<typeof listSubjects>[number]
type Receiver = ReturnType<ReturnType<Subject['endpoint']>['createReceiver']>

// Every scheme and every sender, by each way to prove its deliveries.
const all = listSubjects({ root: countersign, schemes, sighten, testing, tight, tightknit, tyk })
const subjects = all.map((subject) => ({ name: subject.name, subject }))
const authenticated = subjects.filter(({ name }) => name !== 'unauthenticated')

/** How often each property is tried, as a multiple of what the suite has time for. */
const more = Number(process.env['COUNTERSIGN_PROPERTY_RUNS'] ?? 1)
vi.setConfig({ testTimeout: 5000 * more })
const runs = (count: number) => ({ numRuns: count * more })

const now = new Date('2026-11-03T10:20:30.500Z')
const target = '/a%20webhook/route?b=2&a=1'
const url = `https://${host}${target}`

/** A secret that each kind of option takes. */
function secretsOf(kind: Subject['kind']): fc.Arbitrary<string | Uint8Array> {
  const isPlain = (text: string): boolean => text.isWellFormed() && text.trim() === text && !/\p{Cc}/u.test(text)
  const plain = fc
    .oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 }))
    .filter(isPlain)
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 80 })
  const whsec = bytes.map((key) => `whsec_${Buffer.from(key).toString('base64')}`)
  const token68 = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,30}={0,2}$/)
  const binary = fc
    .string({ unit: 'binary', minLength: 1 })
    .filter((text) => text.isWellFormed() && text.trim() === text)
  return {
    key: fc.oneof(plain, binary, fc.uint8Array({ minLength: 1, maxLength: 150 })),
    whsec: fc.oneof(whsec, bytes),
    password: plain,
    visible: plain,
    segment: plain,
    token68,
    none: fc.constant('none'),
  }[kind]
}

/** Another secret of the same kind: neither zeros behind it nor its hash, which are the same HMAC key. */
function another(secret: string | Uint8Array): string | Uint8Array {
  if (typeof secret !== 'string') return Uint8Array.of(1, ...secret)
  return secret.startsWith('whsec_') ? `whsec_AAAA${secret.slice(6)}` : `x${secret}`
}

const samplesOf = ({ samples: [first = { type: '', payload: '' }, second = first] }: Subject) =>
  [first, second] as const
const fixedSecret = ({ kind }: Subject): string => (kind === 'whsec' ? 'whsec_plJ3nmyCDGBKInavdOK15jsl' : 'a-secret')

/** One genuine delivery, ready to be changed, and its receiver. */
async function genuine(subject: Subject, secret: string | Uint8Array = fixedSecret(subject), body?: string) {
  const endpoint = subject.endpoint(secret)
  const [{ type, payload }] = samplesOf(subject)
  const made = await endpoint.sign(body ?? payload, { now, url })
  const call = { now, event: type }
  return { request: asReceived(made), call, signed: made.authHeaders, endpoint, receiver: endpoint.createReceiver() }
}

/** As a server gets it: the path and query, and a host. */
function asReceived(signed: countersign.SignedRequest) {
  const headers: Record<string, string> = { host, ...signed.headers }
  return { ...signed, headers, url: signed.url.slice(`https://${host}`.length) }
}

type Genuine = Awaited<ReturnType<typeof genuine>>
type Request = Genuine['request']

const body = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
  fc.uint8Array(),
  fc.json(),
)

describe('sign, then verify', () => {
  it.each(subjects)('$name: holds for any JSON and any secret, and not for another secret', async ({ subject }) => {
    const event = samplesOf(subject)[0].type
    const isJson = !/XML|forms/.test(subject.name)
    await fc.assert(
      fc.asyncProperty(fc.json(), secretsOf(subject.kind), async (json, secret) => {
        const endpoint = subject.endpoint(secret)
        const signed = await endpoint.sign(json, { now, url })
        const delivery = await endpoint.createReceiver().verify(signed, { now, event })
        expect(Buffer.from(delivery.body).toString()).toBe(json)
        if (isJson) expect(delivery.payload).toEqual(JSON.parse(json))
        if (subject.kind === 'none') return
        const other = subject.endpoint(another(secret)).createReceiver()
        expect(await verdict(other.verify(signed, { now, event }))).toMatch(/^(signature|credential)_mismatch$/)
      }),
      runs(3),
    )
  })
})

const latin1 = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code))

/** A text in which one character is another. */
function changedIn(text: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat({ max: text.length - 1 }), latin1)
    .map(([at, character]) => text.slice(0, at) + character + text.slice(at + 1))
    .filter((changed) => changed !== text)
}

/** Requests that differ from the genuine one in one byte of one part that is covered, by the part's name. */
function singleChanges(subject: Subject, { request }: Genuine): Record<string, fc.Arbitrary<Partial<Request>>> {
  const { covered, caseless, signed } = subject
  const [path = '', query = ''] = request.url.split('?')
  const folded = (value: string): string => value.replace(caseless, (found) => found.toLowerCase())
  const headers = signed.map((name): [string, fc.Arbitrary<Partial<Request>>] => {
    const value = request.headers[name] ?? ''
    const values = changedIn(value).filter((changed) => folded(changed) !== folded(value))
    return [name, values.map((changed) => ({ headers: { ...request.headers, [name]: changed } }))]
  })
  const bytes = fc.tuple(fc.nat({ max: request.body.length - 1 }), fc.integer({ min: 1, max: 255 }))
  const method = changedIn(request.method).filter((changed) => changed.toUpperCase() !== request.method)
  return {
    ...Object.fromEntries(headers),
    ...(covered.body && {
      body: bytes.map(([at, bits]) => ({ body: request.body.map((b, i) => (i === at ? b ^ bits : b)) })),
    }),
    ...(covered.method && { method: method.map((changed) => ({ method: changed })) }),
    ...(covered.path && { path: changedIn(path).map((changed) => ({ url: `${changed}?${query}` })) }),
    ...(covered.query && { query: changedIn(query).map((changed) => ({ url: `${path}?${changed}` })) }),
  }
}

describe('any change of one byte of what is covered', () => {
  it.each(authenticated)('$name: is refused', async ({ subject }) => {
    const made = await genuine(subject)
    const { receiver, request, call } = made
    expect(await verdict(receiver.verify(request, call))).toBe('accepted')
    for (const [part, change] of Object.entries(singleChanges(subject, made))) {
      const property = fc.asyncProperty(change, async (changed) => {
        const end = await verdict(receiver.verify({ ...request, ...changed }, call))
        expect(end, `${part}: ${JSON.stringify(changed)}`).not.toBe('accepted')
      })
      await fc.assert(property, runs(5))
    }
  })

  it.each(authenticated.filter(({ subject }) => subject.covered.time))(
    '$name: a time outside of the window is refused',
    async ({ subject }) => {
      const { receiver, request, call } = await genuine(subject)
      const outside = fc.integer({ min: subject.toleranceSeconds + 1, max: 4e9 })
      await fc.assert(
        fc.asyncProperty(outside, fc.constantFrom(-1, 1), async (seconds, direction) => {
          const later = new Date(now.getTime() + direction * seconds * 1000)
          const end = await verdict(receiver.verify(request, { ...call, now: later }))
          expect(end).toBe(direction === 1 ? 'timestamp_too_old' : 'timestamp_too_new')
        }),
        runs(3),
      )
    },
  )

  it('the header that names the event, where it is signed: is refused', async () => {
    const provider = countersign.defineProvider({
      scheme: (_options: object) => schemes.aws4(awsOptions),
      events: { 'order.paid': schemaOf<object>(() => true) },
      naming: { in: 'header', name: 'X-Event' },
    })
    const receiver = provider.createReceiver({})
    const { headers, ...request } = signedByAws({ headers: [['X-Event', 'order.paid']] })
    const named = (name: string) => headers.map(([key, value]) => [key, key === 'X-Event' ? name : value] as const)
    expect(await receiver.verify({ ...request, headers }, { now: awsTime })).toMatchObject({ type: 'order.paid' })
    await fc.assert(
      fc.asyncProperty(changedIn('order.paid'), async (name) => {
        const changed = { ...request, headers: named(name) }
        // White space around a value is not signed, and is not a part of it.
        if (name.trim() !== name) return
        expect(await verdict(receiver.verify(changed, { now: awsTime }))).toMatch(
          /^(signature_mismatch|header_malformed)$/,
        )
      }),
      runs(50),
    )
  })
})

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.array(latin1).map((list) => list.join('')),
)
const pieces = [
  '%',
  '%E0%A4%A',
  '%00',
  '\0',
  '\ud800',
  '//',
  '..',
  '?',
  '#',
  '[',
  '=',
  ',',
  ';',
  '.',
  ' ',
  '9'.repeat(400),
]

/** Anything; or what is right, with anything in it, so that it gets past the first checks. */
function near(right: string): fc.Arbitrary<string> {
  const inserted = fc.tuple(
    fc.nat({ max: right.length }),
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, text),
  )
  return fc.oneof(
    { weight: 3, arbitrary: inserted.map(([at, piece]) => right.slice(0, at) + piece + right.slice(at)) },
    text,
  )
}

describe('any bytes as header, body, target or method', () => {
  it.each(subjects)('$name: give a delivery or a WebhookError, and nothing else', async ({ subject }) => {
    const { receiver, request, call } = await genuine(subject)
    const noText = fc.oneof(fc.array(text, { maxLength: 3 }), fc.constantFrom(null, 5, {}))
    const values = Object.entries(request.headers).map(([name, value]): [string, fc.Arbitrary<unknown>] => [
      name,
      fc.oneof({ weight: 5, arbitrary: near(value) }, noText),
    ])
    const headers = fc.record(Object.fromEntries(values), { requiredKeys: [] })
    const method = near(request.method).filter((name) => name !== '')
    const line = fc.record({ url: near(request.url), method, body, event: near(call.event) }, { requiredKeys: [] })
    await fc.assert(
      fc.asyncProperty(fc.oneof(headers, fc.constant({})), line, async (headers, { event = call.event, ...line }) => {
        const changed = untyped({ ...request, ...line, headers: { ...request.headers, ...headers } })
        await verdict(receiver.verify(changed, { ...call, event }))
      }),
      runs(20),
    )
  })
})

describe('how a stream is cut into chunks', () => {
  it.each(subjects)('$name: does not change the verdict', async ({ subject }) => {
    const { receiver, request, call } = await genuine(subject)
    const end = async (body: unknown): Promise<string> => {
      const answer = receiver.verify(untyped({ ...request, body }), call)
      return answer.then(({ id }) => id).catch(({ code }) => code)
    }
    const cuts = fc.array(fc.nat({ max: request.body.length }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(cuts, fc.boolean(), async (cuts, right) => {
        const bytes = right ? request.body : request.body.map((byte) => byte ^ 1)
        const edges = [0, ...cuts.sort((one, other) => one - other), bytes.length]
        const chunks = edges.slice(1).map((to, index) => bytes.slice(edges[index], to))
        const whole = await end(bytes)
        expect(await end(webStream(chunks))).toBe(whole)
        expect(await end(Readable.from(chunks, { objectMode: false }))).toBe(whole)
      }),
      runs(2),
    )
  })
})

describe('two spellings of one delivery', () => {
  const lower = (value = ''): string => value.toLowerCase()
  const upperHex = (name: string) => (request: Request) => ({
    headers: { ...request.headers, [name]: request.headers[name]?.toUpperCase() ?? '' },
  })
  const spacedOut = ({ headers }: Request) => ({
    headers: { ...headers, authorization: headers['authorization']?.replaceAll(', ', ' ,   ') ?? '' },
  })
  const withOthers = (prefix: string) => (request: Request) => {
    const value = `v1a,AAAA v1,${'A'.repeat(43)}= ${request.headers[`${prefix}-signature`]} v2,x`
    return { headers: { ...request.headers, [`${prefix}-signature`]: value } }
  }
  const twice =
    (one: string, other: string) =>
    ({ headers }: Request) => ({ headers: { ...headers, [other]: headers[one] ?? '' } })
  const target = (url: string) => () => ({ url })
  const everywhere = {
    'the method in lower case': ({ method }: Request) => ({ method: lower(method) }),
    'the absolute form': ({ url }: Request) => ({ url: `http://elsewhere.example${url}` }),
    'names in upper case': ({ headers }: Request) => ({
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value])),
    }),
    'a header beside': ({ headers }: Request) => ({ headers: { ...headers, 'x-beside': 'a value' } }),
  }
  const aws4 = {
    'spaces between the members': spacedOut,
    'the query in another order': target('/a%20webhook/route?a=1&b=2'),
    'the query with escapes': target('/a%20webhook/route?%62=%32&a=1'),
  }
  const standard = (prefix: string) => ({ 'other signatures beside': withOthers(prefix) })
  const special: Record<string, Record<string, (request: Request) => Partial<Request>>> = {
    'hmac in hex': { 'hex in upper case': upperHex('x-sig') },
    'anyOf of hmac': { 'hex in upper case': upperHex('x-sig') },
    Tyk: { 'hex in upper case': upperHex('x-signature-sha256') },
    'jwt with a body hash': { 'both headers': twice('x-token', 'x-old-token') },
    Tight: { 'both headers': twice('tight-verification', 'hurdlr-verification') },
    standardWebhooks: standard('webhook'),
    Tightknit: standard('webhook'),
    'Tightknit, svix': standard('svix'),
    aws4,
    'anyOf of aws4': aws4,
    'Sighten by aws4': aws4,
  }

  it.each(subjects)('$name: have one id', async ({ name, subject }) => {
    const { receiver, request, call } = await genuine(subject)
    const { id, idFrom } = await receiver.verify(request, call)
    for (const [spelling, respell] of Object.entries({ ...everywhere, ...special[name] })) {
      const respelt = { ...request, ...respell(request) }
      expect(respelt, spelling).not.toEqual(request)
      expect(await receiver.verify(respelt, call), spelling).toMatchObject({ id, idFrom })
    }
  })
})

describe('two deliveries', () => {
  it.each(subjects)('$name: never share an id that rests on a signature', async ({ subject }) => {
    const endpoint = subject.endpoint(fixedSecret(subject))
    const receiver = endpoint.createReceiver()
    const event = samplesOf(subject)[0].type
    const deliver = async (content: string, seconds: number, route: string) => {
      const moment = new Date(now.getTime() + seconds * 1000)
      const signed = await endpoint.sign(content, { now: moment, url: `https://${host}${route}` })
      const { id, idFrom, proof } = await receiver.verify(signed, { now: moment, event })
      const senders = signed.headers['webhook-id'] ?? signed.headers['svix-id'] ?? signed.headers['request-id']
      // What an id rests on: all that is signed, or the sender's own id, or the body.
      const whole = [content, proof.covers.time && seconds, proof.covers.url && route]
      return { id, rests: { signature: String(whole), sender: String(senders), body: content }[idFrom] }
    }
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.integer({ min: 1, max: 9 }), async (content, seconds) => {
        const first = await deliver(content, 0, '/webhook')
        // Each differs from the first in one thing that may be signed.
        const others = [
          await deliver(content, 0, '/webhook'),
          await deliver(`${content} `, 0, '/webhook'),
          await deliver(content, seconds, '/webhook'),
          await deliver(content, 0, '/webhooks'),
          await deliver(content, 0, '/webhook?a=1'),
        ]
        for (const other of others) expect(other.id === first.id).toBe(other.rests === first.rests)
      }),
      runs(1),
    )
  })

  it('of two organizations never share one, though each signs the same', async () => {
    const secrets = { one: 'a secret', other: 'another secret' }
    const by = (secret: string) => schemes.hmac({ header: 'X-Sig', secret, timestampHeader: 'X-Time' })
    const senderBy = (scheme: schemes.Scheme) =>
      countersign.defineProvider({ scheme: (_: object) => scheme, events: {}, naming: { in: 'body', name: 'event' } })
    const receiver = senderBy(schemes.anyOf({ one: by(secrets.one), other: by(secrets.other) })).createReceiver({})
    await fc.assert(
      fc.asyncProperty(fc.json(), async (json) => {
        const signed = await Promise.all(
          Object.values(secrets).map((secret) => senderBy(by(secret)).sign(json, { now })),
        )
        const ids = await Promise.all(signed.map(async (request) => (await receiver.verify(request, { now })).id))
        expect(new Set(ids).size).toBe(2)
      }),
      runs(10),
    )
  })
})

/** Letters that no message of ours has eight of in a row. */
const marked = fc.string({ unit: fc.constantFrom(...'QXZJVKWqxzjvk'), minLength: 24, maxLength: 40 })

/** Every way to go wrong with what was signed: by its headers, its body, its URL, its time, and by another receiver. */
function failures({ request, call, signed, receiver, endpoint }: Genuine, other: Receiver, mark: string) {
  const spoilt = signed.flatMap((name) => {
    const value = request.headers[name] ?? ''
    const values = [value.slice(0, -1), `${value}, ${value}`, `${value}é`, mark, [value, mark]]
    return values.map((one) => ({ headers: { ...request.headers, [name]: one } }))
  })
  const broken = webStream([], { pull: (controller) => controller.error(new Error(mark)) })
  const changes = [...spoilt, { body: `${mark} ` }, { body: broken }, { url: `/${mark}` }]
  return [
    ...changes.map((change) => receiver.verify(untyped({ ...request, ...change }), call)),
    receiver.verify(request, { ...call, event: mark }),
    receiver.verify(request, { ...call, now: new Date(0) }),
    other.verify(request, call),
    endpoint.createReceiver({ strict: true }).verify(request, call),
  ]
}

describe('no error, however it is inspected', () => {
  it.each(subjects)(
    '$name: contains a secret, a signature, a token, or eight bytes of the body',
    async ({ subject }) => {
      await fc.assert(
        fc.asyncProperty(marked, marked, async (key, mark) => {
          const secret = subject.kind === 'whsec' ? `whsec_${Buffer.from(key).toString('base64')}` : key
          const made = await genuine(subject, secret, JSON.stringify({ mark }))
          const other = subject.endpoint(another(secret)).createReceiver()
          const ends = await Promise.all(failures(made, other, mark).map(caught))
          const errors = ends.filter((error) => error !== undefined)
          expect(errors.length).toBeGreaterThan(0)
          // What stands in the headers as proof: a signature, a hash, a token or the secret, and no word of ours.
          const headers = made.signed.map((name) => made.request.headers[name] ?? '')
          const proofs = headers.flatMap((value) => value.match(/[A-Za-z0-9+/_-]{32,}/g) ?? [])
          // Most lines are of the same stacks.
          const logs = [...new Set(errors.flatMap((error) => shown(error).split('\n')))].join('\n')
          expect([key, secret, mark, ...proofs].filter((what) => leaksInto(logs, what))).toEqual([])
        }),
        runs(1),
      )
    },
  )
})
