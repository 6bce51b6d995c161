import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { parse as parseQuerystring } from 'node:querystring'
import type { WebhookRequest } from 'countersign'
import { type Aws4Options, aws4, type Crypto } from 'countersign/schemes'
import fc from 'fast-check'
import fastQuerystring from 'fast-querystring'
import qs from 'qs'
import { parseQuery as parseUfo } from 'ufo'
import { describe, expect, it } from 'vitest'
import { signedQueries } from '../../src/schemes/parts/aws4-query.ts'
import { amzDate, awsSecret, type Line, now, options, type Parts, sha256, signed } from '../support/aws-signer.ts'
import { leaksInto, shown } from '../support/leaks.ts'
import { exchange, serve } from '../support/servers.ts'
import { ping, receiverOf, verifyBy } from '../support/tiny-sender.ts'
import { bestTime } from '../support/tokens.ts'
import { caught, untyped, verdict } from '../support/verdict.ts'
import { errorsRow } from './rows.ts'

type More = Partial<Aws4Options>

function verify(request: unknown, more: More = {}, at = now) {
  return verifyBy(aws4({ ...options, ...more }), untyped(request), { now: at })
}

function check(parts: Parts, more: More = {}, at = now) {
  return verdict(verify(signed(parts), more, at))
}

/** A rightly signed delivery with other headers than were signed. */
function withHeaders(headers: readonly Line[], parts: Parts = {}) {
  const request = signed(parts)
  const names = headers.map(([name]) => name.toLowerCase())
  return {
    ...request,
    headers: [...request.headers.filter(([name]) => !names.includes(name.toLowerCase())), ...headers],
  }
}

function later(seconds: number, date = now): Date {
  return new Date(date.getTime() + seconds * 1000)
}

/** Seconds after the signed time, whose milliseconds are zero. */
const httpDate = 'Tue, 03 Nov 2026 10:20:30 GMT'
const signedAt = new Date('2026-11-03T10:20:30Z')

it('the signer of these tests is right', async () => {
  const { proof } = await verify(signed())
  const covers = { body: true, url: true, time: true }
  expect(proof).toEqual({ scheme: 'aws4', authenticated: true, covers, coversType: true, signedAt })
})

describe('x-amz-content-sha256 copied into the canonical request without hashing the body: the body is hashed', () => {
  const changed = '{"event":"Pong"}'
  it.each<readonly [string, unknown, string]>([
    ['a changed body under the old hash', { ...signed(), body: changed }, 'body_hash_mismatch'],
    ['a changed body without the header', { ...signed({ declaredHash: null }), body: changed }, 'signature_mismatch'],
    [
      'the header of the changed body, and the old signature',
      signed({ body: changed, payloadHash: sha256(ping) }),
      'signature_mismatch',
    ],
    ['the hash of another body, rightly signed', signed({ declaredHash: sha256(changed) }), 'body_hash_mismatch'],
    [
      'the same, and that hash in the canonical request',
      signed({ declaredHash: sha256(changed), payloadHash: sha256(changed) }),
      'body_hash_mismatch',
    ],
    ['upper-case hex', signed({ declaredHash: sha256(ping).toUpperCase() }), 'body_hash_mismatch'],
    ['an empty hash', signed({ declaredHash: '' }), 'body_hash_mismatch'],
    ['the header twice', signed({ headers: [['x-amz-content-sha256', sha256(ping)]] }), 'body_hash_mismatch'],
    [
      'a body added to a request without one',
      { ...signed({ body: '', declaredHash: null }), body: ping },
      'signature_mismatch',
    ],
    ['a body taken away', { ...signed(), body: '' }, 'body_hash_mismatch'],
    ['the header left out', signed({ declaredHash: null }), 'accepted'],
    ['the header not signed', signed({ signedHeaders: ['host', 'x-amz-date'] }), 'accepted'],
  ])('%s', async (_name, request, code) => {
    expect(await verdict(verify(request))).toBe(code)
  })
})

describe('UNSIGNED-PAYLOAD, STREAMING-*, …-TRAILER: refused unless allowed by name', () => {
  const allowed = { dangerouslyAllowUnsignedPayload: true }
  const streaming = [
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
    'STREAMING-',
    'UNSIGNED-PAYLOAD-TRAILER',
    'UNSIGNED-',
  ]
  it.each(['UNSIGNED-PAYLOAD', ...streaming])('%s', async (declaredHash) => {
    expect(await check({ declaredHash, payloadHash: declaredHash })).toBe('body_hash_missing')
  })

  it('a hash that only ends like that is another', async () => {
    expect(await check({ declaredHash: 'no-UNSIGNED-PAYLOAD' })).toBe('body_hash_mismatch')
  })

  it.each(streaming)('%s, also where an unsigned payload is allowed', async (declaredHash) => {
    expect(await check({ declaredHash, payloadHash: declaredHash }, allowed)).toBe('body_hash_missing')
  })

  it('UNSIGNED-PAYLOAD where it is allowed: any body, which the proof does not cover', async () => {
    const unsigned = signed({ declaredHash: 'UNSIGNED-PAYLOAD', payloadHash: 'UNSIGNED-PAYLOAD' })
    const { proof, id, idFrom } = await verify(unsigned, allowed)
    expect(proof.covers).toEqual({ body: false, url: true, time: true })
    expect([proof.coversType, idFrom]).toEqual([false, 'body'])
    const other = await verify({ ...unsigned, body: '{"event":"Pong"}' }, allowed)
    expect(other.proof.covers.body).toBe(false)
    expect(other.id).not.toBe(id)
  })

  it('where it is allowed, a body that was hashed is covered as ever', async () => {
    expect((await verify(signed(), allowed)).proof.covers.body).toBe(true)
    expect(await verdict(verify({ ...signed(), body: '{}' }, allowed))).toBe('body_hash_mismatch')
  })

  it.each<readonly [string, unknown, string]>([
    ['put in place of a hash', withHeaders([['X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD']]), 'signature_mismatch'],
    [
      'in lower case',
      signed({ declaredHash: 'unsigned-payload', payloadHash: 'unsigned-payload' }),
      'body_hash_mismatch',
    ],
    [
      'twice',
      signed({
        declaredHash: 'UNSIGNED-PAYLOAD',
        payloadHash: 'UNSIGNED-PAYLOAD',
        headers: [['x-amz-content-sha256', 'UNSIGNED-PAYLOAD']],
      }),
      'body_hash_missing',
    ],
  ])('where it is allowed, %s', async (_name, request, code) => {
    expect(await verdict(verify(request, allowed))).toBe(code)
  })
})

describe('a signed header that is absent (canonicalises to x:)', () => {
  const signedHeaders = ['host', 'x-amz-date', 'x-custom']
  it.each<readonly [string, Parts, string]>([
    ['absent', { signedHeaders }, 'header_missing'],
    ['there and empty', { signedHeaders, headers: [['X-Custom', '']] }, 'accepted'],
    [
      'there, and signed as empty',
      { signedHeaders, headers: [['X-Custom', 'a']], signedValues: { 'x-custom': '' } },
      'signature_mismatch',
    ],
    ['a name that every object has', { signedHeaders: ['constructor', 'host', 'x-amz-date'] }, 'header_missing'],
  ])('%s', async (_name, parts, code) => {
    expect(await check(parts)).toBe(code)
  })

  it.each([
    ['an empty list', []],
    ['undefined', undefined],
    ['null', null],
  ])('%s as its value', async (_name, value) => {
    const { headers, ...request } = signed({ signedHeaders })
    expect(await verdict(verify({ ...request, headers: { ...Object.fromEntries(headers), 'x-custom': value } }))).toBe(
      'header_missing',
    )
  })
})

describe('SignedHeaders without host or x-amz-date; not lower-case, sorted and unique', () => {
  const headers: readonly Line[] = [
    ['X-Custom', 'a'],
    ['A-Custom', 'b'],
  ]
  it.each<readonly [string, readonly string[]]>([
    ['without host', ['x-amz-date']],
    ['without x-amz-date', ['host', 'x-amz-content-sha256']],
    ['upper case', ['Host', 'x-amz-date']],
    ['upper case of another', ['host', 'x-amz-date', 'X-Custom']],
    ['not sorted', ['x-amz-date', 'host']],
    ['not sorted among others', ['host', 'x-amz-date', 'x-custom', 'a-custom']],
    ['one twice', ['host', 'host', 'x-amz-date']],
    ['an empty name', ['', 'host', 'x-amz-date']],
    ['a semicolon behind', ['host', 'x-amz-date', '']],
    ['no names', ['']],
    ['no header name', ['host', 'x-amz-date', 'x:custom']],
  ])('%s', async (_name, signedHeaders) => {
    expect(await check({ headers, signedHeaders })).toBe('signature_malformed')
  })

  it('host and x-amz-date alone are enough', async () => {
    expect(await check({ headers, signedHeaders: ['host', 'x-amz-date'] })).toBe('accepted')
  })

  it('at most 64 names', async () => {
    const many = (count: number): Parts => {
      const headers = Array.from({ length: count - 3 }, (_, index): Line => [`X-Custom-${index + 100}`, 'a'])
      return { headers }
    }
    expect(await check(many(64))).toBe('accepted')
    expect(await check(many(65))).toBe('signature_malformed')
  })

  it('in many names: refused fast', async () => {
    const names = Array.from({ length: 2000 }, (_, index) => `a${index + 1000}`)
    const request = signed({ edit: (text) => text.replace(/SignedHeaders=[^,]*/, `SignedHeaders=${names.join(';')}`) })
    expect(await bestTime(() => verify(request))).toBeLessThan(50)
  })
})

describe('scope date ≠ day of x-amz-date (23:59:59, 00:00:00); other region, service, terminator', () => {
  const tail = 'us-east-1/execute-api/aws4_request'
  it.each([
    ['20261103T235959Z', '20261103', 'accepted'],
    ['20261103T235959Z', '20261104', 'credential_mismatch'],
    ['20261104T000000Z', '20261104', 'accepted'],
    ['20261104T000000Z', '20261103', 'credential_mismatch'],
    ['20261104T000001Z', '20261103', 'credential_mismatch'],
  ])('%s under the scope of %s: %s, on both sides of midnight', async (date, day, code) => {
    for (const at of ['2026-11-03T23:59:59.999Z', '2026-11-04T00:00:00Z', '2026-11-04T00:10:00Z']) {
      expect(await check({ date, scope: `${day}/${tail}` }, {}, new Date(at))).toBe(code)
    }
  })

  it.each([
    ['another region', '20261103/us-east-2/execute-api/aws4_request'],
    ['the region in another case', '20261103/US-EAST-1/execute-api/aws4_request'],
    ['another service', '20261103/us-east-1/s3/aws4_request'],
    ['another terminator', '20261103/us-east-1/execute-api/aws5_request'],
    ['region and service swapped', '20261103/execute-api/us-east-1/aws4_request'],
    ['no terminator', '20261103/us-east-1/execute-api'],
    ['one part more', `20261103/${tail}/aws4_request`],
    ['an empty part', '20261103//execute-api/aws4_request'],
    ['the date as x-amz-date has it', `${amzDate}/${tail}`],
    ['another day', `20261102/${tail}`],
    ['no day', tail],
  ])('%s', async (_name, scope) => {
    expect(await check({ scope })).toBe('credential_mismatch')
  })
})

describe('x-amz-date not ^\\d{8}T\\d{6}Z$, 30 February, outside ±15 min', () => {
  it.each([
    '20261103T102030',
    '20261103T102030z',
    '20261103t102030Z',
    '20261103T102030+0000',
    '20261103T102030.000Z',
    '2026-11-03T10:20:30Z',
    '20261103 102030Z',
    '120261103T102030Z',
    '20261103T10203Z',
    '20261103T1020300Z',
    '20261103',
    '1793701230',
    'Tue, 03 Nov 2026 10:20:30 GMT',
    '20260230T102030Z',
    '20260229T102030Z',
    '20261131T102030Z',
    '20261100T102030Z',
    '20261303T102030Z',
    '20260003T102030Z',
    '00000000T000000Z',
    '20261103T240000Z',
    '20261103T106030Z',
    '20261103T102060Z',
    `${amzDate}, ${amzDate}`,
    `${amzDate},${amzDate}`,
    ` ${amzDate}`,
    '２０２６１１０３T102030Z',
  ])('%s', async (date) => {
    const scope = '20261103/us-east-1/execute-api/aws4_request'
    expect(await check({ date, scope })).toBe('timestamp_malformed')
  })

  it('29 February where there is one', async () => {
    expect(await check({ date: '20280229T102030Z' }, {}, new Date('2028-02-29T10:20:30Z'))).toBe('accepted')
  })

  it.each<readonly [string, readonly Line[], string]>([
    ['missing', [], 'header_missing'],
    ['empty', [['X-Amz-Date', '']], 'header_missing'],
    ['Date in its place', [['Date', httpDate]], 'header_missing'],
    [
      'two lines',
      [
        ['X-Amz-Date', amzDate],
        ['x-amz-date', amzDate],
      ],
      'header_malformed',
    ],
    ['a control character', [['X-Amz-Date', `${amzDate}\n`]], 'header_malformed'],
  ])('%s', async (_name, lines, code) => {
    const { headers, ...request } = signed()
    const others = headers.filter(([name]) => name !== 'X-Amz-Date')
    expect(await verdict(verify({ ...request, headers: [...others, ...lines] }))).toBe(code)
  })

  it.each([
    [899, 'accepted'],
    [899.999, 'accepted'],
    [900, 'timestamp_too_old'],
    [901, 'timestamp_too_old'],
    [-900, 'accepted'],
    [-900.001, 'timestamp_too_new'],
    [-901, 'timestamp_too_new'],
    [86_400, 'timestamp_too_old'],
    [-86_400, 'timestamp_too_new'],
  ])('received %s s after it was signed: %s', async (seconds, code) => {
    expect(await check({}, {}, later(seconds, signedAt))).toBe(code)
  })

  it('or outside the option toleranceSeconds', async () => {
    const verdicts = [59, 60, -60, -61].map((seconds) => check({}, { toleranceSeconds: 60 }, later(seconds, signedAt)))
    expect(await Promise.all(verdicts)).toEqual(['accepted', 'timestamp_too_old', 'accepted', 'timestamp_too_new'])
  })
})

describe('signature in the query, alone or beside the header', () => {
  const presigned =
    '/hook?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261103%2Fus-east-1%2Fexecute-api%2Faws4_request' +
    `&X-Amz-Date=${amzDate}&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=`
  it('alone', async () => {
    const request = {
      method: 'POST',
      url: `${presigned}${'a'.repeat(64)}`,
      headers: { host: 'hooks.example.com' },
      body: ping,
    }
    expect(await verdict(verify(request))).toBe('header_missing')
  })

  it.each([
    'X-Amz-Signature=a',
    'x-amz-signature=a',
    'a=1&X-AMZ-SIGNATURE=a',
    'X%2DAmz%2DSignature=a',
    'X-Amz-Signature',
    '%58-Amz-Signature=',
  ])('beside the header, as %s', async (query) => {
    expect(await check({ url: `/hook?${query}` })).toBe('header_malformed')
    expect(await check({ url: `/hook?${query}`, query: '' })).toBe('header_malformed')
  })

  it('its other parameters are parameters like any', async () => {
    expect(await check({ url: '/hook?X-Amz-Expires=900' })).toBe('accepted')
    expect(await check({ url: '/hook?X-Amz-Expires=900', query: '' })).toBe('signature_mismatch')
  })
})

describe('duplicate lines of a signed header (a, b sign as a,b; Fetch hands over a, b)', () => {
  const [first, second]: readonly Line[] = [
    ['X-Custom', 'a'],
    ['X-Custom', 'b'],
  ]
  const signedHeaders = ['host', 'x-amz-date', 'x-custom']
  const lines = (headers: readonly (Line | undefined)[]) =>
    withHeaders(
      headers.filter((line) => line !== undefined),
      both,
    )
  const both: Parts = {
    signedHeaders,
    headers: [
      ['X-Custom', 'a'],
      ['X-Custom', 'b'],
    ],
  }

  it('as lines apart, in their order: accepted', async () => {
    expect(await verdict(verify(lines([first, second])))).toBe('accepted')
    const { headers, ...request } = signed(both)
    const record = Object.fromEntries(headers.filter(([name]) => name !== 'X-Custom'))
    expect(await verdict(verify({ ...request, headers: { ...record, 'x-custom': ['a', 'b'] } }))).toBe('accepted')
    expect(await verdict(verify({ ...request, headers: { ...record, 'X-Custom': 'a', 'x-custom': 'b' } }))).toBe(
      'accepted',
    )
  })

  it.each<readonly [string, readonly (Line | undefined)[]]>([
    ['in another order', [second, first]],
    ['one left out', [first]],
    ['one twice', [first, second, second]],
    ['one added', [first, second, ['X-Custom', 'c']]],
    ['an empty one added', [first, second, ['X-Custom', '']]],
    ['joined by a comma and a space', [['X-Custom', 'a, b']]],
    ['one with another value', [first, ['X-Custom', 'B']]],
  ])('%s: refused', async (_name, headers) => {
    expect(await verdict(verify(lines(headers)))).toBe('signature_mismatch')
  })

  it('one line, joined as it was signed, is the same to every reader: accepted', async () => {
    expect(await verdict(verify(lines([['X-Custom', 'a,b']])))).toBe('accepted')
  })

  it('Fetch joins lines by a comma and a space, which was not signed: refused; one such line, signed so: accepted', async () => {
    const { headers, ...request } = lines([first, second])
    const joined = new Headers(headers.map(([name, value]): [string, string] => [name, value]))
    expect(joined.get('x-custom')).toBe('a, b')
    expect(await verdict(verify({ ...request, headers: joined }))).toBe('signature_mismatch')
    expect(await check({ signedHeaders, headers: [['X-Custom', 'a, b']] })).toBe('accepted')
  })

  it('a line added to a header that is not signed changes nothing', async () => {
    const request = withHeaders([first ?? ['', ''], second ?? ['', '']], { signedHeaders: ['host', 'x-amz-date'] })
    expect((await verify(request)).id).toBe((await verify(signed({ signedHeaders: ['host', 'x-amz-date'] }))).id)
  })

  it('node:http joins lines by a comma and a space, too: refused, unless headersDistinct is handed over', async () => {
    const receiver = receiverOf(aws4(options))
    const request = lines([first, second])
    const text = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const wire = `POST /hook HTTP/1.1\r\n${text}Content-Length: ${ping.length}\r\n\r\n${ping}`
    const plain = await serve((incoming) => receiver.verify(incoming, { now }))
    expect(await exchange(plain.port, [wire])).toBe('401 signature_mismatch')
    const apart = await serve((incoming: IncomingMessage) => {
      const { method = '', url = '', headersDistinct: headers } = incoming
      return receiver.verify({ method, url, headers, body: incoming }, { now })
    })
    expect(await exchange(apart.port, [wire])).toBe('200 accepted')
  })
})

describe('Host not in the required host option; X-Forwarded-Host, Forwarded', () => {
  it.each([
    'evil.example',
    'hooks.example.com.evil.example',
    'evil-hooks.example.com',
    'example.com',
    'hooks.example.com.',
    'hooks.example.com:443:443',
    'hooks.example.com:x',
    'hooks.example.com@evil.example',
    'user@hooks.example.com',
    'hooks.example.com, hooks.example.com',
    'hooks.example.com/hook',
    '[hooks.example.com]',
  ])('%s, rightly signed', async (host) => {
    expect(await check({ host })).toBe('host_mismatch')
    expect(await check({ host }, { host: ['hooks.example.com:8443', 'hooks.example.com'] })).toBe('host_mismatch')
  })

  it.each<readonly [string, readonly Line[], string]>([
    ['no Host', [], 'header_missing'],
    [
      'two of them',
      [
        ['Host', 'hooks.example.com'],
        ['host', 'hooks.example.com'],
      ],
      'header_missing',
    ],
    ['another, put in its place', [['Host', 'other.example.com']], 'host_mismatch'],
  ])('%s', async (_name, lines, code) => {
    const { headers, ...request } = signed()
    expect(
      await verdict(verify({ ...request, headers: [...headers.filter(([name]) => name !== 'Host'), ...lines] })),
    ).toBe(code)
  })

  it('one of the option in place of another of it: refused, since the host is signed', async () => {
    const more = { host: ['hooks.example.com', 'other.example.com'] }
    expect(await verdict(verify(withHeaders([['Host', 'other.example.com']]), more))).toBe('signature_mismatch')
    expect(await check({ host: 'other.example.com' }, more)).toBe('accepted')
  })

  it.each(['X-Forwarded-Host', 'Forwarded', 'X-Host', 'X-Original-Host', 'X-Forwarded-Server'])(
    '%s is ignored',
    async (name) => {
      const value = (host: string) => (name === 'Forwarded' ? `host=${host};proto=https` : host)
      const right = withHeaders([[name, value('evil.example')]])
      expect(await verdict(verify(right))).toBe('accepted')
      const wrong = withHeaders([[name, value('hooks.example.com')]], {
        host: 'evil.example',
        signedValues: { host: 'hooks.example.com' },
      })
      expect(await verdict(verify(wrong))).toBe('host_mismatch')
    },
  )

  it('an absolute-form target says nothing of the host', async () => {
    const url = 'https://evil.example/hook'
    expect(await verdict(verify({ ...signed(), url }))).toBe('accepted')
    expect(await verdict(verify({ ...signed({ host: 'evil.example' }), url: 'https://hooks.example.com/hook' }))).toBe(
      'host_mismatch',
    )
  })

  it('in HTTP/2, :authority stands for Host', async () => {
    const { headers, ...request } = signed()
    const { Host, ...others } = Object.fromEntries(headers)
    expect(await verdict(verify({ ...request, headers: { ...others, ':authority': Host } }))).toBe('accepted')
    expect(await verdict(verify({ ...request, headers: { ...others, ':authority': 'evil.example' } }))).toBe(
      'host_mismatch',
    )
  })
})

describe('host with and without port', () => {
  it.each<readonly [option: string, received: string, signedHost: string, code: string]>([
    // Without a port, any port of it matches, signed or left out.
    ['hooks.example.com', 'hooks.example.com', 'hooks.example.com', 'accepted'],
    ['hooks.example.com', 'hooks.example.com:8443', 'hooks.example.com:8443', 'accepted'],
    ['hooks.example.com', 'hooks.example.com:8443', 'hooks.example.com', 'accepted'],
    ['hooks.example.com', 'hooks.example.com:8443', 'hooks.example.com:443', 'signature_mismatch'],
    ['hooks.example.com', 'hooks.example.com', 'hooks.example.com:8443', 'signature_mismatch'],
    ['hooks.example.com', 'HOOKS.example.com', 'HOOKS.example.com', 'accepted'],
    ['Hooks.Example.com', 'hooks.example.com', 'hooks.example.com', 'accepted'],
    // With one, this port alone, and signed.
    ['hooks.example.com:8443', 'hooks.example.com:8443', 'hooks.example.com:8443', 'accepted'],
    ['hooks.example.com:8443', 'hooks.example.com:8443', 'hooks.example.com', 'signature_mismatch'],
    ['hooks.example.com:8443', 'hooks.example.com:443', 'hooks.example.com:443', 'host_mismatch'],
    ['hooks.example.com:8443', 'hooks.example.com', 'hooks.example.com:8443', 'host_mismatch'],
    ['hooks.example.com:8443', 'hooks.example.com:8443:99', 'hooks.example.com:8443', 'host_mismatch'],
    ['hooks.example.com', 'hooks.example.com:', 'hooks.example.com', 'host_mismatch'],
    ['[2001:db8::1]', '[2001:db8::1]:8443', '[2001:db8::1]', 'accepted'],
    ['[2001:db8::1]:8443', '[2001:db8::1]', '[2001:db8::1]', 'host_mismatch'],
    ['127.0.0.1', '127.0.0.1:3000', '127.0.0.1:3000', 'accepted'],
  ])('option %s, received %s, signed %s: %s', async (host, received, signedHost, code) => {
    expect(await check({ host: received, signedValues: { host: signedHost } }, { host })).toBe(code)
  })
})

describe('+, %xx, //, /./, .., quotes and non-ASCII in path or query; unsorted query', () => {
  // Over a real socket, by independent clients: test/aws4-clients.test.ts. Here, what an attacker makes of them.
  it.each<readonly [string, Parts, string]>([
    ['/a%2Bb?q=%20', { uri: '/a%252Bb', query: 'q=%20' }, 'accepted'],
    ["/it's", { uri: '/it%27s' }, 'accepted'],
    ['/caf%C3%A9', { uri: '/caf%25C3%25A9' }, 'accepted'],
    ['/b//c', { uri: '/b/c' }, 'signature_mismatch'],
    ['/b/./c', { uri: '/b/c' }, 'signature_mismatch'],
    ['/b/../c', { uri: '/c' }, 'signature_mismatch'],
    ['//evil.example/p', { uri: '/evil.example/p' }, 'signature_mismatch'],
    ['/b/../c', { uri: '/b/../c' }, 'accepted'],
    ['/hook?b=2&a=1', { query: 'a=1&b=2' }, 'accepted'],
    ['/hook?a=+', { query: 'a=%2B' }, 'signature_mismatch'],
    ['/hook?a=%2B', { query: 'a=%20' }, 'signature_mismatch'],
    ['/hook?a=2&a=1', { query: 'a=1&a=2' }, 'signature_mismatch'],
    ['/hook?a=2&a=1', { query: 'a=2&a=1' }, 'accepted'],
    // What servers leave out must not be hidden there: behind a fragment's sign, or behind 1000 empty parameters.
    ['/hook?a=1#b&tenant=me', { query: 'a=1%23b&tenant=me' }, 'signature_mismatch'],
    [`/hook?tenant=5${'&'.repeat(1000)}dryRun=true`, { query: 'dryRun=true&tenant=5' }, 'signature_mismatch'],
    ['http:///hook/x', { uri: '/hook/x' }, 'signature_mismatch'],
    ['http://:80/hook/x', { uri: '/hook/x' }, 'signature_mismatch'],
  ])('%s, signed as %j: %s', async (url, parts, code) => {
    expect(await check({ url, ...parts })).toBe(code)
  })

  it('control characters, which no HTTP parser lets through, are refused whatever is signed', async () => {
    const injected = '/hook\n\nhost:hooks.example.com'
    expect(await check({ url: injected }, { pathEncoding: 'single' })).toBe('signature_mismatch')
    expect(await check({ url: '/hook?a=1\nb=2' })).toBe('signature_mismatch')
    expect(await check({ url: '/hook?a=\0', query: 'a=%00' })).toBe('signature_mismatch')
  })

  it('where dots or slashes may be the reason, the message says which option to look at', async () => {
    const message = async (parts: Parts) => String(await caught(verify(signed(parts))))
    expect(await message({ url: '/b//c', uri: '/b/c' })).toContain('see the option normalizePath')
    expect(await message({ url: '/b/c', uri: '/b' })).not.toContain('normalizePath')
  })
})

/** Pieces of a query that are alike, or look alike, to someone. */
const pieces: readonly (readonly string[])[] = [
  ['a', '%61', 'A', '%41'],
  ['+', '%20', '%2B', '%2b'],
  ['=', '%3D', ''],
  ['&', '%26', ';', '&&', '&=&'],
  ['%C3%A9', '%c3%a9', '\u00c3\u00a9', '%ff', '%FF', '%EF%BF%BD', '%C3'],
  ['%', '%25', '%zz', '%4', '%25ff', '%25zz'],
  ['[', '%5B', ']', '%5d', ']=', '%5D='],
  ['[]', '[0]', '[1]', '[a]'],
  ['#', '%23'],
  ['1', '2', '%31', "'", '%27', '~', '%7e'],
]

const spelling = fc.array(fc.tuple(fc.nat(pieces.length - 1), fc.nat(7)), { maxLength: 14 })

function spell(choice: readonly (readonly [number, number])[]): string {
  return choice.map(([piece, at]) => pieces[piece]?.[at % (pieces[piece]?.length ?? 1)] ?? '').join('')
}

/** What servers make of a query. The order between names means nothing. */
function meaning(query: string): string {
  const whatwg = new URL(`http://h/?${query}`).searchParams
  const names = [...new Set(whatwg.keys())].sort()
  const read = [parseQuerystring, (text: string) => qs.parse(text), fastQuerystring.parse, parseUfo]
  const others = read.map((parse) => inOrderOfNames({ ...parse(query) }))
  return JSON.stringify([names.map((name) => [name, whatwg.getAll(name)]), others])
}

function inOrderOfNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrderOfNames)
  if (typeof value !== 'object' || value === null) return value
  const names = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(names.map(([name, inner]) => [name, inOrderOfNames(inner)]))
}

describe('one signature fits one meaning', () => {
  // Names that some servers leave as they are where they cannot decode them, skip where they are empty, or split elsewhere.
  it.each([
    ['%25FF=1&%FF=2', '%FF=2&%25FF=1'],
    ['%25zz%2541=1&%zz%41=2', '%zz%41=2&%25zz%2541=1'],
    ['a%3Db%5B%5D=1&a=b%5B%5D=2', 'a=b%5B%5D=2&a%3Db%5B%5D=1'],
    ['=role%3Duser', '=role=user'],
  ])('%s and %s share none', (one, other) => {
    expect(signedQueries(one).filter((reading) => signedQueries(other).includes(reading))).toEqual([])
  })

  it('two queries that could have one signature are read alike by every server', () => {
    let shared = 0
    const property = fc.property(
      spelling,
      fc.array(fc.nat(7), { minLength: 14, maxLength: 14 }),
      fc.nat(13),
      (choice, others, cut) => {
        const one = spell(choice)
        // The same pieces in other spellings, and its parameters turned round.
        const respelt = spell(
          choice.map(([piece, at], index) => [piece, (others[index] ?? 0) < 4 ? at : (others[index] ?? 0)]),
        )
        const parameters = respelt.split('&')
        const other = [
          ...parameters.slice(cut % parameters.length),
          ...parameters.slice(0, cut % parameters.length),
        ].join('&')
        const readings = new Set(signedQueries(one))
        if (!signedQueries(other).some((reading) => readings.has(reading))) return
        if (one !== other) shared += 1
        expect(meaning(other)).toBe(meaning(one))
      },
    )
    // Two names that are one to servers, which read what is not UTF-8 as U+FFFD.
    const found: readonly [number, number][] = [
      [4, 5],
      [2, 0],
      [0, 0],
      [3, 0],
      [4, 3],
    ]
    fc.assert(property, { numRuns: 6000, examples: [[[...found], Array(14).fill(0), 1]] })
    expect(shared).toBeGreaterThan(100)
  }, 30_000)
})

describe('unknown access key: same answer and same work as a wrong signature', () => {
  it('the same code, the same message, the same number of hashes', async () => {
    const outcomes = await Promise.all([worked({ accessKeyId: 'AKIDANOTHER' }), worked({ secret: 'another' })])
    expect(outcomes[0]).toEqual(outcomes[1])
    expect(outcomes[0]).toMatchObject({ code: 'signature_mismatch', hmacs: 5, hashes: 2 })
  })

  it('a right signature by a right secret for another access key', async () => {
    expect(await check({ accessKeyId: 'AKIDANOTHER' })).toBe('signature_mismatch')
    expect(await check({ accessKeyId: 'akidexample' })).toBe('signature_mismatch')
    expect(await check({ accessKeyId: '' })).toBe('signature_mismatch')
  })
})

/** What a refusal says, and the work it took. */
async function worked(parts: Parts) {
  const counts = { hmacs: 0, hashes: 0 }
  const mac = (secret: Uint8Array, all: readonly Uint8Array[]) => {
    counts.hmacs += 1
    return createHmac('sha256', secret).update(Buffer.concat(all)).digest()
  }
  const sha256 = (all: readonly Uint8Array[], encoding: 'hex' | 'base64' | 'base64url') => {
    counts.hashes += 1
    return createHash('sha256').update(Buffer.concat(all)).digest(encoding)
  }
  const crypto: Crypto = {
    backend: 'node:crypto',
    hmac: (secret, all, encoding) => mac(secret, all).toString(encoding),
    hmacKey: (secret, all) => new Uint8Array(mac(secret, all)),
    sha256,
  }
  const source = signed(parts)
  const header = (name: string) =>
    source.headers.filter(([other]) => other.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
  const incoming = { source, header, body: new TextEncoder().encode(source.body) }
  const error = await caught(
    Promise.resolve().then(() => aws4(options).verify(incoming, { now: now.getTime(), crypto })),
  )
  return { ...counts, code: await verdict(Promise.reject(error)), message: String(error) }
}

describe('Authorization with repeated Credential or Signature, signature not 64 lower-case hex', () => {
  const signatureOf = (text: string) => text.slice(-64)
  const member = (text: string, name: string) => new RegExp(`${name}=[^,]+`).exec(text)?.[0] ?? ''
  it.each<readonly [string, (text: string) => string]>([
    ['Credential twice', (text) => text.replace(' Cred', ` ${member(text, 'Credential')}, Cred`)],
    [
      'Credential twice, the first of another',
      (text) => text.replace(' Cred', ' Credential=AKIDX/20261103/a/b/aws4_request, Cred'),
    ],
    ['Signature twice', (text) => `${text}, ${member(text, 'Signature')}`],
    [
      'Signature twice, the first a wrong one',
      (text) => text.replace('Signature=', `Signature=${'0'.repeat(64)}, Signature=`),
    ],
    ['SignedHeaders twice', (text) => text.replace('SignedHeaders=', 'SignedHeaders=host, SignedHeaders=')],
    ['no Credential', (text) => text.replace(/Credential=[^,]+, /, '')],
    ['no SignedHeaders', (text) => text.replace(/SignedHeaders=[^,]+, /, '')],
    ['no Signature', (text) => text.replace(/, Signature=.*/, '')],
    ['an unknown member', (text) => `${text}, Extra=1`],
    ['a member in another case', (text) => text.replace('Signature=', 'signature=')],
    ['an empty member', (text) => `${text},`],
    ['a word behind a member', (text) => text.replace(', Signed', ' word, Signed')],
    ['semicolons between members', (text) => text.replaceAll(', ', '; ')],
    ['upper-case hex', (text) => text.replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase())],
    ['63 digits', (text) => text.slice(0, -1)],
    ['65 digits', (text) => `${text}0`],
    ['62 digits', (text) => text.slice(0, -2)],
    ['twice the digits', (text) => text + signatureOf(text)],
    ['no digits', (text) => text.slice(0, -64)],
    ['something else than hex', (text) => `${text.slice(0, -1)}g`],
    ['base64', (text) => text.slice(0, -64) + Buffer.from(signatureOf(text), 'hex').toString('base64')],
    ['quotes', (text) => text.replace(/[0-9a-f]{64}$/, '"$&"')],
    ['two headers, joined', (text) => `${text}, ${text}`],
    ['two headers, joined, the first a wrong one', (text) => `${text.slice(0, -1)}0, ${text}`],
  ])('%s', async (_name, edit) => {
    expect(await check({ edit })).toBe('signature_malformed')
  })

  it.each<readonly [string, (text: string) => string]>([
    ['no scheme', (text) => text.replace('AWS4-HMAC-SHA256 ', '')],
    ['another scheme', (text) => text.replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256')],
    ['another hash', (text) => text.replace('SHA256', 'SHA512')],
    ['lower case', (text) => text.replace('AWS4-HMAC-SHA256', 'aws4-hmac-sha256')],
    ['Bearer', () => 'Bearer token'],
    ['the scheme alone', () => 'AWS4-HMAC-SHA256'],
    ['a space in front', (text) => ` ${text}`],
    ['longer than 8192 characters', (text) => text + ' '.repeat(8192)],
    ['a newline', (text) => text.replace(', ', ',\n')],
  ])('%s', async (_name, edit) => {
    expect(await check({ edit })).toBe('header_malformed')
  })

  it.each<readonly [string, (text: string) => string]>([
    ['no space behind the commas', (text) => text.replaceAll(', ', ',')],
    ['several spaces', (text) => text.replaceAll(', ', '  ,   ').replace('SHA256 ', 'SHA256   ')],
    [
      'the members in another order',
      (text) => text.replace(/(Credential.*), (SignedHeaders.*), (Signature.*)/, '$3, $2, $1'),
    ],
  ])('%s: accepted, as AWS does', async (_name, edit) => {
    expect(await check({ edit })).toBe('accepted')
  })

  it('two lines of it, and the joined form that Fetch hands over', async () => {
    const { headers, ...request } = signed()
    const [line] = headers.slice(-1)
    const twice = [...headers, line ?? ['', '']]
    expect(await verdict(verify({ ...request, headers: twice }))).toBe('header_malformed')
    const joined = new Headers(twice.map(([name, value]): [string, string] => [name, value]))
    joined.set('x-amz-date', amzDate)
    expect(await verdict(verify({ ...request, headers: joined }))).toBe('signature_malformed')
  })

  it('every truncation and one digit changed, wherever it stands', async () => {
    for (let at = 0; at < 64; at += 1) {
      const flip = (hex: string) => hex.slice(0, at) + (hex[at] === '0' ? '1' : '0') + hex.slice(at + 1)
      const edit = (text: string) => text.slice(0, -64) + flip(text.slice(-64))
      expect(await check({ edit })).toBe('signature_mismatch')
      expect(await check({ edit: (text) => text.slice(0, text.length - 1 - at) })).toBe('signature_malformed')
    }
  })

  it.each([
    `x${' '.repeat(8000)}x`,
    ','.repeat(8000),
    ' ,'.repeat(4000),
    'Credential='.repeat(700),
    `Signature=${'a'.repeat(8000)}`,
  ])('hostile text is refused in under 50 ms: %#', async (text) => {
    const request = signed({ edit: () => `AWS4-HMAC-SHA256 ${text}` })
    expect(await verdict(verify(request))).toBe('signature_malformed')
    expect(await bestTime(() => verify(request))).toBeLessThan(50)
  })

  it.each(['x&y&', '%5B&', 'a=%41&', '&'])('a query of 64 KiB of %s is refused in under 50 ms', async (pair) => {
    const url = `/hook?${pair.repeat(65_536 / pair.length)}`
    const request = { ...signed({ host: 'hooks.example.com:443' }), url }
    expect(await verdict(verify(request))).toBe('signature_mismatch')
    expect(await bestTime(() => verify(request))).toBeLessThan(50)
  })

  it('a name that begins with a digit or a sign may be signed', async () => {
    const headers = ['0-first', '!first'].map((name) => [name, 'x'] as const)
    expect(await check({ headers })).toBe('accepted')
  })

  it('what is wrong is said', async () => {
    const message = async (parts: Parts) => String(await caught(verify(signed(parts))))
    expect(await message({ signedHeaders: ['host'] })).toMatch(/SignedHeaders must hold host and x-amz-date$/)
    expect(await message({ secret: 'another' })).toMatch(/the host, the URL, a signed header or the body is another$/)
  })
})

describe('unsigned headers are the attacker’s; the identity is what was signed, not its spelling', () => {
  it.each<readonly [string, unknown]>([
    ['the query in another order', { ...signed({ url: '/hook?a=1&b=A' }), url: '/hook?b=A&a=1' }],
    ['%41 for A', { ...signed({ url: '/hook?a=1&b=A' }), url: '/hook?%61=1&b=%41' }],
    ['an absolute-form target', { ...signed({ url: '/hook?a=1&b=A' }), url: 'https://evil.example/hook?a=1&b=A' }],
    [
      'spaces around a signed value',
      withHeaders(
        [
          ['X-Amz-Date', amzDate],
          ['X-Custom', '  a   b\t'],
        ],
        { url: '/hook?a=1&b=A', headers: [['X-Custom', 'a b']] },
      ),
    ],
    [
      'header names in another case',
      {
        ...signed({ url: '/hook?a=1&b=A' }),
        headers: signed({ url: '/hook?a=1&b=A' }).headers.map(([name, value]) => [name.toUpperCase(), value]),
      },
    ],
    [
      'the members of Authorization in another order',
      signed({
        url: '/hook?a=1&b=A',
        edit: (text) => text.replace(/(Credential.*), (SignedHeaders.*), (Signature.*)/, '$3,$1,$2'),
      }),
    ],
    [
      'headers that are not signed',
      withHeaders(
        [
          ['X-Evil', '1'],
          ['Date', httpDate],
          ['X-Amz-Security-Token', 'x'],
          ['X-Amz-Credential', 'x'],
          ['Content-Type', 'text/evil'],
        ],
        { url: '/hook?a=1&b=A' },
      ),
    ],
  ])('%s: one id, one proof', async (name, request) => {
    const headers: readonly Line[] = name === 'spaces around a signed value' ? [['X-Custom', 'a b']] : []
    const [one, other] = await Promise.all([verify(signed({ url: '/hook?a=1&b=A', headers })), verify(request)])
    expect(other.id).toBe(one.id)
    expect(other.proof).toEqual(one.proof)
    expect(JSON.stringify(other.proof)).not.toContain('evil')
  })

  it('two deliveries never share one', async () => {
    const parts: readonly Parts[] = [
      {},
      { date: '20261103T102031Z' },
      { body: '{"event":"Ping" }' },
      { url: '/hook?a=1' },
      { url: '/hook/' },
      { method: 'PUT' },
      { host: 'hooks.example.com:8443' },
      { headers: [['X-Custom', 'a']] },
      { headers: [['X-Custom', 'b']] },
    ]
    const deliveries = await Promise.all(parts.map((part) => verify(signed(part))))
    expect(new Set(deliveries.map(({ id }) => id)).size).toBe(parts.length)
    expect(deliveries.map(({ idFrom }) => idFrom)).toEqual(parts.map(() => 'signature'))
  })

  it('a secret that is rotated: the proof says which matched', async () => {
    const secretAccessKey = [
      { label: 'new', value: 'another' },
      { label: 'old', value: awsSecret },
    ]
    const [one, other] = await Promise.all([
      verify(signed(), { secretAccessKey }),
      verify(signed({ secret: 'another' }), { secretAccessKey }),
    ])
    expect([one.proof.credential, other.proof.credential]).toEqual(['old', 'new'])
  })
})

describe(`${errorsRow}: aws4`, () => {
  it.each<readonly [string, unknown]>([
    ['a wrong signature', signed({ secret: 'a secret of another' })],
    ['a changed body', { ...signed(), body: '{"private":"a person, by name"}' }],
    ['another scope', signed({ scope: '20261103/eu-west-9/private-service/aws4_request' })],
    ['another host', signed({ host: 'private.example' })],
    ['a malformed signature', signed({ edit: (text) => `${text}ff` })],
  ])('%s', async (_name, request) => {
    const error = await caught(verify(request))
    const { headers, body } = request as WebhookRequest & { headers: readonly Line[]; body: string } // as made above
    const signature = headers.find(([name]) => name === 'Authorization')?.[1].slice(-64) ?? ''
    const log = shown(error).replaceAll(/ at .*/g, '')
    for (const text of [awsSecret, signature, body, 'private']) expect(leaksInto(log, text)).toBe(false)
  })
})

describe('a request that was handed over without its method or URL is a mistake of the caller', () => {
  it.each(['method', 'url'])('%s', async (key) => {
    await expect(verify({ ...signed(), [key]: undefined })).rejects.toThrow(TypeError)
  })
})
