import { type AuthorizationOptions, authorization, digest } from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import {
  type AuthorizationParts,
  authorized,
  base64Sha256,
  clientId,
  clientSecret,
  type DigestParts,
  digested,
  httpDate,
  utcTime,
} from '../support/aws-canonical-formats.ts'
import { leaksInto, shown } from '../support/leaks.ts'
import { exchange, head, serve } from '../support/servers.ts'
import { ping, receiverOf, verifyBy } from '../support/tiny-sender.ts'
import { caught, untyped, verdict } from '../support/verdict.ts'

/** Half a second past a whole one: what is compared must be whole seconds. */
const now = new Date('2026-11-03T10:20:30.500Z')
const signedAt = new Date('2026-11-03T10:20:30Z')

function later(seconds: number, date = now): Date {
  return new Date(date.getTime() + seconds * 1000)
}

type AuthorizationMore = Partial<AuthorizationOptions>

const authorizationOptions: AuthorizationOptions = { clientId, secret: clientSecret, host: 'hooks.example.com' }

function verifyAuthorized(request: unknown, more: AuthorizationMore = {}, at = now) {
  return verifyBy(authorization({ ...authorizationOptions, ...more }), untyped(request), { now: at })
}

function checkAuthorized(parts: AuthorizationParts, more: AuthorizationMore = {}, at = now) {
  return verdict(verifyAuthorized(authorized(parts), more, at))
}

function verifyDigested(request: unknown, at = now) {
  return verifyBy(digest({ clientId, secret: clientSecret }), untyped(request), { now: at })
}

function checkDigested(parts: DigestParts, at = now) {
  return verdict(verifyDigested(digested(parts), at))
}

type Sent = ReturnType<typeof authorized>

/** A request with other headers; `undefined` takes one away. */
function altered(request: Sent, headers: Record<string, string | string[] | undefined>) {
  return { ...request, headers: { ...request.headers, ...headers } }
}

it('the signers of both formats are right', async () => {
  const { proof } = await verifyAuthorized(authorized())
  const all = { authenticated: true, covers: { body: true, url: true, time: true }, coversType: true, signedAt }
  expect(proof).toEqual({ scheme: 'authorization', ...all })
  const withoutUrl = { ...all, covers: { ...all.covers, url: false } }
  expect((await verifyDigested(digested())).proof).toEqual({ scheme: 'digest', ...withoutUrl })
})

describe('SignedHeaders other than exactly (x-ms-date or date);host;x-ms-content-sha256; both dates present', () => {
  it.each(['x-ms-date', 'date', 'X-MS-Date', 'Date'])('the date in %s: accepted', async (dateHeader) => {
    expect(
      await checkAuthorized({ dateHeader, signedHeaders: `${dateHeader.toLowerCase()};host;x-ms-content-sha256` }),
    ).toBe('accepted')
  })

  it.each([
    'host;x-ms-date;x-ms-content-sha256',
    'x-ms-date;host;x-ms-content-sha256;x-custom',
    'x-ms-date;host',
    'host;x-ms-content-sha256',
    'X-MS-Date;Host;X-MS-Content-SHA256',
    'x-ms-date;host;x-ms-content-sha256;',
    ';x-ms-date;host;x-ms-content-sha256',
    'x-ms-date,host,x-ms-content-sha256',
    'x-ms-date;x-ms-date;host;x-ms-content-sha256',
    'x-old-date;host;x-ms-content-sha256',
    'x-ms-date;x-forwarded-host;x-ms-content-sha256',
    'x-ms-date;host;x-old-content-sha256',
    'x-ms-content-sha256;host;x-ms-date',
  ])('%s', async (signedHeaders) => {
    const old = {
      'x-old-date': httpDate,
      'x-forwarded-host': 'hooks.example.com',
      'x-old-content-sha256': base64Sha256(ping),
      date: httpDate,
    }
    const request = altered(authorized({ signedHeaders }), { ...old, date: undefined })
    expect(await verdict(verifyAuthorized(request))).toBe('signature_malformed')
  })

  it('old values under other header names, with a new date and body (shown to work elsewhere)', async () => {
    const old = authorized()
    const tomorrow = later(86_400)
    const replay = {
      ...old,
      body: '{"event":"Pong"}',
      headers: {
        host: 'hooks.example.com',
        'x-ms-date': tomorrow.toUTCString(),
        'x-ms-content-sha256': base64Sha256('{"event":"Pong"}'),
        'x-old-date': old.headers['x-ms-date'],
        'x-old-hash': old.headers['x-ms-content-sha256'],
        authorization: String(old.headers['authorization']).replace(
          /SignedHeaders=[^&]*/,
          'SignedHeaders=x-old-date;host;x-old-hash',
        ),
      },
    }
    expect(await verdict(verifyAuthorized(replay, {}, tomorrow))).toBe('signature_malformed')
    const honest = { ...replay, headers: { ...replay.headers, authorization: old.headers['authorization'] } }
    expect(await verdict(verifyAuthorized(honest, {}, tomorrow))).toBe('signature_mismatch')
  })

  it.each(['x-ms-date', 'date'])('both dates present, %s signed', async (dateHeader) => {
    const request = altered(authorized({ dateHeader }), { date: httpDate, 'x-ms-date': httpDate })
    expect(await verdict(verifyAuthorized(request))).toBe('header_malformed')
  })

  it('a signed date of the other name', async () => {
    const request = authorized({ signedHeaders: 'date;host;x-ms-content-sha256' })
    expect(await verdict(verifyAuthorized(request))).toBe('header_missing')
  })
})

describe('body not hashed by us, content hash header not equal to it', () => {
  const changed = '{"event":"Pong"}'
  it.each<readonly [string, unknown, string]>([
    ['a changed body under the old hash', { ...authorized(), body: changed }, 'body_hash_mismatch'],
    [
      'a changed body and its hash',
      altered({ ...authorized(), body: changed }, { 'x-ms-content-sha256': base64Sha256(changed) }),
      'signature_mismatch',
    ],
    ['another hash, rightly signed', authorized({ declaredHash: base64Sha256(changed) }), 'body_hash_mismatch'],
    [
      'hex',
      authorized({ declaredHash: Buffer.from(base64Sha256(ping), 'base64').toString('hex') }),
      'body_hash_mismatch',
    ],
    ['without padding', authorized({ declaredHash: base64Sha256(ping).replace('=', '') }), 'body_hash_mismatch'],
    ['no content hash', altered(authorized(), { 'x-ms-content-sha256': undefined }), 'header_missing'],
    [
      'two of them',
      altered(authorized(), { 'x-ms-content-sha256': [base64Sha256(ping), base64Sha256(ping)] }),
      'header_malformed',
    ],
  ])('%s', async (_name, request, code) => {
    expect(await verdict(verifyAuthorized(request))).toBe(code)
  })
})

describe('date outside ±15 minutes, unparsable, 30 February', () => {
  it.each([
    [899, 'accepted'],
    [900, 'timestamp_too_old'],
    [-900, 'accepted'],
    [-901, 'timestamp_too_new'],
  ])('received %s s after it was signed: %s', async (seconds, code) => {
    expect(await checkAuthorized({}, {}, later(seconds, signedAt))).toBe(code)
  })

  it.each([
    'Fri, 30 Feb 2026 10:20:30 GMT',
    'Mon, 03 Nov 2026 10:20:30 GMT',
    'Tue, 3 Nov 2026 10:20:30 GMT',
    'Tue, 03 Nov 2026 10:20:30 UTC',
    'Tue, 03 Nov 2026 10:20:30 +0000',
    'Tue, 03 Nov 2026 10:20:30',
    'tue, 03 nov 2026 10:20:30 gmt',
    'Tuesday, 03-Nov-26 10:20:30 GMT',
    'Tue Nov  3 10:20:30 2026',
    'Tue, 03 Nov 2026 24:00:00 GMT',
    'Tue, 03 Nov 2026 10:20:60 GMT',
    '2026-11-03T10:20:30Z',
    '1793701230',
    'now',
    ` ${httpDate}`,
    `${httpDate};hooks.example.com`,
    `${httpDate}, ${httpDate}`,
  ])('%s', async (date) => {
    expect(await checkAuthorized({ date })).toBe('timestamp_malformed')
  })
})

describe('digest: Digest line absent with a body; Request-Timestamp outside the window', () => {
  it.each<readonly [string, unknown, string]>([
    ['the line absent with a body', digested({ digest: null }), 'signature_mismatch'],
    [
      'a body added to a request without one',
      { ...digested({ body: '', digest: null }), body: ping },
      'signature_mismatch',
    ],
    ['a body taken away', { ...digested(), body: '' }, 'signature_mismatch'],
    ['a changed body', { ...digested(), body: '{"event":"Pong"}' }, 'signature_mismatch'],
    [
      'a changed body, and its digest in a header',
      altered({ ...digested(), body: '{}' }, { digest: `SHA-256=${base64Sha256('{}')}` }),
      'signature_mismatch',
    ],
    [
      'the line of an empty body, without a body',
      digested({ body: '', digest: base64Sha256('') }),
      'signature_mismatch',
    ],
    ['no body and no line', digested({ body: '', digest: null }), 'body_malformed'],
    [
      'the line within the path, and the body taken away',
      { ...digested(), url: `/hook\nDigest:${base64Sha256(ping)}`, body: '' },
      'signature_mismatch',
    ],
  ])('%s', async (_name, request, code) => {
    expect(await verdict(verifyDigested(request))).toBe(code)
  })

  it.each([
    [899, 'accepted'],
    [900, 'timestamp_too_old'],
    [-900, 'accepted'],
    [-901, 'timestamp_too_new'],
  ])('received %s s after it was signed: %s', async (seconds, code) => {
    expect(await checkDigested({}, later(seconds, signedAt))).toBe(code)
  })

  it.each([
    '2026-02-30T10:20:30Z',
    '2026-13-03T10:20:30Z',
    '2026-11-03T24:00:00Z',
    '2026-11-03T10:20:60Z',
    '2026-11-03T10:20:30',
    '2026-11-03T10:20:30z',
    '2026-11-03T10:20:30.000Z',
    '2026-11-03T10:20:30+00:00',
    '2026-11-03 10:20:30Z',
    '20261103T102030Z',
    '+002026-11-03T10:20:30Z',
    '1793701230',
    httpDate,
    ` ${utcTime}`,
    `${utcTime}, ${utcTime}`,
  ])('%s', async (timestamp) => {
    expect(await checkDigested({ timestamp })).toBe('timestamp_malformed')
  })
})

describe('Host not in the configured list; Credential other than the client id: same answer as a wrong signature', () => {
  it('authorization: one code and one message for all of them', async () => {
    const wrong = [
      authorized({ secret: 'another' }),
      authorized({ host: 'evil.example' }),
      authorized({ host: 'evil.example', signedHost: 'hooks.example.com' }),
      authorized({ credential: 'another-client' }),
      authorized({ credential: 'TEST-client-id' }),
      authorized({ credential: null }),
      { ...authorized(), url: '/hook?env=prod' },
      { ...authorized(), method: 'PUT' },
    ]
    const errors = await Promise.all(wrong.map((request) => caught(verifyAuthorized(request))))
    expect(new Set(errors.map(String)).size).toBe(1)
    expect(await verdict(Promise.reject(errors[0]))).toBe('signature_mismatch')
  })

  it('authorization: where no client id is configured, none may be named', async () => {
    const scheme = authorization({ secret: clientSecret, host: 'hooks.example.com' })
    const answers = [authorized({ credential: null }), authorized()].map((request) =>
      verdict(verifyBy(scheme, request, { now })),
    )
    expect(await Promise.all(answers)).toEqual(['accepted', 'signature_mismatch'])
  })

  it('digest: the same', async () => {
    const wrong = [digested({ secret: 'another' }), digested({ id: 'another-client' }), digested({ path: '/other' })]
    const errors = await Promise.all(wrong.map((request) => caught(verifyDigested(request))))
    expect(new Set(errors.map(String)).size).toBe(1)
    expect(await verdict(Promise.reject(errors[0]))).toBe('signature_mismatch')
    const foreign = altered(digested(), { 'client-id': 'another-client' })
    expect(await verdict(verifyDigested(foreign))).toBe('signature_mismatch')
  })

  it.each<readonly [string, string, string, string]>([
    ['hooks.example.com', 'hooks.example.com:8443', 'hooks.example.com:8443', 'accepted'],
    ['hooks.example.com', 'hooks.example.com:8443', 'hooks.example.com', 'accepted'],
    ['hooks.example.com', 'hooks.example.com', 'hooks.example.com:8443', 'signature_mismatch'],
    ['hooks.example.com:8443', 'hooks.example.com:8443', 'hooks.example.com', 'signature_mismatch'],
    ['hooks.example.com:8443', 'hooks.example.com:443', 'hooks.example.com:443', 'signature_mismatch'],
  ])('option %s, received %s, signed %s: %s', async (option, host, signedHost, code) => {
    expect(await checkAuthorized({ host, signedHost }, { host: option })).toBe(code)
  })

  it('X-Forwarded-Host and Forwarded are ignored', async () => {
    const forwarded = { 'x-forwarded-host': 'hooks.example.com', forwarded: 'host=hooks.example.com' }
    expect(await verdict(verifyAuthorized(altered(authorized({ host: 'evil.example' }), forwarded)))).toBe(
      'signature_mismatch',
    )
    const evil = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
    expect(await verdict(verifyAuthorized(altered(authorized(), evil)))).toBe('accepted')
  })
})

describe('the headers of both formats: whole, once, and in one spelling', () => {
  const authorizationLine = String(authorized().headers['authorization'])
  it.each<readonly [string, string | string[] | undefined, string]>([
    ['missing', undefined, 'header_missing'],
    ['empty', '', 'header_missing'],
    ['two lines', [authorizationLine, authorizationLine], 'header_malformed'],
    ['two, joined', `${authorizationLine}, ${authorizationLine}`, 'signature_malformed'],
    ['another scheme', authorizationLine.replace('SHA256', 'SHA512'), 'signature_malformed'],
    ['lower case', authorizationLine.toLowerCase(), 'signature_malformed'],
    ['Credential twice', authorizationLine.replace('Cred', `Credential=${clientId}&Cred`), 'signature_malformed'],
    ['Signature twice', authorizationLine.replace(/Signature=.*/, '$&&$&'), 'signature_malformed'],
    ['another order', authorizationLine.replace(/(Signed.*)&(Signature.*)/, '$2&$1'), 'signature_malformed'],
    ['a member more', `${authorizationLine}&Extra=1`, 'signature_malformed'],
    ['two spaces', authorizationLine.replace(' ', '  '), 'signature_malformed'],
    ['a space behind', `${authorizationLine} `, 'signature_malformed'],
    ['no padding', authorizationLine.slice(0, -1), 'signature_malformed'],
    ['an empty signature', authorizationLine.replace(/Signature=.*/, 'Signature='), 'signature_malformed'],
    ['hex', authorizationLine.replace(/Signature=.*/, `Signature=${'a'.repeat(64)}`), 'signature_malformed'],
    ['other last bits of the same bytes', otherLastBits(authorizationLine), 'signature_mismatch'],
  ])('Authorization: %s', async (_name, value, code) => {
    expect(await verdict(verifyAuthorized(altered(authorized(), { authorization: value })))).toBe(code)
  })

  const signatureLine = String(digested().headers['signature'])
  it.each<readonly [string, Record<string, string | string[] | undefined>, string]>([
    ['no Signature', { signature: undefined }, 'header_missing'],
    ['no Client-Id', { 'client-id': undefined }, 'header_missing'],
    ['no Request-Id', { 'request-id': undefined }, 'header_missing'],
    ['an empty Request-Id', { 'request-id': '' }, 'header_missing'],
    ['no Request-Timestamp', { 'request-timestamp': undefined }, 'header_missing'],
    ['two Request-Ids', { 'request-id': ['3f2504e0', '3f2504e0'] }, 'header_malformed'],
    ['another Request-Id', { 'request-id': '3f2504e1' }, 'signature_mismatch'],
    ['a Request-Id with a newline', { 'request-id': '3f2504e0\nRequest-Timestamp:x' }, 'header_malformed'],
    ['two Signatures', { signature: [signatureLine, signatureLine] }, 'header_malformed'],
    ['two, joined', { signature: `${signatureLine}, ${signatureLine}` }, 'signature_malformed'],
    ['no prefix', { signature: signatureLine.slice(11) }, 'signature_malformed'],
    [
      'the prefix in another case',
      { signature: signatureLine.replace('HMACSHA256', 'HmacSHA256') },
      'signature_malformed',
    ],
    ['another hash', { signature: signatureLine.replace('256', '512') }, 'signature_malformed'],
    ['no padding', { signature: signatureLine.slice(0, -1) }, 'signature_malformed'],
    ['white space behind', { signature: `${signatureLine} ` }, 'signature_malformed'],
    ['other last bits of the same bytes', { signature: otherLastBits(signatureLine) }, 'signature_mismatch'],
  ])('digest: %s', async (_name, headers, code) => {
    expect(await verdict(verifyDigested(altered(digested(), headers)))).toBe(code)
  })
})

/** Another spelling of the same bytes: the last digit of base64 has bits that no byte uses. */
function otherLastBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const last = alphabet.indexOf(text.charAt(text.length - 2))
  return `${text.slice(0, -2)}${alphabet.charAt(last + 1)}=`
}

describe('what both formats cover', () => {
  it.each<readonly [string, Partial<Sent>]>([
    ['another method', { method: 'PUT' }],
    ['another path', { url: '/other?env=test' }],
    ['another query', { url: '/hook?env=prod' }],
    ['no query', { url: '/hook' }],
    ['a slash more', { url: '//hook?env=test' }],
    ['dots', { url: '/./hook?env=test' }],
    ['another spelling', { url: '/%68ook?env=test' }],
    ['a newline', { url: '/hook\n?env=test' }],
  ])('authorization, %s: refused', async (_name, change) => {
    expect(await verdict(verifyAuthorized({ ...authorized(), ...change }))).toBe('signature_mismatch')
  })

  it('authorization, the query as it is, and not sorted', async () => {
    expect(await checkAuthorized({ url: '/hook?b=2&a=1' })).toBe('accepted')
    expect(await verdict(verifyAuthorized({ ...authorized({ url: '/hook?b=2&a=1' }), url: '/hook?a=1&b=2' }))).toBe(
      'signature_mismatch',
    )
  })

  it.each(['/hook\n?env=test', '/hook?env=test\0', '/hook\t'])(
    'control characters, rightly signed: %j',
    async (url) => {
      expect(await checkAuthorized({ url })).toBe('signature_mismatch')
      expect(await checkDigested({ url })).toBe('signature_mismatch')
    },
  )

  it.each(['?env=test', '?env=prod', ''])(
    'digest covers the path alone, and the proof says so: sent to %j',
    async (query) => {
      const request = { ...digested({ url: '/hook?env=test' }), url: `/hook${query}` }
      expect((await verifyDigested(request)).proof.covers).toEqual({ body: true, url: false, time: true })
    },
  )

  it('digest covers the path', async () => {
    expect(await verdict(verifyDigested({ ...digested(), url: '/other' }))).toBe('signature_mismatch')
  })

  it('unsigned headers reach neither proof nor id', async () => {
    const unsigned = { 'x-evil': '1', 'content-type': 'text/evil', digest: 'x', forwarded: 'host=evil' }
    const [one, other] = await Promise.all([
      verifyAuthorized(authorized()),
      verifyAuthorized(altered(authorized(), unsigned)),
    ])
    expect([other.id, other.proof]).toEqual([one.id, one.proof])
    const [third, fourth] = await Promise.all([
      verifyDigested(digested()),
      verifyDigested(altered(digested(), unsigned)),
    ])
    expect([fourth.id, fourth.proof]).toEqual([third.id, third.proof])
  })

  it('authorization: one date under both names is one delivery', async () => {
    const [one, other] = await Promise.all([
      verifyAuthorized(authorized()),
      verifyAuthorized(authorized({ dateHeader: 'date' })),
    ])
    expect([other.id, other.idFrom]).toEqual([one.id, 'signature'])
    expect((await verifyAuthorized(authorized({ date: 'Tue, 03 Nov 2026 10:20:31 GMT' }))).id).not.toBe(one.id)
  })

  it('digest: the id is the signed Request-Id', async () => {
    const { id, idFrom } = await verifyDigested(digested({ requestId: 'r-1' }))
    expect([id, idFrom]).toEqual(['r-1', 'sender'])
  })

  it.each(['authorization', 'digest'])('%s: without a method or a URL, the caller made a mistake', async (format) => {
    const [request, verifyIt] = format === 'digest' ? [digested(), verifyDigested] : [authorized(), verifyAuthorized]
    for (const key of ['method', 'url']) {
      await expect(verifyIt({ ...request, [key]: undefined })).rejects.toThrow(TypeError)
    }
  })

  it('an error says nothing of secret, signature or body', async () => {
    const requests = [
      authorized({ secret: 'another', body: '{"a":"private body"}' }),
      digested({ secret: 'another', body: '{"a":"private body"}' }),
    ]
    const errors = await Promise.all([caught(verifyAuthorized(requests[0])), caught(verifyDigested(requests[1]))])
    const log = errors
      .map(shown)
      .join()
      .replaceAll(/ at .*/g, '')
    const signatures = [requests[0]?.headers['authorization'], requests[1]?.headers['signature']].map((line) =>
      String(line).slice(-44),
    )
    for (const text of [clientSecret, 'private body', ...signatures]) expect(leaksInto(log, text)).toBe(false)
  })
})

it('over a real socket, both formats', async () => {
  const schemes = { '/a': authorization(authorizationOptions), '/d': digest({ clientId, secret: clientSecret }) }
  const receivers = Object.entries(schemes).map(([url, scheme]) => [url, receiverOf(scheme)] as const)
  const { port } = await serve(async (request) =>
    receivers.find(([url]) => url === request.url)?.[1].verify(request, { now }),
  )
  for (const { method, url, headers, body } of [authorized({ url: '/a' }), digested({ url: '/d' })]) {
    const { host = 'hooks.example.com', ...others } = headers
    const lines = Object.fromEntries(
      Object.entries({ Host: host, ...others }).map(([name, value]) => [name, String(value)]),
    )
    const text = head({ ...lines, 'Content-Length': body.length }, method, url)
    expect(await exchange(port, [text + body])).toBe('200 accepted')
  }
})
