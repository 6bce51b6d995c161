import { randomBytes } from 'node:crypto'
import {
  type AuthorizationOptions,
  authorization,
  type DigestOptions,
  digest,
  type SecretOption,
} from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import { parseHttpDate, parseUtcTime } from '../src/schemes/parts/http-date.ts'
import { authorized, base64Sha256, clientId, clientSecret, digested } from './support/aws-canonical-formats.ts'
import { tinySender, verifyBy } from './support/tiny-sender.ts'
import { caught, expectMistake, verdict } from './support/verdict.ts'

const now = new Date('2026-11-03T10:20:30.500Z')
const host = 'hooks.example.com'
const covers = { body: true, url: true, time: true }

/** The values of one delivery that are known, of which the signatures were made elsewhere. */
const body = '{"status":"INPROG","name":"Installation Agreement","site":"70e49050-4cb0-49f8-8120-0e555745e2ae"}'
const url = 'https://hooks.example.com/hooks/sighten?env=test'
const signedAt = new Date('2021-11-09T18:46:04Z')

describe('authorization, with known values', () => {
  it('a delivery without a credential, as Vipps MobilePay publishes it', async () => {
    const secret = 'A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6FhGKhiHTBsG2wo/xU6FY/A=='
    const date = 'Thu, 30 Mar 2023 08:38:32 GMT'
    const text = '{"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"}'
    const signature = 'agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U='
    const headers = {
      host: 'webhook.site',
      'x-ms-date': date,
      'x-ms-content-sha256': base64Sha256(text),
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    }
    const address = 'https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63'
    const scheme = authorization({ secret, host: 'webhook.site' })
    const request = { method: 'POST', url: address, headers, body: text }
    const delivery = await verifyBy(scheme, request, { now: new Date(date) })
    expect(delivery.proof).toMatchObject({ scheme: 'authorization', covers, signedAt: new Date(date) })
    const signed = await tinySender(scheme).sign(text, { url: address, now: new Date(date) })
    expect(signed.headers).toMatchObject(headers)
  })

  it('a delivery that names its credential', async () => {
    const signature = 'VJdfvg1xoaniAzWO8CaJBBDSXfcq5X9L7kiYGPQ9fLI='
    const headers = {
      host,
      'x-ms-date': 'Tue, 09 Nov 2021 18:46:04 GMT',
      'x-ms-content-sha256': base64Sha256(body),
      authorization: `HMAC-SHA256 Credential=test-client-id&SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    }
    const scheme = authorization({ clientId, secret: clientSecret, host })
    const delivery = await verifyBy(scheme, { method: 'POST', url, headers, body }, { now: signedAt })
    expect(delivery.proof).toEqual({ scheme: 'authorization', authenticated: true, covers, coversType: true, signedAt })
    expect(delivery.idFrom).toBe('signature')
    const signed = await tinySender(scheme).sign(body, { url, now: signedAt })
    expect(signed.headers).toMatchObject(headers)
    expect([...signed.authHeaders].sort()).toEqual(['authorization', 'host', 'x-ms-content-sha256', 'x-ms-date'])
  })

  it.each([
    ['Signature=x', /^Authorization does not hold HMAC-SHA256 with SignedHeaders and a Signature/],
    [`SignedHeaders=host&Signature=${'A'.repeat(43)}=`, /^SignedHeaders is not x-ms-date/],
  ])('what is wrong with the members %s is said', async (members, message) => {
    const request = { method: 'POST', url, headers: { host, authorization: `HMAC-SHA256 ${members}` }, body }
    const error = await caught(verifyBy(authorization({ secret: clientSecret, host }), request))
    expect(error).toMatchObject({ code: 'signature_malformed', message: expect.stringMatching(message) })
  })

  it('a secret in base64, as Azure App Configuration has them', async () => {
    const key = randomBytes(32)
    const scheme = authorization({
      clientId,
      secret: key.toString('base64'),
      secretEncoding: 'base64',
      host,
    })
    const request = authorized({ secret: key })
    expect(await verdict(verifyBy(scheme, request, { now }))).toBe('accepted')
    const asText = authorization({ clientId, secret: key.toString('base64'), host })
    expect(await verdict(verifyBy(asText, request, { now }))).toBe('signature_mismatch')
    expect(await verdict(verifyBy(asText, authorized({ secret: key.toString('base64') }), { now }))).toBe('accepted')
  })
})

describe('digest, with known values', () => {
  const headers = {
    'client-id': 'test-client-id',
    'request-id': '3f2504e04f8941d39a0c0305e82c3301',
    'request-timestamp': '2021-11-09T18:46:04Z',
    signature: 'HMACSHA256=t4m55h8U6Peac3Yae49QjpNImM3Nz+ZgzmNM3vUQDlw=',
  }
  const scheme = digest({ clientId, secret: clientSecret })

  it('a delivery to a URL with a query, which is not signed', async () => {
    const delivery = await verifyBy(scheme, { method: 'POST', url, headers, body }, { now: signedAt })
    const proved = { scheme: 'digest', authenticated: true, signedAt, coversType: true }
    expect(delivery.proof).toEqual({ ...proved, covers: { ...covers, url: false } })
    expect([delivery.id, delivery.idFrom]).toEqual([headers['request-id'], 'sender'])
  })

  it('the same without the query: nobody signed that there is none', async () => {
    const delivery = await verifyBy(scheme, { method: 'POST', url: '/hooks/sighten', headers, body }, { now: signedAt })
    expect(delivery.proof.covers).toEqual({ ...covers, url: false })
  })
})

describe('sign is the inverse of verify', () => {
  it('a URL that is not absolute has no host', async () => {
    const sender = tinySender(authorization({ secret: clientSecret, host }))
    const { headers } = await sender.sign({ event: 'Ping' }, { url: '/p?next=https://other.example/', now })
    expect(headers['host']).toBe('')
  })

  it.each([
    ['no path', 'https://hooks.example.com'],
    ['a port', 'https://hooks.example.com:8443/p'],
    ['a query', 'https://hooks.example.com/p?b=2&a=%41+c?d'],
    ['escapes and quotes', "https://hooks.example.com/a%2fb/it's/%C3%A9/"],
    ['dots and slashes', 'https://hooks.example.com//a/./b/../c'],
  ])('%s', async (_name, address) => {
    const schemes = [
      authorization({ clientId, secret: clientSecret, host }),
      digest({ clientId, secret: clientSecret }),
    ]
    for (const scheme of schemes) {
      const sender = tinySender(scheme)
      for (const payload of [{ event: 'Ping' }, '{"event":"Ping","€":"é"}']) {
        const request = await sender.sign(payload, { url: address, now })
        expect(await verdict(sender.verify(request, { now }))).toBe('accepted')
        expect(await verdict(sender.verify({ ...request, url: '/other' }, { now }))).toBe('signature_mismatch')
      }
    }
  })

  it('digest, without a body', async () => {
    const sender = tinySender(digest({ clientId, secret: clientSecret }))
    const request = await sender.sign('', { url, now })
    // Authentic, and no JSON.
    expect(await verdict(sender.verify(request, { now }))).toBe('body_malformed')
    expect(await verdict(sender.verify({ ...request, body: '{}' }, { now }))).toBe('signature_mismatch')
  })

  it('digest: the same delivery keeps its id however often it is signed', async () => {
    const sender = tinySender(digest({ clientId, secret: clientSecret }))
    const [one, later, other] = await Promise.all([
      sender.sign({ event: 'Ping' }, { url, now }),
      sender.sign({ event: 'Ping' }, { url, now: signedAt }),
      sender.sign({ event: 'Pong' }, { url, now }),
    ])
    expect(later.headers['request-id']).toBe(one.headers['request-id'])
    expect(other.headers['request-id']).not.toBe(one.headers['request-id'])
    expect(one.headers['request-id']).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('rotation: several secrets, and the proof says which matched', () => {
  it.each<[string, SecretOption, string | undefined]>([
    ['one', clientSecret, undefined],
    ['a list', ['another', clientSecret], '1'],
    [
      'labels',
      [
        { label: 'new', value: 'another' },
        { label: 'old', value: clientSecret },
      ],
      'old',
    ],
    ['a function that answers later', async () => ({ label: 'late', value: clientSecret }), 'late'],
  ])('%s', async (_name, secret, credential) => {
    const schemes = [authorization({ clientId, secret, host }), digest({ clientId, secret })]
    const requests = [authorized(), digested()]
    for (const [index, scheme] of schemes.entries()) {
      const request = requests[index] ?? authorized()
      expect((await verifyBy(scheme, request, { now })).proof.credential).toBe(credential)
    }
  })
})

describe('the window is 15 minutes, unless told', () => {
  it('toleranceSeconds', async () => {
    const schemes = [
      authorization({ clientId, secret: clientSecret, host, toleranceSeconds: 10 }),
      digest({ clientId, secret: clientSecret, toleranceSeconds: 10 }),
    ]
    const requests = [authorized(), digested()]
    for (const [index, scheme] of schemes.entries()) {
      const answers = ['10:20:39Z', '10:20:40Z', '10:20:20Z', '10:20:19Z'].map((time) =>
        verdict(verifyBy(scheme, requests[index] ?? authorized(), { now: new Date(`2026-11-03T${time}`) })),
      )
      expect(await Promise.all(answers)).toEqual(['accepted', 'timestamp_too_old', 'accepted', 'timestamp_too_new'])
    }
  })
})

describe('dates', () => {
  it('are read to the second', () => {
    expect(parseHttpDate('Tue, 09 Nov 2021 18:46:04 GMT')).toBe(1_636_483_564)
    expect(parseUtcTime('2021-11-09T18:46:04Z')).toBe(1_636_483_564)
    expect(parseHttpDate('Tue, 29 Feb 2028 00:00:00 GMT')).toBe(parseUtcTime('2028-02-29T00:00:00Z'))
  })
})

describe('options that cannot work are TypeErrors when the scheme is made', () => {
  const wrong: readonly (readonly [string, Record<string, unknown>])[] = [
    ['no secret', { secret: undefined }],
    ['an empty secret', { secret: '' }],
    ['white space around the secret', { secret: ' x' }],
    ['an empty client id', { clientId: '' }],
    ['a client id with white space', { clientId: 'a b' }],
    ['a client id that is a number', { clientId: 5 }],
    ['a misspelt option', { toleranceSecond: 60 }],
    ['tolerance 0', { toleranceSeconds: 0 }],
    ['tolerance NaN', { toleranceSeconds: Number.NaN }],
  ]
  const ofAuthorization: readonly (readonly [string, Record<string, unknown>])[] = [
    ['a client id with an ampersand', { clientId: 'a&b' }],
    ['no host', { host: undefined }],
    ['an empty list of hosts', { host: [] }],
    ['a host with a path', { host: 'hooks.example.com/' }],
    ['a host that is a number', { host: [5] }],
    ['an unknown encoding of the secret', { secretEncoding: 'hex' }],
    ['a secret that is not base64', { secretEncoding: 'base64', secret: 'no base64' }],
    ['a secret in base64 without its padding', { secretEncoding: 'base64', secret: 'AAAA_A' }],
  ]
  it.each([...wrong, ...ofAuthorization])('authorization: %s', (_name, options) => {
    const all = { clientId, secret: clientSecret, host, ...options } as AuthorizationOptions // as untyped callers give them
    expectMistake(() => authorization(all), options)
  })

  it.each([...wrong, ['no client id', { clientId: undefined }] as const])('digest: %s', (_name, options) => {
    const all = { clientId, secret: clientSecret, ...options } as DigestOptions // as untyped callers give them
    expectMistake(() => digest(all), options)
  })
})
