import { createHash, createHmac } from 'node:crypto'
import { isWebhookError, verifySighten, WebhookError, type WebhookRequest } from 'countersign'
import { hmac as bodyHmac } from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import { contractSuite, listSamples } from 'countersign/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { samples } from '../src/providers/sighten/samples.ts'
import { serve } from './support/servers.ts'
import { caught, verdict } from './support/verdict.ts'

const id = 'test-client-id'
const secret = 'test-client-secret'
const otherSecret = 'another-client-secret'
const host = 'receiver.example'
const nothing = { body: false, url: false, time: false }
const all = { body: true, url: true, time: true }

type Auth = sighten.Options['auth']
type Value = Parameters<typeof sighten.header>[0]['value']

/** Each way to authenticate, as a function of its secret, with what it proves. */
const ways = {
  header: { covers: nothing, auth: (value: Value) => sighten.header({ name: 'X-Sighten-Key', value }) },
  basic: { covers: nothing, auth: (password: Value) => sighten.basic({ username: 'sighten', password }) },
  token: { covers: nothing, auth: (value: Value) => sighten.token({ key: 'Token', value }) },
  'token in a header': {
    covers: nothing,
    auth: (value: Value) => sighten.token({ key: 'X-Token', value, in: 'header' }),
  },
  aws4: {
    covers: all,
    auth: (secretAccessKey: Value) =>
      sighten.aws4({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey, region: 'us-east-1', service: 'execute-api', host }),
  },
  'hmac, authorization': {
    covers: all,
    auth: (clientSecret: Value) => sighten.hmac({ format: 'authorization', clientId: id, clientSecret, host }),
  },
  'hmac, authorization without a client id': {
    covers: all,
    auth: (clientSecret: Value) => sighten.hmac({ format: 'authorization', clientSecret, host }),
  },
  'hmac, body': {
    covers: { body: true, url: false, time: false },
    auth: (clientSecret: Value) => sighten.hmac({ format: 'body', clientSecret, header: 'X-Signature' }),
  },
  'hmac, body with all its settings': {
    covers: { body: true, url: false, time: true },
    auth: (clientSecret: Value) =>
      sighten.hmac({
        format: 'body',
        clientId: id,
        clientIdHeader: 'X-Client-Id',
        clientSecret,
        header: 'X-Signature',
        encoding: 'base64',
        prefix: 'v1=',
        timestampHeader: 'X-Timestamp',
        signedText: 'v1:{timestamp}:{body}',
        toleranceSeconds: 900,
      }),
  },
  'hmac, digest': {
    covers: { ...all, url: false },
    auth: (clientSecret: Value) => sighten.hmac({ format: 'digest', clientId: id, clientSecret }),
  },
}

for (const [name, { auth, covers }] of Object.entries<{ covers: typeof all; auth: (value: Value) => Auth }>(ways)) {
  contractSuite(
    { describe, it },
    {
      name: `Sighten by ${name}`,
      provider: sighten,
      options: { auth: auth(secret) },
      otherOptions: { auth: auth(otherSecret) },
      samples,
      covers,
      toleranceSeconds: 900,
      contextOf: ({ type }) => ({ event: type }),
      secrets: {
        value: secret,
        other: otherSecret,
        use: (value) => ({ auth: auth(value) }),
        mayBeEmpty: name === 'basic',
      },
    },
  )
}

type Event = sighten.EventName
const event = 'Site Archived'
const basic = ways.basic.auth(secret)
const receiver = sighten.createReceiver({ auth: basic })
const basicHeader = { authorization: `Basic ${Buffer.from(`sighten:${secret}`).toString('base64')}` }

/** A request that Basic authentication lets through. */
function posted(body: unknown, more: object = {}): WebhookRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { method: 'POST', url: '/hooks/sighten', headers: basicHeader, body: text, ...more }
}

/** How the route of one event ends. */
function codeOf(auth: Auth, request: WebhookRequest, now?: Date) {
  return verdict(sighten.createReceiver({ auth }).verify(request, { event, ...(now && { now }) }))
}

/** The request of the self-made vectors. */
const vector = {
  url: 'https://hooks.example.com/hooks/sighten?env=test',
  path: '/hooks/sighten',
  body: '{"status":"INPROG","name":"Installation Agreement","site":"70e49050-4cb0-49f8-8120-0e555745e2ae"}',
  now: new Date('2021-11-09T18:46:04Z'),
  date: 'Tue, 09 Nov 2021 18:46:04 GMT',
  host: 'hooks.example.com',
}
const contentHash = createHash('sha256').update(vector.body).digest('base64')
const client = { clientId: id, clientSecret: secret }

/** Verifies as the caller of the vectors would. */
function vectorCode(auth: Auth, headers: Record<string, string>, more: object = {}) {
  return codeOf(auth, { method: 'POST', url: vector.url, headers, body: vector.body, ...more }, vector.now)
}

describe('the vectors', () => {
  const signing = { url: vector.url, now: vector.now }

  it('are of 97 bytes', () => {
    expect(new TextEncoder().encode(vector.body)).toHaveLength(97)
  })

  it('hold for authorization', async () => {
    const signature = 'VJdfvg1xoaniAzWO8CaJBBDSXfcq5X9L7kiYGPQ9fLI='
    const auth = sighten.hmac({ format: 'authorization', host: vector.host, ...client })
    const headers = {
      host: vector.host,
      'x-ms-date': vector.date,
      'x-ms-content-sha256': contentHash,
      authorization: `HMAC-SHA256 Credential=${id}&SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    }
    expect(await vectorCode(auth, headers)).toBe('accepted')
    expect((await sighten.sign(vector.body, { auth, ...signing })).headers).toMatchObject(headers)
    const { 'x-ms-date': date, ...others } = headers
    const dated = { ...others, date, authorization: headers.authorization.replace('x-ms-date', 'date') }
    expect(await vectorCode(auth, dated)).toBe('accepted')
  })

  it.each([
    ['hex', 'fd75221a9f911a4ac02bd146130cd3341174a0a5fa71c0da77bcfbd957b48bd0'],
    ['base64', '/XUiGp+RGkrAK9FGEwzTNBF0oKX6ccDad7z72Ve0i9A='],
  ] as const)('hold for body in %s', async (encoding, signature) => {
    const auth = sighten.hmac({ format: 'body', header: 'X-Signature', encoding, ...client })
    expect(await vectorCode(auth, { 'x-signature': signature })).toBe('accepted')
    expect((await sighten.sign(vector.body, { auth, ...signing })).headers['x-signature']).toBe(signature)
  })

  it('hold for timestamp and body', async () => {
    const headers = {
      'x-signature': 'f86c7fb7f95eed34594e3839c4492f1ed4797a6cfb6e8aa5fc3dc985a79c2a49',
      'x-timestamp': '1636483564',
    }
    const auth = sighten.hmac({ format: 'body', header: 'X-Signature', timestampHeader: 'X-Timestamp', ...client })
    expect(await vectorCode(auth, headers)).toBe('accepted')
    expect(await vectorCode(auth, { ...headers, 'x-timestamp': '1636483565' })).toBe('signature_mismatch')
    expect((await sighten.sign(vector.body, { auth, ...signing })).headers).toMatchObject(headers)
  })

  it('hold for digest', async () => {
    const auth = sighten.hmac({ format: 'digest', ...client })
    const headers = {
      'client-id': id,
      'request-id': '3f2504e04f8941d39a0c0305e82c3301',
      'request-timestamp': '2021-11-09T18:46:04Z',
      signature: 'HMACSHA256=t4m55h8U6Peac3Yae49QjpNImM3Nz+ZgzmNM3vUQDlw=',
    }
    expect(await vectorCode(auth, headers)).toBe('accepted')
    expect(await vectorCode(auth, { ...headers, 'request-id': '3f2504e04f8941d39a0c0305e82c3302' })).toBe(
      'signature_mismatch',
    )
  })

  it('hold for AWS4', async () => {
    const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
    const scope = { region: 'us-east-1', service: 'execute-api' }
    const auth = sighten.aws4({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey, ...scope, host: vector.host })
    const url = `https://${vector.host}${vector.path}`
    const signature = '0d7b9237e57c77c6f860cbbedd337d8184ce9693766a03296438c9d31f7b75db'
    const names = 'content-type;host;x-amz-content-sha256;x-amz-date'
    const credential = 'AKIDEXAMPLE/20211109/us-east-1/execute-api/aws4_request'
    const headers = {
      host: vector.host,
      'content-type': 'application/json',
      'x-amz-content-sha256': createHash('sha256').update(vector.body).digest('hex'),
      'x-amz-date': '20211109T184604Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
    }
    expect(await vectorCode(auth, headers, { url })).toBe('accepted')
    expect(await vectorCode(auth, { ...headers, 'content-type': 'application/json; charset=utf-8' }, { url })).toBe(
      'signature_mismatch',
    )
    expect((await sighten.sign(vector.body, { auth, url, now: vector.now })).headers).toEqual(headers)
  })

  it("hold for authorization without a client, as another sender's documentation publishes it", async () => {
    const auth = sighten.hmac({
      format: 'authorization',
      clientSecret: 'A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6FhGKhiHTBsG2wo/xU6FY/A==',
      host: 'webhook.site',
    })
    const url = 'https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63'
    const body = '{"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"}'
    const now = new Date('2023-03-30T08:38:32Z')
    const headers = {
      host: 'webhook.site',
      'x-ms-date': 'Thu, 30 Mar 2023 08:38:32 GMT',
      'x-ms-content-sha256': createHash('sha256').update(body).digest('base64'),
      authorization:
        'HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U=',
    }
    expect(await codeOf(auth, { method: 'POST', url, headers, body }, now)).toBe('accepted')
    expect((await sighten.sign(body, { auth, url, now })).headers).toMatchObject(headers)
  })
})

/** What node:crypto makes of a text and the secret. */
function mac(text: string, encoding: 'hex' | 'base64' = 'base64', key: string | Buffer = secret): string {
  return createHmac('sha256', key).update(text).digest(encoding)
}

describe('requests that node:crypto signed', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 200 }).map((text) => JSON.stringify({ text }))
  const targets = fc.webPath().map((path) => `/hooks${path}`)
  const methods = fc.constantFrom('POST', 'PUT', 'PATCH')
  const hashOf = (body: string) => createHash('sha256').update(body).digest('base64')

  it('are accepted in the authorization format, by either kind of key', async () => {
    await fc.assert(
      fc.asyncProperty(methods, targets, texts, fc.boolean(), async (method, url, body, decoded) => {
        const key = Buffer.from('0123456789abcdef')
        const encoding = decoded ? ({ secretEncoding: 'base64' } as const) : {}
        const clientSecret = decoded ? key.toString('base64') : secret
        const auth = sighten.hmac({ format: 'authorization', clientId: id, clientSecret, host, ...encoding })
        const text = `${method}\n${url}\n${vector.date};${host};${hashOf(body)}`
        const headers = {
          host,
          'x-ms-date': vector.date,
          'x-ms-content-sha256': hashOf(body),
          authorization: `HMAC-SHA256 Credential=${id}&SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${mac(text, 'base64', decoded ? key : secret)}`,
        }
        expect(await codeOf(auth, { method, url, headers, body }, vector.now)).toBe('accepted')
        const elsewhere = { method: method === 'PUT' ? 'POST' : 'PUT', url, headers, body }
        expect(await codeOf(auth, elsewhere, vector.now)).toBe('signature_mismatch')
      }),
      { numRuns: 30 },
    )
  })

  it('are accepted in the body format', async () => {
    const auth = ways['hmac, body with all its settings'].auth(secret)
    await fc.assert(
      fc.asyncProperty(texts, async (body) => {
        const headers = {
          'x-client-id': id,
          'x-timestamp': '1636483564',
          'x-signature': `v1=${mac(`v1:1636483564:${body}`)}`,
        }
        expect(await codeOf(auth, { headers, body }, vector.now)).toBe('accepted')
        expect(await codeOf(auth, { headers, body: `${body} ` }, vector.now)).toBe('signature_mismatch')
      }),
      { numRuns: 30 },
    )
  })

  it('are accepted in the digest format', async () => {
    const auth = sighten.hmac({ format: 'digest', ...client })
    await fc.assert(
      fc.asyncProperty(methods, targets, fc.uuid(), texts, async (method, url, requestId, body) => {
        const [path] = url.split('?')
        const signed = `Client-Id:${id}\nRequest-Id:${requestId}\nRequest-Timestamp:2021-11-09T18:46:04Z\nRequest-Target:${path}\nDigest:${hashOf(body)}`
        const headers = {
          'client-id': id,
          'request-id': requestId,
          'request-timestamp': '2021-11-09T18:46:04Z',
          signature: `HMACSHA256=${mac(signed)}`,
        }
        expect(await codeOf(auth, { method, url, headers, body }, vector.now)).toBe('accepted')
        expect(await codeOf(auth, { method, url: `${path}x`, headers, body }, vector.now)).toBe('signature_mismatch')
      }),
      { numRuns: 30 },
    )
  })
})

describe('auth', () => {
  it.each([undefined, null, 'basic', {}, sighten.basic, { verify: () => {} }, { username: 'a', password: 'b' }])(
    'must be a scheme, and not %o',
    (auth) => {
      // Untyped callers hand over what the compiler would refuse.
      const create = () => sighten.createReceiver({ auth } as unknown as sighten.Options)
      expect(create).toThrow(TypeError)
      expect(create).toThrow(/basic\(\).*explicit dangerouslyUnauthenticated\(\)/)
    },
  )

  it('must be a scheme for verify and sign as well', async () => {
    const options = {} as sighten.Options // as above
    await expect(sighten.verify(posted({}), { ...options, event })).rejects.toThrow(TypeError)
    await expect(sighten.sign({}, options)).rejects.toThrow(TypeError)
    await expect(sighten.sign({}, undefined as unknown as sighten.Options)).rejects.toThrow(TypeError) // as above
    const none = undefined as unknown as sighten.Options & { event: 'Site Archived' } // as above
    await expect(sighten.verify(posted({}), none)).rejects.toThrow('options are missing')
    expect(() => sighten.createReceiver(undefined as unknown as sighten.Options)).toThrow(TypeError) // as above
  })

  it('may be any other scheme', async () => {
    const auth = bodyHmac({ header: 'X-Own', secret })
    expect(await codeOf(auth, await sighten.sign({}, { auth }))).toBe('accepted')
  })

  it('that is unauthenticated takes anything, and says so', async () => {
    const open = sighten.createReceiver({ auth: sighten.dangerouslyUnauthenticated() })
    const { proof } = await open.verify({ headers: {}, body: '{}' }, { event })
    expect(proof).toEqual({ scheme: 'unauthenticated', authenticated: false, covers: nothing, coversType: false })
  })

  it('by a function: a token that is itself signed, and a bearer token', async () => {
    const [head, tail] = ['eyJhbGciOiJIUzI1NiJ9.e30', mac('eyJhbGciOiJIUzI1NiJ9.e30').replace(/\W/g, '')]
    const check = (text: string): boolean => text === `${head}.${tail}`
    const request = (key: string, text: string) => posted({}, { headers: { authorization: `${key} ${text}` } })
    const signedToken = sighten.token({ key: 'Token', check })
    expect(await codeOf(signedToken, request('Token', `${head}.${tail}`))).toBe('accepted')
    expect(await codeOf(signedToken, request('Token', `${head}.${tail}x`))).toBe('credential_mismatch')
    expect(await codeOf(signedToken, request('Bearer', `${head}.${tail}`))).toBe('header_malformed')
    const bearer = sighten.oauth2({ check: async (text) => check(text) })
    expect(await codeOf(bearer, request('Bearer', `${head}.${tail}`))).toBe('accepted')
    expect(await codeOf(bearer, request('Bearer', 'other'))).toBe('credential_mismatch')
    const failing = sighten.oauth2({ check: () => Promise.reject(new Error(tail)) })
    expect(await codeOf(failing, request('Bearer', 'any'))).toBe('verifier_unavailable')
  })
})

describe('hmac', () => {
  it.each([undefined, 'Body', 'hex', '__proto__', 'constructor', 'toString'])('has no format %o', (format) => {
    const options = { format, header: 'X-Signature', ...client }
    // Untyped callers hand over what the compiler would refuse.
    expect(() => sighten.hmac(options as unknown as sighten.HmacOptions)).toThrow(/format must be/)
  })

  it('tries no other format', async () => {
    const formats = ['hmac, authorization', 'hmac, body', 'hmac, digest'] as const
    for (const signer of formats) {
      const signed = await sighten.sign({}, { auth: ways[signer].auth(secret) })
      for (const verifier of formats) {
        const code = await codeOf(ways[verifier].auth(secret), signed)
        expect([signer, verifier, code === 'accepted']).toEqual([signer, verifier, signer === verifier])
      }
    }
  })

  describe('of the body with a client id', () => {
    const auth = sighten.hmac({ format: 'body', header: 'X-Signature', clientIdHeader: 'X-Client-Id', ...client })
    const errorOf = async (headers: Record<string, string | string[]>) => {
      const result = await sighten.createReceiver({ auth }).safeVerify({ headers, body: '{}' }, { event })
      return result.ok ? undefined : result.error.toJSON()
    }
    const signature = mac('{}', 'hex')
    const wrong = mac('{} ', 'hex')

    it('takes the right one', async () => {
      expect(await errorOf({ 'x-signature': signature, 'x-client-id': id })).toBeUndefined()
    })

    it('answers another client as it answers another signature', async () => {
      const refusal = await errorOf({ 'x-signature': wrong, 'x-client-id': id })
      expect(refusal).toMatchObject({ code: 'signature_mismatch', status: 401 })
      for (const other of ['another', `${id} `, id.toUpperCase(), `${id}, ${id}`, id.slice(1)]) {
        expect(await errorOf({ 'x-signature': signature, 'x-client-id': other })).toEqual(refusal)
        expect(await errorOf({ 'x-signature': wrong, 'x-client-id': other })).toEqual(refusal)
      }
    })

    it('needs the header, once', async () => {
      expect(await errorOf({ 'x-signature': signature })).toMatchObject({ code: 'header_missing' })
      expect(await errorOf({ 'x-signature': signature, 'x-client-id': '' })).toMatchObject({ code: 'header_missing' })
      const twice = { 'x-signature': signature, 'x-client-id': [id, id] }
      expect(await errorOf(twice)).toMatchObject({ code: 'header_malformed' })
      expect(await errorOf({ 'x-client-id': id })).toMatchObject({ code: 'header_missing' })
    })

    it('says nothing of the client in the proof', async () => {
      const { proof } = await sighten
        .createReceiver({ auth })
        .verify({ headers: { 'x-signature': signature, 'x-client-id': id }, body: '{}' }, { event })
      expect(JSON.stringify(proof)).not.toContain(id)
    })

    it.each([
      { clientId: undefined },
      { clientId: '' },
      { clientId: 'a b' },
      { clientId: 'é' },
      { clientIdHeader: 'a b' },
    ])('refuses the options %o', (more) => {
      const options = { format: 'body', header: 'X-Signature', clientIdHeader: 'X-Client-Id', ...client, ...more }
      // Untyped callers hand over what the compiler would refuse.
      expect(() => sighten.hmac(options as unknown as sighten.HmacOptions)).toThrow(TypeError)
    })
  })
})

describe('several organizations', () => {
  const auth = sighten.anyOf({
    'Org A': sighten.basic({ username: 'a', password: secret }),
    'Org B': sighten.basic({ username: 'b', password: otherSecret }),
  })

  it.each([
    ['Org A', 'a', secret],
    ['Org B', 'b', otherSecret],
  ])('says that %s sent it', async (label, username, password) => {
    const signed = await sighten.sign({}, { auth: sighten.basic({ username, password }) })
    const { proof } = await sighten.createReceiver({ auth }).verify(signed, { event })
    expect(proof).toMatchObject({ scheme: 'basic', credential: label, authenticated: true })
  })

  it('lets none in with the credential of none, or of two', async () => {
    for (const [username, password] of [
      ['a', otherSecret],
      ['b', secret],
      ['c', secret],
    ] as const) {
      const signed = await sighten.sign({}, { auth: sighten.basic({ username, password }) })
      expect(await codeOf(auth, signed)).toBe('credential_mismatch')
    }
  })

  it('are told apart by the secret alone where the client id is not signed', async () => {
    const member = (clientId: string, clientSecret: string) =>
      sighten.hmac({ format: 'body', header: 'X-Signature', clientIdHeader: 'X-Client-Id', clientId, clientSecret })
    expect(() => sighten.anyOf({ A: member('a', secret), B: member('b', secret) })).toThrow(/same credential/)
    const both = sighten.anyOf({ A: member('a', secret), B: member('b', otherSecret) })
    const signed = await sighten.sign({}, { auth: member('b', otherSecret) })
    const { proof } = await sighten.createReceiver({ auth: both }).verify(signed, { event })
    expect(proof.credential).toBe('B')
    expect(await codeOf(both, { ...signed, headers: { ...signed.headers, 'x-client-id': 'a' } })).toBe(
      'signature_mismatch',
    )
  })

  it('are of one type and one format', () => {
    const bodyWith = (more: object) =>
      sighten.hmac({ format: 'body', header: 'X-Signature', clientSecret: otherSecret, clientId: id, ...more })
    const first = sighten.hmac({ format: 'body', header: 'X-Signature', clientSecret: secret })
    expect(() => sighten.anyOf({ A: first, B: bodyWith({}) })).not.toThrow()
    for (const B of [bodyWith({ clientIdHeader: 'X-Client-Id' }), bodyWith({ encoding: 'base64' })]) {
      expect(() => sighten.anyOf({ A: first, B })).toThrow(TypeError)
    }
    // What is of several types does not compile either, unless somebody widens it.
    const members: Record<string, Auth> = { A: basic, B: sighten.dangerouslyUnauthenticated() }
    expect(() => sighten.anyOf(members)).toThrow(TypeError)
    expect(() => sighten.anyOf({ ...members, B: ways.header.auth(secret) })).toThrow(TypeError)
  })
})

/** A body that was observed, its ids and names replaced. */
const contractBody =
  '{"uuid":"0b6f2c34-0000-4000-8000-000000000001","name":"Installation Agreement","description":"","status":"INPROG","date_updated":"2021-11-09T18:33:02.733634Z","site":"0b6f2c34-0000-4000-8000-000000000002","quote":"0b6f2c34-0000-4000-8000-000000000003","milestone":"0b6f2c34-0000-4000-8000-000000000004","milestone_definition":"0b6f2c34-0000-4000-8000-000000000005","task_definition":"0b6f2c34-0000-4000-8000-000000000006","assigned_to":{"uuid":"0b6f2c34-0000-4000-8000-000000000007","email":"a@example.com","first_name":"A","last_name":"B","organization":"0b6f2c34-0000-4000-8000-000000000008","organization_name":"Org"},"comments":[{"uuid":"0b6f2c34-0000-4000-8000-000000000009","comment":"text","comment_type":"AUTO","commenter_id":"0b6f2c34-0000-4000-8000-00000000000a","commentor":"bot@example.com","commentor_first_name":"Sighten","commentor_last_name":"Bot","last_updated":null,"private":false,"thread":null,"timestamp":"2021-11-09T18:46:04.661432Z"}],"sub_tasks":[{"uuid":"0b6f2c34-0000-4000-8000-00000000000b","category":"DOCUMENT","label":"Sign","instructions":null,"required":false,"status":"COMP","document_status":"SIGN","data":{"documents":[{"uuid":"0b6f2c34-0000-4000-8000-00000000000c","name":"x.pdf","document_type":"HIC","document_group":"0b6f2c34-0000-4000-8000-00000000000d","creation_type":"GENERATED","date_created":"2021-11-09T18:33:02.733634Z","stale":false}],"envelopes":[{"uuid":"0b6f2c34-0000-4000-8000-00000000000e","name":"x","status":"COMP","resource_id":"0b6f2c34-0000-4000-8000-00000000000f","document_group":"0b6f2c34-0000-4000-8000-00000000000d","task_action_alias":"DSN","date_sent":"2021-11-09T18:33:02.733634Z","date_signed":"2021-11-09T18:33:02.733634Z","date_voided":null}]},"signers":[{"uuid":"0b6f2c34-0000-4000-8000-000000000010","email":"h@example.com","first_name":"H","last_name":"O","order":1,"signer_type":"H","status":"COMP","can_update":true,"contact_signer":"0b6f2c34-0000-4000-8000-000000000011","legal_contact_signer":null,"user_signer":null,"created_by":"0b6f2c34-0000-4000-8000-000000000012","modified_by":"0b6f2c34-0000-4000-8000-000000000012","date_created":"2021-11-09T18:33:02.733634Z","date_updated":"2021-11-09T18:33:02.733634Z","date_sent":"2021-11-09T18:33:02.733634Z","date_signed":"2021-11-09T18:33:02.733634Z","date_declined":null,"date_voided":null}]}]}'

const contract = 'Contract Status Change'
const contractPayload = samples[contract].payload

describe('the samples', () => {
  it("hold the vendor's body, byte for byte", () => {
    expect(JSON.stringify(contractPayload)).toBe(contractBody)
    expect(samples[contract].level).toBe('observed')
  })

  it('hold the 13 events, in the order of the schemas', () => {
    const list = listSamples(samples)
    expect(list).toHaveLength(13)
    expect(list.map(({ type }) => type)).toEqual(Object.keys(sighten.schemas))
    const known = list.filter(({ level }) => level !== 'assumed').map(({ type }) => type)
    expect(known).toEqual([contract, 'Milestone Status Change', 'Change Order Status Change'])
  })
})

describe('an event', () => {
  const deliver = (name: string, payload: unknown) => receiver.verify(posted(payload), { event: name })

  it.each(Object.entries(samples))('%s is named by the caller, by name and by slug', async (name, { payload }) => {
    const slug = name.toLowerCase().replaceAll(' ', '-')
    for (const given of [name, slug]) {
      expect(await deliver(given, payload)).toMatchObject({ known: true, type: name, payload })
    }
    expect(sighten.eventSlug(name)).toBe(slug)
    expect(sighten.eventFromSlug(slug)).toBe(name)
  })

  const unlistedNames = [
    '',
    'Contract',
    'contract status change',
    'Contract-Status-Change',
    'contract-status-change ',
    'contract-status-change/',
    'contract--status-change',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'length',
    '0',
    '\u0000',
  ]

  it.each(unlistedNames)('%j is not in the list: 404', async (name) => {
    const error = await caught(deliver(name, {}))
    expect(error).toBeInstanceOf(WebhookError)
    expect(error).toMatchObject({ code: 'event_unlisted', status: 404, retryable: false })
    const thrown = await caught((async () => sighten.eventFromSlug(name))())
    expect(isWebhookError(thrown) && thrown.toJSON()).toEqual(isWebhookError(error) && error.toJSON())
  })

  it('that is not in the list is not told apart by who has no credential', async () => {
    const forged = { ...posted({}), headers: { authorization: 'Basic YTpi' } }
    for (const given of [event, 'other' as string]) {
      expect(await verdict(receiver.verify(forged, { event: given }))).toBe('credential_mismatch')
    }
  })

  it('that a repeated query parameter made a list of is no event, and no mistake of the caller', async () => {
    const listed = { event: [event, event] } as unknown as { event: string } // what a query parser gives
    const result = await receiver.safeVerify(posted({}), listed)
    expect(!result.ok && [result.error.code, result.error.status]).toEqual(['event_unlisted', 404])
  })

  it('is not quoted where it is refused', async () => {
    const result = await receiver.safeVerify(posted({}), { event: 'Zq8vXw3LkT0uJb5R' as string })
    expect(!result.ok && result.error.message).toMatch(/additionalEvents/)
    expect(JSON.stringify(result)).not.toContain('Zq8vXw3')
  })

  it.each([undefined, null, {}, { now: new Date() }, { event: undefined }, { event: null }])(
    'must be given: %o is a TypeError',
    async (context) => {
      const untyped = context as { event: string } // the point is what the compiler would refuse
      const oneShot = { auth: basic, ...untyped }
      const calls = [
        () => receiver.verify(posted({}), untyped),
        () => receiver.safeVerify(posted({}), untyped),
        () => receiver.verify({ headers: {}, body: '' }, untyped),
        () => sighten.verify(posted({}), oneShot),
      ]
      for (const call of calls) {
        const error = await caught(call())
        expect(error).toBeInstanceOf(TypeError)
        expect(String(error)).toMatch(/verify needs the event/)
      }
    },
  )

  it.each(['null', '"x"', '[]', '1'])('of any name has an object, and %s is unreadable', async (body) => {
    for (const name of Object.keys(sighten.schemas)) {
      expect(await deliver(name, body)).toMatchObject({ known: false, reason: 'unreadable', type: '' })
    }
  })

  it('that nothing shows takes any object', async () => {
    const payload = { anything: [{ at: 'all' }], __proto: 1 }
    expect(await deliver('Invoice Status Change', payload)).toMatchObject({ known: true, payload })
    expect(await deliver('Invoice Status Change', '{}')).toMatchObject({ known: true, payload: {} })
    const polluting = await deliver('Invoice Status Change', '{"__proto__":{"polluted":1}}')
    expect(polluting.known && JSON.stringify(polluting.payload)).toBe('{"__proto__":{"polluted":1}}')
    expect('polluted' in {}).toBe(false)
  })
})

describe('the shape of', () => {
  const changed = async (name: Event, payload: object) => {
    const delivery = await receiver.verify(posted(payload), { event: name })
    return delivery.known ? 'known' : delivery.reason
  }
  const without = (payload: object, key: string) =>
    Object.fromEntries(Object.entries(payload).filter(([k]) => k !== key))
  const [task] = contractPayload.sub_tasks
  const [comment] = contractPayload.comments

  it.each([
    ['another status', { status: 'NEWER' }],
    ['nobody assigned', { assigned_to: null }],
    ['no comments and no tasks', { comments: [], sub_tasks: [] }],
    ['a task of another category, with less', { sub_tasks: [{ uuid: 'u', category: 'NEWER' }] }],
    ['a document that was only generated', { sub_tasks: [{ ...task, document_status: 'GEN', signers: [] }] }],
    ['a task without data', { sub_tasks: [{ ...task, data: null, document_status: null }] }],
    ['signed files', { sub_tasks: [{ ...task, data: { documents: [{ uuid: 'u', creation_type: 'UPLOADED' }] } }] }],
    [
      'an envelope that is on its way',
      { sub_tasks: [{ ...task, data: { envelopes: [{ uuid: 'u', date_sent: null, date_signed: null }] } }] },
    ],
    ['a threaded comment', { comments: [{ ...comment, thread: 'None', last_updated: '2021-11-09T18:33:02Z' }] }],
    ['members that are new', { newer: { anything: 1 }, sub_tasks: [{ ...task, newer: 1 }] }],
  ])('a contract may have %s', async (_what, change) => {
    expect(await changed(contract, { ...contractPayload, ...change })).toBe('known')
  })

  it.each([
    ['status of another type', { ...contractPayload, status: 1 }],
    ['no uuid', without(contractPayload, 'uuid')],
    ['no site', without(contractPayload, 'site')],
    ['tasks that are no list', { ...contractPayload, sub_tasks: {} }],
    ['a task without a category', { ...contractPayload, sub_tasks: [without(task ?? {}, 'category')] }],
  ])('a contract is another with %s', async (_what, payload) => {
    expect(await changed(contract, payload)).toBe('changed')
  })

  it('a milestone has less than a contract, whose body fits it too: the caller must not guess', async () => {
    const milestone = samples['Milestone Status Change'].payload
    expect(await changed('Milestone Status Change', contractPayload)).toBe('known')
    expect(await changed(contract, milestone)).toBe('changed')
    for (const key of ['site', 'status', 'milestone_definition', 'sub_tasks', 'comments']) {
      expect(await changed('Milestone Status Change', without(milestone, key))).toBe('changed')
    }
    const bare = { ...milestone, sub_tasks: [{ uuid: 'u', data: {} }], comments: [], quote: null }
    expect(await changed('Milestone Status Change', bare)).toBe('known')
  })

  it('a change order has the fields of the list; the key of the new quote is assumed, and may be missing', async () => {
    const order = samples['Change Order Status Change'].payload
    expect(await changed('Change Order Status Change', { ...order, new_quote: 'q' })).toBe('known')
    expect(await changed('Change Order Status Change', { ...order, new_quote: 1 })).toBe('changed')
    for (const key of ['status', 'name', 'site', 'date_updated', 'sub_tasks']) {
      expect(await changed('Change Order Status Change', without(order, key))).toBe('changed')
    }
  })

  it('a stage transition may be the first, and may have numbers for ids', async () => {
    const stage = samples['Stage Transition'].payload
    const first = { ...stage, previous_stage_id: null, previous_stage_name: null, stage_id: 2, site_id: 7 }
    expect(await changed('Stage Transition', first)).toBe('known')
    expect(await changed('Stage Transition', without(stage, 'site_owned_by_organization'))).toBe('known')
    for (const key of ['site_id', 'stage_id', 'stage_name']) {
      expect(await changed('Stage Transition', without(stage, key))).toBe('changed')
    }
  })

  it('another contract says where it differs', async () => {
    const payload = { ...contractPayload, status: 1, comments: [{ ...comment, uuid: undefined }] }
    const delivery = await receiver.verify(posted(payload), { event: contract })
    expect(delivery).toMatchObject({
      known: false,
      reason: 'changed',
      type: contract,
      payload: JSON.parse(JSON.stringify(payload)),
      issues: [
        { path: ['status'], code: 'type', expected: 'string' },
        { path: ['comments', 0, 'uuid'], code: 'missing', expected: 'string' },
      ],
    })
  })
})

describe('additionalEvents', () => {
  const newer = sighten.createReceiver({ auth: basic, additionalEvents: ['Site Restored', 'Crew (Assigned)'] })

  it.each([
    ['Site Restored', 'Site Restored'],
    ['site-restored', 'Site Restored'],
    ['crew-assigned', 'Crew (Assigned)'],
  ])('are delivered as unlisted: %s', async (given, type) => {
    const delivery = await newer.verify(posted({ a: 1 }), { event: given })
    expect(delivery).toMatchObject({ known: false, reason: 'unlisted', type, payload: { a: 1 } })
    expect(await verdict(receiver.verify(posted({}), { event: given }))).toBe('event_unlisted')
    const oneShot = { auth: basic, additionalEvents: ['Site Restored', 'Crew (Assigned)'], event: given }
    expect(await sighten.verify(posted({ a: 1 }), oneShot)).toEqual(delivery)
  })

  it('leave the others as they are', async () => {
    expect(await newer.verify(posted(contractBody), { event: contract })).toMatchObject({ known: true, type: contract })
    expect(await verdict(newer.verify(posted({}), { event: 'other' as string }))).toBe('event_unlisted')
  })

  it('are refused where strict', async () => {
    const strict = sighten.createReceiver({ auth: basic, additionalEvents: ['Site Restored'], strict: true })
    expect(await verdict(strict.verify(posted({}), { event: 'Site Restored' }))).toBe('payload_invalid')
    expect(await verdict(strict.verify(posted({}), { event }))).toBe('accepted')
  })

  it('give way to an event that a later version has come to list', async () => {
    const late = sighten.createReceiver({ auth: basic, additionalEvents: ['Contract status change', 'site-archived'] })
    const typeOf = async (given: string) => {
      const { known, type } = await late.verify(posted(contractBody), { event: given })
      return [known, type]
    }
    expect(await typeOf('contract-status-change')).toEqual([true, contract])
    expect(await typeOf('site-archived')).toEqual([true, event])
    expect(await typeOf('Contract status change')).toEqual([false, 'Contract status change'])
  })

  it('are those of the receiver, whatever the call or the list come to hold', async () => {
    const names = ['Site Restored']
    const own = sighten.createReceiver({ auth: basic, additionalEvents: names })
    names.push('Site Sold')
    const call = { event: 'Site Sold' as string, additionalEvents: ['Site Sold'] }
    expect(await verdict(own.verify(posted({}), call))).toBe('event_unlisted')
  })

  it.each(['Site Restored', [''], ['--'], [1], ['Site Restored', 'site restored'], ['A', 'A']])(
    'must be a list of names with slugs of their own, and not %o',
    async (additionalEvents) => {
      const options = { auth: basic, additionalEvents } as sighten.Options // what the compiler would refuse
      expect(() => sighten.createReceiver(options)).toThrow(TypeError)
      await expect(sighten.verify(posted({}), { ...options, event })).rejects.toThrow(TypeError)
    },
  )
})

describe('the method', () => {
  it.each(Object.entries(ways))('may be POST, PUT or PATCH by %s', async (_name, { auth }) => {
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const signed = await sighten.sign({}, { auth: auth(secret), method })
      expect(signed.method).toBe(method)
      expect(await codeOf(auth(secret), signed)).toBe('accepted')
    }
  })

  it.each(['aws4', 'hmac, authorization'] as const)('is covered by %s', async (name) => {
    const auth = ways[name].auth(secret)
    const signed = await sighten.sign({}, { auth, method: 'PUT' })
    expect(await codeOf(auth, { ...signed, method: 'PATCH' })).toBe('signature_mismatch')
  })
})

describe("a genuine body on another event's route", () => {
  const url = 'https://receiver.example/webhooks/sighten/contract-status-change'
  const elsewhere = 'https://receiver.example/webhooks/sighten/milestone-status-change'
  const verifyAt = async (auth: Auth) => {
    const signed = await sighten.sign(contractBody, { auth, url })
    const route = sighten.createReceiver({ auth })
    return route.safeVerify({ ...signed, url: elsewhere }, { event: 'Milestone Status Change' })
  }

  it.each(['header', 'basic', 'token', 'hmac, body'] as const)(
    'verifies by %s, and the proof does not claim the event',
    async (name) => {
      const result = await verifyAt(ways[name].auth(secret))
      expect(result).toMatchObject({ ok: true, delivery: { type: 'Milestone Status Change', known: true } })
      expect(result.ok && result.delivery.proof.coversType).toBe(false)
      expect(result.ok && result.delivery.proof.covers.url).toBe(false)
    },
  )

  it.each(['aws4', 'hmac, authorization', 'hmac, digest'] as const)('is refused by %s', async (name) => {
    const result = await verifyAt(ways[name].auth(secret))
    expect(result).toMatchObject({ ok: false, error: { code: 'signature_mismatch' } })
  })
})

describe('bodyFormat', () => {
  it.each(['JSON', 'text', '__proto__', 'constructor', 1])('is not %o', async (bodyFormat) => {
    const options = { auth: basic, bodyFormat } as sighten.Options // what the compiler would refuse
    expect(() => sighten.createReceiver(options)).toThrow(/bodyFormat must be/)
    await expect(sighten.sign({}, options)).rejects.toThrow(/bodyFormat must be/)
    await expect(sighten.verify(posted({}), { ...options, event })).rejects.toThrow(/bodyFormat must be/)
  })

  describe('form', () => {
    const form = sighten.createReceiver({ auth: basic, bodyFormat: 'form' })
    const read = async (body: string) => (await form.verify(posted(body), { event: contract })).payload

    it('gives a text by key, and a list where the key is repeated', async () => {
      expect({ ...(await read('a=1&b=x+y%21&a=&c=%C3%A9&d&a=3')) }).toEqual({
        a: ['1', '', '3'],
        b: 'x y!',
        c: 'é',
        d: '',
      })
    })

    it.each([
      ['', {}],
      ['=1', { '': '1' }],
      ['?a=1', { '?a': '1' }],
      ['a=%zz&b=%', { a: '%zz', b: '%' }],
      ['{"a":1}', { '{"a":1}': '' }],
      ['a=1\n', { a: '1\n' }],
      ['\uFEFFa=1', { a: '1' }],
    ])('reads %j', async (body, expected) => {
      const delivery = await form.verify(posted(body), { event: contract })
      expect(delivery).toMatchObject({ known: true, type: contract })
      expect({ ...delivery.payload }).toEqual(expected)
    })

    it('takes __proto__ and constructor for keys like any other', async () => {
      const payload = await read('__proto__=1&__proto__=2&constructor=3&toString=4&hasOwnProperty=5')
      expect(Object.entries(payload)).toEqual([
        ['__proto__', ['1', '2']],
        ['constructor', '3'],
        ['toString', '4'],
        ['hasOwnProperty', '5'],
      ])
      expect(Object.getPrototypeOf(payload)).toBeNull()
      expect((await read('a=1'))['constructor']).toBeUndefined()
      expect(Object.hasOwn(Object.prototype, '1')).toBe(false)
      expect(Object.getOwnPropertyNames(Array.prototype)).not.toContain('2')
    })

    it('reads a long list of one key in time', async () => {
      const started = performance.now()
      expect((await read('a&'.repeat(100_000)))['a']).toHaveLength(100_000)
      expect(performance.now() - started).toBeLessThan(2000)
    })

    it('refuses what is not UTF-8', async () => {
      const answer = form.verify({ ...posted(''), body: new Uint8Array([0x61, 0x3d, 0xff]) }, { event })
      expect(await verdict(answer)).toBe('body_malformed')
    })

    it('is signed by its own text and content type', async () => {
      const payload = { site: 'a b&c', list: ['1', '2'], empty: '', é: '+' }
      const auths: Auth[] = [basic, ways.aws4.auth(secret), ways['hmac, body'].auth(secret)]
      for (const auth of auths) {
        const signed = await sighten.sign(payload, { auth, bodyFormat: 'form' })
        expect(new TextDecoder().decode(signed.body)).toBe('site=a+b%26c&list=1&list=2&empty=&%C3%A9=%2B')
        expect(signed.headers['content-type']).toBe('application/x-www-form-urlencoded')
        const delivery = await sighten.verify(signed, { auth, bodyFormat: 'form', event })
        expect({ ...delivery.payload }).toEqual(payload)
      }
      const asIs = await sighten.sign('a=%20', { auth: basic, bodyFormat: 'form' })
      expect(new TextDecoder().decode(asIs.body)).toBe('a=%20')
      for (const wrong of [['a'], 1, null]) {
        await expect(sighten.sign(wrong, { auth: basic, bodyFormat: 'form' })).rejects.toThrow(TypeError)
      }
    })
  })

  describe('xml', () => {
    const xml = sighten.createReceiver({ auth: basic, bodyFormat: 'xml' })
    const text = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b SYSTEM "file:///c">]><a>&b;é</a>\n'

    it('gives the text, and resolves nothing in it', async () => {
      const delivery = await xml.verify(posted(text), { event: contract })
      expect(delivery).toMatchObject({ known: true, type: contract, payload: text })
      expect(await xml.verify(posted(''), { event })).toMatchObject({ known: true, payload: '' })
    })

    it('is signed as it is', async () => {
      for (const payload of [text, new TextEncoder().encode(text)]) {
        const signed = await sighten.sign(payload, { auth: basic, bodyFormat: 'xml' })
        expect(signed.headers['content-type']).toBe('application/xml')
        expect(await xml.verify(signed, { event })).toMatchObject({ payload: text })
      }
      await expect(sighten.sign({ a: 1 }, { auth: basic, bodyFormat: 'xml' })).rejects.toThrow(TypeError)
    })

    it('has additional events too, whose payload is the text', async () => {
      const more = sighten.createReceiver({ auth: basic, bodyFormat: 'xml', additionalEvents: ['Site Restored'] })
      const delivery = await more.verify(posted(text), { event: 'Site Restored' })
      expect(delivery).toMatchObject({ known: false, reason: 'unlisted', type: 'Site Restored', payload: text })
    })
  })

  it('is an option: the unsigned Content-Type has no say', async () => {
    const types = ['application/json', 'application/x-www-form-urlencoded', 'application/xml', 'text/plain', '']
    for (const type of types) {
      const headers = { ...basicHeader, 'content-type': type }
      const request = { ...posted('{"a":1}'), headers }
      const payloads = await Promise.all(
        (['json', 'form', 'xml'] as const).map(async (bodyFormat) => {
          const { payload } = await sighten.createReceiver({ auth: basic, bodyFormat }).verify(request, { event })
          return JSON.stringify(payload)
        }),
      )
      expect(payloads).toEqual(['{"a":1}', '{"{\\"a\\":1}":""}', '"{\\"a\\":1}"'])
    }
  })

  it('leaves a content type that sign is given', async () => {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' }
    const signed = await sighten.sign({}, { auth: ways.aws4.auth(secret), headers })
    expect(signed.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(await codeOf(ways.aws4.auth(secret), signed)).toBe('accepted')
  })
})

describe('the one-shot verify', () => {
  it('is the same as a receiver, and is the one of the root', async () => {
    const request = posted(contractBody)
    const delivery = await receiver.verify(request, { event: contract })
    expect(await sighten.verify(request, { auth: basic, event: contract })).toEqual(delivery)
    expect(await verifySighten(request, { auth: basic, event: contract })).toEqual(delivery)
  })

  it('takes a Date or a clock, and the options of a receiver', async () => {
    const auth = ways.aws4.auth(secret)
    const signed = await sighten.sign({}, { auth, now: vector.now })
    for (const now of [vector.now, () => vector.now]) {
      expect(await verdict(sighten.verify(signed, { auth, event, now }))).toBe('accepted')
    }
    expect(await verdict(sighten.verify(signed, { auth, event }))).toBe('timestamp_too_old')
    expect(await verdict(sighten.verify(posted({}), { auth: basic, event, maxBodyBytes: 1 }))).toBe('body_too_large')
    expect(await verdict(sighten.verify(posted('[]'), { auth: basic, event, strict: true }))).toBe('payload_invalid')
  })
})

describe('over a real socket', () => {
  it.each(Object.entries(ways))('a route with the slug in its path takes %s', async (_name, { auth: authOf }) => {
    const local = '127.0.0.1'
    const withHost = {
      aws4: () => sighten.aws4({ accessKeyId: 'A', secretAccessKey: secret, region: 'r', service: 's', host: local }),
      'hmac, authorization': () => sighten.hmac({ format: 'authorization', ...client, host: local }),
      'hmac, authorization without a client id': () =>
        sighten.hmac({ format: 'authorization', clientSecret: secret, host: local }),
    }
    const auth: Auth = Object.entries(withHost).find(([name]) => name === _name)?.[1]() ?? authOf(secret)
    const route = sighten.createReceiver({ auth })
    const types: unknown[] = []
    const { port, ended } = await serve(async (request) => {
      const delivery = await route.verify(request, { event: request.url?.split('/').at(-1) ?? '' })
      types.push(delivery.type)
    })
    for (const [slug, method] of [
      ['site-archived', 'POST'],
      ['stage-transition', 'PUT'],
      ['contract-status-changed', 'PATCH'],
    ] as const) {
      const url = `http://${local}:${port}/webhooks/sighten/${slug}`
      const { headers, ...signed } = await sighten.sign(samples['Stage Transition'].payload, { auth, url, method })
      const { host: _host, ...sent } = headers // fetch writes it from the URL
      await fetch(url, { ...signed, headers: sent })
    }
    expect(await ended(3)).toEqual(['accepted', 'accepted', 'event_unlisted'])
    expect(types).toEqual(['Site Archived', 'Stage Transition'])
  })
})
