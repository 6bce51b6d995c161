import type { Receiver, Scheme } from 'countersign'
import * as tightknit from 'countersign/tightknit'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { samples } from '../src/providers/tightknit/samples.ts'

// The compiler is the test here (`npm run typecheck`); what is run only keeps each case honest.
const secret = 'whsec_plJ3nmyCDGBKInavdOK15jsl'
const auth = tightknit.dangerouslyUnauthenticated()
const inUrl = tightknit.urlSecret({ secret: 'a secret' })
const receiver = tightknit.createReceiver({ secret })

type Signed = tightknit.StandardWebhooksProof
type Known = Extract<tightknit.Delivery, { known: true }>

async function deliver(payload: unknown): Promise<tightknit.Delivery> {
  return receiver.verify(await tightknit.sign(payload, { secret }))
}

async function deliverKnown(payload: unknown): Promise<Known> {
  const delivery = await deliver(payload)
  if (!delivery.known) throw new Error('the sample is not known')
  return delivery
}

/** What a switch makes of a delivery; `never` in its default is what makes it exhaustive. */
function describeKnown(delivery: Known): string {
  switch (delivery.type) {
    case 'user_registered':
      return delivery.generation === 'app' ? delivery.payload.user.email : delivery.payload.action
    case 'user_unregistered':
      return delivery.generation === 'app' ? delivery.payload.status : delivery.payload.action
    default:
      return delivery satisfies never
  }
}

describe('narrowing', () => {
  it('goes by the type, and by the generation within it', async () => {
    const delivery = await deliverKnown(samples.user_registered.app.payload)
    if (delivery.type !== 'user_registered') throw new Error('another event')
    expectTypeOf(delivery.generation).toEqualTypeOf<'app' | 'portal'>()
    expectTypeOf(delivery.generation).toEqualTypeOf<tightknit.Generation>()
    // @ts-expect-error: the portal's user has no email
    expect(delivery.payload.user.email).toBe('ozzy@otters.com')
    if (delivery.generation !== 'app') throw new Error('another generation')
    expectTypeOf(delivery.payload).toEqualTypeOf<tightknit.Payload<'user_registered', 'app'>>()
    expectTypeOf(delivery.payload.action).toEqualTypeOf<'event_registration_status_change'>()
    expectTypeOf(delivery.payload.status).toEqualTypeOf<'registered'>()
    expectTypeOf(delivery.payload.source.slack_channel_id).toEqualTypeOf<string | null | undefined>()
    expectTypeOf(delivery.payload.custom_metadata).toBeUnknown()
    // @ts-expect-error: the member is called first_name
    expect(delivery.payload.user.firstName).toBeUndefined()
    expect(delivery.payload.user.profile_fields['Xf060Z34JTHZ']?.label).toBe('Favorite Movie')
  })

  it('leaves most of the portal optional', async () => {
    const delivery = await deliverKnown(samples.user_unregistered.portal.payload)
    if (delivery.type !== 'user_unregistered' || delivery.generation !== 'portal') throw new Error('another event')
    expectTypeOf(delivery.payload.action).toEqualTypeOf<'calendar_event.user_unregistered'>()
    expectTypeOf(delivery.payload.status).toEqualTypeOf<string | null | undefined>()
    expectTypeOf(delivery.payload.user.slack_user_id).toEqualTypeOf<string | null | undefined>()
    expectTypeOf(delivery.payload.user.slack_is_admin).toEqualTypeOf<boolean | null | undefined>()
    expectTypeOf(delivery.payload.user.profile_id).toEqualTypeOf<string | number | null | undefined>()
    // @ts-expect-error: it may be missing
    expect(delivery.payload.event?.id.length).toBeUndefined()
    expect(delivery.payload.user.slack_is_admin).toBe(false)
  })

  it('is exhaustive', async () => {
    const texts = Object.values(samples).flatMap(({ app, portal }) => [app.payload, portal.payload])
    const described = texts.map(async (payload) => describeKnown(await deliverKnown(payload)))
    expect(await Promise.all(described)).toEqual([
      ...['ozzy@otters.com', 'calendar_event.user_registered'],
      ...['unregistered', 'calendar_event.user_unregistered'],
    ])
  })

  it('does not compile where an event or a generation is left out', async () => {
    const one = (delivery: Known): string => {
      if (delivery.type === 'user_registered') return delivery.payload.action
      // @ts-expect-error: user_unregistered is left
      return delivery satisfies never
    }
    expect(one(await deliverKnown(samples.user_registered.portal.payload))).toBe('calendar_event.user_registered')
    const two = (delivery: Extract<Known, { type: 'user_registered' }>): string => {
      if (delivery.generation === 'portal') return delivery.payload.action
      // @ts-expect-error: app is left
      return delivery satisfies never
    }
    const delivery = await deliverKnown(samples.user_registered.portal.payload)
    expect(delivery.type === 'user_registered' && two(delivery)).toBe('calendar_event.user_registered')
  })

  it('knows no event by a misspelt name', async () => {
    const delivery = await deliverKnown(samples.user_registered.app.payload)
    // @ts-expect-error: it is our name, not the wire's
    expect(delivery.type === 'calendar_event.user_registered').toBe(false)
    // @ts-expect-error: there is no such generation
    expect(delivery.generation === 'v1').toBe(false)
    // @ts-expect-error: nor has a payload such a name
    expectTypeOf<tightknit.Payload<'user_registred'>>().not.toBeString()
    expectTypeOf<keyof typeof tightknit.schemas>().toEqualTypeOf<'user_registered' | 'user_unregistered'>()
  })
})

describe('what is not known', () => {
  it('has an envelope', async () => {
    const delivery = await deliver({ action: 'post.created', status: 'x' })
    if (delivery.known || delivery.reason !== 'unlisted') throw new Error('it is known')
    expectTypeOf(delivery.type).toEqualTypeOf<string>()
    expectTypeOf(delivery.payload).toEqualTypeOf<tightknit.Envelope>()
    expectTypeOf(delivery.payload.action).toEqualTypeOf<string>()
    expectTypeOf(delivery.payload.status).toBeUnknown()
    expect(delivery.payload.action).toBe('post.created')
  })

  it('does not occur where strict', async () => {
    const strict = tightknit.createReceiver({ secret, strict: true })
    expectTypeOf(strict).toEqualTypeOf<Receiver<tightknit.Delivery<true>>>()
    const delivery = await strict.verify(await tightknit.sign(samples.user_registered.app.payload, { secret }))
    expectTypeOf(delivery.known).toEqualTypeOf<true>()
    expect(delivery.known).toBe(true)
  })
})

describe('what is proved', () => {
  const payload = samples.user_registered.app.payload

  it('follows the option that is given', async () => {
    const { proof } = await deliver(payload)
    expectTypeOf(proof.scheme).toEqualTypeOf<'standardWebhooks'>()
    expectTypeOf(proof.authenticated).toEqualTypeOf<true>()
    expectTypeOf(proof.covers).toEqualTypeOf<{ readonly body: true; readonly url: false; readonly time: true }>()
    expectTypeOf(proof.signedAt).toEqualTypeOf<Date>()
    expect(proof.scheme).toBe('standardWebhooks')

    const anybody = await tightknit.createReceiver({ auth }).verify(await tightknit.sign(payload, { auth }))
    expectTypeOf(anybody).toEqualTypeOf<tightknit.Delivery<false, tightknit.UnauthenticatedProof>>()
    expectTypeOf(anybody.proof.authenticated).toEqualTypeOf<false>()
    expectTypeOf(anybody.proof.covers.body).toEqualTypeOf<false>()
    expect(anybody.proof.scheme satisfies 'unauthenticated').toBe('unauthenticated')

    const strict = tightknit.createReceiver({ auth: inUrl, strict: true })
    expectTypeOf(strict).toEqualTypeOf<Receiver<tightknit.Delivery<true, tightknit.UrlSecretProof>>>()
    const known = await strict.verify(await tightknit.sign(payload, { auth: inUrl }))
    expectTypeOf(known.proof.authenticated).toEqualTypeOf<true>()
    expect(known.proof.scheme satisfies 'urlSecret').toBe('urlSecret')
  })

  it('follows it in one shot as well', async () => {
    const signed = await tightknit.verify(await tightknit.sign(payload, { secret }), { secret, now: new Date() })
    expectTypeOf(signed).toEqualTypeOf<tightknit.Delivery>()
    const anybody = await tightknit.verify(await tightknit.sign(payload, { auth }), { auth, strict: true })
    expectTypeOf(anybody).toEqualTypeOf<tightknit.Delivery<true, tightknit.UnauthenticatedProof>>()
    expect([signed.proof.scheme, anybody.proof.scheme]).toEqual(['standardWebhooks', 'unauthenticated'])
  })

  it('is left open where the options are', async () => {
    const options: tightknit.Options = Math.random() < 2 ? { auth: inUrl } : { secret }
    const open = tightknit.createReceiver(options as tightknit.Options)
    expectTypeOf(open).toEqualTypeOf<Receiver<tightknit.Delivery<false, Signed | tightknit.UnsignedProof>>>()
    const { proof } = await open.verify(await tightknit.sign(payload, options))
    expectTypeOf(proof.authenticated).toEqualTypeOf<boolean>()
    expect(proof.scheme).toBe('urlSecret')
    const either: Scheme<tightknit.UnsignedProof> = Math.random() < 2 ? auth : inUrl
    const unsigned = tightknit.createReceiver({ auth: either })
    expectTypeOf(unsigned).toEqualTypeOf<Receiver<tightknit.Delivery<false, tightknit.UnsignedProof>>>()
    expect(unsigned).toHaveProperty('verify')
  })
})

describe('the options', () => {
  it('are either a secret or auth', () => {
    // @ts-expect-error: neither
    expect(() => tightknit.createReceiver({})).toThrow(TypeError)
    // @ts-expect-error: neither, with an option that all have
    expect(() => tightknit.createReceiver({ strict: true })).toThrow(TypeError)
    // @ts-expect-error: both
    expect(() => tightknit.createReceiver({ secret, auth })).toThrow(TypeError)
    // @ts-expect-error: an environment variable that may be missing
    expect(() => tightknit.createReceiver({ secret: process.env['COUNTERSIGN_NO_SUCH_VARIABLE'] })).toThrow(TypeError)
    // @ts-expect-error: the function was not called
    expect(() => tightknit.createReceiver({ auth: tightknit.dangerouslyUnauthenticated })).toThrow(TypeError)
  })

  it('that do not exist do not compile', async () => {
    // @ts-expect-error: it is called toleranceSeconds
    expect(() => tightknit.createReceiver({ secret, tolerance: 60 })).toThrow('did you mean toleranceSeconds?')
    // @ts-expect-error: there are two prefixes
    expect(() => tightknit.createReceiver({ secret, prefix: 'tightknit' })).toThrow(TypeError)
    // @ts-expect-error: nothing has a time here
    expect(tightknit.createReceiver({ auth, toleranceSeconds: 60 })).toHaveProperty('verify')
    // @ts-expect-error: nor headers
    expect(tightknit.createReceiver({ auth, prefix: 'svix' })).toHaveProperty('verify')
    // @ts-expect-error: a Date goes to one call
    expect(() => tightknit.createReceiver({ secret, now: new Date() })).toThrow(TypeError)
    // @ts-expect-error: in one shot as well
    await expect(() => tightknit.verify({}, { secret, tolerance: 60 })).rejects.toThrow()
  })
})
