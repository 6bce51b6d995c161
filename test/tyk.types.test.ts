import type { Receiver } from 'countersign'
import { samples, signTyk } from 'countersign/testing'
import * as tyk from 'countersign/tyk'
import { describe, expect, expectTypeOf, it } from 'vitest'

const secret = 'your-secret-key-here'
const receiver = tyk.createReceiver({ secret })
const strict = tyk.createReceiver({ secret, strict: true })

type Event = keyof typeof tyk.schemas

/** What a switch makes of a delivery; `never` in its default is what makes it exhaustive. */
function describeStrict(delivery: tyk.Delivery<true>): string {
  switch (delivery.type) {
    case 'UserRegistered':
    case 'UserAccountActivated':
    case 'UserAccountDeactivated':
    case 'PasswordReset':
      return delivery.payload.Message.Email
    case 'ApplicationRegistered':
    case 'OrganisationRegistered':
      return delivery.payload.Message.Name
    case 'CredentialRegistered':
      return `request ${delivery.payload.Message.AccessRequestID}`
    case 'AccessRequestCreated':
    case 'AccessRequestApproved':
    case 'AccessRequestRejected':
      return `plan ${delivery.payload.Message.PlanID}`
    case 'OrganisationRequestCreated':
    case 'OrganisationRequestRejected':
      return delivery.payload.Message.AdminEmail
    case 'OrganisationRequestApproved': {
      const { Message } = delivery.payload
      return 'AdminEmail' in Message ? Message.AdminEmail : Message.Email
    }
    case 'RegisterInvite':
      return Object.keys(delivery.payload.Message).join()
    default:
      return delivery satisfies never
  }
}

/** What is left of a delivery once `known` is looked at. */
function describeAny(delivery: tyk.Delivery): string {
  if (delivery.known) return describeStrict(delivery)
  expectTypeOf(delivery.reason).toEqualTypeOf<'unlisted' | 'changed' | 'unreadable'>()
  if (delivery.reason === 'unreadable') {
    expectTypeOf(delivery.type).toEqualTypeOf<''>()
    expectTypeOf(delivery.payload).toBeUnknown()
    return ''
  }
  expectTypeOf(delivery.type).toEqualTypeOf<string>()
  expectTypeOf(delivery.payload.Timestamp).toEqualTypeOf<string>()
  expectTypeOf(delivery.payload.Message).toEqualTypeOf<Record<string, unknown>>()
  return delivery.reason === 'changed' ? String(delivery.issues[0]?.path) : delivery.type
}

async function deliver(payload: unknown): Promise<tyk.Delivery> {
  return receiver.verify(await signTyk(payload, { secret }))
}

describe('a delivery', () => {
  it.each([
    ['UserRegistered', 'developer@user.com'],
    ['OrganisationRegistered', 'Organisation added from Admin UI'],
    ['CredentialRegistered', 'request 1'],
    ['AccessRequestCreated', 'plan 2'],
    ['OrganisationRequestCreated', 'dev@tyk.io'],
    ['OrganisationRequestApproved', 'dev@tyk.io'],
  ] as const)('narrows to the Message of %s', async (event, text) => {
    const { payload } = samples.tyk[event]
    expect(describeAny(await deliver(payload))).toBe(text)
    expect(describeStrict(await strict.verify(await signTyk(payload, { secret })))).toBe(text)
  })

  it('narrows to what is not known', async () => {
    const { payload } = samples.tyk.UserRegistered
    expect(describeAny(await deliver({ ...payload, Event: 'Other' }))).toBe('Other')
    expect(describeAny(await deliver({ ...payload, Message: {} }))).toBe('Message,ID')
    expect(describeAny(await deliver([]))).toBe('')
  })

  it('has the type that createReceiver promises', () => {
    expectTypeOf(receiver).toEqualTypeOf<Receiver<tyk.Delivery>>()
    expectTypeOf(strict).toEqualTypeOf<Receiver<tyk.Delivery<true>>>()
    expectTypeOf(receiver.verify).returns.resolves.toEqualTypeOf<tyk.Delivery>()
    const oneShot = () => tyk.verify({}, { secret })
    expectTypeOf(oneShot).returns.resolves.toEqualTypeOf<tyk.Delivery>()
    const strictOneShot = () => tyk.verify({}, { secret, strict: true })
    expectTypeOf(strictOneShot).returns.resolves.toEqualTypeOf<tyk.Delivery<true>>()
    expect(Object.keys(receiver).sort()).toEqual(['safeVerify', 'verify'])
  })

  it('is of no other event, and has no other members', async () => {
    const delivery = await deliver(samples.tyk.UserRegistered.payload)
    if (!delivery.known || delivery.type !== 'UserRegistered') return expect.fail('it is another event')
    // @ts-expect-error an event that does not exist
    const misspelt = delivery.type === 'UserRegisterd'
    // @ts-expect-error a key that does not exist
    const key = delivery.payload.Message.Emial
    // @ts-expect-error a key of another event
    const other = delivery.payload.Message.PlanID
    // @ts-expect-error the wire spells it Timestamp
    const time = delivery.payload.timestamp
    // @ts-expect-error there are no generations of a payload here
    const generation = delivery.generation
    expect([misspelt, key, other, time, generation]).toEqual([false, undefined, undefined, undefined, undefined])
  })

  it('must be looked at before it is used', async () => {
    const delivery = await deliver(samples.tyk.UserRegistered.payload)
    // @ts-expect-error the payload may be anything until `known` and `type` are looked at
    expect(delivery.payload.Message.Email).toBe('developer@user.com')
    const sure = await strict.verify(await signTyk(samples.tyk.UserRegistered.payload, { secret }))
    expectTypeOf(sure.known).toEqualTypeOf<true>()
    expectTypeOf(sure.type).toEqualTypeOf<Event>()
    // @ts-expect-error with `strict` nothing gives a reason
    expect(sure.reason).toBeUndefined()
  })
})

describe('an incomplete switch', () => {
  it('does not compile', async () => {
    const name = (delivery: tyk.Delivery<true>): string => {
      if (delivery.type === 'UserRegistered') return delivery.payload.Message.First
      // @ts-expect-error 13 events are left
      return delivery satisfies never
    }
    expect(name(await strict.verify(await signTyk(samples.tyk.UserRegistered.payload, { secret })))).toBe('FirstName')
  })
})

describe('the types of payloads', () => {
  it('are found by the name of the event', () => {
    expectTypeOf<Event>().toEqualTypeOf<keyof typeof samples.tyk>()
    expectTypeOf<tyk.Payload<'UserRegistered'>['Event']>().toEqualTypeOf<'UserRegistered'>()
    expectTypeOf<tyk.Payload<'UserRegistered'>['Message']['ID']>().toEqualTypeOf<number>()
    expectTypeOf<tyk.Payload<'UserRegistered'>['Message']['ByUser']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<tyk.Payload<'AccessRequestCreated'>['Message']['ProductIDs']>().toEqualTypeOf<number[] | null>()
    expectTypeOf<tyk.Payload<'RegisterInvite'>['Message']>().toEqualTypeOf<Record<string, unknown>>()
    const payload: tyk.Payload<'UserRegistered'> = samples.tyk.UserRegistered.payload
    expect(payload.Message.Status).toBe('active')
  })

  it('know some values of an enumeration and allow others', () => {
    type Status = tyk.Payload<'AccessRequestCreated'>['Message']['Status']
    const statuses: Status[] = ['approved', 'rejected', 'pending', 'on hold']
    expect(statuses).toHaveLength(4)
    // @ts-expect-error not any type
    const wrong: Status = 1
    expect(wrong).toBe(1)
  })

  it('do not exist for other names', () => {
    // @ts-expect-error the wire spells it Organisation
    type American = tyk.Payload<'OrganizationRegistered'>
    // @ts-expect-error no such event
    type Missing = tyk.Payload<'UserRegisterd'>
    expectTypeOf<American | Missing>().not.toBeNever()
    expect(Object.keys(tyk.schemas)).not.toContain('OrganizationRegistered')
  })
})

describe('the options', () => {
  it('have a secret, and nothing that does not exist', () => {
    // @ts-expect-error no secret
    expect(() => tyk.createReceiver({})).toThrow(TypeError)
    // @ts-expect-error an environment variable that may be missing
    expect(() => tyk.createReceiver({ secret: undefined })).toThrow(TypeError)
    // @ts-expect-error no such encoding
    expect(() => tyk.createReceiver({ secret, encoding: 'HEX' })).toThrow(TypeError)
    // @ts-expect-error a receiver's clock is a function
    expect(() => tyk.createReceiver({ secret, now: new Date() })).toThrow(TypeError)
    // @ts-expect-error no such option: it would change nothing
    expect(() => tyk.createReceiver({ secret, maxAge: 60 })).toThrow('did you mean maxAgeSeconds?')
    expectTypeOf<tyk.Options['maxAgeSeconds']>().toEqualTypeOf<number | undefined>()
  })

  it('say what the proof covers', async () => {
    const { proof } = await deliver(samples.tyk.UserRegistered.payload)
    expectTypeOf(proof.scheme).toEqualTypeOf<'hmac'>()
    expectTypeOf(proof.covers.body).toEqualTypeOf<true>()
    expectTypeOf(proof.covers.url).toEqualTypeOf<false>()
    expectTypeOf(proof.covers.time).toEqualTypeOf<boolean>()
    expectTypeOf(proof.signedAt).toEqualTypeOf<Date | undefined>()
    expect(proof.covers).toEqual({ body: true, url: false, time: false })
  })
})
