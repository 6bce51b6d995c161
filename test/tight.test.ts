import { createHash } from 'node:crypto'
import { verifyTight, type WebhookRequest } from 'countersign'
import { contractSuite } from 'countersign/testing'
import * as tight from 'countersign/tight'
import { SignJWT } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { describe, expect, it } from 'vitest'
import type { Sample } from '../src/core/samples.ts'
import { samples } from '../src/providers/tight/samples.ts'

const secret = 'self_made_webhook_secret_for_tests'
const iat = 1743507065
const now = new Date(iat * 1000)
const receiver = tight.createReceiver({ secret })

const vectorBody =
  '{"editor":{"userId":"fake_userId"},"company":{"id":"co_1234"},"type":"LIFECYCLE","event":"bankAccountCreated","datetime":"2025-04-01T11:31:04.1Z","eventData":{"entityId":"fake_id","apiName":"PLAID","type":"DEPOSITORY"}}'
const vectorToken =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3NDM1MDcwNjUsInJlcXVlc3RfYm9keV9zaGEyNTYiOiJSd0kxQ1VBZi80cEdxNFhiNFVYelE5ZFVvOU5NNjlIUUh3VG9WYy9GWmNBPSJ9.6NLJTu8O2sVX4WpbBdduanIez4jstXxvB_VO_BBgesg'
const headerNames = ['Tight-Verification', 'Hurdlr-Verification']

type Claims = Readonly<Record<string, unknown>>

function claimsOf(body: string, more: Claims = {}): Claims {
  return { iat, request_body_sha256: createHash('sha256').update(body).digest('base64'), ...more }
}

const signers: Record<string, (claims: Claims) => Promise<string>> = {
  jose: (claims) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret)),
  jsonwebtoken: async (claims) => jsonwebtoken.sign({ ...claims }, secret, { algorithm: 'HS256' }),
}

async function request(body: string, claims: Claims = claimsOf(body)): Promise<WebhookRequest> {
  return { headers: { 'tight-verification': await signers['jose']?.(claims) }, body }
}

/** Delivers an authentic body. */
async function deliver(payload: unknown): Promise<tight.Delivery> {
  return receiver.verify(await request(typeof payload === 'string' ? payload : JSON.stringify(payload)), { now })
}

/** Every sample, whatever its generation. */
const listed = Object.entries(samples).flatMap(([type, generations]) =>
  Object.entries<Sample>(generations).map(([generation, { payload, level }]) => ({ type, generation, payload, level })),
)

const v5 = { userId: 'fake_userId', type: 'LIFECYCLE', date: '2025-04-01T11:31:04.1Z' }
const v6 = { company: { id: 'co_1234' }, type: 'LIFECYCLE', datetime: '2025-04-01T11:31:04.1Z' }

contractSuite(
  { describe, it },
  {
    name: 'tight',
    provider: tight,
    options: { secret },
    otherOptions: { secret: 'another_self_made_secret' },
    samples,
    covers: { body: true, url: false, time: true },
  },
)

describe('the vector', () => {
  it.each(headerNames)('verifies in the header %s', async (name) => {
    const delivery = await receiver.verify({ headers: { [name]: vectorToken }, body: vectorBody }, { now })
    expect(Buffer.byteLength(vectorBody)).toBe(219)
    expect(delivery).toMatchObject({ known: true, type: 'bankAccountCreated', generation: 'v6', idFrom: 'signature' })
    expect(delivery.payload).toEqual(JSON.parse(vectorBody))
    expect(delivery.proof).toEqual({
      scheme: 'jwt',
      authenticated: true,
      covers: { body: true, url: false, time: true },
      signedAt: now,
      coversType: true,
    })
  })

  it('is what sign makes of the sample', async () => {
    const signed = await tight.sign(samples.bankAccountCreated.v6.payload, { secret, now })
    expect(new TextDecoder().decode(signed.body)).toBe(vectorBody)
    expect(signed.headers['tight-verification']).toBe(vectorToken)
    expect(signed.authHeaders).toEqual(['tight-verification'])
  })

  it('verifies by the one-shot function of the root', async () => {
    const headers = { 'Hurdlr-Verification': vectorToken }
    const delivery = await verifyTight({ headers, body: vectorBody }, { secret, now })
    expect(delivery.type).toBe('bankAccountCreated')
  })
})

describe('independent signers', () => {
  it.each(Object.entries(signers))(
    'accepts what %s signs, and refuses it over another body',
    async (_name, signWith) => {
      const headers = { 'tight-verification': await signWith(claimsOf(vectorBody)) }
      await expect(receiver.verify({ headers, body: vectorBody }, { now })).resolves.toMatchObject({ known: true })
      await expect(receiver.verify({ headers, body: `${vectorBody} ` }, { now })).rejects.toMatchObject({
        code: 'body_hash_mismatch',
      })
    },
  )

  it('refuses another secret', async () => {
    const headers = { 'tight-verification': jsonwebtoken.sign({ ...claimsOf(vectorBody) }, 'another secret') }
    const result = await receiver.safeVerify({ headers, body: vectorBody }, { now })
    expect(result).toMatchObject({ ok: false, error: { code: 'signature_mismatch', status: 401 } })
  })
})

describe('the two headers', () => {
  it('says what to look at where both are missing', async () => {
    await expect(receiver.verify({ headers: {}, body: vectorBody }, { now })).rejects.toMatchObject({
      code: 'header_missing',
      message: 'no Tight-Verification or Hurdlr-Verification header: is a proxy stripping it?',
    })
  })

  it('accepts one token in both', async () => {
    const headers = Object.fromEntries(headerNames.map((name) => [name, vectorToken]))
    await expect(receiver.verify({ headers, body: vectorBody }, { now })).resolves.toMatchObject({ known: true })
  })

  it('refuses two tokens, though both are genuine', async () => {
    const headers = {
      'tight-verification': vectorToken,
      'hurdlr-verification': await signers['jose']?.(claimsOf(vectorBody, { jti: 'another' })),
    }
    await expect(receiver.verify({ headers, body: vectorBody }, { now })).rejects.toMatchObject({
      code: 'header_malformed',
    })
  })
})

describe('the time', () => {
  const cases: [seconds: number, toleranceSeconds: number | undefined, code: string | undefined][] = [
    [299, undefined, undefined],
    [300, undefined, 'timestamp_too_old'],
    [-300, undefined, undefined],
    [-301, undefined, 'timestamp_too_new'],
    [59, 60, undefined],
    [60, 60, 'timestamp_too_old'],
  ]

  it.each(cases)('%s s after the signing, with a tolerance of %s: %s', async (seconds, toleranceSeconds, code) => {
    const options = toleranceSeconds === undefined ? { secret } : { secret, toleranceSeconds }
    const clock = () => new Date((iat + seconds) * 1000)
    const result = await tight
      .createReceiver({ ...options, now: clock })
      .safeVerify({ headers: { 'tight-verification': vectorToken }, body: vectorBody })
    expect(result.ok ? undefined : result.error.code).toBe(code)
  })
})

describe('the option bodyHash', () => {
  const bare = { iat }

  it('refuses a token without the hash unless told', async () => {
    await expect(receiver.verify(await request(vectorBody, bare), { now })).rejects.toMatchObject({
      code: 'body_hash_missing',
      message: 'the token is genuine but carries no request_body_sha256: see the option bodyHash',
    })
  })

  it('accepts it where told, and says that the body is not covered', async () => {
    const lenient = tight.createReceiver({ secret, bodyHash: 'ifPresent' })
    const { proof, idFrom } = await lenient.verify(await request(vectorBody, bare), { now })
    expect(proof).toMatchObject({ covers: { body: false, time: true }, coversType: false })
    expect(idFrom).toBe('body')
  })

  it('refuses a wrong hash even then, and still covers the body by a right one', async () => {
    const lenient = tight.createReceiver({ secret, bodyHash: 'ifPresent' })
    await expect(lenient.verify(await request(vectorBody, claimsOf('{}')), { now })).rejects.toMatchObject({
      code: 'body_hash_mismatch',
    })
    expect((await lenient.verify(await request(vectorBody), { now })).proof.covers.body).toBe(true)
  })

  it('refuses any other value when the receiver is made', () => {
    // @ts-expect-error: there are two policies
    expect(() => tight.createReceiver({ secret, bodyHash: 'never' })).toThrow(TypeError)
  })
})

describe('events', () => {
  it.each(listed)('knows $type in $generation', async ({ type, generation, payload }) => {
    const delivery = await deliver(payload)
    expect(delivery).toMatchObject({ known: true, type, generation })
    expect(delivery.payload).toEqual(payload)
  })

  it('has the samples of every schema, and no other', () => {
    const names = (map: object) => Object.entries(map).map(([type, generations]) => [type, Object.keys(generations)])
    expect(names(samples)).toEqual(names(tight.schemas))
  })

  it('keeps what the schemas do not name', async () => {
    const payload = { ...samples.invoiceDrafted.v5.payload, extra: { deep: [1] } }
    expect((await deliver(payload)).payload).toEqual(payload)
  })

  it.each([
    [
      'numeric ids and an epoch',
      { ...v5, event: 'bankLinked', userId: 7, id: 8, accountantUserId: 9, date: 1743507065 },
    ],
    ['the id 0', { ...v5, event: 'bankLinked', userId: 0 }],
    ['no date and no bookkeeper', { userId: '7', type: 'LIFECYCLE', event: 'bankLinked', accountantUserId: null }],
    ['an editor that is the platform', { ...v6, event: 'bankLinked', editor: { email: 'books@platform.example' } }],
    ['a company id of the customer', { ...v6, event: 'bankLinked', company: { id: 1, apiCompanyId: 'own-1' } }],
    ['values that the enums do not list', { ...v5, event: 'invoiceEdited', eventData: { entityId: 1, type: 'NEW' } }],
    ['an entity that is not listed', { userId: '7', type: 'ENTITY_UPDATE', entities: ['attachments', 'newEntity'] }],
  ])('accepts %s', async (_case, payload) => {
    expect(await deliver(payload)).toMatchObject({ known: true })
  })
})

describe('events that are not known', () => {
  it('keeps an unlisted lifecycle event with its envelope, in each generation', async () => {
    const old = { ...v5, event: 'madeForOneCustomer', eventData: { entityId: 'x' } }
    const current = { ...v6, event: 'madeForOneCustomer', eventData: null }
    for (const payload of [old, current]) {
      expect(await deliver(payload)).toMatchObject({
        known: false,
        reason: 'unlisted',
        type: 'madeForOneCustomer',
        payload,
      })
    }
  })

  it('names an event of v6 by its editor, where no company comes with it', async () => {
    const payload = { editor: { userId: 5 }, type: 'LIFECYCLE', event: 'madeForOneCustomer' }
    expect(await deliver(payload)).toMatchObject({ known: false, reason: 'unlisted', type: 'madeForOneCustomer' })
  })

  it('keeps a family that is not listed, by its type', async () => {
    const payload = { userId: 'u', type: 'REPORT_READY', event: 'bankAccountCreated' }
    expect(await deliver(payload)).toMatchObject({ known: false, reason: 'unlisted', type: 'REPORT_READY' })
  })

  it('says where a listed event has changed, in paths alone', async () => {
    const payload = { ...v6, event: 'invoiceDrafted', eventData: { entityId: ['S3CRET'] } }
    const delivery = await deliver(payload)
    expect(delivery).toMatchObject({ known: false, reason: 'changed', type: 'invoiceDrafted', payload })
    if (delivery.known || delivery.reason !== 'changed') throw new Error('it is known')
    expect(delivery.issues.map(({ path }) => path)).toEqual([['eventData', 'entityId']])
    expect(JSON.stringify(delivery.issues)).not.toContain('S3CRET')
  })

  it.each([
    [{ userId: 'u', type: 'ENTITY_UPDATE', entities: 'expense' }, ['entities']],
    [{ company: { id: 1 }, type: 'ENTITY_UPDATE', url: 5, data: {} }, ['url']],
    [{ company: { id: 1 }, type: 'ENTITY_UPDATE', url: '/v6/bills/b', data: [] }, ['data']],
  ])('keeps a changed ENTITY_UPDATE: %j', async (payload, path) => {
    const issues = [{ path }]
    expect(await deliver(payload)).toMatchObject({ known: false, reason: 'changed', type: 'ENTITY_UPDATE', issues })
  })

  it.each([
    ['an update inside LIFECYCLE', { ...v5, event: 'ENTITY_UPDATE', entities: ['expense'] }],
    ['the same in v6', { ...v6, event: 'ENTITY_UPDATE', url: '/v6/bills/b', data: {} }],
    ['an update inside LIFECYCLE_EVENT', { ...v5, type: 'LIFECYCLE_EVENT', event: 'ENTITY_UPDATE', entities: [] }],
    ['a legacy event inside LIFECYCLE', { ...v5, event: 'EXPENSE_ADDED' }],
    ['a legacy event in v6', { ...v6, type: 'LIFECYCLE_EVENT', event: 'EXPENSE_ADDED' }],
    ['a current event inside LIFECYCLE_EVENT', { ...v5, type: 'LIFECYCLE_EVENT', event: 'invoiceDashShown' }],
    ['an event as a type', { ...v5, type: 'invoiceDashShown', event: 'invoiceDashShown' }],
    ['v5 under a v6 name', { userId: 'u', type: 'ENTITY_UPDATE', url: '/v6/bills/b', data: {} }],
  ])('does not know %s', async (_case, payload) => {
    expect(await deliver(payload)).toMatchObject({ known: false, payload })
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('does not know an event %s', async (event) => {
    for (const body of [
      { ...v5, event },
      { ...v6, event },
      { ...v6, type: event },
    ]) {
      expect(await deliver(body)).toMatchObject({ known: false, reason: 'unlisted', type: event })
    }
  })

  it('takes nothing from __proto__, and pollutes nothing', async () => {
    const delivery = await deliver('{"__proto__":{"userId":"u","polluted":1},"type":"LIFECYCLE","event":"bankLinked"}')
    expect(delivery).toMatchObject({ known: false, reason: 'unreadable', type: '' })
    await deliver(`{"userId":"u","type":"LIFECYCLE","event":"bankLinked","eventData":{"__proto__":{"polluted":1}}}`)
    expect({}).not.toHaveProperty('polluted')
  })

  it.each([
    '{}',
    'null',
    '"x"',
    '[]',
    '1',
    '{"userId":"u"}',
    '{"userId":"u","type":"LIFECYCLE"}',
    '{"userId":"u","type":"LIFECYCLE","event":5}',
    '{"type":"LIFECYCLE","event":"bankLinked"}',
    '{"userId":"u","type":"LIFECYCLE","event":"bankLinked","eventData":"text"}',
  ])('finds nothing to read in %s', async (body) => {
    const delivery = await deliver(body)
    expect(delivery).toMatchObject({ known: false, reason: 'unreadable', type: '' })
    expect(delivery.payload).toEqual(JSON.parse(body))
  })

  it('refuses all of them where strict', async () => {
    const strict = tight.createReceiver({ secret, strict: true })
    await expect(strict.verify(await request('{}'), { now })).rejects.toMatchObject({ code: 'payload_invalid' })
    await expect(strict.verify(await request(vectorBody), { now })).resolves.toMatchObject({ known: true })
  })
})

describe('refetchUrls', () => {
  const base = 'https://api.example'
  const update = (url: string): tight.Payload<'ENTITY_UPDATE', 'v6'> => ({
    ...samples.ENTITY_UPDATE.v6.payload,
    url,
  })
  const entities = (...names: string[]): tight.Payload<'ENTITY_UPDATE', 'v5'> => ({
    ...samples.ENTITY_UPDATE.v5.payload,
    entities: names,
  })

  it('gives the paths of v5, each once, and skips what is not listed', () => {
    const names = ['expenseCategory', 'attachments', 'attachment', 'userTaxSetup', 'newEntity', '__proto__', 'toString']
    expect(tight.refetchUrls(entities(...names), base)).toEqual([
      'https://api.example/expenses/categories',
      'https://api.example/attachments',
      'https://api.example/userTaxSetup',
    ])
  })

  it('takes the older plural for the same entity', () => {
    expect(tight.refetchUrls(entities('attachments'), base)).toEqual(['https://api.example/attachments'])
  })

  it('gives the one url of v6', () => {
    const { payload } = samples.ENTITY_UPDATE.v6
    expect(tight.refetchUrls(payload, base)).toEqual(['https://api.example/v6/banks/transactions/btn_936723'])
    expect(tight.refetchUrls(update('/v6/company?full=true&next=%2F'), base)).toEqual([
      'https://api.example/v6/company?full=true&next=%2F',
    ])
  })

  it.each([
    ['https://api.example/', 'https://api.example/tasks'],
    ['https://api.example:8443', 'https://api.example:8443/tasks'],
    ['https://api.example/rest/v5', 'https://api.example/rest/v5/tasks'],
    ['http://api.example/rest/v5/', 'http://api.example/rest/v5/tasks'],
    [new URL('https://api.example/rest'), 'https://api.example/rest/tasks'],
  ])('appends to the base URL %s', (baseUrl, url) => {
    expect(tight.refetchUrls(entities('task'), baseUrl)).toEqual([url])
  })

  const hostile = [
    ...['@evil.example/', '.evil.example/', ':8443/', '//evil.example/p', '///evil.example', 'https://evil.example/'],
    ...['\\evil.example', '/\\evil.example', '\\\\evil.example', '/v6\\..\\x', 'javascript:alert(1)', 'v6/x', '', '?x'],
    ...['/..', '/../x', '/v6/../../x', '/v6/./x', '/%2e%2e/x', '/.%2E/x', '/v6/..%2fx', '/v6/..%5Cx', '/v6/%2e'],
    ...[' /v6/x', '/v6/x ', '/v6 /x', '/\t/evil.example', '/\n/evil.example', '/v6/x\r\nHost: evil.example', '/v6/\0x'],
    ...['/v6/x#/../y', '/v6/\u00e9', '/v6/\ud800', '/v6/\u2028x', '/v6/\u007f'],
  ]
  it.each(hostile)('gives nothing for %j', (url) => {
    for (const baseUrl of [base, `${base}/prefix`, `${base}/prefix/`]) {
      expect(tight.refetchUrls(update(url), baseUrl)).toEqual([])
    }
  })

  it.each(['/@evil.example/', '/v6/a:b@c', '/v6//x', '/v6/...', '/v6/x?u=//evil.example/../'])(
    'stays on the origin and below the path with %j',
    (path) => {
      const [text = ''] = tight.refetchUrls(update(path), `${base}/prefix`)
      expect(text).toBe(`${base}/prefix${path}`)
      expect(new URL(text)).toMatchObject({
        origin: base,
        pathname: expect.stringMatching(/^\/prefix\//),
        username: '',
      })
    },
  )

  it('gives nothing where the payload is not what its type says', () => {
    for (const payload of [{}, null, { entities: [null, 5, {}] }, { url: 5 }, { entities: 'task' }]) {
      expect(tight.refetchUrls(payload as never, base)).toEqual([]) // as an untyped caller would
    }
  })

  it.each(['', 'api.example', '/v6', 'ftp://api.example', 'file:///v6', 'javascript:1', 'https://'])(
    'refuses the base URL %j',
    (baseUrl) => {
      expect(() => tight.refetchUrls(entities(), baseUrl)).toThrow(TypeError)
    },
  )

  it.each(['https://u:p@api.example', 'https://u@api.example', `${base}/?a=b`, `${base}/?`, `${base}/#a`])(
    'refuses the base URL %j, which has more than a path',
    (baseUrl) => {
      expect(() => tight.refetchUrls(entities(), baseUrl)).toThrow('baseUrl must be')
    },
  )
})

describe('resourceOf', () => {
  const id = 'x_1'
  const update = (url: string, data: Record<string, unknown> = { id }): tight.Payload<'ENTITY_UPDATE', 'v6'> => ({
    company: { id: 'co_1234' },
    type: 'ENTITY_UPDATE',
    url,
    data,
  })

  it.each([
    ['/v6/banks/transactions/x_1', 'bankTransaction'],
    ['/v6/banks/transactions/x_1?full=true', 'bankTransaction'],
    ['/v6/banks/accounts/x_1', 'bankAccount'],
    ['/v6/invoicing/invoices/x_1', 'invoice'],
    ['/v6/bills/x_1', 'bill'],
    ['/v6/customers/x_1', 'customer'],
    ['/v6/vendors/x_1', 'vendor'],
  ])('takes %s for %s', (url, resource) => {
    expect(tight.resourceOf(update(url))).toEqual({ resource, data: { id } })
  })

  it.each([
    '/v6/banks/transactions/rules/x_1',
    '/v6/banks/transactions/rules',
    '/v6/banks/transactions/rules?a=b',
    '/v6/banks/transactions',
    '/v6/banks/transactions/',
    '/v6/banks/transactions/x_1/attachments',
    '/v6/banks/transactionsOther/x_1',
    '/v6/banks/statements/x_1',
    '/v6/company',
    '/v7/bills/x_1',
    'https://evil.example/v6/bills/x_1',
    '/x?/v6/bills/x_1',
    '',
  ])('does not take %j for a resource that it knows', (url) => {
    expect(tight.resourceOf(update(url))).toEqual({ resource: undefined, data: { id } })
  })

  it('goes by the path, whatever the id looks like', () => {
    expect(tight.resourceOf(update('/v6/vendors/btn_1', { id: 'btn_1' })).resource).toBe('vendor')
    expect(tight.resourceOf(update('/v6/banks/transactions/rules/btn_1')).resource).toBeUndefined()
  })

  it('claims no shape that it has not seen', () => {
    const data = { id, amount: '153.99' }
    expect(tight.resourceOf(update('/v6/banks/transactions/x_1', data))).toEqual({ resource: undefined, data })
    expect(tight.resourceOf(update('/v6/bills/x_1', {})).resource).toBeUndefined()
    expect(tight.resourceOf(update('/v6/bills/x_1', { id, lineItems: {} })).resource).toBeUndefined()
  })

  it('gives the data as it is, members that are not typed included', () => {
    const data = { id, totals: { total: 100, other: 1 }, customer: { id: 5, name: null }, customData: [1], more: true }
    expect(tight.resourceOf(update('/v6/invoicing/invoices/x_1', data)).data).toBe(data)
  })
})

describe('the addresses', () => {
  it('are the two that the vendor names', () => {
    expect(tight.sourceAddresses).toEqual(['3.221.92.254', '34.200.77.221'])
  })
})
