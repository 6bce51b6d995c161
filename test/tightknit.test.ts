import { isWebhookError, verifyTightknit, type WebhookRequest } from 'countersign'
import { contractSuite, type ListedSample, listSamples } from 'countersign/testing'
import * as tightknit from 'countersign/tightknit'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, it } from 'vitest'
import { samples } from '../src/providers/tightknit/samples.ts'
import { caught, untyped, verdict } from './support/verdict.ts'

const secret = 'whsec_plJ3nmyCDGBKInavdOK15jsl'
const otherSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const now = new Date(1731705121_000)
const receiver = tightknit.createReceiver({ secret })
const list = listSamples(samples)
const app = samples.user_registered.app.payload
const portal = samples.user_registered.portal.payload

const signed = {
  provider: tightknit,
  samples,
  covers: { body: true, url: false, time: true },
  // The body names its events by its action; the names that deliveries have are ours.
  wireNameOf: ({ payload }: ListedSample) => actionOf(payload),
}
contractSuite(
  { describe, it },
  { ...signed, name: 'Tightknit', options: { secret }, otherOptions: { secret: otherSecret } },
)
contractSuite(
  { describe, it },
  {
    ...signed,
    name: 'Tightknit with svix- headers alone and another tolerance',
    options: { secret, prefix: 'svix' as const, toleranceSeconds: 60 },
    otherOptions: { secret: otherSecret, prefix: 'svix' as const, toleranceSeconds: 60 },
    toleranceSeconds: 60,
  },
)

/** The options of the first product, with a secret in the URL. */
function byUrl(value: Parameters<typeof tightknit.urlSecret>[0]['secret'], parameter?: string) {
  const options = parameter === undefined ? { secret: value } : { secret: value, parameter }
  return { auth: tightknit.urlSecret(options) }
}

for (const parameter of ['key', undefined]) {
  contractSuite(
    { describe, it },
    {
      ...signed,
      name: `Tightknit, unsigned, with a secret in the ${parameter === undefined ? 'path' : 'query'}`,
      covers: { body: false, url: false, time: false },
      proofIn: 'url',
      options: byUrl('a secret/of the URL', parameter),
      otherOptions: byUrl('another secret', parameter),
      secrets: { value: 'a secret/of the URL', other: 'another secret', use: (value) => byUrl(value, parameter) },
    },
  )
}

function actionOf(payload: unknown): string {
  const { action } = payload as { action: string } // every sample has one
  return action
}

/** The headers of a delivery that somebody else signed. */
function headersOf(prefix: 'webhook' | 'svix', signature: string, id = 'msg_1', at = now) {
  return {
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: String(at.getTime() / 1000),
    [`${prefix}-signature`]: signature,
  }
}

/** What becomes of a body that the portal signed. */
async function deliver(payload: unknown) {
  return receiver.verify(await tightknit.sign(payload, { secret, now }), { now })
}

describe('the samples', () => {
  it('are the documented body of the first product, byte for byte', () => {
    expect(JSON.stringify(app)).toBe(
      '{"version":"1.0","action":"event_registration_status_change","date":"2024-05-02T03:33:35.052Z","status":"registered","custom_metadata":null,"event":{"id":"s46on9pp403o","title":"Tech Talk: Save Time Saving","slug":"talk-save-time-saving"},"source":{"slack_workspace_id":"T010ABCDEF","slack_channel_id":"C064T2GAZD9"},"user":{"id":"U01234ABCD","first_name":"Ozzy","last_name":"Otter","real_name":"Ozzy Otter","display_name":"Ozzy the Otter","email":"ozzy@otters.com","profile_fields":{"Xf060Z34JTHZ":{"label":"Favorite Movie","value":"Groundhog Day"}}}}',
    )
    const other = JSON.stringify(samples.user_unregistered.app.payload)
    expect(other).toBe(JSON.stringify(app).replace('"registered"', '"unregistered"'))
  })

  it('hold both events in both generations, one of which is assumed', () => {
    const names = list.map(({ type, generation, level }) => `${type} ${generation} ${level}`)
    expect(names).toEqual([
      'user_registered app documented',
      'user_registered portal documented',
      'user_unregistered app documented',
      'user_unregistered portal assumed',
    ])
  })
})

describe('a delivery that somebody else signed', () => {
  const libraries = [
    ['svix', 'webhook', new SvixWebhook(secret)],
    ['svix', 'svix', new SvixWebhook(secret)],
    ['standardwebhooks', 'webhook', new StandardWebhook(secret)],
    ['standardwebhooks', 'svix', new StandardWebhook(secret)],
  ] as const

  it.each(libraries)('%s, in the headers %s-*: every sample', async (_name, prefix, library) => {
    expect(list).toHaveLength(4)
    for (const { type, generation, payload } of list) {
      const body = JSON.stringify(payload)
      const delivery = await receiver.verify(
        { headers: headersOf(prefix, library.sign('msg_1', now, body)), body },
        { now },
      )
      expect(delivery).toMatchObject({ known: true, type, generation, payload, id: 'msg_1', idFrom: 'sender' })
    }
  })

  it('the vector of the Svix documentation is authentic, and no event of Tightknit', async () => {
    const body = '{"event_type":"ping","data":{"success":true}}'
    const headers = headersOf('svix', 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=', 'msg_loFOjxBNrRLzqYUf')
    const delivery = await receiver.verify({ headers, body }, { now })
    expect(delivery).toMatchObject({ known: false, reason: 'unreadable', type: '', id: 'msg_loFOjxBNrRLzqYUf' })
    expect(delivery.proof).toMatchObject({ scheme: 'standardWebhooks', authenticated: true, coversType: true })
  })

  it('with several signatures, while the secret is rotated, by either secret', async () => {
    const body = JSON.stringify(portal)
    const signature = [otherSecret, secret].map((one) => new SvixWebhook(one).sign('msg_1', now, body)).join(' ')
    const request = { headers: headersOf('svix', signature), body }
    for (const one of [secret, otherSecret]) {
      expect(await tightknit.verify(request, { secret: one, now })).toMatchObject({ known: true })
    }
  })

  it('what sign makes is accepted by them, in either prefix', async () => {
    for (const prefix of ['webhook', 'svix'] as const) {
      const { headers, body } = await tightknit.sign(portal, { secret, prefix })
      const text = new TextDecoder().decode(body)
      expect(new SvixWebhook(secret).verify(text, headers)).toEqual(portal)
      const verify = () => new StandardWebhook(secret).verify(text, headers)
      if (prefix === 'webhook') expect(verify()).toEqual(portal)
      else expect(verify).toThrow('Missing required headers')
    }
  })
})

describe('headers', () => {
  it('of a mixed set are refused', async () => {
    const { headers, ...request } = await tightknit.sign(portal, { secret, now })
    for (const part of ['id', 'timestamp', 'signature']) {
      const { [`webhook-${part}`]: value = '', ...others } = headers
      const mixed = { ...others, [`svix-${part}`]: value }
      expect(await verdict(receiver.verify({ ...request, headers: mixed }, { now }))).toBe('header_missing')
    }
  })

  it('of two whole sets must agree', async () => {
    const [one, two] = await Promise.all(
      (['webhook', 'svix'] as const).map((prefix) => tightknit.sign(portal, { secret, prefix, now })),
    )
    const both = { ...one, headers: { ...one?.headers, ...two?.headers } }
    expect(await verdict(receiver.verify(both, { now }))).toBe('accepted')
    const forged = { ...both, headers: { ...both.headers, 'svix-id': 'msg_forged' } }
    expect(await verdict(receiver.verify(forged, { now }))).toBe('header_malformed')
  })

  it('that are missing are explained', async () => {
    expect(await caught(receiver.verify({ headers: {}, body: JSON.stringify(app) }))).toMatchObject({
      code: 'header_missing',
      status: 401,
      message:
        'no webhook-* or svix-* headers: does the first product send this, which signs nothing, or is a proxy stripping them?',
    })
  })
})

describe('the id', () => {
  it('is the same for a retry, which is signed anew', async () => {
    const body = JSON.stringify(portal)
    const ids = [0, 5, 300, 1800].map(async (delay) => {
      const at = new Date(now.getTime() + delay * 1000)
      const headers = headersOf('svix', new SvixWebhook(secret).sign('msg_7', at, body), 'msg_7', at)
      return (await receiver.verify({ headers, body }, { now: at })).id
    })
    expect(await Promise.all(ids)).toEqual(['msg_7', 'msg_7', 'msg_7', 'msg_7'])
  })

  it('tells two deliveries with equal bodies apart', async () => {
    const ids = ['msg_1', 'msg_2'].map(async (id) => {
      const request = await tightknit.sign(portal, { secret, now, headers: { 'webhook-id': id } })
      return (await receiver.verify(request, { now })).id
    })
    expect(await Promise.all(ids)).toEqual(['msg_1', 'msg_2'])
  })

  it('of what is not signed is a hash of the body, and tells nothing else apart', async () => {
    const anybody = tightknit.createReceiver({ auth: tightknit.dangerouslyUnauthenticated() })
    const [one, two, other] = await Promise.all(
      [
        { headers: { 'webhook-id': 'msg_1' }, body: JSON.stringify(app) },
        { headers: { 'webhook-id': 'msg_2' }, body: JSON.stringify(app) },
        { headers: {}, body: JSON.stringify({ ...app, date: '2024-05-02T03:33:35.053Z' }) },
      ].map((request) => anybody.verify(request)),
    )
    expect(one).toMatchObject({ idFrom: 'body', id: two?.id })
    expect(one?.id).toMatch(/^[0-9a-f]{64}$/)
    expect(other?.id).not.toBe(one?.id)
  })
})

describe('the first product, which signs nothing', () => {
  const auth = tightknit.dangerouslyUnauthenticated()
  const nothing = { body: false, url: false, time: false }

  it('is taken from anybody where that was said', async () => {
    for (const { type, generation, payload } of list) {
      const request = await tightknit.sign(payload, { auth })
      expect(request.authHeaders).toEqual([])
      expect(Object.keys(request.headers)).toEqual(['content-type'])
      const delivery = await tightknit.verify(request, { auth })
      expect(delivery).toMatchObject({ known: true, type, generation, payload, idFrom: 'body' })
      expect(delivery.proof).toEqual({
        scheme: 'unauthenticated',
        authenticated: false,
        covers: nothing,
        coversType: false,
      })
    }
  })

  it('is read as strictly as anything else', async () => {
    const anybody = tightknit.createReceiver({ auth, maxBodyBytes: 1000 })
    const codeOf = (body: string) => verdict(anybody.verify({ body }))
    expect(await codeOf(JSON.stringify(app))).toBe('accepted')
    expect(await codeOf('{')).toBe('body_malformed')
    expect(await codeOf(' '.repeat(1001))).toBe('body_too_large')
    const strict = tightknit.createReceiver({ auth, strict: true })
    expect(await verdict(strict.verify({ body: '{"action":"award.given"}' }))).toBe('payload_invalid')
    await expect(anybody.verify({ body: app })).rejects.toThrow(TypeError)
  })

  it('proves nothing by headers that look like a signature', async () => {
    const { proof } = await tightknit.verify(await tightknit.sign(app, { secret, now }), { auth })
    expect(proof).toMatchObject({ authenticated: false, covers: nothing })
    expect(proof).not.toHaveProperty('signedAt')
  })

  it.each([
    ['the last segment', undefined, 'https://receiver.example/webhook/k%20%2F%3F%C3%A9'],
    ['a parameter', 'key', 'https://receiver.example/webhook?key=k%20%2F%3F%C3%A9'],
  ])('is known by a secret in %s of the URL', async (_name, parameter, url) => {
    const options = byUrl('k /?é', parameter)
    const request = await tightknit.sign(app, options)
    expect(request.url).toBe(url)
    const delivery = await tightknit.verify(request, options)
    expect(delivery.proof).toEqual({ scheme: 'urlSecret', authenticated: true, covers: nothing, coversType: false })
    const paths = [
      url.replace('https://receiver.example', ''),
      `${url}0`,
      `${url}/`,
      url.replace('k%20', 'K%20'),
      '/',
      '',
    ]
    const verdicts = paths.map((path) => verdict(tightknit.verify({ ...request, url: path }, options)))
    expect(await Promise.all(verdicts)).toEqual(['accepted', ...Array(5).fill('credential_mismatch')])
  })

  it('says which of several secrets the URL held', async () => {
    const both = byUrl([
      { label: 'old', value: 'first' },
      { label: 'new', value: 'second' },
    ])
    const { proof } = await tightknit.verify({ url: '/hook/second', body: JSON.stringify(app) }, both)
    expect(proof.credential).toBe('new')
  })

  it('needs no option for what arrives signed by mistake, and the portal takes nothing unsigned', async () => {
    const unsigned = await tightknit.sign(app, byUrl('a secret'))
    expect(await verdict(receiver.verify(unsigned))).toBe('header_missing')
  })
})

describe('the options', () => {
  const auth = tightknit.dangerouslyUnauthenticated()
  const make = (options: unknown) => () => tightknit.createReceiver(options as tightknit.Options) // as untyped callers give it

  it.each([{}, { auth: undefined }, { strict: true }])(
    'without secret and auth (%o) say that unauthenticated must be explicit',
    async (options) => {
      expect(make(options)).toThrow(TypeError)
      expect(make(options)).toThrow(/secret is missing.*urlSecret.*dangerouslyUnauthenticated\(\)/)
      await expect(tightknit.verify({}, untypedOptions(options))).rejects.toThrow(/dangerouslyUnauthenticated/)
      await expect(tightknit.sign({}, untypedOptions(options))).rejects.toThrow(/dangerouslyUnauthenticated/)
    },
  )

  it.each([
    { secret, auth },
    { secret: undefined, auth },
    { secret: null, auth },
    { secret: '', auth },
  ])('with both secret and auth are refused: %#', (options) => {
    expect(make(options)).toThrow(TypeError)
    expect(make(options)).toThrow(/either secret or auth/)
  })

  it('with a secret that is not set turn nothing off', () => {
    expect(make({ secret: undefined })).toThrow(/environment variable/)
    expect(make({ secret: undefined, auth: undefined })).toThrow(/environment variable/)
  })

  it.each([
    [null, /auth must be/],
    [false, /auth must be/],
    ['none', /auth must be/],
    [{}, /auth must be/],
    [{ verify: () => ({}) }, /auth must be/],
    [{ sign: () => ({}) }, /auth must be/],
    [tightknit.dangerouslyUnauthenticated, /auth must be/],
    [tightknit.urlSecret, /auth must be/],
  ])('with another auth are refused: %s', (wrong, message) => {
    expect(make({ auth: wrong })).toThrow(TypeError)
    expect(make({ auth: wrong })).toThrow(message)
  })

  it.each([
    ['secret', 'whsec_', /empty/],
    ['secret', 'a secret in plain text', /not whsec_ and base64/],
    ['prefix', 'x', /'webhook' or 'svix'/],
    ['toleranceSeconds', 0, /positive/],
    ['maxBodyBytes', -1, /positive/],
    ['now', now, /function/],
  ])('with a wrong %s are refused: %s', (name, value, message) => {
    expect(make({ secret, [name]: value })).toThrow(TypeError)
    expect(make({ secret, [name]: value })).toThrow(message)
  })

  it('are missing altogether', () => {
    for (const options of [undefined, null, secret]) expect(make(options)).toThrow(TypeError)
  })

  it('of the root are those of the subpath', () => {
    expect(verifyTightknit).toBe(tightknit.verify)
  })
})

function untypedOptions(options: unknown): tightknit.Options {
  return options as tightknit.Options // the point of these tests is what the compiler would refuse
}

describe('the event of the first product', () => {
  it.each([
    ['registered', 'user_registered'],
    ['unregistered', 'user_unregistered'],
  ])('with the status %s is %s', async (status, type) => {
    expect(await deliver({ ...app, status })).toMatchObject({ known: true, type, generation: 'app' })
  })

  it.each(['waitlisted', 'Registered', '', ' registered', '__proto__', 'constructor', 'toString', undefined, null, 1])(
    'with the status %j is not listed, under the name of its action',
    async (status) => {
      const delivery = await deliver({ ...app, status })
      expect(delivery).toMatchObject({
        known: false,
        reason: 'unlisted',
        type: 'event_registration_status_change',
        generation: 'app',
      })
      expect(delivery.payload).toEqual(JSON.parse(JSON.stringify({ ...app, status })))
    },
  )

  it.each([[['registered']], [{ registered: true }], [{ toString: 1 }], [true]])(
    'with a status of another type (%j) is not listed either',
    async (status) => {
      expect(await deliver({ ...app, status })).toMatchObject({
        reason: 'unlisted',
        type: 'event_registration_status_change',
      })
    },
  )

  it.each([
    ['no slack_channel_id', { source: { slack_workspace_id: 'T010ABCDEF' } }],
    ['a slack_channel_id that is null', { source: { slack_workspace_id: 'T010ABCDEF', slack_channel_id: null } }],
    ['no custom_metadata', { custom_metadata: undefined }],
    ['some custom_metadata', { custom_metadata: { any: ['thing'] } }],
    ['another version', { version: '1.1' }],
    ['no profile_fields in it', { user: { ...app.user, profile_fields: {} } }],
    ['members that nobody knows', { source: { ...app.source, more: 1 }, more: [] }],
  ])('may have %s', async (_name, change) => {
    const payload = { ...app, ...change }
    const delivery = await deliver(payload)
    expect(delivery).toMatchObject({ known: true, type: 'user_registered', generation: 'app' })
    expect(delivery.payload).toEqual(JSON.parse(JSON.stringify(payload)))
  })

  it.each([
    ['user', undefined, [['user'], 'missing', 'object']],
    ['event', [], [['event'], 'type', 'object']],
    ['date', 1714620815052, [['date'], 'type', 'string']],
    ['source', {}, [['source', 'slack_workspace_id'], 'missing', 'string']],
  ] as const)('in another shape says where: %s', async (name, value, [path, code, expected]) => {
    expect(await deliver({ ...app, [name]: value })).toMatchObject({
      known: false,
      reason: 'changed',
      type: 'user_registered',
      generation: 'app',
      issues: [{ path, code, expected }],
    })
  })
})

describe('the event of the portal', () => {
  it.each([
    ['calendar_event.user_registered', 'user_registered'],
    ['calendar_event.user_unregistered', 'user_unregistered'],
  ])('%s is %s, whatever the status', async (action, type) => {
    for (const status of [undefined, null, 'registered', 'unregistered']) {
      const delivery = await deliver({ ...portal, action, status })
      expect(delivery).toMatchObject({ known: true, type, generation: 'portal' })
    }
  })

  it('may have all that the first product has, and the deprecated slack_profile', async () => {
    const slack_profile = { deprecated: true, warning: 'text' }
    const payload = { ...app, ...portal, slack_profile, user: { ...portal.user, slack_profile } }
    const delivery = await deliver(payload)
    expect(delivery).toMatchObject({ known: true, type: 'user_registered', generation: 'portal', payload })
  })

  it('may lack everything but its action and its user', async () => {
    expect(await deliver({ action: portal.action, user: {} })).toMatchObject({ known: true, generation: 'portal' })
    expect(await deliver({ action: portal.action })).toMatchObject({
      reason: 'changed',
      type: 'user_registered',
      generation: 'portal',
      issues: [{ path: ['user'], code: 'missing', expected: 'object' }],
    })
  })
})

describe('any other activity', () => {
  it.each([
    ...['award.given', 'badge.given', 'comment.created', 'comment.edited', 'comment.deleted', 'credential.given'],
    ...['journey.completed', 'milestone.completed', 'poll.created', 'poll.vote_added', 'post.created', 'post.edited'],
    ...['post.deleted', 'site.auth.login_failure', 'site.auth.login_success', 'slack_message.created'],
    ...['slack_message.threaded_reply.created', 'slack_reaction.added', 'calendar_event.other', '__proto__'],
    // Our own names, and the other product's: a body that claims one is not that event.
    ...['user_registered', 'user_unregistered', 'registered', 'app', 'portal', 'event_registration_status_changed'],
  ])('%s passes through, under its own name', async (action) => {
    const payload = { ...app, action, more: { kept: true } }
    const delivery = await deliver(payload)
    expect(delivery).toMatchObject({ known: false, reason: 'unlisted', type: action, payload })
    expect(delivery).not.toHaveProperty('generation')
    const error = await caught(
      tightknit.verify(await tightknit.sign(payload, { secret, now }), { secret, now, strict: true }),
    )
    expect(isWebhookError(error) && error.code).toBe('payload_invalid')
  })

  it.each([{}, { action: 5 }, { action: '' }, { action: null }, { action: ['a'] }, { type: 'x' }, [portal], 'x', null])(
    '%j has no name',
    async (payload) => {
      const body = JSON.stringify(payload)
      const delivery = await deliver(body)
      expect(delivery).toMatchObject({ known: false, reason: 'unreadable', type: '' })
      expect(delivery.payload).toEqual(payload)
    },
  )

  it('has no name by a prototype', async () => {
    const delivery = await deliver('{"__proto__":{"action":"calendar_event.user_registered","user":{}}}')
    expect(delivery).toMatchObject({ known: false, reason: 'unreadable' })
  })
})

describe('requests', () => {
  it('are taken as any framework hands them over', async () => {
    const request = await tightknit.sign(portal, { secret, now })
    const shapes: WebhookRequest[] = [
      new Request(request.url, request),
      { headers: new Map(Object.entries(request.headers)), rawBody: request.body, body: portal },
      untyped({
        multiValueHeaders: mapValues(request.headers),
        body: btoa(JSON.stringify(portal)),
        isBase64Encoded: true,
      }),
    ]
    const types = shapes.map(async (shape) => (await receiver.verify(shape, { now })).type)
    expect(await Promise.all(types)).toEqual(Array(3).fill('user_registered'))
  })
})

function mapValues(headers: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
}
