import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { WebhookRequest } from 'countersign'
import { type Aws4Options, aws4 } from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import { encode, headerText, utf8 } from '../src/core/bytes.ts'
import { lazyCrypto } from '../src/core/crypto.ts'
import { headerLookup } from '../src/core/headers.ts'
import { formatAmzDate, parseAmzDate, parseAuthorization } from '../src/schemes/parts/aws4-authorization.ts'
import {
  canonicalBytes,
  canonicalHeaders,
  canonicalRequest,
  canonicalUri,
  resolveDots,
} from '../src/schemes/parts/aws4-canonical.ts'
import { canonicalQuery, signedQueries } from '../src/schemes/parts/aws4-query.ts'
import { splitTarget } from '../src/schemes/parts/aws4-request.ts'
import { createSigningKeys, deriveSigningKey, stringToSign } from '../src/schemes/parts/aws4-steps.ts'
import { type AwsCase, awsCases, parseCanonical, parseRequest, vectorFolder } from './support/aws-vectors.ts'
import { exchange, open, serve } from './support/servers.ts'
import { receiverOf, tinySender, verifyBy } from './support/tiny-sender.ts'
import { expectMistake, verdict } from './support/verdict.ts'

const onCi = process.env['CI'] === 'true'

/** The cases that no HTTP server passes on. They are run step by step, and not as requests. */
const notOnTheWire: Readonly<Record<string, string>> = {
  'get-header-value-multiline': 'a header folded over several lines (obsolete: RFC 9112, section 5.2)',
  'get-space-normalized': 'a space within the request target (RFC 9112, section 3.2)',
  'get-space-unnormalized': 'a space within the request target (RFC 9112, section 3.2)',
  'get-utf8': 'bytes beyond ASCII in the request target (RFC 3986, section 2)',
  'get-vanilla-utf8-query': 'bytes beyond ASCII in the request target (RFC 3986, section 2)',
}
const wireCases = awsCases.filter(({ name }) => !(name in notOnTheWire))
const otherCases = awsCases.filter(({ name }) => name in notOnTheWire)

function clockOf({ context }: AwsCase): Date {
  return new Date(context.timestamp)
}

function optionsOf({ context }: AwsCase): Aws4Options {
  return {
    accessKeyId: context.credentials.access_key_id,
    secretAccessKey: context.credentials.secret_access_key,
    region: context.region,
    service: context.service,
    host: 'example.amazonaws.com',
    normalizePath: context.normalize,
  }
}

function scopeOf({ context }: AwsCase): readonly string[] {
  return ['20150830', context.region, context.service, 'aws4_request']
}

/** Text as an HTTP parser hands it over: one character a byte. */
function asParsed(text: string): string {
  return headerText(utf8(text))
}

/** None of the suite's bodies names an event, so a delivery is authentic and then not JSON, or not known. */
async function verdictOf(answer: Promise<unknown>): Promise<string> {
  const code = await verdict(answer)
  return code === 'body_malformed' ? 'accepted' : code
}

function requestOf(text: string): WebhookRequest {
  const { method, target, headers, body } = parseRequest(text)
  return { method, url: asParsed(target), headers, body }
}

describe('AWS signing test suite, version 4', () => {
  it('is there, with all 38 cases', ({ skip }) => {
    skip(
      awsCases.length === 0 && !onCi,
      `no vectors in the folder ${vectorFolder}: see the variable COUNTERSIGN_VECTORS`,
    )
    expect(awsCases).toHaveLength(38)
    expect(wireCases).toHaveLength(38 - Object.keys(notOnTheWire).length)
    expect(awsCases.filter(({ context }) => context.normalize)).not.toHaveLength(38)
  })

  describe.each(awsCases)('$name, step by step', (vector) => {
    const expected = parseCanonical(vector.canonicalRequest)
    const sent = parseRequest(vector.signedRequest)
    const target = asParsed(sent.target)

    it('canonical URI', () => {
      const options = { pathEncoding: 'double', normalizePath: vector.context.normalize } as const
      expect(canonicalUri(splitTarget(target).path, options)).toBe(expected.uri)
      expect(canonicalUri(splitTarget(sent.target).path, options)).toBe(expected.uri)
    })

    it('canonical query string', () => {
      expect(canonicalQuery(splitTarget(target).query)).toBe(expected.query)
      expect(canonicalQuery(splitTarget(sent.target).query)).toBe(expected.query)
    })

    it('canonical headers', () => {
      const names = expected.signedHeaders.split(';')
      expect(canonicalHeaders(names, headerLookup(sent.headers))).toBe(expected.headers)
      const { signedHeaders } = parseAuthorization(headerLookup(sent.headers)('authorization').join())
      expect(signedHeaders).toEqual(names)
    })

    it('payload hash', async () => {
      const hash = await lazyCrypto()().sha256([utf8(sent.body)], 'hex')
      expect(hash).toBe(expected.payloadHash)
    })

    it('canonical request', () => {
      expect(canonicalRequest(expected)).toBe(vector.canonicalRequest)
    })

    it('string to sign', async () => {
      const hash = await lazyCrypto()().sha256([canonicalBytes(vector.canonicalRequest)], 'hex')
      const date = formatAmzDate(clockOf(vector).getTime())
      expect(stringToSign(date, scopeOf(vector).join('/'), hash)).toBe(vector.stringToSign)
      expect(parseAmzDate(date)).toBe(clockOf(vector).getTime() / 1000)
    })

    it('signing key and signature', async () => {
      const crypto = lazyCrypto()()
      const secret = utf8(vector.context.credentials.secret_access_key)
      const key = await deriveSigningKey(crypto, secret, scopeOf(vector))
      expect(await crypto.hmac(key, [utf8(vector.stringToSign)], 'hex')).toBe(vector.signature)
    })

    it('all steps in a row, from the request alone to its signature', async () => {
      expect(await signedFrom(vector)).toEqual({
        canonical: vector.canonicalRequest,
        stringToSign: vector.stringToSign,
        signature: vector.signature,
      })
    })
  })

  it.each(wireCases)('$name, as a whole request', async (vector) => {
    const scheme = aws4(optionsOf(vector))
    const request = requestOf(vector.signedRequest)
    expect(await verdictOf(verifyBy(scheme, request, { now: clockOf(vector) }))).toBe('accepted')
    const other = { ...request, method: 'PUT' }
    expect(await verdictOf(verifyBy(scheme, other, { now: clockOf(vector) }))).toBe('signature_mismatch')
  })

  it.each(wireCases)('$name, over a real socket', async (vector) => {
    const receiver = receiverOf(aws4(optionsOf(vector)))
    // By headersDistinct, in which the lines of a repeated header are apart.
    const { port, ended } = await serve((request) => {
      const { method = '', url = '', headersDistinct: headers } = request
      return receiver.verify({ method, url, headers, body: request }, { now: clockOf(vector) })
    })
    await exchange(port, [onTheWire(vector)])
    const [outcome = ''] = await ended()
    expect(outcome === 'body_malformed' ? 'accepted' : outcome).toBe('accepted')
  })

  it('docs/aws4.md lists those that no server passes on, and why', () => {
    const page = readFileSync(new URL('../docs/aws4.md', import.meta.url), 'utf8')
    const listed = [...page.matchAll(/^\| `(get-[a-z0-9-]+)` \| (.+) \|$/gm)].map(([, name, reason]) => [name, reason])
    expect(listed).toEqual(Object.entries(notOnTheWire))
  })

  it.each(otherCases)('$name, which no server passes on', async (vector) => {
    expect(notOnTheWire[vector.name]).toContain('RFC')
    const { port, outcomes } = await serve(async () => {})
    const connection = await open(port)
    await connection.send([onTheWire(vector)])
    expect(await connection.until(/^HTTP\/1\.1 \d+ /)).toMatch('HTTP/1.1 400 Bad Request')
    expect(outcomes).toHaveLength(0)
  })
})

/** What the steps make of a case's request, each from what the one before it gave. */
async function signedFrom(vector: AwsCase) {
  const crypto = lazyCrypto()()
  const { method, target, headers, body } = parseRequest(vector.signedRequest)
  const header = headerLookup(headers)
  const { signedHeaders, scope } = parseAuthorization(header('authorization').join())
  const { path, query } = splitTarget(asParsed(target))
  const canonical = canonicalRequest({
    method,
    uri: canonicalUri(path, { pathEncoding: 'double', normalizePath: vector.context.normalize }),
    query: canonicalQuery(query),
    headers: canonicalHeaders(signedHeaders, header),
    signedHeaders: signedHeaders.join(';'),
    payloadHash: await crypto.sha256([utf8(body)], 'hex'),
  })
  const text = stringToSign(header('x-amz-date').join(), scope, await crypto.sha256([canonicalBytes(canonical)], 'hex'))
  const secret = utf8(vector.context.credentials.secret_access_key)
  const key = await deriveSigningKey(crypto, secret, scope.split('/'))
  return { canonical, stringToSign: text, signature: await crypto.hmac(key, [utf8(text)], 'hex') }
}

function onTheWire({ signedRequest }: AwsCase): Buffer {
  const { method, target, headers, body } = parseRequest(signedRequest)
  const lines = headers.map(([name, value]) => `${name}:${value.replaceAll('\n', '\r\n')}\r\n`)
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const region = 'us-east-1'
const service = 'execute-api'
const options: Aws4Options = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, region, service, host: 'hooks.example.com' }

describe('a delivery of which every value is known', () => {
  const body = '{"status":"INPROG","name":"Installation Agreement","site":"70e49050-4cb0-49f8-8120-0e555745e2ae"}'
  const url = 'https://hooks.example.com/hooks/sighten'
  const now = new Date('2021-11-09T18:46:04Z')
  const signature = '0d7b9237e57c77c6f860cbbedd337d8184ce9693766a03296438c9d31f7b75db'
  const headers = {
    host: 'hooks.example.com',
    'content-type': 'application/json',
    'x-amz-date': '20211109T184604Z',
    'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20211109/us-east-1/execute-api/aws4_request, ' +
      `SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=${signature}`,
  }

  it('is verified, with an honest proof', async () => {
    expect(body).toHaveLength(97)
    const delivery = await verifyBy(aws4(options), { method: 'POST', url: '/hooks/sighten', headers, body }, { now })
    expect(delivery.proof).toEqual({
      scheme: 'aws4',
      authenticated: true,
      covers: { body: true, url: true, time: true },
      coversType: true,
      signedAt: now,
    })
    expect(delivery.idFrom).toBe('signature')
  })

  it('is signed to the same headers', async () => {
    const signed = await tinySender(aws4(options)).sign(body, { url, now })
    expect(signed.headers).toEqual(headers)
    expect([...signed.authHeaders].sort()).toEqual(['authorization', 'host', 'x-amz-content-sha256', 'x-amz-date'])
  })
})

describe('sign is the inverse of verify', () => {
  const now = new Date('2026-11-03T10:20:30.500Z')
  it.each([
    ['no path', 'https://hooks.example.com', {}],
    ['a port', 'https://hooks.example.com:8443/p', {}],
    ['a query with everything', "https://hooks.example.com/p?b=2&a&a=%c3%a9+'&c=x?y=z", {}],
    ['a list out of its order', 'https://hooks.example.com/p?list[]=1&list[]=0', {}],
    ['a query that is not ASCII', 'https://hooks.example.com/p?ä=ö', {}],
    ['a path with everything', "https://hooks.example.com/a+b/%2f/it's/~%7e;x=1/", {}],
    ['dots and slashes, as they are', 'https://hooks.example.com//a/./b/../c', {}],
    ['dots and slashes, resolved', 'https://hooks.example.com//a/./b/../c', { normalizePath: true }],
    ['the path as it is', "https://hooks.example.com/it's/%7e", { pathEncoding: 'single' } as const],
  ])('%s', async (_name, url, more) => {
    const sender = tinySender(aws4({ ...options, ...more }))
    const request = await sender.sign({ event: 'Ping' }, { url, now })
    expect(await verdict(sender.verify(request, { now }))).toBe('accepted')
    expect(await verdict(sender.verify({ ...request, url: '/other' }, { now }))).toBe('signature_mismatch')
  })
})

it('sign leaves a content type out where there is none', async () => {
  const unsigned = { method: 'POST', url: 'https://hooks.example.com/p', headers: {}, body: new Uint8Array() }
  const { authorization } = await aws4(options).sign(unsigned, { now: 0, crypto: lazyCrypto()() })
  expect(authorization).toContain(' SignedHeaders=host;x-amz-content-sha256;x-amz-date,')
})

describe('the canonical URI', () => {
  it.each([
    ['/', '/'],
    ['//', '/'],
    ['/a/', '/a/'],
    ['/a', '/a'],
    ['/a/.', '/a'],
    ['/a/./', '/a/'],
    ['/a/..', '/'],
    ['/a/b/..', '/a'],
    ['/a/b/../', '/a/'],
    ['/../../a', '/a'],
    ['/a//../b', '/b'],
    ['//a//b//', '/a/b/'],
    ['/a/.../b', '/a/.../b'],
    ['/a/%2e%2e/b', '/a/%2e%2e/b'],
  ])('%s resolved is %s', (path, resolved) => {
    expect(resolveDots(path)).toBe(resolved)
    expect(canonicalUri(path, { pathEncoding: 'single', normalizePath: true })).toBe(resolved)
    expect(canonicalUri(path, { pathEncoding: 'single', normalizePath: false })).toBe(path)
  })

  it('is encoded once more than on the wire', () => {
    const exact = { pathEncoding: 'double', normalizePath: false } as const
    expect(canonicalUri('/a+b/%2F~%7e/it\'s/"', exact)).toBe('/a%2Bb/%252F~%257e/it%27s/%22')
    expect(canonicalUri(asParsed('/é'), exact)).toBe('/%C3%A9')
  })
})

describe('the canonical query string', () => {
  it.each([
    ['', ''],
    ['a', 'a='],
    ['a=', 'a='],
    ['b=2&a=1', 'a=1&b=2'],
    ['a=2&a=1', 'a=1&a=2'],
    ['a-b=1&a=2&a1=3', 'a=2&a-b=1&a1=3'],
    ['b=&A=&a=&B=', 'A=&B=&a=&b='],
    ['a=+%20', 'a=%20%20'],
    ['a=%2B', 'a=%2B'],
    ['%61=%41%7e', 'a=A~'],
    ['a=%c3%a9', 'a=%C3%A9'],
    ["a='!()*", 'a=%27%21%28%29%2A'],
    ['a=b=c&d==', 'a=b%3Dc&d=%3D'],
    ['a=1&&b=2&', 'a=1&b=2'],
    ['=', '='],
    ['=x', '=x'],
    ['a=%', 'a=%25'],
    ['a=%zz', 'a=%25zz'],
    ['a=%ff', 'a=%FF'],
  ])('of %j is %j', (query, canonical) => {
    expect(canonicalQuery(query)).toBe(canonical)
  })

  it.each([
    ['', ['']],
    ['a=1', ['a=1']],
    ['b=2&a=1', ['a=1&b=2', 'b=2&a=1']],
    ['a', ['a=', 'a']],
    ['a=+', ['a=%20', 'a=+']],
    ['a=1&a=2', ['a=1&a=2']],
    ['a=100%', ['a=100%25', 'a=100%']],
    ['a=%4', ['a=%254', 'a=%4']],
    ['[a]=1&a=2', ['%5Ba%5D=1&a=2', '[a]=1&a=2']],
    ['b=%ff&a=1', ['a=1&b=%ff', 'b=%ff&a=1']],
    ['a=1&%EF%BB%BFa=2', ['%EF%BB%BFa=2&a=1', 'a=1&%EF%BB%BFa=2']],
    // Each of these shares its canonical form with a query that servers read otherwise.
    ['a=2&a=1', ['a=2&a=1']],
    ['a=2&a=1&b=1', ['a=2&a=1&b=1']],
    ['a=2&%5Ba%5D=1', ['a=2&%5Ba%5D=1']],
    ['a=2&[[a]=1', ['a=2&[[a]=1']],
    ['b=2&a=1&[]=3', ['b=2&a=1&[]=3']],
    ['[0]=2&[]=1', ['[0]=2&[]=1']],
    ['a=1#b', ['a=1#b']],
    ['b=1#&a=2', ['b=1#&a=2']],
    ['a=1&%61=2', ['a=1&a=2', 'a=1&%61=2']],
    ['a=2&%61=1', ['a=2&%61=1']],
    ['a=%ff%41', ['a=%ff%41']],
    ['a=%zz%41', ['a=%zz%41']],
    ['a=b]=c', ['a=b]=c']],
    ['a=b%5d=c', ['a=b%5d=c']],
    ['a=\u00c3\u00a9', ['a=\u00c3\u00a9']],
  ])('%j may have been signed as %j', (query, readings) => {
    expect(signedQueries(query)).toEqual(readings)
  })

  it('of more than 256 parameters, empty ones counted, it is the query as it is', () => {
    const full = `b=1${'&'.repeat(255)}a=1`
    expect(signedQueries(full)).toEqual(['a=1&b=1', full])
    expect(signedQueries(`${full}&`)).toEqual([`${full}&`])
    expect(signedQueries(`b=1${'&a=1'.repeat(1000)}`)).toHaveLength(1)
  })
})

describe('the canonical headers', () => {
  it('are trimmed, and their white space is collapsed, byte for byte', () => {
    const header = headerLookup([
      ['A', ' \t b  \t c '],
      ['a', ''],
      // Among the bytes of this text is A0, a space to String.prototype.trim.
      ['X', `${asParsed('à')}  ${asParsed('à')}`],
    ])
    expect(canonicalHeaders(['a', 'x'], header)).toBe(`a:b c,\nx:${asParsed('à à')}\n`)
  })
})

describe('the signing key', () => {
  it('is derived once a day for each secret, and anew for another day, region or service', async () => {
    const crypto = lazyCrypto()()
    const secret = utf8(secretAccessKey)
    const keyOf = createSigningKeys(region, service)
    const first = keyOf(crypto, secret, '20211109')
    expect(keyOf(crypto, secret, '20211109')).toBe(first)
    const keys = [first, keyOf(crypto, secret, '20211110'), keyOf(crypto, utf8('another'), '20211109')]
    const others = [createSigningKeys('eu-west-1', service), createSigningKeys(region, 's3')]
    const all = await Promise.all([...keys, ...others.map((of) => of(crypto, secret, '20211109'))])
    expect(new Set(all.map((key) => encode(key, 'hex'))).size).toBe(5)
  })

  it('is what node:crypto makes of the same parts', async () => {
    const scope = ['20211109', region, service, 'aws4_request']
    const start: Buffer = Buffer.from(`AWS4${secretAccessKey}`)
    const expected = scope.reduce((key, part) => createHmac('sha256', key).update(part).digest(), start)
    const key = await deriveSigningKey(lazyCrypto()(), utf8(secretAccessKey), scope)
    expect(encode(key, 'hex')).toBe(expected.toString('hex'))
  })
})

describe('options that cannot work are TypeErrors when the scheme is made', () => {
  it.each<readonly [string, Record<string, unknown>]>([
    ['no access key', { accessKeyId: undefined }],
    ['an empty access key', { accessKeyId: '' }],
    ['an access key with a slash', { accessKeyId: 'AKID/20211109' }],
    ['no region', { region: undefined }],
    ['a region with white space', { region: 'us-east-1 ' }],
    ['an empty service', { service: '' }],
    ['no secret', { secretAccessKey: undefined }],
    ['an empty secret', { secretAccessKey: '' }],
    ['no host', { host: undefined }],
    ['an empty list of hosts', { host: [] }],
    ['a host with a scheme', { host: 'https://hooks.example.com' }],
    ['a host with a path', { host: 'hooks.example.com/hooks' }],
    ['an empty host in a list', { host: ['hooks.example.com', ''] }],
    ['an unknown path encoding', { pathEncoding: 'triple' }],
    ['a misspelt option', { normalisePath: true }],
    ['a text for a flag', { dangerouslyAllowUnsignedPayload: 'false' }],
    ['a number for a flag', { normalizePath: 1 }],
    ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, '900'].map(
      (toleranceSeconds) => [`tolerance ${toleranceSeconds}`, { toleranceSeconds }] as const,
    ),
  ])('%s', (_name, wrong) => {
    const all = { ...options, ...wrong } as Aws4Options // as untyped callers give them
    expectMistake(() => aws4(all), wrong)
  })
})
