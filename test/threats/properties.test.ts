import { createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { isWebhookError, type WebhookRequest } from 'countersign'
import { header, hmac, jwt } from 'countersign/schemes'
import * as tyk from 'countersign/tyk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leaksInto, shown } from '../support/leaks.ts'
import { ping, receiverOf, tinySender } from '../support/tiny-sender.ts'
import {
  base64url,
  bodyHash,
  fresh,
  hs256,
  iat,
  judge,
  signInput,
  token,
  tokenSecret,
  tokenTime,
} from '../support/tokens.ts'
import { caught, untyped, verdict } from '../support/verdict.ts'
import { webStream } from '../support/web-stream.ts'

/** On a busy machine some of them need longer than other tests may. */
const slow = { timeout: 30_000 }
const secret = 'a secret for properties'
const receiver = tyk.createReceiver({ secret })
const tokens = receiverOf(jwt({ header: 'X-Token', secret: tokenSecret, bodyHashClaim: 'hash', bodyHash: 'ifPresent' }))

function mac(body: string | Uint8Array, key: string | Uint8Array = secret): string {
  return createHmac('sha256', key).update(body).digest('hex')
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
)
const body = fc.oneof(text, fc.uint8Array(), fc.json())
const headerValue = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constantFrom(undefined, null, 5, {}, ''))

describe('any bytes as header or body', slow, () => {
  it('give a delivery or a WebhookError, and nothing else', async () => {
    const answered = async (request: WebhookRequest): Promise<void> => {
      await verdict(receiver.verify(request))
      await verdict(tokens.verify(request))
    }
    await fc.assert(
      fc.asyncProperty(headerValue, headerValue, body, async (signature, text, body) => {
        await answered(untyped({ headers: { 'x-signature-sha256': signature, 'x-token': text }, body }))
      }),
    )
  })

  it('rightly signed, are a delivery, or no JSON', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (body) => {
        const end = await verdict(receiver.verify({ headers: { 'x-signature-sha256': mac(body) }, body }))
        const signed = typeof body !== 'string' || body.isWellFormed()
        expect(end).toBe(signed && isJson(body) ? 'accepted' : 'body_malformed')
      }),
    )
  })
})

/** An object with this member, or without. */
function member(name: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  return fc.oneof(
    value.map((given) => ({ [name]: given })),
    fc.constant({}),
  )
}

/** A part of a token: an object of these members, a part that is right, any JSON, or anything. */
function part(...members: readonly fc.Arbitrary<object>[]): fc.Arbitrary<string> {
  const object = fc.tuple(...members).map((all) => JSON.stringify(Object.assign({}, ...all)))
  return fc.oneof({ weight: 3, arbitrary: object }, fc.constantFrom(hs256, fresh), fc.json(), text)
}

const time = fc.oneof(fc.jsonValue(), fc.double(), fc.integer({ min: iat - 400, max: iat + 400 }))
const alg = fc.oneof({ weight: 3, arbitrary: fc.constant('HS256') }, fc.jsonValue())
const tokenHeader = part(member('alg', alg), member('crit', fc.jsonValue()), member('b64', fc.jsonValue()))
const tokenClaims = part(member('iat', time), member('exp', time), member('nbf', time))

describe('any token: whatever jose refuses is refused here', slow, () => {
  it('anything in a signed token is refused where jose refuses it', async () => {
    await fc.assert(
      fc.asyncProperty(tokenHeader, tokenClaims, async (header, claims) => {
        const { ours, jose } = await judge(token(header, claims))
        if (jose === 'refuses') expect(ours).not.toBe('accepted')
      }),
      { numRuns: 250 },
    )
  })

  it('a genuine token with one character changed, gone or more is refused, whatever jose says', async () => {
    const genuine = token()
    const at = fc.nat({ max: genuine.length - 1 })
    const insert = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
      fc.constantFrom('', '=', ' ', '.', ',', 'A', '\n'),
    )
    await fc.assert(
      fc.asyncProperty(at, fc.nat({ max: 2 }), insert, async (at, gone, insert) => {
        const changed = genuine.slice(0, at) + insert + genuine.slice(at + gone)
        const { ours } = await judge(changed)
        expect(ours === 'accepted').toBe(changed === genuine)
      }),
      { numRuns: 250 },
    )
  })

  it('any input to be signed is refused where jose refuses it', async () => {
    const characters = fc.constantFrom(...base64url(hs256), '.', '=', ' ', '-', '_', '+', '/')
    const input = fc
      .array(characters, { maxLength: 12 })
      .map((more) => `${base64url(hs256)}.${base64url(fresh)}${more.join('')}`)
    await fc.assert(
      fc.asyncProperty(input, async (input) => void (await judge(signInput(input)))),
      { numRuns: 200 },
    )
  })
})

function isJson(body: string | Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body)))
    return true
  } catch {
    return false
  }
}

describe('any change of one byte of the body', slow, () => {
  it('is refused', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 })
    await fc.assert(
      fc.asyncProperty(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), async (bytes, position, change) => {
        const other = bytes.slice()
        const at = position % bytes.length
        other[at] = (other[at] ?? 0) ^ change
        const signed = { headers: { 'x-signature-sha256': mac(bytes) }, body: other }
        expect(await verdict(receiver.verify(signed))).toBe('signature_mismatch')
        const claims = JSON.stringify({ iat, hash: bodyHash(bytes) })
        const hashed = { headers: { 'x-token': token(hs256, claims) }, body: other }
        expect(await verdict(tokens.verify(hashed, { now: tokenTime }))).toBe('body_hash_mismatch')
      }),
    )
  })
})

describe('sign, then verify', slow, () => {
  const schemes = (key: string | Uint8Array) => [
    hmac({ header: 'X-Sig', secret: key }),
    hmac({ header: 'X-Sig', secret: key, encoding: 'base64url', prefix: 'v0=', timestampHeader: 'X-Time' }),
    hmac({ header: 'X-Sig', secret: key, encoding: 'base64', fields: { timestamp: 't', signature: 'v1' } }),
    jwt({ header: 'X-Token', secret: key, bodyHashClaim: 'hash' }),
  ]
  const key = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.string({ minLength: 1 }),
    fc.uint8Array({ minLength: 1 }),
  )

  it('holds for any JSON and any secret that is accepted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.object()), key, async (payload, key) => {
        fc.pre(typeof payload !== 'string' && isAccepted(key))
        for (const scheme of schemes(key)) {
          const sender = tinySender(scheme)
          const request = await sender.sign(payload, {})
          const delivery = await sender.verify(request, {})
          expect(delivery.payload).toEqual(JSON.parse(JSON.stringify(payload)))
          expect(await verdict(sender.verify({ ...request, body: `${Buffer.from(request.body)} ` }, {}))).toMatch(
            /_mismatch$/,
          )
        }
      }),
      { numRuns: 100 },
    )
  })

  it('and an independent signer gives the same', async () => {
    await fc.assert(
      fc.asyncProperty(body, key, async (body, key) => {
        fc.pre(isAccepted(key) && (typeof body !== 'string' || body.isWellFormed()))
        const { headers } = await tinySender(hmac({ header: 'X-Sig', secret: key })).sign(body, {})
        expect(headers['x-sig']).toBe(mac(body, key))
      }),
    )
  })
})

/** Whether the options take a secret at all: not padded with white space, well-formed. */
function isAccepted(key: string | Uint8Array): boolean {
  return typeof key !== 'string' || (key.trim() === key && key.isWellFormed())
}

/** Letters that no message of ours has eight of in a row. */
const marked = fc.string({ unit: fc.constantFrom(...'QXZJVKWqxzjvk'), minLength: 16, maxLength: 40 })

/** Deliveries that must be refused, each for another reason. */
function refusals(secret: string, body: string): Promise<unknown>[] {
  const signed = { headers: { 'x-sig': mac(body, secret) }, body }
  const known = { headers: { 'x-sig': mac(JSON.stringify({ body }), secret) }, body: JSON.stringify({ body }) }
  const bySignature = receiverOf(hmac({ header: 'X-Sig', secret }))
  const byToken = receiverOf(jwt({ header: 'X-Token', secret, bodyHashClaim: 'hash' }))
  const ofClaims = (claims: string) => ({ headers: { 'x-token': token(hs256, claims, secret) }, body })
  const broken = webStream([], { pull: (controller) => controller.error(new Error(`${body} ${secret}`)) })
  const throwing = hmac({ header: 'X-Sig', secret: () => Promise.reject(new Error(`${secret} ${body}`)) })
  return [
    bySignature.verify({ ...signed, body: `${body}x` }),
    bySignature.verify({ headers: { 'x-sig': body }, body: secret }),
    bySignature.verify(signed),
    tinySender(hmac({ header: 'X-Sig', secret }))
      .createReceiver({ strict: true })
      .verify(known),
    bySignature.verify({ ...signed, body: broken }),
    bySignature.verify({ ...signed, body: `${body}\ud800` }),
    bySignature.verify({ ...signed, isBase64Encoded: true, body: `${body}!` }),
    receiverOf(throwing).verify(signed),
    receiverOf(hmac({ header: 'X-Sig', secret }), { maxBodyBytes: 1 }).verify(signed),
    receiverOf(header({ name: 'X-Static', value: secret })).verify({ headers: { 'x-static': body }, body }),
    byToken.verify({ headers: { 'x-token': `${body}.${body}.${mac(body, secret)}` }, body }),
    byToken.verify(ofClaims(body), { now: tokenTime }),
    byToken.verify(ofClaims(JSON.stringify({ iat: body })), { now: tokenTime }),
    byToken.verify(ofClaims(JSON.stringify({ iat, exp: body })), { now: tokenTime }),
    byToken.verify(ofClaims(JSON.stringify({ iat, hash: body })), { now: tokenTime }),
    byToken.verify(ofClaims(JSON.stringify({ iat, body })), { now: tokenTime }),
  ]
}

describe('no error, however it is inspected', slow, () => {
  it('contains the secret, the signature, the token, or eight bytes in a row of the body', async () => {
    await fc.assert(
      fc.asyncProperty(marked, marked, async (secret, body) => {
        const errors = await Promise.all(refusals(secret, body).map(caught))
        const received = [mac(body, secret), token(hs256, JSON.stringify({ iat, body }), secret)]
        for (const error of errors) {
          expect(isWebhookError(error)).toBe(true)
          const log = shown(error)
          expect([secret, body, ...received].filter((what) => leaksInto(log, what))).toEqual([])
        }
      }),
      { numRuns: 15 },
    )
  })

  it('nor does a TypeError about the secret or the body', async () => {
    await fc.assert(
      fc.asyncProperty(marked, marked, async (secret, body) => {
        const errors = [
          await caught(Promise.resolve().then(() => tyk.createReceiver({ secret: ` ${secret}` }))),
          await caught(Promise.resolve().then(() => tyk.createReceiver({ secret: [secret, secret] }))),
          await caught(tyk.verify({ body, headers: {} }, { secret: `${secret}\ud800` })),
          await caught(receiver.verify(untyped({ headers: { 'x-signature-sha256': mac(body) }, body: { body } }))),
        ]
        for (const error of errors) {
          expect(error).toBeInstanceOf(TypeError)
          expect([secret, body, mac(body)].filter((what) => leaksInto(shown(error), what))).toEqual([])
        }
      }),
      { numRuns: 15 },
    )
  })

  it('and the test would see it: an error that says too much is found', () => {
    const body = 'QXZJVKWq and more'
    const errors = [
      new Error(`no ${body}`),
      new Error('no', { cause: new Error(body) }),
      Object.assign(new Error('no'), { body: Buffer.from(body) }),
      Object.assign(new Error('no'), { body: new TextEncoder().encode(body) }),
      Object.defineProperty(new Error('no'), 'hidden', { value: { deep: [{ body }] } }),
      new Error(Buffer.from(body).toString('hex')),
      new Error(Buffer.from(body).toString('base64')),
    ]
    for (const error of errors) expect(leaksInto(shown(error), body)).toBe(true)
    expect(leaksInto(shown(new Error('no')), body)).toBe(false)
  })
})

describe('how a stream is cut into chunks', slow, () => {
  const limited = tyk.createReceiver({ secret, maxBodyBytes: 150 })

  /** The delivery's id, or the code of the refusal. */
  async function endOf(body: unknown, signature: string): Promise<string> {
    const result = await limited.safeVerify({ headers: { 'x-signature-sha256': signature }, body })
    return result.ok ? result.delivery.id : result.error.code
  }

  it('does not change the verdict', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
    )
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.array(fc.nat({ max: 200 }), { maxLength: 8 }),
        fc.boolean(),
        async (bytes, cuts, right) => {
          const signature = mac(right ? bytes : new Uint8Array(1))
          const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length]
          const chunks = edges.slice(1).map((end, index) => bytes.slice(edges[index], end))
          const whole = await endOf(bytes, signature)
          expect(await endOf(Readable.from(chunks, { objectMode: false }), signature)).toBe(whole)
          expect(await endOf(webStream(chunks), signature)).toBe(whole)
          const backToFront = edges.slice(1).map((end, index) => Buffer.from(bytes).subarray(edges[index], end))
          expect(await endOf(Readable.from(backToFront, { objectMode: false }), signature)).toBe(whole)
        },
      ),
    )
  })
})

describe('two spellings of one delivery', slow, () => {
  it('have one id: hex in any case', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }), async (body, upper) => {
        const signature = mac(body)
        const other = [...signature].map((digit, at) => (upper[at] ? digit.toUpperCase() : digit)).join('')
        const ids = await Promise.all(
          [signature, other].map(
            async (value) => (await receiver.verify({ headers: { 'X-Signature-SHA256': value }, body })).id,
          ),
        )
        expect(ids[0]).toBe(ids[1])
      }),
    )
  })

  it('have one id: fields in another order, with more beside them', async () => {
    const scheme = hmac({ header: 'X-Sig', secret, fields: { timestamp: 't', signature: 'v1' } })
    const stamp = String(iat)
    const signature = `v1=${mac(`${stamp}.${ping}`)}`
    const spelt = [
      `t=${stamp},${signature}`,
      `${signature.replace('v1=', 'v0=x,v1=')},t=${stamp}`,
      `t=${stamp},v1=,${signature}`,
    ]
    const deliveries = spelt.map((value) =>
      receiverOf(scheme).verify({ headers: { 'x-sig': value }, body: ping }, { now: tokenTime }),
    )
    const ids = (await Promise.all(deliveries)).map(({ id }) => id)
    expect(new Set(ids).size).toBe(1)
  })

  it('and two deliveries have two: another body, another time', async () => {
    const scheme = hmac({ header: 'X-Sig', secret, timestampHeader: 'X-Time' })
    const sender = tinySender(scheme)
    const ids: string[] = []
    for (const [body, offset] of [
      [ping, 0],
      [ping, 1],
      [`${ping} `, 0],
    ] as const) {
      const now = new Date(tokenTime.getTime() + offset * 1000)
      const request = await sender.sign(body, { now })
      ids.push((await sender.verify(request, { now })).id)
    }
    expect(new Set(ids).size).toBe(3)
    const other = await receiver.verify({ headers: { 'x-signature-sha256': mac('{"a":1}') }, body: '{"a":1}' })
    const spaced = await receiver.verify({ headers: { 'x-signature-sha256': mac('{"a": 1}') }, body: '{"a": 1}' })
    expect(other.id).not.toBe(spaced.id)
  })
})
