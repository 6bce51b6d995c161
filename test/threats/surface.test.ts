import { createHmac } from 'node:crypto'
import { type CallOptions, defineProvider, isWebhookError, type ReceiverOptions } from 'countersign'
import { header, hmac, jwt, type Scheme } from 'countersign/schemes'
import { samples } from 'countersign/testing'
import * as tyk from 'countersign/tyk'
import * as v from 'valibot'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { leaksInto, shown } from '../support/leaks.ts'
import { ping, receiverOf, schemaOf, tinySender } from '../support/tiny-sender.ts'
import { bestTime } from '../support/tokens.ts'
import { caught, untyped, verdict } from '../support/verdict.ts'
import { bodiesRow, errorsRow, familyRow, limitsRow, namesRow, timeRow } from './rows.ts'

const secret = 'a secret of the surface'
const tykHeader = 'x-signature-sha256'

function mac(body: string, key = secret): string {
  return createHmac('sha256', key).update(body).digest('hex')
}

function signed(body: string) {
  return { headers: { [tykHeader]: mac(body), 'x-sig': mac(body) }, body }
}

const receiver = tyk.createReceiver({ secret })
const user = samples.tyk.UserRegistered.payload
const scheme = hmac({ header: 'X-Sig', secret })

afterEach(() => {
  vi.useRealTimers()
})

const leak = 'Confidential-Value-47'

describe(`${errorsRow}: hmac`, () => {
  it.each([
    ['a body that is no JSON', signed(`{"a":"${leak}`), 'body_malformed'],
    ['a body of another signature', { ...signed('{}'), body: `{"a":"${leak}"}` }, 'signature_mismatch'],
    ['a signature that is none', { headers: { [tykHeader]: leak }, body: '{}' }, 'signature_malformed'],
    ['two signatures', { headers: { [tykHeader]: [leak, leak] }, body: '{}' }, 'header_malformed'],
    ['a lone surrogate', { ...signed('{}'), body: `${leak}\ud800` }, 'body_malformed'],
    ['an unlisted event', signed(`{"Event":"${leak}","Message":{},"Timestamp":"x"}`), 'payload_invalid'],
    ['a changed event', signed(JSON.stringify({ ...user, Message: { ID: leak } })), 'payload_invalid'],
    ['an unreadable one', signed(JSON.stringify([leak])), 'payload_invalid'],
  ])('%s', async (_name, request, code) => {
    const strict = tyk.createReceiver({ secret, strict: true })
    const error = await caught(strict.verify(untyped(request)))
    expect(error).toMatchObject({ code })
    const signature = String(request.headers[tykHeader])
    expect([leak, secret, signature].filter((what) => leaksInto(shown(error), what))).toEqual([])
    expect(error).not.toHaveProperty('cause')
  })
})

describe(`${familyRow}: Tyk`, () => {
  it.each([
    ['an event in the shape of another', { ...user, Event: 'CredentialRegistered' }, 'changed'],
    ["the name of the gateway's own events", { event: 'UserRegistered', message: {}, timestamp: '' }, 'unreadable'],
    ['a gateway event', { ...user, Event: 'QuotaExceeded' }, 'unlisted'],
    ['another case', { ...user, Event: 'userRegistered' }, 'unlisted'],
    ['white space around it', { ...user, Event: 'UserRegistered ' }, 'unlisted'],
    ['the name in a list', { ...user, Event: ['UserRegistered'] }, 'unreadable'],
    ['the name in an object', { ...user, Event: { toString: 'UserRegistered' } }, 'unreadable'],
    ['the name in the message', { ...user, Event: '', Message: user }, 'unreadable'],
    ['another spelling of another word', { ...user, Event: 'OrganizationAdded' }, 'unlisted'],
  ])('%s', async (_name, payload, reason) => {
    const delivery = await receiver.verify(signed(JSON.stringify(payload)))
    expect(delivery).toMatchObject({ known: false, reason, payload: JSON.parse(JSON.stringify(payload)) })
  })
})

describe('issues of a changed payload carry paths and our words only (valibot and zod put values into theirs)', () => {
  it('of a built-in sender', async () => {
    const body = JSON.stringify({ ...user, Message: { ...user.Message, ID: leak, Email: { leak } } })
    const delivery = await receiver.verify(signed(body))
    expect(delivery).toMatchObject({
      known: false,
      reason: 'changed',
      type: 'UserRegistered',
      issues: [
        { path: ['Message', 'ID'], code: 'type', expected: 'number' },
        { path: ['Message', 'Email'], code: 'type', expected: 'string' },
      ],
    })
    const { issues } = delivery as { issues?: unknown } // there, as was just seen
    expect(JSON.stringify(issues)).not.toContain(leak)
  })

  it('by valibot', async () => {
    const sender = defineProvider({
      scheme: (_options: object) => scheme,
      events: { Ping: v.object({ event: v.literal('Ping'), text: v.picklist(['a', 'b']), n: v.number() }) },
      naming: { in: 'body', name: 'event' },
    })
    const { payload: _payload, ...rest } = await sender.verify(
      signed(JSON.stringify({ event: 'Ping', text: leak, n: leak })),
      {},
    )
    expect(rest).toMatchObject({
      known: false,
      issues: [
        { path: ['text'], code: 'value', expected: 'other' },
        { path: ['n'], code: 'type', expected: 'number' },
      ],
    })
    expect(JSON.stringify(rest)).not.toContain(leak)
  })

  it("by zod, of anyone's own, whose validator quotes values", async () => {
    const quoting = z.string().refine(() => false, { error: ({ input }) => `got ${input}` })
    const sender = defineProvider({
      scheme: (_options: object) => scheme,
      events: { Ping: z.object({ event: z.literal('Ping'), text: quoting, other: z.literal('x') }) },
      naming: { in: 'body', name: 'event' },
    })
    const body = JSON.stringify({ event: 'Ping', text: leak, other: leak })
    const delivery = await sender.verify(signed(body), {})
    const issue = { code: 'value', expected: 'other' }
    expect(delivery).toMatchObject({
      issues: [
        { path: ['text'], ...issue },
        { path: ['other'], ...issue },
      ],
    })
    const { payload: _payload, ...rest } = delivery
    expect(JSON.stringify(rest)).not.toContain(leak)
  })
})

describe('verify and safeVerify never throw: what is wrong comes by the promise', () => {
  it.each([
    ['nothing', undefined],
    ['a text', 'body'],
    ['an empty object', {}],
    ['a parsed body', { headers: {}, body: { Event: 'UserRegistered' } }],
    ['no signature', { headers: {}, body: '{}' }],
    [
      'getters that throw',
      {
        get headers(): never {
          throw new Error('from a foreign object')
        },
        body: '{}',
      },
    ],
  ])('%s', async (_name, request) => {
    for (const run of [receiver.verify, receiver.safeVerify, (one: object) => tyk.verify(one, { secret })]) {
      const answer: unknown = run(untyped(request))
      if (!(answer instanceof Promise)) throw new Error('no promise')
      await caught(answer)
    }
  })
})

describe('a schema that throws, or answers later', () => {
  it('does not lose the delivery', async () => {
    const throwing = schemaOf<object>(() => {
      throw new Error(leak)
    })
    const sender = defineProvider({
      scheme: (_options: object) => scheme,
      events: { Ping: throwing, Pong: z.object({ n: z.number().refine(async (n) => n === 1) }) },
      naming: { in: 'body', name: 'event' },
    })
    const answers = [ping, '{"event":"Pong","n":1}', '{"event":"Pong","n":2}'].map((body) =>
      sender.verify(signed(body), {}),
    )
    const reasons = (await Promise.all(answers)).map((delivery) => (delivery.known ? 'known' : delivery.reason))
    expect(reasons).toEqual(['changed', 'known', 'changed'])
  })
})

describe(`${timeRow}: toleranceSeconds`, () => {
  it.each([0, -0, -300, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d', (value) => {
    const timed = { header: 'X-Sig', secret, timestampHeader: 'X-Time', toleranceSeconds: value }
    expect(() => hmac(timed)).toThrow(TypeError)
    expect(() => jwt({ header: 'X-Token', secret, toleranceSeconds: value })).toThrow(TypeError)
    expect(() => tyk.createReceiver({ secret, maxAgeSeconds: value })).toThrow(TypeError)
  })
})

describe(`${timeRow}: a fixed now`, () => {
  it.each([new Date(), 0, Date.now(), '2026-11-03', null, {}])('%s', (now) => {
    const options = { secret, now } as unknown as tyk.Options & ReceiverOptions<false> // as untyped callers give it
    expect(() => tyk.createReceiver(options)).toThrow(
      new TypeError('now must be a function on a receiver; a Date goes to one call'),
    )
  })

  it.each([
    // as untyped callers give them
    ['a function that gives no Date', { now: () => 5 as unknown as Date }, undefined],
    ['a function that gives no valid Date', { now: () => new Date('no date') }, undefined],
    ['a call with a number', {}, { now: 5 as unknown as Date }], // as untyped callers give it
    ['a call with no valid Date', {}, { now: new Date(Number.NaN) }],
  ])('%s', async (_name, options, call) => {
    const error = await caught(tyk.createReceiver({ secret, ...options }).safeVerify(signed('{}'), call))
    expect(error).toEqual(new TypeError('now must be a valid Date'))
  })

  it("a Date for one call is that call's time; a function is asked for each", async () => {
    const body = JSON.stringify({ ...user, Timestamp: '2026-11-03T10:20:30Z' })
    const aged = (options: ReceiverOptions<false>, call?: CallOptions) =>
      verdict(tyk.createReceiver({ secret, maxAgeSeconds: 60, ...options }).verify(signed(body), call))
    const [then, later] = [new Date('2026-11-03T10:20:30Z'), new Date('2026-11-03T10:21:30Z')]
    expect(await aged({}, { now: then })).toBe('accepted')
    expect(await aged({ now: () => later }, { now: then })).toBe('accepted')
    expect(await aged({ now: () => then })).toBe('accepted')
    expect(await aged({ now: () => later })).toBe('timestamp_too_old')
    vi.useFakeTimers({ now: then, toFake: ['Date'] })
    expect(await aged({})).toBe('accepted')
    vi.setSystemTime(later)
    expect(await aged({})).toBe('timestamp_too_old')
  })
})

describe(`${namesRow}: Tyk, and anyone's own`, () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', '~standard']
  it.each(names)('%s', async (name) => {
    const body = JSON.stringify({ event: name, Event: name, Message: {}, Timestamp: '' })
    for (const made of [receiver, receiverOf(scheme)]) {
      const delivery = await made.verify(signed(body))
      expect(delivery).toMatchObject({ known: false, reason: 'unlisted', type: name })
    }
  })

  it.each(names)('%s, as a header or a call names it, and as a generation', async (name) => {
    const events = { Ping: { v1: schemaOf<object>(() => true) } }
    const base = { scheme: (_options: object) => scheme, events }
    const byHeader = defineProvider({ ...base, naming: { in: 'header', name: 'X-Event' } })
    const { headers, body } = signed(ping)
    const byCall = defineProvider({ ...base, naming: { in: 'call', name: () => name } })
    const byBody = defineProvider({ ...base, naming: { in: 'body', name: () => ({ type: 'Ping', generation: name }) } })
    const unlisted = { known: false, reason: 'unlisted' }
    expect(await byHeader.verify({ headers: { ...headers, 'x-event': name }, body }, {})).toMatchObject({
      ...unlisted,
      type: name,
    })
    expect(await byCall.verify({ headers, body }, {})).toMatchObject({ ...unlisted, type: name })
    expect(await byBody.verify({ headers, body }, {})).toMatchObject({ ...unlisted, type: 'Ping', generation: name })
  })

  it('a payload pollutes no prototype, and keeps its members', async () => {
    const member = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'
    const text = JSON.stringify(user)
    const bodies = [`{${member},${text.slice(1)}`, text.replace('"Message":{', `"Message":{${member},`)]
    for (const body of bodies) {
      const delivery = await receiver.verify(signed(body))
      expect(delivery).toMatchObject({ known: true, type: 'UserRegistered' })
      expect(JSON.stringify(delivery.payload)).toBe(body)
      expect('polluted' in {}).toBe(false)
      expect(Object.getPrototypeOf(delivery.payload)).toBe(Object.prototype)
    }
  })

  it('a name that only __proto__ carries is no name', async () => {
    const delivery = await receiver.verify(
      signed('{"__proto__":{"Event":"UserRegistered"},"Message":{},"Timestamp":""}'),
    )
    expect(delivery).toMatchObject({ known: false, reason: 'unreadable', type: '' })
  })
})

/** A scheme whose secret tells when it is asked for. */
function watched(make: (secret: () => string) => Scheme): { made: Scheme; asked: () => number } {
  const give = vi.fn(() => secret)
  return { made: make(give), asked: () => give.mock.calls.length }
}

const fields = { timestamp: 't', signature: 'v1' }

describe(`${limitsRow}: refused before the secret is asked for`, () => {
  const now = new Date()
  const stamp = Math.floor(now.getTime() / 1000)
  const many = Array<string>(33)
    .fill(`v1=${mac(ping)}`)
    .join()
  it.each([
    ['body size', { ...signed(ping), body: ' '.repeat(1001) }, 'body_too_large'],
    ['body size, in base64', { ...signed(ping), body: 'QUFB'.repeat(500), isBase64Encoded: true }, 'body_too_large'],
    ['body size, in bytes and not in characters', { ...signed(ping), body: '€'.repeat(334) }, 'body_too_large'],
    ['header length', { headers: { 'x-sig': 'a'.repeat(100_000) }, body: ping }, 'header_malformed'],
    ['number of signatures', { headers: { 'x-sig': `t=${stamp},${many}` }, body: ping }, 'signature_malformed'],
    ['a timestamp that is old', { headers: { 'x-sig': `t=1,v1=${mac(ping)}` }, body: ping }, 'timestamp_too_old'],
  ])('%s: refused before the secret is asked for', async (_name, request, code) => {
    const { made, asked } = watched((give) => hmac({ header: 'X-Sig', secret: give, fields }))
    const limited = tinySender(made).createReceiver({ maxBodyBytes: 1000 })
    expect(await verdict(limited.verify(request, { now }))).toBe(code)
    expect(asked()).toBe(0)
  })

  it('a token that cannot be one is refused before the secret is asked for', async () => {
    const { made, asked } = watched((give) => jwt({ header: 'X-Token', secret: give }))
    const verdictOn = (text: string) => verdict(receiverOf(made).verify({ headers: { 'x-token': text }, body: ping }))
    expect(await verdictOn('x')).toBe('token_malformed')
    expect(await verdictOn('a.b.c')).toBe('token_malformed')
    const hs256 = Buffer.from('{"alg":"HS256"}').toString('base64url')
    expect(await verdictOn(`${hs256}.e30.c`)).toBe('signature_malformed')
    expect(await verdictOn('a'.repeat(9000))).toBe('header_malformed')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    expect(await verdictOn(`${none}.e30.${'A'.repeat(43)}`)).toBe('algorithm_refused')
    expect(asked()).toBe(0)
  })
})

describe(`${limitsRow}: how many secrets, how long a body, and how long a look at it may take`, () => {
  it('number of secrets: 64 at most, also from a function', async () => {
    const secrets = Array.from({ length: 65 }, (_, n) => `secret ${n}`)
    expect(() => tyk.createReceiver({ secret: secrets })).toThrow(TypeError)
    expect(await caught(tyk.verify(signed('{}'), { secret: () => secrets }))).toBeInstanceOf(TypeError)
    const last = { secret: secrets.slice(1), strict: false }
    const request = { headers: { [tykHeader]: mac('{}', 'secret 64') }, body: '{}' }
    expect((await tyk.verify(request, last)).proof.credential).toBe('63')
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1000', 2 ** 53])(
    'maxBodyBytes %s: TypeError',
    (value) => {
      const options = { secret, maxBodyBytes: value } as tyk.Options & ReceiverOptions<false> // as untyped callers give it
      expect(() => tyk.createReceiver(options)).toThrow(TypeError)
    },
  )

  it('is 1 MiB unless told', async () => {
    const longest = `"${'a'.repeat(1_048_574)}"`
    expect(await verdict(receiver.verify(signed(longest)))).toBe('accepted')
    expect(await verdict(receiver.verify(signed(`${longest} `)))).toBe('body_too_large')
  })

  it.each([
    ['commas', ',', 'timestamp_malformed'],
    ['names', 'v1=', 'timestamp_malformed'],
    ['names and signs', 'v1=,', 'signature_malformed'],
    ['stamps', 't=,', 'timestamp_malformed'],
    ['white space', ' ', 'signature_malformed'],
    ['digits', '0', 'timestamp_malformed'],
  ])('8 KiB of %s in a signature header, in under 50 ms', async (_name, part, code) => {
    const made = receiverOf(hmac({ header: 'X-Sig', secret, fields }))
    const request = { headers: { 'x-sig': part.repeat(8192 / part.length) }, body: ping }
    expect(await verdict(made.verify(request))).toBe(code)
    expect(await bestTime(() => made.verify(request))).toBeLessThan(50)
  })
})

describe(`${bodiesRow}: known: false`, () => {
  const bodies = ['{}', 'null', '"x"', '[]', '1', 'true', '""', '[{"Event":"UserRegistered"}]', '-0', '1e400']
  it.each(bodies)('%s, of a built-in sender', async (body) => {
    const delivery = await receiver.verify(signed(body))
    expect(delivery).toMatchObject({ known: false, reason: 'unreadable', type: '', payload: JSON.parse(body) })
    expect(delivery.proof.authenticated).toBe(true)
  })

  it.each(bodies)("%s, of anyone's own, however its events are named", async (body) => {
    const base = { scheme: (_options: object) => scheme, events: { Ping: schemaOf<object>(() => false) } }
    const senders = [
      defineProvider({ ...base, naming: { in: 'body', name: 'event' } }),
      defineProvider({ ...base, naming: { in: 'body', name: (json) => String(json['a']).slice(9, 9) } }),
      defineProvider({ ...base, naming: { in: 'body', name: () => String(JSON.parse('')) } }),
      defineProvider({ ...base, naming: { in: 'header', name: 'X-Event' } }),
      defineProvider({ ...base, naming: { in: 'call', name: () => undefined } }),
    ]
    for (const sender of senders) {
      expect(await sender.verify(signed(body), {})).toMatchObject({ known: false, reason: 'unreadable', type: '' })
    }
  })

  it.each([
    ['arrays', '['.repeat(400_000) + ']'.repeat(400_000)],
    ['objects', `${'{"Message":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    [
      'objects in a message',
      `{"Event":"New","Timestamp":"","Message":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
    ],
    [
      'a message of arrays, in a known event',
      JSON.stringify(user).replace('"Email":', `"Deep":${'['.repeat(200_000)}${']'.repeat(200_000)},"Email":`),
    ],
  ])('as deep as the limit allows: %s', async (_name, body) => {
    expect(await verdict(receiver.verify(signed(body)))).toBe('accepted')
  })
})

describe('strict turns every known: false into payload_invalid', () => {
  const strict = tyk.createReceiver({ secret, strict: true })
  it.each([
    ['unlisted', '{"Event":"New","Message":{},"Timestamp":""}', /does not list its event: see the option strict/],
    ['changed', JSON.stringify({ ...user, Message: {} }), /a shape this version does not know: see the option strict/],
    ['unreadable', '{}', /names no event, or not in the usual envelope: see the option strict/],
  ])('%s', async (reason, body, message) => {
    expect(await receiver.verify(signed(body))).toMatchObject({ known: false, reason })
    const result = await strict.safeVerify(signed(body))
    expect(result).toMatchObject({ ok: false, error: { code: 'payload_invalid', status: 422, retryable: false } })
    expect(result).toMatchObject({ error: { message: expect.stringMatching(message) } })
  })

  it('and lets known events through', async () => {
    const result = await strict.safeVerify(signed(JSON.stringify(user)))
    expect(result).toMatchObject({ ok: true, delivery: { known: true, type: 'UserRegistered' } })
  })
})

describe('what a proof claims rests on what was authenticated, and on nothing unsigned', () => {
  it('unsigned headers, method and URL change nothing about a delivery', async () => {
    const plain = await receiver.verify(signed(JSON.stringify(user)))
    const { headers, body } = signed(JSON.stringify(user))
    const more = { 'x-event': 'x', 'webhook-id': 'x', 'x-request-id': 'x', date: 'x', 'content-type': 'text/plain' }
    const dressed = await receiver.verify({
      headers: { ...headers, ...more },
      body,
      method: 'PUT',
      url: '//evil.example/p',
    })
    expect(dressed).toEqual(plain)
  })

  it('an event that an unsigned header names is not covered', async () => {
    const sender = defineProvider({
      scheme: (_options: object) => scheme,
      events: { Ping: schemaOf<object>(() => true) },
      naming: { in: 'header', name: 'X-Event' },
    })
    const { headers, body } = signed(ping)
    const delivery = await sender.verify({ headers: { ...headers, 'X-Event': 'Ping' }, body }, {})
    expect(delivery).toMatchObject({ known: true, type: 'Ping', proof: { covers: { body: true }, coversType: false } })
    const twice = await sender.verify({ headers: { ...headers, 'X-Event': 'Ping', 'x-event': 'Pong' }, body }, {})
    expect(twice).toMatchObject({ known: false, reason: 'unreadable' })
  })

  it('a scheme does not say whether the type is covered', async () => {
    const claiming: typeof scheme = {
      ...scheme,
      verify: async (request, context) => {
        const evidence = await scheme.verify(request, context)
        return { ...evidence, proof: Object.assign({ coversType: true }, evidence.proof) }
      },
    }
    const sender = defineProvider({
      scheme: (_options: object) => claiming,
      events: { Ping: schemaOf<object>(() => true) },
      naming: { in: 'header', name: 'X-Event' },
    })
    const { headers, body } = signed(ping)
    const { proof } = await sender.verify({ headers: { ...headers, 'X-Event': 'Ping' }, body }, {})
    expect(proof.coversType).toBe(false)
  })

  it('a static header covers nothing, whoever names the event', async () => {
    const made = receiverOf(header({ name: 'X-Static', value: 'v' }))
    const { proof } = await made.verify({ headers: { 'x-static': 'v' }, body: ping })
    expect(proof).toMatchObject({ covers: { body: false, url: false, time: false }, coversType: false })
  })

  it("an inflated or otherwise typed body is parsed by the sender's format, never by the content type", async () => {
    const { headers, body } = signed('event=Ping')
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' }
    expect(await verdict(receiver.verify({ headers: form, body }))).toBe('body_malformed')
  })
})

describe('verify throws what safeVerify gives', () => {
  it.each([
    ['refused', { headers: {}, body: '{}' }],
    ['accepted', signed('{}')],
  ])('%s', async (_name, request) => {
    const result = await receiver.safeVerify(request)
    const error = await caught(receiver.verify(request))
    if (result.ok) expect(await receiver.verify(request)).toEqual(result.delivery)
    else expect(error).toEqual(result.error)
    expect(isWebhookError(error)).toBe(!result.ok)
  })

  it.each([undefined, null, 5, 'options'])('options %s: TypeError', async (options) => {
    const given = options as unknown as tyk.Options // as untyped callers give them
    expect(() => tyk.createReceiver(given)).toThrow(TypeError)
    expect(await caught(tyk.verify(signed('{}'), given))).toBeInstanceOf(TypeError)
    expect(await caught(tyk.sign({}, given))).toBeInstanceOf(TypeError)
  })
})
