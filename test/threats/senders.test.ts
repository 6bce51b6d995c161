import { isWebhookError, type ReceiverOptions, WebhookError } from 'countersign'
import { authorization, aws4, digest, header, jwt, type Scheme, standardWebhooks, urlSecret } from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import { samples } from 'countersign/testing'
import * as tight from 'countersign/tight'
import * as tightknit from 'countersign/tightknit'
import * as tyk from 'countersign/tyk'
import { describe, expect, it } from 'vitest'
import { authorized, clientId, clientSecret, digested } from '../support/aws-canonical-formats.ts'
import { now as awsNow, options as awsOptions, signed as awsSigned } from '../support/aws-signer.ts'
import { leaksInto, shown } from '../support/leaks.ts'
import { exchange, head, serve } from '../support/servers.ts'
import { ping, receiverOf, verifyBy } from '../support/tiny-sender.ts'
import { caught, untyped, verdict } from '../support/verdict.ts'
import { errorsRow, familyRow, namesRow, timeRow } from './rows.ts'

const secret = 'Zr6Kq1Wn8Tb3Yd0Lh5Gm'
const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const host = 'hooks.example.com'

/** Delivers an authentic payload to each sender whose bodies name their events. */
const deliverTo = {
  tight: async (payload: unknown) => tight.createReceiver({ secret }).verify(await tight.sign(payload, { secret })),
  tightknit: async (payload: unknown) =>
    tightknit.createReceiver({ secret: whsec }).verify(await tightknit.sign(payload, { secret: whsec })),
  tyk: async (payload: unknown) => tyk.createReceiver({ secret }).verify(await tyk.sign(payload, { secret })),
}

const { v5, v6 } = samples.tight.bankLinked
const update = samples.tight.ENTITY_UPDATE
const member = samples.tightknit.user_registered.portal.payload
const user = samples.tyk.UserRegistered.payload

describe(`${familyRow}: Tight`, () => {
  it('what each family really sends is known', async () => {
    expect(await deliverTo.tight(v5.payload)).toMatchObject({ known: true, type: 'bankLinked' })
    expect(await deliverTo.tight(update.v6.payload)).toMatchObject({ known: true, type: 'ENTITY_UPDATE' })
  })

  it.each([
    ['LIFECYCLE with event: "ENTITY_UPDATE"', { ...v5.payload, event: 'ENTITY_UPDATE' }],
    ['the same in v6', { ...v6.payload, event: 'ENTITY_UPDATE' }],
    ['the same, and all that an update has', { ...update.v5.payload, type: 'LIFECYCLE', event: 'ENTITY_UPDATE' }],
    ['the same in v6, and all that an update has', { ...update.v6.payload, type: 'LIFECYCLE', event: 'ENTITY_UPDATE' }],
    ['LIFECYCLE_EVENT with it', { ...update.v5.payload, type: 'LIFECYCLE_EVENT', event: 'ENTITY_UPDATE' }],
  ])('%s', async (_name, payload) => {
    expect(await deliverTo.tight(payload)).toMatchObject({ known: false, reason: 'changed', payload })
  })

  it.each([
    ["a family's name for an event", { ...v5.payload, event: 'LIFECYCLE' }, 'LIFECYCLE'],
    ["an event's name for a family", { ...v5.payload, type: 'bankLinked' }, 'bankLinked'],
    ['a family that is none', { ...v5.payload, type: 'lifecycle' }, 'lifecycle'],
    ['a family in a list', { ...v5.payload, type: ['LIFECYCLE'] }, ''],
  ])('%s', async (_name, payload, type) => {
    expect(await deliverTo.tight(payload)).toMatchObject({ known: false, type, payload })
  })
})

describe(`${familyRow}: the body of one sender, rightly signed for another`, () => {
  it.each([
    ['Tyk to Tight', 'tight', user],
    ['Tightknit to Tight', 'tight', member],
    ['Tight to Tyk', 'tyk', v5.payload],
    ['Tightknit to Tyk', 'tyk', member],
    ['Tight to Tightknit', 'tightknit', v6.payload],
    ['Tyk to Tightknit', 'tightknit', user],
  ] as const)('%s', async (_name, receiver, payload) => {
    expect(await deliverTo[receiver](payload)).toMatchObject({ known: false, reason: 'unreadable', type: '', payload })
  })
})

describe(`${namesRow}: Tight, Tightknit and Sighten`, () => {
  it.each(['__proto__', 'constructor', 'toString'])('%s', async (name) => {
    const unlisted = { known: false, reason: 'unlisted', type: name }
    expect(await deliverTo.tight({ ...v5.payload, event: name })).toMatchObject(unlisted)
    expect(await deliverTo.tight({ ...v6.payload, type: name })).toMatchObject(unlisted)
    expect(await deliverTo.tightknit({ ...member, action: name })).toMatchObject({ known: false, reason: 'unlisted' })
    // No body names an event of Sighten: a name that its route does not know is the answer 404.
    expect(await verdict(atRoute(name))).toBe('event_unlisted')
  })

  it.each([
    ['tight', v5.payload, 'bankLinked'],
    ['tightknit', member, 'user_registered'],
  ] as const)('no prototype is polluted by a payload of %s', async (sender, payload, type) => {
    const text = JSON.stringify(payload)
    const polluting = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},${text.slice(1)}`
    expect(await deliverTo[sender](polluting)).toMatchObject({ known: true, type })
    expect({}).not.toHaveProperty('polluted')
  })
})

const sightenAuth = {
  basic: sighten.basic({ username: 'sighten', password: secret }),
  body: sighten.hmac({ format: 'body', clientSecret: secret, header: 'X-Signature' }),
  aws4: sighten.aws4({ ...awsOptions }),
  authorization: sighten.hmac({ format: 'authorization', clientId, clientSecret, host }),
  digest: sighten.hmac({ format: 'digest', clientId, clientSecret }),
}
const contract = samples.sighten['Contract Status Change'].payload
const sightenRow =
  "Sighten: an event slug from the URL that is not in the list is a WebhookError with 404. A genuine body sent to another event's route verifies unless the URL is covered: the proof must not claim it"

/** A genuine delivery at the route of a slug that somebody put into the URL. */
async function atRoute(slug: string) {
  const request = await sighten.sign(contract, { auth: sightenAuth.basic })
  return sighten.createReceiver({ auth: sightenAuth.basic }).verify(request, { event: slug })
}

describe(`${sightenRow}: the slug`, () => {
  it.each([
    ...['', '-', 'contract', 'Contract-Status-Change', 'contract-status-change/', 'contract-status-change%20', '..'],
    ...['contract_status_change', 'contract-status-change-', ' contract-status-change', 'c'.repeat(300), '\0'],
  ])('%j: 404', async (slug) => {
    const error = await caught(atRoute(slug))
    expect(error).toBeInstanceOf(WebhookError)
    expect(error).toMatchObject({ code: 'event_unlisted', status: 404, retryable: false })
    expect(isWebhookError(await caught((async () => sighten.eventFromSlug(slug))()))).toBe(true)
  })

  it('a slug of the list is accepted', async () => {
    expect(await atRoute('contract-status-change')).toMatchObject({ known: true, type: 'Contract Status Change' })
  })

  it('over a real socket: 404 for who has the credential, 401 for anybody else', async () => {
    const receiver = sighten.createReceiver({ auth: sightenAuth.basic })
    const { port } = await serve((request) => receiver.verify(request, { event: request.url?.slice(1) ?? '' }))
    const body = JSON.stringify(contract)
    const { authorization = '' } = (await sighten.sign(body, { auth: sightenAuth.basic })).headers
    const send = (target: string, text: string) =>
      exchange(port, [head({ Authorization: text, 'Content-Length': body.length }, 'POST', target), body])
    expect(await send('/contract-status-change', authorization)).toBe('200 accepted')
    expect(await send('/nothing-of-the-list', authorization)).toBe('404 event_unlisted')
    expect(await send('/__proto__', authorization)).toBe('404 event_unlisted')
    expect(await send('/nothing-of-the-list', 'Basic YTpi')).toBe('401 credential_mismatch')
  })
})

describe(`${sightenRow}: a genuine body at another event's route`, () => {
  const route = (slug: string) => `https://${host}/sighten/${slug}`
  const verifyAt = async (auth: sighten.Options['auth']) => {
    const request = await sighten.sign(contract, { auth, url: route('contract-status-change') })
    const receiver = sighten.createReceiver({ auth })
    const call = { event: 'Milestone Status Change' } as const
    return receiver.verify({ ...request, url: route('milestone-status-change') }, call)
  }

  it.each(['basic', 'body'] as const)('by %s: it verifies, and the proof does not claim the event', async (name) => {
    const { type, proof } = await verifyAt(sightenAuth[name])
    expect(type).toBe('Milestone Status Change')
    expect([proof.covers.url, proof.coversType]).toEqual([false, false])
  })

  it.each(['aws4', 'authorization', 'digest'] as const)('by %s, which covers the URL: refused', async (name) => {
    expect(await verdict(verifyAt(sightenAuth[name]))).toBe('signature_mismatch')
  })
})

describe("A base URL with a path from the payload stays on its origin (base + '@evil.example/' does not)", () => {
  const origin = 'https://api.example'
  const urls = (url: string, base: string) => tight.refetchUrls({ ...update.v6.payload, url }, base)
  it.each([
    ...['@evil.example/', '@evil.example', ':pw@evil.example/', '.evil.example/', ':8443/x', '//evil.example/p'],
    ...['https://evil.example/', '\\evil.example', '/\\evil.example', '/\t/evil.example', '/..//evil.example', ''],
    ...['/../x', '/v6/%2e%2e/x', '/v6/x\r\nHost: evil.example', '/v6/\0', '/v6/x#', 'javascript:alert(1)'],
  ])('%j: no address', (url) => {
    for (const base of [origin, `${origin}/`, `${origin}/v6`]) expect(urls(url, base)).toEqual([])
  })

  it.each(['/@evil.example/', '/v6/a:b@evil.example', '/v6//evil.example', '/v6/x?next=//evil.example/'])(
    '%j: an address below the base URL',
    (url) => {
      const [address = ''] = urls(url, `${origin}/rest`)
      expect(address).toBe(`${origin}/rest${url}`)
      expect(new URL(address)).toMatchObject({ origin, username: '', password: '' })
    },
  )

  it.each(['https://api.example@evil.example', 'https://u:p@api.example', '//api.example', 'api.example'])(
    'a base URL that is none, %s: TypeError',
    (base) => {
      expect(() => urls('/v6/x', base)).toThrow(TypeError)
    },
  )
})

const absoluteRow =
  'Absolute-form and //evil/p targets never change what host is checked or which origin a helper builds a URL on'

describe(`${absoluteRow}: the host`, () => {
  const verifyAws = (request: ReturnType<typeof awsSigned>) =>
    verdict(verifyBy(aws4(awsOptions), request, { now: awsNow }))
  const verifyAuthorized = (request: ReturnType<typeof authorized>) => {
    const scheme = authorization({ clientId, secret: clientSecret, host })
    return verdict(verifyBy(scheme, request, { now: awsNow }))
  }

  it.each(['https://evil.example/hook', 'http://evil.example:8080/hook', 'https://hooks.example.com/hook'])(
    '%s, under the right Host: the path is what counts',
    async (url) => {
      expect(await verifyAws({ ...awsSigned(), url })).toBe('accepted')
      expect(await verifyAuthorized({ ...authorized({ url: '/hook' }), url })).toBe('accepted')
    },
  )

  it.each(['https://hooks.example.com/hook', '//hooks.example.com/hook'])(
    '%s, under another Host, rightly signed: refused',
    async (url) => {
      expect(await verifyAws(awsSigned({ host: 'evil.example', url }))).toBe('host_mismatch')
      expect(await verifyAuthorized(authorized({ host: 'evil.example', url }))).toBe('signature_mismatch')
    },
  )

  it('//evil/p is a path, and no other than was signed', async () => {
    expect(await verifyAws(awsSigned({ url: '//evil/p' }))).toBe('accepted')
    expect(await verifyAws({ ...awsSigned({ url: '/p' }), url: '//evil/p' })).toBe('signature_mismatch')
    expect(await verifyAuthorized(authorized({ url: '//evil/p' }))).toBe('accepted')
    expect(await verifyAuthorized({ ...authorized({ url: '/p' }), url: '//evil/p' })).toBe('signature_mismatch')
  })

  it('over a real socket, in the request line', async () => {
    const receiver = receiverOf(aws4(awsOptions))
    const { port } = await serve((request) => receiver.verify(request, { now: awsNow }))
    const send = (parts: Parameters<typeof awsSigned>[0], target: string) => {
      const { headers, body } = awsSigned(parts)
      const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
      return exchange(port, [`POST ${target} HTTP/1.1\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`])
    }
    expect(await send({}, 'https://evil.example/hook')).toBe('200 accepted')
    expect(await send({ host: 'evil.example' }, 'https://hooks.example.com/hook')).toBe('401 host_mismatch')
    expect(await send({ url: '//evil/p' }, '//evil/p')).toBe('200 accepted')
    expect(await send({ url: '/p' }, '//evil/p')).toBe('401 signature_mismatch')
  })
})

describe(`${absoluteRow}: the origin`, () => {
  it.each(['https://evil.example/p', '//evil/p', '/\\evil/p', 'http:evil/p'])('%s', async (url) => {
    expect(tight.refetchUrls({ ...update.v6.payload, url }, 'https://api.example')).toEqual([])
    const payload = { ...update.v6.payload, url }
    const request = { ...(await tight.sign(payload, { secret })), url }
    const delivery = await tight.createReceiver({ secret }).verify(request)
    if (!delivery.known || delivery.type !== 'ENTITY_UPDATE') throw new Error('it is not known')
    expect(tight.refetchUrls(delivery.payload, 'https://api.example')).toEqual([])
  })
})

describe(`${timeRow}: every scheme and every sender`, () => {
  const schemes: readonly (readonly [string, (toleranceSeconds: number) => unknown])[] = [
    ['standardWebhooks', (toleranceSeconds) => standardWebhooks({ secret: whsec, toleranceSeconds })],
    ['aws4', (toleranceSeconds) => aws4({ ...awsOptions, toleranceSeconds })],
    ['authorization', (toleranceSeconds) => authorization({ clientId, secret, host, toleranceSeconds })],
    ['digest', (toleranceSeconds) => digest({ clientId, secret, toleranceSeconds })],
    ['Tight', (toleranceSeconds) => tight.createReceiver({ secret, toleranceSeconds })],
    ['Tightknit', (toleranceSeconds) => tightknit.createReceiver({ secret: whsec, toleranceSeconds })],
  ]
  it.each(schemes)('%s: toleranceSeconds 0, negative, NaN, Infinity', (_name, make) => {
    expect(() => make(60)).not.toThrow()
    for (const value of [0, -0, -300, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => make(value)).toThrow(TypeError)
    }
  })

  const receivers: readonly (readonly [string, (more: object) => unknown])[] = [
    ['Tight', (more) => tight.createReceiver({ secret, ...more })],
    ['Tightknit', (more) => tightknit.createReceiver({ secret: whsec, ...more })],
    ['Sighten', (more) => sighten.createReceiver({ auth: sightenAuth.basic, ...more })],
    ["anyone's own", (more: ReceiverOptions<false>) => receiverOf(header({ name: 'X-Static', value: 'v' }), more)],
  ]
  it.each(receivers)('%s: a fixed now on a receiver', (_name, make) => {
    expect(() => make({ now: () => new Date() })).not.toThrow()
    for (const now of [new Date(), Date.now(), '2026-11-03']) expect(() => make({ now })).toThrow(TypeError)
  })
})

const leak = 'Confidential-Value-47'

/** A delivery by each scheme whose proof and whose body are both wrong, and hold what no log must show. */
const forged: readonly (readonly [string, Scheme, object, string])[] = [
  ['jwt', jwt({ header: 'X-Token', secret }), { 'x-token': `e30.${leak}.${'A'.repeat(43)}` }, 'algorithm_refused'],
  ['jwt, malformed', jwt({ header: 'X-Token', secret }), { 'x-token': leak }, 'token_malformed'],
  [
    'standardWebhooks',
    standardWebhooks({ secret: whsec }),
    { 'webhook-id': leak, 'webhook-timestamp': '1793701230', 'webhook-signature': `v1,${'A'.repeat(43)}=` },
    'signature_mismatch',
  ],
  [
    'authorization',
    authorization({ clientId, secret, host }),
    authorized({ secret: leak, credential: leak }).headers,
    'body_hash_mismatch',
  ],
  ['digest', digest({ clientId, secret }), digested({ secret: leak, id: leak }).headers, 'signature_mismatch'],
  ['header', header({ name: 'X-Static', value: secret }), { 'x-static': leak }, 'credential_mismatch'],
  ['urlSecret', urlSecret({ secret, parameter: 'key' }), {}, 'credential_mismatch'],
]

describe(`${errorsRow}: the other schemes`, () => {
  it.each(forged)('%s', async (_name, scheme, headers, code) => {
    const request = { method: 'POST', url: `/hook?key=${leak}`, headers, body: `{"event":"${leak}"}` }
    const error = await caught(verifyBy(scheme, untyped(request), { now: awsNow }))
    expect(error).toMatchObject({ name: 'WebhookError', code })
    expect(error).not.toHaveProperty('cause')
    // What was received as a proof stands at the end of its header, behind names that a message may hold.
    const sent = Object.values(headers).map((value) => String(value).slice(-44))
    // Without the places in the stack, which say where this file is.
    const log = shown(error).replaceAll(/ at .*/g, '')
    expect([leak, secret, whsec, ...sent].filter((what) => what.length > 7 && leaksInto(log, what))).toEqual([])
  })
})

describe('the deliveries of these tests', () => {
  it.each(['aws4', 'authorization', 'digest'] as const)('are rightly signed: %s', async (name) => {
    const schemes = {
      aws4: aws4(awsOptions),
      authorization: authorization({ clientId, secret: clientSecret, host }),
      digest: digest({ clientId, secret: clientSecret }),
    }
    const requests = { aws4: awsSigned(), authorization: authorized(), digest: digested() }
    expect(await verdict(verifyBy(schemes[name], requests[name], { now: awsNow }))).toBe('accepted')
    expect(requests[name].body).toBe(ping)
  })
})
