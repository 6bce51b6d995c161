import { verifySighten } from 'countersign'
import type {
  AuthorizationProof,
  Aws4Proof,
  BasicProof,
  DigestProof,
  HeaderProof,
  HmacProof,
  OAuth2Proof,
  TokenProof,
  UnauthenticatedProof,
} from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { samples } from '../src/providers/sighten/samples.ts'

const secret = 'test-client-secret'
const auth = sighten.basic({ username: 'sighten', password: secret })
const receiver = sighten.createReceiver({ auth })
const strict = sighten.createReceiver({ auth, strict: true })
const contract = 'Contract Status Change'
const contractPayload = samples[contract].payload

type Contract = sighten.Payload<typeof contract>

async function request(payload: unknown) {
  return sighten.sign(payload, { auth })
}

/** A name that only the running program knows, as the parameter of a route is. */
function fromRoute(event: string): string {
  return event
}

describe('a literal event', () => {
  it('narrows the payload', async () => {
    const delivery = await receiver.verify(await request(contractPayload), { event: contract })
    expectTypeOf(delivery).toEqualTypeOf<sighten.Delivery<typeof contract, BasicProof>>()
    if (!delivery.known) return expect.fail('it is not known')
    expectTypeOf(delivery.type).toEqualTypeOf<typeof contract>()
    expectTypeOf(delivery.payload).toEqualTypeOf<Contract>()
    expect(delivery.payload.sub_tasks[0]?.data?.envelopes?.[0]?.status).toBe('COMP')
    // @ts-expect-error a key that does not exist
    expect(delivery.payload.sub_task).toBeUndefined()
    // @ts-expect-error a key of another event
    expect(delivery.payload.stage_id).toBeUndefined()
  })

  it('leaves what is not known: another shape, and no object', async () => {
    const delivery = await receiver.verify(await request({}), { event: contract })
    if (delivery.known) return expect.fail('it is known')
    expectTypeOf(delivery.reason).toEqualTypeOf<'changed' | 'unreadable'>()
    if (delivery.reason === 'changed') expectTypeOf(delivery.payload).toEqualTypeOf<Readonly<Record<string, unknown>>>()
    else expectTypeOf(delivery.payload).toBeUnknown()
    expect(delivery.issues[0]?.path).toEqual(['uuid'])
  })

  it('with strict leaves the event alone', async () => {
    const delivery = await strict.verify(await request(contractPayload), { event: contract })
    expectTypeOf(delivery.known).toEqualTypeOf<true>()
    expectTypeOf(delivery.payload).toEqualTypeOf<Contract>()
    expect(delivery.payload.status).toBe('INPROG')
  })

  it('of several gives those', async () => {
    const event = contractPayload.status === 'INPROG' ? 'Milestone Status Change' : 'Stage Transition'
    const delivery = await strict.verify(await request(samples['Milestone Status Change'].payload), { event })
    expectTypeOf(delivery.type).toEqualTypeOf<'Milestone Status Change' | 'Stage Transition'>()
    const name = delivery.type === 'Stage Transition' ? delivery.payload.stage_name : delivery.payload.site
    expect(name).toBe(contractPayload.site)
  })

  it('that is misspelt does not compile', async () => {
    const signed = await request({})
    const calls = [
      // @ts-expect-error no such event
      () => receiver.verify(signed, { event: 'Contract Status Chang' }),
      // @ts-expect-error a slug is for routes: the compiler cannot check it
      () => receiver.verify(signed, { event: 'contract-status-chang' }),
      // @ts-expect-error no such event
      () => sighten.verify(signed, { auth, event: 'Contract Status Chang' }),
      // @ts-expect-error no such event
      () => verifySighten(signed, { auth, event: 'Contract Status Chang' }),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'event_unlisted' })
    // @ts-expect-error no such event
    const result = await receiver.safeVerify(signed, { event: 'Contract Status Chang' })
    expect(result.ok).toBe(false)
    // @ts-expect-error no such event
    expect(sighten.eventSlug('Contract Status Chang')).toBe('contract-status-chang')
  })

  it('is required', async () => {
    const signed = await request({})
    const calls = [
      // @ts-expect-error no context
      () => receiver.verify(signed),
      // @ts-expect-error no event
      () => receiver.verify(signed, {}),
      // @ts-expect-error no event
      () => receiver.safeVerify(signed, { now: new Date() }),
      // @ts-expect-error a parameter that may be missing
      () => receiver.verify(signed, { event: undefined }),
      // @ts-expect-error no event
      () => sighten.verify(signed, { auth }),
    ]
    for (const call of calls) await expect(call()).rejects.toThrow(TypeError)
  })
})

/** What a switch makes of any event; `never` in its default is what makes it exhaustive. */
function describeStrict(delivery: sighten.Delivery<string, BasicProof, true>): string {
  switch (delivery.type) {
    case 'Contract Status Change':
      return delivery.payload.name
    case 'Milestone Status Change':
      return delivery.payload.milestone_definition
    case 'Change Order Status Change':
      return delivery.payload.new_quote ?? delivery.payload.name
    case 'Stage Transition':
      return delivery.payload.stage_name
    case 'Contract Recipient Status Change':
    case 'Qualification Update':
    case 'Site Archived':
    case 'Task Comment Created':
    case 'Milestone Comment Created':
    case 'Homeowners Signed Contract':
    case 'Proposal Action':
    case 'Invoice Status Change':
    case 'Workflow Status Change':
      return Object.keys(delivery.payload).join()
    default:
      return delivery satisfies never
  }
}

describe('an event from a route', () => {
  it('gives the full union', async () => {
    const event = fromRoute('stage-transition')
    const delivery = await receiver.verify(await request(samples['Stage Transition'].payload), { event })
    expectTypeOf(delivery).toEqualTypeOf<sighten.Delivery<string, BasicProof>>()
    expectTypeOf(delivery.type).toEqualTypeOf<string>()
    if (!delivery.known) return expect.fail('it is not known')
    expectTypeOf(delivery.type).toEqualTypeOf<sighten.EventName>()
    expect(describeStrict(delivery)).toBe('Installation')
  })

  it('may be unlisted, changed or unreadable', async () => {
    const delivery = await receiver.verify(await request([]), { event: fromRoute(contract) })
    if (delivery.known) return expect.fail('it is known')
    expectTypeOf(delivery.reason).toEqualTypeOf<'unlisted' | 'changed' | 'unreadable'>()
    expect(delivery.reason).toBe('unreadable')
  })

  it('is a name once its slug was read, and cannot be unlisted then', async () => {
    const event = sighten.eventFromSlug(fromRoute('contract-status-change'))
    expectTypeOf(event).toEqualTypeOf<sighten.EventName>()
    const delivery = await receiver.verify(await request({}), { event })
    if (delivery.known) return expect.fail('it is known')
    expectTypeOf(delivery.reason).toEqualTypeOf<'changed' | 'unreadable'>()
    expect(delivery.reason).toBe('changed')
    expect(sighten.eventSlug(fromRoute('A b'))).toBe('a-b')
  })

  it('leaves 13 events to a switch', async () => {
    const name = (delivery: sighten.Delivery<string, BasicProof, true>): string => {
      if (delivery.type === contract) return delivery.payload.name
      // @ts-expect-error 12 events are left
      return delivery satisfies never
    }
    const delivery = await strict.verify(await request(contractPayload), { event: fromRoute(contract) })
    expect(name(delivery)).toBe('Installation Agreement')
  })
})

describe('additional events', () => {
  const newer = sighten.createReceiver({ auth, additionalEvents: ['Site Restored'] })

  it('compile as literals, and are unlisted', async () => {
    const delivery = await newer.verify(await request({}), { event: 'Site Restored' })
    expectTypeOf(delivery.known).toEqualTypeOf<false>()
    expectTypeOf(delivery.reason).toEqualTypeOf<'unlisted' | 'changed' | 'unreadable'>()
    expect(delivery.type).toBe('Site Restored')
    const listed = await newer.verify(await request(contractPayload), { event: contract })
    expectTypeOf(listed).toEqualTypeOf<sighten.Delivery<typeof contract, BasicProof>>()
    // @ts-expect-error no such event
    await expect(newer.verify(await request({}), { event: 'Site Restord' })).rejects.toThrow()
    // @ts-expect-error not an event of this receiver
    await expect(receiver.verify(await request({}), { event: 'Site Restored' })).rejects.toThrow()
    const oneShot = { auth, additionalEvents: ['Site Restored'], event: 'Site Restored' } as const
    expect((await sighten.verify(await request({}), oneShot)).known).toBe(false)
  })

  it('of a list that the compiler does not know check nothing less', async () => {
    const additionalEvents: string[] = ['Site Restored']
    const some = sighten.createReceiver({ auth, additionalEvents })
    // @ts-expect-error no such event, as far as the compiler knows
    const delivery = await some.verify(await request({}), { event: 'Site Restored' })
    expect(delivery.known).toBe(false)
  })
})

describe('the proof', () => {
  const client = { clientId: 'id', clientSecret: secret }
  const proofOf = <P extends Parameters<typeof sighten.createReceiver>[0]['auth']>(scheme: P): P => scheme

  it('follows auth', () => {
    const aws = { accessKeyId: 'A', secretAccessKey: secret, region: 'r', service: 's', host: 'h' }
    const authorization = sighten.createReceiver({
      auth: sighten.hmac({ format: 'authorization', host: 'h', ...client }),
    })
    const digest = sighten.createReceiver({ auth: sighten.hmac({ format: 'digest', ...client }) })
    const header = sighten.createReceiver({ auth: sighten.header({ name: 'X-Key', value: secret }) })
    const token = sighten.createReceiver({ auth: sighten.token({ key: 'Token', value: secret }) })
    const oauth2 = sighten.createReceiver({ auth: sighten.oauth2({ check: () => true }) })
    const open = sighten.createReceiver({ auth: sighten.dangerouslyUnauthenticated() })
    expectTypeOf(receiver).toEqualTypeOf<sighten.Receiver<BasicProof>>()
    expectTypeOf(header).toEqualTypeOf<sighten.Receiver<HeaderProof>>()
    expectTypeOf(token).toEqualTypeOf<sighten.Receiver<TokenProof>>()
    expectTypeOf(oauth2).toEqualTypeOf<sighten.Receiver<OAuth2Proof>>()
    expectTypeOf(open).toEqualTypeOf<sighten.Receiver<UnauthenticatedProof>>()
    expectTypeOf(sighten.aws4(aws)).toExtend<sighten.Options<Aws4Proof>['auth']>()
    expectTypeOf(authorization).toEqualTypeOf<sighten.Receiver<AuthorizationProof>>()
    expectTypeOf(digest).toEqualTypeOf<sighten.Receiver<DigestProof>>()
    expect(proofOf(auth)).toBe(auth)
  })

  it('follows the settings of the body format', () => {
    const base = { format: 'body', header: 'X-Signature', ...client } as const
    const plain = sighten.hmac(base)
    const timed = sighten.hmac({ ...base, timestampHeader: 'X-Timestamp' })
    expectTypeOf(sighten.createReceiver({ auth: plain })).toEqualTypeOf<sighten.Receiver<HmacProof<false>>>()
    expectTypeOf(sighten.createReceiver({ auth: timed })).toEqualTypeOf<sighten.Receiver<HmacProof<true>>>()
    const any = sighten.hmac(base as sighten.HmacOptions)
    expectTypeOf(sighten.createReceiver({ auth: any })).toEqualTypeOf<sighten.Receiver<sighten.AnyHmacProof>>()
    expect([plain, timed, any].map(({ verify }) => typeof verify)).toEqual(['function', 'function', 'function'])
  })

  it('is literal', async () => {
    const { proof } = await receiver.verify(await request({}), { event: 'Site Archived' })
    expectTypeOf(proof.scheme).toEqualTypeOf<'basic'>()
    expectTypeOf(proof.authenticated).toEqualTypeOf<true>()
    expectTypeOf(proof.covers.body).toEqualTypeOf<false>()
    expectTypeOf(proof.credential).toEqualTypeOf<string | undefined>()
    const open = sighten.createReceiver({ auth: sighten.dangerouslyUnauthenticated() })
    const nobody = await open.verify({ body: '{}' }, { event: 'Site Archived' })
    expectTypeOf(nobody.proof.authenticated).toEqualTypeOf<false>()
    expect([proof.covers.body, nobody.proof.authenticated]).toEqual([false, false])
  })

  it('of several organizations says whose', async () => {
    const several = sighten.anyOf({ 'Org A': auth, 'Org B': sighten.basic({ username: 'b', password: secret }) })
    const both = sighten.createReceiver({ auth: several })
    const { proof } = await both.verify(await request({}), { event: 'Site Archived' })
    expectTypeOf(proof.credential).toEqualTypeOf<string>()
    expect(proof.credential).toBe('Org A')
    // @ts-expect-error of two types
    const mixed = () => sighten.anyOf({ A: auth, B: sighten.header({ name: 'X-Key', value: secret }) })
    expect(mixed).toThrow(TypeError)
  })
})

describe('bodyFormat', () => {
  it('gives the payload its type', async () => {
    const form = sighten.createReceiver({ auth, bodyFormat: 'form' })
    const fields = await form.verify({ ...(await request('a=1')) }, { event: contract })
    expectTypeOf(fields.known).toEqualTypeOf<true>()
    expectTypeOf(fields.payload).toEqualTypeOf<sighten.FormPayload>()
    expectTypeOf<sighten.FormPayload[string]>().toEqualTypeOf<string | string[]>()
    const xml = sighten.createReceiver({ auth, bodyFormat: 'xml' })
    const text = await xml.verify(await request('<a/>'), { event: contract })
    expectTypeOf(text).toEqualTypeOf<sighten.Delivery<typeof contract, BasicProof, false, 'xml'>>()
    expectTypeOf(text.payload).toEqualTypeOf<string>()
    const any = await xml.verify(await request('<a/>'), { event: fromRoute(contract) })
    expectTypeOf(any.payload).toEqualTypeOf<string>()
    expect([fields.payload['a'], text.payload, any.payload]).toEqual(['1', '<a/>', '<a/>'])
    expectTypeOf<sighten.Payload<typeof contract, 'xml'>>().toEqualTypeOf<string>()
  })

  it('that only the running program knows gives any of the three', async () => {
    const options: sighten.Options<BasicProof> = { auth, bodyFormat: 'xml' }
    const delivery = await sighten.createReceiver(options).verify(await request('<a/>'), { event: 'Site Archived' })
    if (!delivery.known) return expect.fail('it is not known')
    expectTypeOf(delivery.payload).toEqualTypeOf<string | sighten.FormPayload | Record<string, unknown>>()
    expect(delivery.payload).toBe('<a/>')
  })
})

describe('the options', () => {
  it('have an authentication type, and nothing that does not exist', () => {
    // @ts-expect-error no auth: nothing stands for no authentication
    expect(() => sighten.createReceiver({})).toThrow(TypeError)
    // @ts-expect-error an environment variable that may be missing
    expect(() => sighten.createReceiver({ auth: undefined })).toThrow(TypeError)
    // @ts-expect-error the function itself
    expect(() => sighten.createReceiver({ auth: sighten.dangerouslyUnauthenticated })).toThrow(TypeError)
    // @ts-expect-error no such format
    expect(() => sighten.createReceiver({ auth, bodyFormat: 'yaml' })).toThrow(TypeError)
    // @ts-expect-error a receiver's clock is a function
    expect(() => sighten.createReceiver({ auth, now: new Date() })).toThrow(TypeError)
    // @ts-expect-error no such option: it would change nothing
    expect(() => sighten.createReceiver({ auth, bodyFromat: 'xml' })).toThrow('did you mean bodyFormat?')
    // @ts-expect-error no such option: it would change nothing
    expect(() => sighten.createReceiver({ auth, secret })).toThrow(TypeError)
    expectTypeOf<sighten.BodyFormat>().toEqualTypeOf<'json' | 'form' | 'xml'>()
  })

  it('of hmac belong to its format', () => {
    const client = { clientId: 'id', clientSecret: secret }
    // @ts-expect-error no format: none is tried in turn
    expect(() => sighten.hmac({ header: 'X-Signature', ...client })).toThrow(TypeError)
    // @ts-expect-error no header: nothing public names it
    expect(() => sighten.hmac({ format: 'body', ...client })).toThrow(TypeError)
    // @ts-expect-error the host is signed
    expect(() => sighten.hmac({ format: 'authorization', ...client })).toThrow(TypeError)
    // @ts-expect-error the client id is signed
    expect(() => sighten.hmac({ format: 'digest', clientSecret: secret })).toThrow(TypeError)
    // @ts-expect-error the digest format has no such option
    expect(() => sighten.hmac({ format: 'digest', header: 'X-Signature', ...client })).toThrow(TypeError)
  })
})

describe('the types of payloads', () => {
  it('are found by the name of the event', () => {
    expectTypeOf<sighten.EventName>().toEqualTypeOf<keyof typeof samples>()
    expectTypeOf<keyof typeof sighten.schemas>().toEqualTypeOf<sighten.EventName>()
    expectTypeOf<Contract['uuid']>().toEqualTypeOf<string>()
    expectTypeOf<sighten.Payload<'Change Order Status Change'>['new_quote']>().toEqualTypeOf<
      string | null | undefined
    >()
    expectTypeOf<sighten.Payload<'Site Archived'>>().toEqualTypeOf<Record<string, unknown>>()
    expectTypeOf<sighten.Payload<'Stage Transition'>['stage_id']>().toEqualTypeOf<string | number>()
    const payload: Contract = contractPayload
    expect(payload.sub_tasks).toHaveLength(1)
    // @ts-expect-error no such event
    type Missing = sighten.Payload<'Contract Status Chang'>
    expectTypeOf<Missing>().not.toBeNever()
  })

  it('know some values of an enumeration and allow others', () => {
    type Status = Contract['sub_tasks'][number]['document_status']
    const statuses: Status[] = ['GEN', 'SENT', 'SIGN', 'VOID', 'NEWER', null, undefined]
    expect(statuses).toHaveLength(7)
    // @ts-expect-error not any type
    const wrong: Status = 1
    expect(wrong).toBe(1)
  })
})
