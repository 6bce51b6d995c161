import { createHmac } from 'node:crypto'
import { hmac as nobleHmac } from '@noble/hashes/hmac.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import {
  authorization,
  aws4,
  basic,
  digest,
  type HmacOptions,
  header,
  hmac,
  type JwtOptions,
  jwt,
  oauth2,
  type Scheme,
  type SecretOption,
  standardWebhooks,
  token,
} from 'countersign/schemes'
import { jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import { ping, receiverOf, tinySender, verifyBy } from './support/tiny-sender.ts'
import { bodyHash } from './support/tokens.ts'
import { caught, expectMistake, verdict } from './support/verdict.ts'

const secret = 'a secret for the schemes'
const now = new Date('2026-11-03T10:20:30.500Z')
const seconds = Math.floor(now.getTime() / 1000)

type Encoding = 'hex' | 'base64' | 'base64url'
type Signer = (text: string, encoding: Encoding) => string

/** Two implementations that are not ours. */
const signers: readonly (readonly [string, Signer])[] = [
  ['node:crypto', (text, encoding) => createHmac('sha256', secret).update(text).digest(encoding)],
  [
    '@noble/hashes',
    (text, encoding) => Buffer.from(nobleHmac(nobleSha256, utf8(secret), utf8(text))).toString(encoding),
  ],
]

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function answerOf(scheme: Scheme, headers: Record<string, string>) {
  return verifyBy(scheme, { headers, body: ping }, { now })
}

describe.each(signers)('hmac, signed by %s', (_name, sign) => {
  it.each(['hex', 'base64', 'base64url'] as const)('a bare signature in %s', async (encoding) => {
    const scheme = hmac({ header: 'X-Signature', secret, encoding })
    const delivery = await answerOf(scheme, { 'x-signature': sign(ping, encoding) })
    const covers = { body: true, url: false, time: false }
    expect(delivery.proof).toEqual({ scheme: 'hmac', authenticated: true, covers, coversType: true })
    expect(delivery.idFrom).toBe('body')
    expect(await verdict(answerOf(scheme, { 'x-signature': sign(`${ping} `, encoding) }))).toBe('signature_mismatch')
    for (const value of [`0${sign(ping, encoding)}`, `${sign(ping, encoding)}0`]) {
      expect(await verdict(answerOf(scheme, { 'x-signature': value }))).toBe('signature_malformed')
    }
  })

  it('a prefix, as GitHub writes it: sha256=…', async () => {
    const scheme = hmac({ header: 'X-Hub-Signature-256', prefix: 'sha256=', secret })
    const signature = sign(ping, 'hex')
    const ends = [`sha256=${signature}`, `sha256=${signature.toUpperCase()}`, signature, `SHA256=${signature}`]
    const verdicts = ends.map((value) => verdict(answerOf(scheme, { 'X-Hub-Signature-256': value })))
    expect(await Promise.all(verdicts)).toEqual(['accepted', 'accepted', 'signature_malformed', 'signature_malformed'])
    expect(await verdict(answerOf(scheme, { 'X-Hub-Signature-256': `sha1=${signature}` }))).toBe('signature_malformed')
    const twice = `sha256=sha256=${signature}`
    expect(await verdict(answerOf(scheme, { 'X-Hub-Signature-256': twice }))).toBe('signature_malformed')
  })

  it('a list with its timestamp, as Stripe writes it: t=…,v1=…', async () => {
    const scheme = hmac({ header: 'Stripe-Signature', secret, fields: { timestamp: 't', signature: 'v1' } })
    const value = `t=${seconds},v1=${sign(`${seconds}.${ping}`, 'hex')},v0=${'0'.repeat(64)}`
    const delivery = await answerOf(scheme, { 'stripe-signature': value })
    expect(delivery.proof.covers).toEqual({ body: true, url: false, time: true })
    expect(delivery.proof.signedAt).toEqual(new Date(seconds * 1000))
    expect(delivery.idFrom).toBe('signature')
  })
})

describe.each(signers)('hmac in other formats, signed by %s', (_name, sign) => {
  it('a list between semicolons: ts=…;h1=…', async () => {
    const fields = { timestamp: 'ts', signature: 'h1', separator: ';' } as const
    const scheme = hmac({ header: 'X-Signature', secret, fields, signedText: '{timestamp}:{body}' })
    const signature = sign(`${seconds}:${ping}`, 'hex')
    expect(await verdict(answerOf(scheme, { 'x-signature': `ts=${seconds};h1=${signature}` }))).toBe('accepted')
    expect(await verdict(answerOf(scheme, { 'x-signature': `ts=${seconds},h1=${signature}` }))).toBe(
      'signature_malformed',
    )
  })

  it('a list without a timestamp', async () => {
    const scheme = hmac({ header: 'X-Signature', secret, fields: { signature: 'sig' }, encoding: 'base64' })
    const value = `k=1,sig=${sign(ping, 'base64')}`
    const delivery = await answerOf(scheme, { 'x-signature': value })
    expect(delivery.proof.covers.time).toBe(false)
    expect(delivery.proof.signedAt).toBeUndefined()
  })

  it('a timestamp in a header of its own, as Slack writes it: v0:{timestamp}:{body}', async () => {
    const scheme = hmac({
      header: 'X-Slack-Signature',
      prefix: 'v0=',
      secret,
      timestampHeader: 'X-Slack-Request-Timestamp',
      signedText: 'v0:{timestamp}:{body}',
    })
    const signature = `v0=${sign(`v0:${seconds}:${ping}`, 'hex')}`
    const time = { 'x-slack-request-timestamp': String(seconds) }
    const delivery = await answerOf(scheme, { ...time, 'x-slack-signature': signature })
    expect(delivery.proof.signedAt).toEqual(new Date(seconds * 1000))
    expect(await verdict(answerOf(scheme, { 'x-slack-signature': signature }))).toBe('header_missing')
    const bare = `v0=${sign(ping, 'hex')}`
    expect(await verdict(answerOf(scheme, { ...time, 'x-slack-signature': bare }))).toBe('signature_mismatch')
  })
})

const formats: readonly (readonly [string, Omit<HmacOptions, 'secret'>, RegExp])[] = [
  ['bare', { header: 'X-Sig' }, /^[0-9a-f]{64}$/],
  ['prefix and base64', { header: 'X-Sig', prefix: 'sha256=', encoding: 'base64' }, /^sha256=[A-Za-z0-9+/]{43}=$/],
  ['own timestamp', { header: 'X-Sig', timestampHeader: 'X-Time' }, /^[0-9a-f]{64}$/],
  ['list', { header: 'X-Sig', fields: { signature: 's' }, prefix: 'p-' }, /^s=p-[0-9a-f]{64}$/],
  [
    'list and timestamp',
    { header: 'X-Sig', fields: { signature: 'v1', timestamp: 't' } },
    new RegExp(`^t=${seconds},v1=[0-9a-f]{64}$`),
  ],
  [
    'list and timestamp between semicolons',
    { header: 'X-Sig', fields: { signature: 'v1', timestamp: 't', separator: ';' } },
    new RegExp(`^t=${seconds};v1=[0-9a-f]{64}$`),
  ],
  [
    'semicolons and own timestamp',
    { header: 'X-Sig', fields: { signature: 'v1', separator: ';' }, timestampHeader: 'X-Time', encoding: 'base64url' },
    /^v1=[A-Za-z0-9_-]{43}$/,
  ],
]

describe('sign is the inverse of verify, in each format', () => {
  it.each(formats)('hmac: %s', async (_name, format, shape) => {
    const sender = tinySender(hmac({ ...format, secret }))
    const request = await sender.sign({ event: 'Ping' }, { now })
    expect(request.headers['x-sig']).toMatch(shape)
    const authHeaders = format.timestampHeader === undefined ? ['x-sig'] : ['x-sig', 'x-time']
    expect([...request.authHeaders].sort()).toEqual(authHeaders)
    expect(await verdict(sender.verify(request, { now }))).toBe('accepted')
    const other = { ...request, body: `${ping} ` }
    expect(await verdict(sender.verify(other, { now }))).toBe('signature_mismatch')
  })

  it('header', async () => {
    const sender = tinySender(header({ name: 'X-Static', value: ['new €', 'old'] }))
    const request = await sender.sign({ event: 'Ping' }, {})
    expect(request.headers['x-static']).toBe(Buffer.from('new €').toString('latin1'))
    expect(await verdict(sender.verify(request, {}))).toBe('accepted')
  })

  it('jwt, by the first of its headers, and others read it', async () => {
    const sender = tinySender(jwt({ header: ['X-New', 'X-Old'], secret, bodyHashClaim: 'hash' }))
    const request = await sender.sign({ event: 'Ping' }, { now })
    const token = request.headers['x-new'] ?? ''
    expect(request.authHeaders).toEqual(['x-new'])
    expect(await verdict(sender.verify(request, { now }))).toBe('accepted')
    const { payload, protectedHeader } = await jwtVerify(token, utf8(secret), { currentDate: now, maxTokenAge: 1 })
    expect(payload).toEqual({ iat: seconds, hash: bodyHash(ping) })
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' })
    expect(jsonwebtoken.verify(token, secret, { algorithms: ['HS256'] })).toEqual(payload)
  })

  it('jwt, without a hash of the body', async () => {
    const { headers } = await tinySender(jwt({ header: 'X-Token', secret })).sign({ event: 'Ping' }, { now })
    expect(jsonwebtoken.decode(headers['x-token'] ?? '')).toEqual({ iat: seconds })
  })
})

describe('a header that is missing', () => {
  const hint = 'is the sender set up?'
  const host = 'receiver.example'
  it.each<readonly [string, Scheme]>([
    ['hmac', hmac({ header: 'X-Sig', secret, hint })],
    ['jwt', jwt({ header: 'X-Token', secret, hint })],
    ['header', header({ name: 'X-Static', value: 'x', hint })],
    ['basic', basic({ username: 'a', password: 'b', hint })],
    ['token', token({ key: 'Token', value: 'x', hint })],
    ['token in a header', token({ key: 'X-Token', in: 'header', value: 'x', hint })],
    ['token by a check', token({ key: 'Token', check: () => true, hint })],
    ['oauth2', oauth2({ check: () => true, hint })],
    ['standardWebhooks', standardWebhooks({ secret: Buffer.alloc(24), hint })],
    ['aws4', aws4({ accessKeyId: 'a', secretAccessKey: 'b', region: 'c', service: 'd', host, hint })],
    ['authorization', authorization({ secret, host, hint })],
    ['digest', digest({ clientId: 'a', secret, toleranceSeconds: 900, hint })],
  ])('%s says what to look at', async (_name, scheme) => {
    const error = await caught(verifyBy(scheme, { method: 'POST', url: '/', headers: { host }, body: ping }))
    expect(error).toMatchObject({ code: 'header_missing', message: expect.stringMatching(/: is the sender set up\?$/) })
  })

  it('says to look at proxies, unless told', async () => {
    const error = await caught(verifyBy(hmac({ header: 'X-Sig', secret }), { headers: {}, body: ping }))
    expect(error).toMatchObject({ message: 'no X-Sig header: is a proxy stripping it?' })
  })
})

describe('jwt, signed by jsonwebtoken', () => {
  it('is accepted, with the proof that its claims allow', async () => {
    const token = jsonwebtoken.sign({ iat: seconds, hash: bodyHash(ping) }, secret, { algorithm: 'HS256' })
    const options: JwtOptions = {
      header: 'X-Token',
      secret: [
        { label: 'old', value: 'x' },
        { label: 'new', value: secret },
      ],
    }
    const covering = await answerOf(jwt({ ...options, bodyHashClaim: 'hash' }), { 'x-token': token })
    const proof = { scheme: 'jwt', authenticated: true, credential: 'new', signedAt: new Date(seconds * 1000) }
    const covers = { body: true, url: false, time: true }
    expect(covering.proof).toEqual({ ...proof, covers, coversType: true })
    const bare = await answerOf(jwt(options), { 'x-token': token })
    expect(bare.proof).toEqual({ ...proof, covers: { ...covers, body: false }, coversType: false })
  })

  it.each([
    ['Bearer a.b.c', 'the header holds no JWT in three parts'],
    ['a.b.c', 'a part of the token is not a JSON object in UTF-8'],
  ])('of %s is said why it is no token', async (text, message) => {
    const error = await caught(
      verifyBy(jwt({ header: 'X-Token', secret }), { headers: { 'x-token': text }, body: ping }),
    )
    expect(error).toMatchObject({ code: 'token_malformed', message })
  })

  it.each(['HS384', 'HS512'] as const)('%s is refused', async (algorithm) => {
    const token = jsonwebtoken.sign({ iat: seconds }, secret, { algorithm })
    const scheme = jwt({ header: 'X-Token', secret })
    expect(await verdict(answerOf(scheme, { 'x-token': token }))).toBe('algorithm_refused')
  })
})

describe('rotation: several secrets, and the proof says which matched', () => {
  const sign = (key: string) => createHmac('sha256', key).update(ping).digest('hex')
  it.each<[string, SecretOption, string | undefined]>([
    ['one', 'b', undefined],
    ['bytes', utf8('b'), undefined],
    ['a labelled one', { label: 'this', value: 'b' }, 'this'],
    ['a list', ['a', 'b', 'c'], '1'],
    ['a list of one', ['b'], undefined],
    [
      'a labelled list',
      [
        { label: 'old', value: 'a' },
        { label: 'new', value: utf8('b') },
      ],
      'new',
    ],
    ['a function', () => 'b', undefined],
    ['a function that answers later', async () => ['a', { label: 'late', value: 'b' }], 'late'],
  ])('%s', async (_name, option, credential) => {
    const scheme = hmac({ header: 'X-Sig', secret: option })
    const { proof } = await answerOf(scheme, { 'x-sig': sign('b') })
    expect(proof.credential).toBe(credential)
    expect(await verdict(answerOf(scheme, { 'x-sig': sign('d') }))).toBe('signature_mismatch')
  })

  it('a function is given the request, once for each delivery', async () => {
    const asked: unknown[] = []
    const scheme = hmac({
      header: 'X-Sig',
      secret: (request) => {
        asked.push(request)
        return 'b'
      },
    })
    const request = { headers: { 'x-sig': sign('b') }, body: ping }
    await receiverOf(scheme).verify(request)
    expect(asked).toEqual([request])
  })
})

describe('options that cannot work are TypeErrors when the scheme is made', () => {
  const wrong: readonly (readonly [string, Partial<Record<keyof HmacOptions, unknown>>])[] = [
    ['no header', { header: undefined }],
    ['an empty header', { header: '' }],
    ['a header with a space', { header: 'X Sig' }],
    ['a header with a colon', { header: 'X-Sig:' }],
    ['a header with a newline', { header: 'X-Sig\n' }],
    ['a header that is a number', { header: 5 }],
    ['an unknown encoding', { encoding: 'utf8' }],
    ['an inherited encoding', { encoding: 'toString' }],
    ['a timestamp in two places', { timestampHeader: 'X-Time', fields: { signature: 'v1', timestamp: 't' } }],
    ['fields without the signature', { fields: { timestamp: 't' } as never }],
    ['a field without a name', { fields: { signature: '' } }],
    ['fields that are null', { fields: null as never }],
    ['a timestamp field that is null', { fields: { signature: 'v1', timestamp: null as never } }],
    ['a prefix that is no text', { prefix: 5 as never }],
    ['a timestamp header that is no name', { timestampHeader: 'X Time' }],
    ['text without the body', { signedText: '{timestamp}', timestampHeader: 'X-Time' }],
    ['text with the body twice', { signedText: '{body}{body}' }],
    ['text with a timestamp that is not there', { signedText: '{timestamp}.{body}' }],
    ['text without the timestamp that is there', { signedText: '{body}', timestampHeader: 'X-Time' }],
    ['text with an unknown placeholder', { signedText: '{url}{body}' }],
    ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, '300', 1n].map(
      (toleranceSeconds) => [`tolerance ${String(toleranceSeconds)}`, { toleranceSeconds }] as const,
    ),
  ]
  it('what is no header name is named by its option', () => {
    const names = [5, [5], [], '', 'X Sig', null]
    for (const name of names as unknown as string[]) {
      expect(() => jwt({ header: name, secret })).toThrow(/^header must be a header name, or a list of them$/)
      expect(() => header({ name, value: 'x' })).toThrow(/^name must be a header name/)
      expect(() => token({ key: name, in: 'header', value: 'x' })).toThrow(/^key must be a header name/)
    }
  })

  it.each(wrong)('hmac: %s', (_name, options) => {
    const all = { header: 'X-Sig', secret, ...options } as HmacOptions // as untyped callers give them
    expectMistake(() => hmac(all), options)
  })

  it.each([
    ['no header', { header: [] }],
    ['a header that is no name', { header: ['X-A', 'X B'] }],
    ['a header that is an object', { header: { name: 'X-A' } }],
    ['an unknown policy', { bodyHash: 'optional' }],
    ['tolerance 0', { toleranceSeconds: 0 }],
    ['tolerance NaN', { toleranceSeconds: Number.NaN }],
    ['an empty secret', { secret: '' }],
  ])('jwt: %s', (_name, options) => {
    const all = { header: 'X-Token', secret, ...options } as JwtOptions // as untyped callers give them
    expectMistake(() => jwt(all), options)
  })

  it.each([
    ['no name', '', 'x', /header name/],
    ['a name with a space', 'X Static', 'x', /header name/],
    ['an empty value', 'X-Static', '', /value is empty/],
    ['white space around the value', 'X-Static', ' x', /value begins or ends with white space/],
  ])('header: %s', (_name, name, value, message) => {
    expect(() => header({ name, value })).toThrow(TypeError)
    expect(() => header({ name, value })).toThrow(message)
  })
})
