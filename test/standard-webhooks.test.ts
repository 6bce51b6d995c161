import { createHmac } from 'node:crypto'
import { defineProvider, type ErrorCode, type WebhookRequest } from 'countersign'
import { type SecretOption, type StandardWebhooksOptions, standardWebhooks } from 'countersign/schemes'
import fc from 'fast-check'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { ping, schemaOf, verifyBy } from './support/tiny-sender.ts'
import { caught, expectMistake, verdict } from './support/verdict.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const key = Buffer.from(secret.slice(6), 'base64')
const now = new Date('2026-11-03T10:20:30.500Z')
const seconds = Math.floor(now.getTime() / 1000)
const id = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'

type Prefix = 'webhook' | 'svix'
type Options = Partial<StandardWebhooksOptions>

function mac(text: string | Uint8Array, by: string | Uint8Array = key): string {
  return createHmac('sha256', by).update(text).digest('base64')
}

const right = mac(`${id}.${seconds}.${ping}`)

const sender = defineProvider({
  scheme: standardWebhooks,
  events: { Ping: schemaOf<{ event: 'Ping' }>(() => true) },
  naming: { in: 'body', name: 'event' },
})

/** One set of headers, right unless told. */
function set(prefix: Prefix, { signature = `v1,${right}`, timestamp = String(seconds), messageId = id } = {}) {
  return {
    [`${prefix}-id`]: messageId,
    [`${prefix}-timestamp`]: timestamp,
    [`${prefix}-signature`]: signature,
  }
}

function accept(headers: WebhookRequest['headers'], body: unknown = ping, options: Options = {}) {
  return verifyBy(standardWebhooks({ secret, ...options }), { headers, body }, { now })
}

function check(headers: WebhookRequest['headers'], body?: unknown, options?: Options): Promise<ErrorCode | 'accepted'> {
  return verdict(accept(headers, body, options))
}

/** The verdict on a set in which the signature's header holds this. */
function signedBy(signature: string): Promise<ErrorCode | 'accepted'> {
  return check(set('webhook', { signature }))
}

/** The verdict on a delivery that was really signed with this timestamp. */
function signedAt(timestamp: string, options?: Options): Promise<ErrorCode | 'accepted'> {
  return check(set('webhook', { timestamp, signature: `v1,${mac(`${id}.${timestamp}.${ping}`)}` }), undefined, options)
}

/** The verdict on a delivery that was really signed with this id, as its sender writes it. */
function signedAs(messageId: string, wire = messageId): Promise<ErrorCode | 'accepted'> {
  return check(set('webhook', { messageId: wire, signature: `v1,${mac(`${messageId}.${seconds}.${ping}`)}` }))
}

/** The verdict by a crypto that counts, and finds nothing right. */
async function countHmacs(headers: Record<string, string>, option: SecretOption = secret) {
  let hmacs = 0
  const crypto = {
    backend: 'node:crypto' as const,
    hmac: () => {
      hmacs += 1
      return ''
    },
    hmacKey: () => new Uint8Array(32),
    sha256: () => '',
  }
  const header = (name: string) => (headers[name] === undefined ? [] : [headers[name]])
  const incoming = { source: {}, header, body: new TextEncoder().encode(ping) }
  const scheme = standardWebhooks({ secret: option })
  const code = await verdict((async () => scheme.verify(incoming, { now: now.getTime(), crypto }))())
  return { code, hmacs }
}

describe('the vector of the Svix documentation', () => {
  const vector = {
    secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
    body: '{"event_type":"ping","data":{"success":true}}',
    at: new Date(1731705121_000),
    headers: {
      'svix-id': 'msg_loFOjxBNrRLzqYUf',
      'svix-timestamp': '1731705121',
      'svix-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    },
  }
  it('is accepted', async () => {
    const scheme = standardWebhooks({ secret: vector.secret })
    const { proof, id, idFrom } = await verifyBy(scheme, vector, { now: vector.at })
    const covers = { body: true, url: false, time: true }
    const expected = { scheme: 'standardWebhooks', authenticated: true, covers, signedAt: vector.at }
    expect(proof).toEqual({ ...expected, coversType: true })
    expect({ id, idFrom }).toEqual({ id: 'msg_loFOjxBNrRLzqYUf', idFrom: 'sender' })
  })

  it('is what we sign', async () => {
    const options = { secret: vector.secret, prefix: 'svix', now: vector.at } as const
    const signed = await sender.sign(vector.body, { ...options, headers: { 'Svix-Id': 'msg_loFOjxBNrRLzqYUf' } })
    const { headers, authHeaders } = signed
    expect(headers).toEqual({ 'content-type': 'application/json', ...vector.headers })
    expect([...authHeaders].sort()).toEqual(Object.keys(vector.headers).sort())
  })
})

const libraries = [
  ['svix', 'webhook', new SvixWebhook(secret)],
  ['svix', 'svix', new SvixWebhook(secret)],
  ['standardwebhooks', 'webhook', new StandardWebhook(secret)],
] as const

/** JSON with text beyond ASCII, and with what `String.replace` would take for a pattern. */
const bodies = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify({ text })),
  fc.constantFrom('"$&"', '"$1 $$ $`"', ' {"a":1}\n', '"\\u0000"', '"\u2028"'),
)
const ids = fc.stringMatching(/^[!-\-/-~]{1,64}$/)

describe.each(libraries)('%s, in the headers %s-*', (_name, prefix, library) => {
  it('signs what we accept', () =>
    fc.assert(
      fc.asyncProperty(bodies, ids, async (body, messageId) => {
        const headers = set(prefix, { messageId, signature: library.sign(messageId, now, body) })
        const delivery = await accept(headers, body)
        expect(delivery.id).toBe(messageId)
        expect(delivery.payload).toEqual(JSON.parse(body))
        expect(await check(headers, `${body} `)).toBe('signature_mismatch')
        expect(await check({ ...headers, [`${prefix}-id`]: `${messageId}x` }, body)).toBe('signature_mismatch')
      }),
      { numRuns: 40 },
    ))

  it('accepts what we sign', () =>
    fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { headers } = await sender.sign(body, { secret, prefix }) // by its clock and ours
        expect(library.verify(body, headers)).toEqual(JSON.parse(body))
        expect(() => library.verify(`${body} `, headers)).toThrow('No matching signature found')
      }),
      { numRuns: 40 },
    ))

  it('takes the key as bytes, as we do', async () => {
    const raw = new StandardWebhook(key, { format: 'raw' })
    const headers = set(prefix, { signature: raw.sign(id, now, ping) })
    expect(await check(headers, ping, { secret: key })).toBe('accepted')
    expect(await check(headers, ping, { secret: secret.slice(6) })).toBe('accepted')
  })

  it('accepts whatever we accept, and what we refuse of its own is no proper list', () =>
    fc.assert(
      fc.asyncProperty(fc.array(entries, { maxLength: 40 }), async (list) => {
        const at = new Date()
        const genuine = library.sign(id, at, ping)
        const written = list.map((entry) => entry.replace('right', genuine))
        const signature = written.join(' ')
        const headers = set(prefix, { timestamp: String(Math.floor(at.getTime() / 1000)), signature })
        const ours = await verdict(verifyBy(standardWebhooks({ secret }), { headers, body: ping }, { now: at }))
        const theirs = await verdictOf(() => library.verify(ping, headers))
        const proper = written.length <= 32 && written.every((entry) => entry !== '' && !/,.*,/.test(entry))
        expect(ours === 'accepted').toBe(theirs === 'accepted' && proper)
      }),
      { numRuns: 200 },
    ))
})

/** Entries of a signature list; `right` stands for the one that is. */
const entries = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('right', 'right,', `v1,${mac('another')}`) },
  fc.constantFrom('v1', 'v1,', 'v1a,AAAA', 'v2,x', '', ',', `V1,${right}`, `v1,${right},`),
  fc.stringMatching(/^[!-~]{1,20}$/),
)

async function verdictOf(run: () => unknown): Promise<'accepted' | 'refused'> {
  return (await caught((async () => run())())) === undefined ? 'accepted' : 'refused'
}

describe('a signed delivery', () => {
  it('has the literal proof of the scheme', async () => {
    const { proof } = await sender.verify({ headers: set('svix'), body: ping }, { secret, now })
    expectTypeOf(proof.scheme).toEqualTypeOf<'standardWebhooks'>()
    expectTypeOf(proof.covers).toEqualTypeOf<{ readonly body: true; readonly url: false; readonly time: true }>()
    expectTypeOf(proof.signedAt).toEqualTypeOf<Date>()
    expect(proof.signedAt).toEqual(new Date(seconds * 1000))
  })

  it('keeps its id where it is sent again, signed anew', async () => {
    const later = new Date(now.getTime() + 3600_000)
    const [first, again] = await Promise.all(
      [now, later].map(async (at) => sender.verify(await sender.sign(ping, { secret, now: at }), { secret, now: at })),
    )
    expect(again?.id).toBe(first?.id)
    expect(again?.proof.signedAt).not.toEqual(first?.proof.signedAt)
    const other = await sender.sign('{"event":"Ping","n":1}', { secret, now })
    expect((await sender.verify(other, { secret, now })).id).not.toBe(first?.id)
  })

  it('takes its id from the headers that sign is given', async () => {
    const request = await sender.sign(ping, { secret, now, headers: { 'Webhook-Id': 'msg_1', 'X-Other': 'kept' } })
    expect(request.headers).toMatchObject({ 'webhook-id': 'msg_1', 'x-other': 'kept' })
    expect((await sender.verify(request, { secret, now })).id).toBe('msg_1')
    expect((await sender.sign(ping, { secret, now })).headers['webhook-id']).toMatch(/^msg_[0-9a-f]{27}$/)
  })

  it('says by its label which of several secrets matched', async () => {
    const retiring = { label: 'retiring', value: `whsec_${Buffer.alloc(24, 7).toString('base64')}` }
    const { proof } = await accept(set('webhook'), ping, { secret: [retiring, { label: 'current', value: secret }] })
    expect(proof.credential).toBe('current')
    expect(await check(set('webhook'), ping, { secret: [retiring] })).toBe('signature_mismatch')
  })
})

describe('v1 list: valid one first, last, among 32; unknown versions; v1 without value; 33 or 10,000 entries', () => {
  const wrong = (n: number) => `v1,${mac(`another text, ${n}`)}`
  const list = (length: number, at: number, other = wrong) =>
    Array.from({ length }, (_, n) => (n === at ? `v1,${right}` : other(n))).join(' ')
  const ed25519 = `v1a,${Buffer.alloc(64, 9).toString('base64')}`

  it.each([
    ['alone', list(1, 0)],
    ['first of two', list(2, 0)],
    ['last of two', list(2, 1)],
    ['first of 32', list(32, 0)],
    ['in the middle of 32', list(32, 15)],
    ['last of 32', list(32, 31)],
    ['twice', `v1,${right} v1,${right}`],
    ['behind v1a', `${ed25519} v1,${right}`],
    ['before v1a', `v1,${right} ${ed25519}`],
    ['among versions that do not exist', `v0,${right} v10,x v2,${mac('two')} v1,${right} V1,${right} x`],
    ['beside v1 without value', `v1, v1,${right} v1`],
    ['beside v1 with another value than 32 bytes', `v1,AA== v1,${right} v1,${right}${right}`],
  ])('%s: accepted', async (_name, signature) => {
    expect(await signedBy(signature)).toBe('accepted')
  })

  it.each([
    ['only wrong ones', list(32, -1), 'signature_mismatch'],
    ['33 entries', list(33, 0), 'signature_malformed'],
    ['33 entries, most of an unknown version', list(33, 32, () => 'v2,x'), 'signature_malformed'],
    ['10,000 entries', list(10_000, 0), 'header_malformed'],
    ['10,000 short entries', `v1,${right} ${'x '.repeat(9_999)}x`, 'header_malformed'],
    ['v1 without value', 'v1,', 'signature_malformed'],
    ['a letter before v1', `xv1,${right}`, 'signature_malformed'],
    ['v1 without a comma', 'v1', 'signature_malformed'],
    ['no version', right, 'signature_malformed'],
    ['a comma and no version', `,${right}`, 'signature_malformed'],
    ['v1a alone', ed25519, 'signature_malformed'],
    ['v1a with what would be right for v1', `v1a,${right}`, 'signature_malformed'],
    ['v2 with what would be right for v1', `v2,${right}`, 'signature_malformed'],
    ['V1', `V1,${right}`, 'signature_malformed'],
    ['v1 with an equals sign', `v1=${right}`, 'signature_malformed'],
    ['empty', '', 'header_missing'],
  ] as const)('%s: refused', async (_name, signature, code) => {
    expect(await signedBy(signature)).toBe(code)
  })

  it('over 32 refuse before hashing', async () => {
    expect(await countHmacs(set('webhook', { signature: list(33, 0) }))).toEqual({
      code: 'signature_malformed',
      hmacs: 0,
    })
  })

  it('costs one HMAC a secret, however many signatures there are', async () => {
    const headers = set('webhook', { signature: list(32, -1) })
    const secrets = Array.from({ length: 5 }, (_, n) => `whsec_${Buffer.alloc(24, n).toString('base64')}`)
    expect(await countHmacs(headers, secrets)).toEqual({ code: 'signature_mismatch', hmacs: 5 })
  })
})

describe('a signature has one spelling', () => {
  const flipped = `${right.slice(0, 42)}${right.charAt(42) === 'A' ? 'B' : String.fromCharCode(right.charCodeAt(42) + 1)}=`
  it.each([
    ['unpadded', `v1,${right.slice(0, -1)}`, 'signature_malformed'],
    ['padded twice', `v1,${right}=`, 'signature_malformed'],
    ['other last bits', `v1,${flipped}`, 'signature_mismatch'],
    ['base64url', `v1,${right.slice(0, 40)}-_-=`, 'signature_malformed'],
    ['hex', `v1,${Buffer.from(right, 'base64').toString('hex')}`, 'signature_malformed'],
    ['junk inserted', `v1,${right.slice(0, 9)}!${right.slice(9)}`, 'signature_malformed'],
    [
      '33 bytes',
      `v1,${Buffer.concat([Buffer.from(right, 'base64'), Buffer.of(0)]).toString('base64')}`,
      'signature_malformed',
    ],
    ['non-ASCII', `v1,é${right.slice(1)}`, 'signature_malformed'],
    ['beyond Latin-1', `v1,\u{1f600}${right.slice(2)}`, 'signature_malformed'],
    ['quotes', `"v1,${right}"`, 'signature_malformed'],
    ['space in front', ` v1,${right}`, 'signature_malformed'],
    ['space behind', `v1,${right} `, 'signature_malformed'],
    ['two spaces between', `v1,${right}  v1,${right}`, 'signature_malformed'],
    ['tab between', `v1,${right}\tv1,${right}`, 'header_malformed'],
    ['newline behind', `v1,${right}\n`, 'header_malformed'],
    ['NUL behind', `v1,${right}\0`, 'header_malformed'],
    ['of another secret', `v1,${mac(`${id}.${seconds}.${ping}`, 'another key')}`, 'signature_mismatch'],
    ['by the secret as text', `v1,${mac(`${id}.${seconds}.${ping}`, secret)}`, 'signature_mismatch'],
    ['of the body alone', `v1,${mac(ping)}`, 'signature_mismatch'],
  ] as const)('%s: refused', async (_name, signature, code) => {
    expect(await signedBy(signature)).toBe(code)
  })

  it('every truncation: refused', async () => {
    for (let length = 1; length < right.length; length += 1) {
      expect(await signedBy(`v1,${right.slice(0, length)}`)).toBe('signature_malformed')
    }
  })

  it.each([
    ['the right one first', `v1,${right}`, `v1,${mac('another')}`],
    ['the right one last', `v1,${mac('another')}`, `v1,${right}`],
    ['both right', `v1,${right}`, `v1,${right}`],
  ])('sent twice, %s: refused in every shape', async (_name, one, two) => {
    const headers = set('webhook', { signature: '' })
    const name = 'webhook-signature'
    const fetched = new Headers({ ...headers, [name]: one })
    fetched.append(name, two)
    const { [name]: _, ...others } = headers
    expect(await check(fetched)).toBe('signature_malformed')
    expect(await signedBy(`${one},${two}`)).toBe('signature_malformed')
    expect(await check({ ...others, [name]: [one, two] })).toBe('header_malformed')
    expect(await check([...Object.entries(others), [name, one], [name, two]])).toBe('header_malformed')
    expect(await check({ ...others, [name]: one, 'Webhook-Signature': two })).toBe('header_malformed')
  })
})

describe('header set mixed from svix-* and webhook-*; both sets with different values', () => {
  const parts = ['id', 'timestamp', 'signature'] as const
  const all = { ...set('webhook'), ...set('svix') }
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)))

  it.each(['webhook', 'svix'] as const)('%s-* alone: accepted, in any case', async (prefix) => {
    expect(await check(set(prefix))).toBe('accepted')
    const upper = Object.entries(set(prefix)).map(([name, value]) => [name.toUpperCase(), value] as const)
    expect(await check(upper)).toBe('accepted')
  })

  it('both sets alike: accepted', async () => {
    expect(await check(all)).toBe('accepted')
  })

  it.each(parts)('one set, and of the other %s alone', async (part) => {
    const [name, value] = [`svix-${part}`, set('svix')[`svix-${part}`] ?? '']
    expect(await check({ ...set('webhook'), [name]: value })).toBe('header_missing')
  })

  it.each(parts.flatMap((part) => [`webhook-${part}`, `svix-${part}`]))('both sets, %s missing', async (name) => {
    expect(await check(without(name))).toBe('header_missing')
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 7].filter((bits) => bits > 0 && bits < 7))(
    'one of each, put together to a whole set (%#)',
    async (bits) => {
      const names = parts.map((part, n) => ((bits >> n) & 1 ? `webhook-${part}` : `svix-${part}`))
      const mixed = Object.fromEntries(names.map((name) => [name, all[name]]))
      expect(Object.keys(mixed)).toHaveLength(3)
      expect(await check(mixed)).toBe('header_missing')
    },
  )

  it.each([
    ['svix-id', 'msg_other'],
    ['svix-timestamp', String(seconds - 1)],
    ['svix-signature', `v1,${mac('another')}`],
    ['webhook-id', 'msg_other'],
    ['webhook-timestamp', String(seconds + 1)],
    ['webhook-signature', `v1,${right} v1,${right}`],
  ])('both sets, another %s: refused', async (name, value) => {
    expect(await check({ ...all, [name]: value })).toBe('header_malformed')
  })

  it('two sets that are right each for itself: refused', async () => {
    const other = { messageId: 'msg_other', signature: `v1,${mac(`msg_other.${seconds}.${ping}`)}` }
    expect(await check(set('svix', other))).toBe('accepted')
    expect(await check({ ...set('webhook'), ...set('svix', other) })).toBe('header_malformed')
  })

  it('where one prefix is asked for, the other counts for nothing', async () => {
    expect(await check(set('svix'), ping, { prefix: 'webhook' })).toBe('header_missing')
    expect(await check(set('webhook'), ping, { prefix: 'svix' })).toBe('header_missing')
    const forged = { ...set('webhook'), ...set('svix', { messageId: 'msg_forged' }) }
    const { id: found } = await accept(forged, ping, { prefix: 'webhook' })
    expect(found).toBe(id)
    expect(await check(forged, ping, { prefix: 'svix' })).toBe('signature_mismatch')
  })

  it.each(parts)('%s sent twice, or under two spellings: refused', async (part) => {
    const name = `webhook-${part}`
    const value = set('webhook')[name] ?? ''
    expect(await check({ ...set('webhook'), [name]: [value, value] })).toBe('header_malformed')
    expect(await check({ ...set('webhook'), [name.toUpperCase()]: value })).toBe('header_malformed')
    const joined = { id: 'header_malformed', timestamp: 'timestamp_malformed', signature: 'signature_malformed' }[part]
    expect(await check({ ...set('webhook'), [name]: `${value}, ${value}` })).toBe(joined)
    expect(await check({ ...set('webhook'), [name]: '' })).toBe('header_missing')
  })

  it.each([
    [{}, 'no webhook-* or svix-* headers: is a proxy stripping them?'],
    [{ prefix: 'svix', hint: 'is the endpoint set up?' }, 'no svix-* headers: is the endpoint set up?'],
  ] as const)('says what is missing, with %j', async (options, message) => {
    expect(await caught(accept({}, ping, options))).toMatchObject({ code: 'header_missing', message })
  })
})

describe('timestamp 1700000000junk,  1700000000, 1700000000.9, 1e9, 0x…, empty, negative, in milliseconds', () => {
  it.each([
    ...[`${seconds}junk`, ` ${seconds}`, `${seconds} `, `${seconds}.9`, `${seconds}.`, `+${seconds}`, `-${seconds}`],
    ...['1e9', '1.7e9', `0x${seconds.toString(16)}`, String(now.getTime()), 'NaN', 'Infinity', '１７００００００００'],
    ...[`${seconds},${seconds}`, new Date(seconds * 1000).toISOString()],
  ])('%j: refused, though it was signed', async (timestamp) => {
    expect(await signedAt(timestamp)).toBe('timestamp_malformed')
  })

  it('empty: refused', async () => {
    expect(await signedAt('')).toBe('header_missing')
  })

  it('with a NUL or a line feed: refused', async () => {
    expect(await signedAt(`${seconds}\0`)).toBe('header_malformed')
    expect(await signedAt(`${seconds}\n`)).toBe('header_malformed')
  })
})

describe('timestamp one second inside or outside each edge, past and future', () => {
  it.each([
    [-301, 'timestamp_too_old'],
    [-300, 'timestamp_too_old'],
    [-299, 'accepted'],
    [0, 'accepted'],
    [300, 'accepted'],
    [301, 'timestamp_too_new'],
  ] as const)('%d s: %s', async (offset, code) => {
    expect(await signedAt(String(seconds + offset))).toBe(code)
  })

  it.each([
    [-10, 'timestamp_too_old'],
    [-9, 'accepted'],
    [10, 'accepted'],
    [11, 'timestamp_too_new'],
  ] as const)('%d s with a tolerance of 10 s: %s', async (offset, code) => {
    expect(await signedAt(String(seconds + offset), { toleranceSeconds: 10 })).toBe(code)
  })

  it('another timestamp than the one that was signed: refused', async () => {
    expect(await check(set('webhook', { timestamp: String(seconds - 1) }))).toBe('signature_mismatch')
    expect(await check(set('webhook', { timestamp: `0${seconds}` }))).toBe('timestamp_malformed')
  })
})

describe('the id', () => {
  it.each(['a', 'msg_1', '0b8f7c5e-7d0c-4a57-9f0e-2f6a54b3a7e1', 'evt:1/2+3=4', '1700000000', '-', '~!'])(
    '%s: accepted',
    async (messageId) => {
      expect(await signedAs(messageId)).toBe('accepted')
    },
  )

  it.each(['msg.1', '.', 'msg_1.', '.msg_1', 'msg 1', 'msg_é', 'msg_\u{1f600}', 'msg_1,msg_2', 'msg_1, msg_2'])(
    '%j: refused, though it was signed, unless it is plain text without a full stop',
    async (messageId) => {
      expect(await signedAs(messageId)).toBe(messageId === 'msg_1,msg_2' ? 'accepted' : 'header_malformed')
    },
  )

  it('beyond ASCII is refused as HTTP parsers hand it over, too', async () => {
    expect(await signedAs('msg_é', Buffer.from('msg_é').toString('latin1'))).toBe('header_malformed')
  })

  it('and the timestamp cannot be moved into each other or into the body', async () => {
    // What was signed is `msg.<t1>.<t2>.1`: it has a second reading in which `<t2>.1` is a body in JSON.
    const signature = `v1,${mac(`msg.${seconds}.${seconds + 1}.1`)}`
    const second = { messageId: 'msg', timestamp: String(seconds), signature }
    const first = { messageId: `msg.${seconds}`, timestamp: String(seconds + 1), signature }
    expect(await check(set('webhook', second), `${seconds + 1}.1`)).toBe('accepted')
    expect(await check(set('webhook', first), '1')).toBe('header_malformed')
  })

  it('of 8,193 characters: refused', async () => {
    expect(await signedAs('m'.repeat(8192))).toBe('accepted')
    expect(await signedAs('m'.repeat(8193))).toBe('header_malformed')
  })
})

describe('secret empty, whsec_, undefined, zero bytes, whitespace around it, undecodable, under 16 bytes', () => {
  const base64 = (length: number) => Buffer.alloc(length, 0xa7).toString('base64')
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['empty', '', /empty/],
    ['whsec_ alone', 'whsec_', /empty/],
    ['undefined', undefined, /environment variable/],
    ['null', null, /environment variable/],
    ['a number', 5, /must be a string/],
    ['zero bytes', new Uint8Array(0), /empty/],
    ['an empty list', [], /empty list/],
    ['a space ahead', ` ${secret}`, /white space/],
    ['a line feed behind', `${secret}\n`, /white space/],
    ['a space behind the prefix', `whsec_ ${base64(24)}`, /not whsec_ and base64/],
    ['undecodable', 'whsec_????', /not whsec_ and base64/],
    ['base64url', `whsec_${Buffer.alloc(24, 0xff).toString('base64url')}`, /not whsec_ and base64/],
    ['unpadded', `whsec_${base64(25).replace(/=+$/, '')}`, /not whsec_ and base64/],
    ['one character short', secret.slice(0, -1), /not whsec_ and base64/],
    ['quoted', `"${secret}"`, /not whsec_ and base64/],
    ['the prefix in upper case', secret.toUpperCase(), /not whsec_ and base64/],
    ['the prefix twice', `whsec_${secret}`, /not whsec_ and base64/],
    ['15 bytes', `whsec_${base64(15)}`, /shorter than 16 bytes/],
    ['15 bytes without the prefix', base64(15), /shorter than 16 bytes/],
    ['15 bytes as bytes', new Uint8Array(15), /shorter than 16 bytes/],
    ['a public key', `whpk_${base64(32)}`, /asymmetric/],
    ['a private key', `whsk_${base64(64)}`, /asymmetric/],
    ['the prefix of one inside', `${base64(24)}whsk_`, /\bsecret is not whsec_ and base64$/],
    ['a right one and a wrong one', [secret, 'whsec_'], /empty/],
    ['one key in two spellings', [secret, secret.slice(6)], /twice/],
  ]
  it.each(wrong)('%s: TypeError when the receiver is made', async (_name, option, message) => {
    const make = () => standardWebhooks({ secret: option as SecretOption }) // as untyped callers give it
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
    const text = String(await caught((async () => make())()))
    if (typeof option === 'string' && option.length > 8) expect(text).not.toContain(option.slice(6, 14))
  })

  it.each(wrong)('%s: TypeError at first use, from a function', async (_name, option, message) => {
    const given = () => option as string // as untyped callers give it
    const error = await caught(accept(set('webhook'), ping, { secret: given }))
    if (option === null) expect(error).toMatchObject({ code: 'credential_mismatch' })
    else expect(error).toBeInstanceOf(TypeError)
    if (option !== null) expect(String(error)).toMatch(message)
  })

  it.each([16, 24, 32, 64])('%d bytes: accepted, with and without the prefix, and as bytes', async (length) => {
    const bytes = Buffer.alloc(length, 0xa7)
    const headers = set('webhook', { signature: `v1,${mac(`${id}.${seconds}.${ping}`, bytes)}` })
    for (const option of [`whsec_${base64(length)}`, base64(length), bytes]) {
      expect(await check(headers, ping, { secret: option })).toBe('accepted')
    }
  })
})

describe('body changed in one byte, truncated, re-serialised, BOM added or removed', () => {
  it.each([`${ping} `, ping.slice(0, -1), ping.replace('P', 'p'), '{ "event": "Ping" }', `\uFEFF${ping}`, ''])(
    '%j: refused',
    async (body) => {
      expect(await check(set('webhook'), body)).toBe('signature_mismatch')
    },
  )

  it('FF for FE: refused', async () => {
    const body = Buffer.from([0x22, 0xfe, 0x22])
    const signature = `v1,${mac(Buffer.concat([Buffer.from(`${id}.${seconds}.`), body]))}`
    expect(await check(set('webhook', { signature }), Buffer.from([0x22, 0xff, 0x22]))).toBe('signature_mismatch')
    expect(await check(set('webhook', { signature }), body)).toBe('body_malformed')
  })
})

describe('options that cannot work are TypeErrors when the scheme is made', () => {
  it.each<readonly [string, Record<string, unknown>]>([
    ['another prefix', { prefix: 'x' }],
    ['an inherited name for a prefix', { prefix: 'toString' }],
    ['both prefixes in a list', { prefix: ['webhook', 'svix'] }],
    ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, '300'].map(
      (toleranceSeconds) => [`tolerance ${toleranceSeconds}`, { toleranceSeconds }] as const,
    ),
  ])('%s', (_name, options) => {
    const all = { secret, ...options } as StandardWebhooksOptions // as untyped callers give them
    expectMistake(() => standardWebhooks(all), options)
  })
})
