import * as tight from 'countersign/tight'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { samples } from '../src/providers/tight/samples.ts'

// The compiler is the test here (`npm run typecheck`); what is run only keeps each case honest.
const secret = 'a secret for the types'
const receiver = tight.createReceiver({ secret })
const now = new Date(1743507065_000)

type Known = Extract<tight.Delivery, { known: true }>

async function deliver(payload: unknown): Promise<tight.Delivery> {
  return receiver.verify(await tight.sign(payload, { secret, now }), { now })
}

async function deliverKnown(payload: unknown): Promise<Known> {
  const delivery = await deliver(payload)
  if (!delivery.known) throw new Error('the sample is not known')
  return delivery
}

describe('narrowing', () => {
  it('goes by the type, and by the generation within it', async () => {
    const delivery = await deliverKnown(samples.bankAccountCreated.v6.payload)
    if (delivery.type !== 'bankAccountCreated') throw new Error('another event')
    expectTypeOf(delivery.generation).toEqualTypeOf<'v5' | 'v6'>()
    expectTypeOf(delivery.payload.eventData.entityId).toEqualTypeOf<string | number>()
    // @ts-expect-error: v6 has no date
    expect(delivery.payload.date).toBeUndefined()
    if (delivery.generation !== 'v6') throw new Error('another generation')
    expectTypeOf(delivery.payload).toEqualTypeOf<tight.Payload<'bankAccountCreated', 'v6'>>()
    expectTypeOf(delivery.payload.datetime).toEqualTypeOf<string | number>()
    // @ts-expect-error: the member is called eventData
    expect(delivery.payload.eventdata).toBeUndefined()
    // @ts-expect-error: and its id entityId
    expect(delivery.payload.eventData.entityID).toBeUndefined()
  })

  it('goes by `in` as well, since the schemas have no index signature', async () => {
    const delivery = await deliverKnown(samples.ENTITY_UPDATE.v5.payload)
    if (delivery.type !== 'ENTITY_UPDATE' || !('entities' in delivery.payload)) throw new Error('another event')
    expectTypeOf(delivery.payload).toEqualTypeOf<tight.Payload<'ENTITY_UPDATE', 'v5'>>()
    expect(delivery.payload.entities).toContain('expense')
  })

  it('gives legacy events one generation', async () => {
    const delivery = await deliverKnown(samples.TRANSACTION_PULL_COMPLETED.v5.payload)
    if (delivery.type !== 'TRANSACTION_PULL_COMPLETED') throw new Error('another event')
    expectTypeOf(delivery.generation).toEqualTypeOf<'v5'>()
    expectTypeOf(delivery.payload.type).toEqualTypeOf<'LIFECYCLE_EVENT'>()
    expect(delivery.payload.eventData.integrationName).toBe('PLAID')
  })

  it('knows no event by a misspelt name', async () => {
    const delivery = await deliverKnown(samples.bankLinked.v5.payload)
    // @ts-expect-error: there is no such event
    expect(delivery.type === 'bankAcountCreated').toBe(false)
    // @ts-expect-error: nor has a payload such a name
    expectTypeOf<tight.Payload<'bankAcountCreated'>>().not.toBeString()
    // @ts-expect-error: nor a legacy event a second generation
    expectTypeOf<tight.Payload<'EXPENSE_ADDED', 'v6'>>().not.toBeString()
  })

  it('is exhaustive', async () => {
    const family = (delivery: Known): string => {
      switch (delivery.type) {
        case 'ENTITY_UPDATE':
          return delivery.payload.type
        case 'bankAccountCreated':
        case 'accountingClosingHistoricalDashShown':
        case 'accountingClosingCreated':
        case 'accountingClosingCreationCanceled':
        case 'accountingClosingCompleted':
        case 'invoiceDashShown':
        case 'invoiceCreationStarted':
        case 'invoiceCreationCanceled':
        case 'invoiceSetupStarted':
        case 'invoiceSetupCompleted':
        case 'invoiceDrafted':
        case 'invoiceEdited':
        case 'invoiceSent':
        case 'invoiceScheduled':
        case 'transactionCreated':
        case 'transactionEdited':
        case 'transactionRuleSuggested':
        case 'bankLinked':
        case 'invoicePaymentProcessingSetupCompleted':
          return delivery.payload.type satisfies 'LIFECYCLE'
        case 'BANK_TRANSFER_ADDED':
        case 'BANK_TRANSFER_AUTO_TAGGED':
        case 'BANK_TRANSFER_UPDATED':
        case 'EXPENSE_ADDED':
        case 'EXPENSE_AUTO_TAGGED':
        case 'EXPENSE_REVIEW_NEEDED':
        case 'EXPENSE_RULE_ACCEPTED':
        case 'EXPENSE_UPDATED':
        case 'INTEGRATION_ADDED':
        case 'INTEGRATION_ERROR':
        case 'INTEGRATION_REPAIRED':
        case 'INVOICE_CREATED':
        case 'INVOICE_PAID':
        case 'INVOICE_PAYMENT_METHOD_STORED':
        case 'INVOICE_SETUP_COMPLETED':
        case 'INVOICE_VIEWED':
        case 'JOURNAL_ENTRY_UPDATED':
        case 'TRANSACTION_PULL_COMPLETED':
          return delivery.payload.type satisfies 'LIFECYCLE_EVENT'
        default:
          return delivery satisfies never
      }
    }
    const generation = (delivery: Extract<Known, { type: 'ENTITY_UPDATE' }>): string => {
      switch (delivery.generation) {
        case 'v5':
          return delivery.payload.entities.join()
        case 'v6':
          return delivery.payload.url
        default:
          return delivery satisfies never
      }
    }
    const update = await deliverKnown(samples.ENTITY_UPDATE.v6.payload)
    if (update.type !== 'ENTITY_UPDATE') throw new Error('another event')
    expect(generation(update)).toBe('/v6/banks/transactions/btn_936723')
    expect(family(await deliverKnown(samples.EXPENSE_ADDED.v5.payload))).toBe('LIFECYCLE_EVENT')
  })
})

describe('what is not known', () => {
  it('has an envelope of either generation', async () => {
    const delivery = await deliver({
      company: { id: 'co_1' },
      type: 'LIFECYCLE',
      event: 'newEvent',
      eventData: { a: 1 },
    })
    if (delivery.known || delivery.reason !== 'unlisted') throw new Error('it is known')
    expectTypeOf(delivery.type).toEqualTypeOf<string>()
    expectTypeOf(delivery.payload).toEqualTypeOf<tight.Envelope>()
    expectTypeOf(delivery.payload.eventData).toEqualTypeOf<Record<string, unknown> | null | undefined>()
    if ('userId' in delivery.payload) throw new Error('another generation')
    expectTypeOf(delivery.payload.datetime).toEqualTypeOf<string | number | null | undefined>()
    expect(delivery.payload.company?.id).toBe('co_1')
  })

  it('does not occur where strict', async () => {
    const strict = tight.createReceiver({ secret, strict: true })
    const delivery = await strict.verify(await tight.sign(samples.bankLinked.v5.payload, { secret, now }), { now })
    expectTypeOf(delivery).toEqualTypeOf<tight.Delivery<true>>()
    expectTypeOf(delivery.known).toEqualTypeOf<true>()
    expect(delivery.known).toBe(true)
  })
})

describe('what is proved', () => {
  it('follows the option bodyHash', async () => {
    const request = await tight.sign(samples.bankLinked.v5.payload, { secret, now })
    const required = await receiver.verify(request, { now })
    expectTypeOf(required.proof.covers.body).toEqualTypeOf<true>()
    const explicit = await tight.createReceiver({ secret, bodyHash: 'required' }).verify(request, { now })
    expectTypeOf(explicit.proof.covers.body).toEqualTypeOf<true>()
    const lenient = await tight.createReceiver({ secret, bodyHash: 'ifPresent' }).verify(request, { now })
    expectTypeOf(lenient).toEqualTypeOf<tight.Delivery<false, 'ifPresent'>>()
    expectTypeOf(lenient.proof.covers.body).toEqualTypeOf<boolean>()
    const options: tight.Options = { secret, bodyHash: 'ifPresent' }
    const unsure = await tight.createReceiver(options).verify(request, { now })
    expectTypeOf(unsure.proof.covers.body).toEqualTypeOf<boolean>()
    const oneShot = await tight.verify(request, { secret, bodyHash: 'ifPresent', strict: true, now })
    expectTypeOf(oneShot).toEqualTypeOf<tight.Delivery<true, 'ifPresent'>>()
    const plainShot = await tight.verify(request, { secret, now: () => now })
    expectTypeOf(plainShot.proof.covers).toEqualTypeOf<{
      readonly body: true
      readonly url: false
      readonly time: true
    }>()
    expect(plainShot.proof.covers.body).toBe(true)
  })

  it('takes no option that does not exist', () => {
    // @ts-expect-error: it is called toleranceSeconds
    expect(() => tight.createReceiver({ secret, tolerance: 60 })).toThrow('did you mean toleranceSeconds?')
    // @ts-expect-error: the secret is missing
    expect(() => tight.createReceiver({ bodyHash: 'ifPresent' })).toThrow(TypeError)
    // @ts-expect-error: there are two policies
    expect(() => tight.createReceiver({ secret, bodyHash: 'optional' })).toThrow(TypeError)
    // @ts-expect-error: a Date goes to one call
    expect(() => tight.createReceiver({ secret, now })).toThrow(TypeError)
  })
})

describe('resources and addresses', () => {
  it('types data by the resource', () => {
    const found = tight.resourceOf(samples.ENTITY_UPDATE.v6.payload)
    if (found.resource !== 'bankTransaction') throw new Error('another resource')
    expectTypeOf(found.data).toEqualTypeOf<tight.BankTransaction>()
    expectTypeOf(found.data.amount).toEqualTypeOf<number | null | undefined>()
    // @ts-expect-error: the member is called displayName
    expect(found.data.displayname).toBeUndefined()
    expect(found.data.amount).toBe(15399)
  })

  it('leaves data open where the resource is not one of them', () => {
    const found = tight.resourceOf({ ...samples.ENTITY_UPDATE.v6.payload, url: '/v6/messages/m_1' })
    if (found.resource !== undefined) throw new Error('another resource')
    expectTypeOf(found.data).toEqualTypeOf<Record<string, unknown>>()
    expect(found.data['amount']).toBe(15399)
  })

  it('takes no other payload', () => {
    // @ts-expect-error: a lifecycle event is about no resource
    expect(tight.refetchUrls(samples.bankLinked.v5.payload, 'https://api.example')).toEqual([])
    expectTypeOf(tight.sourceAddresses).toEqualTypeOf<readonly ['3.221.92.254', '34.200.77.221']>()
    expectTypeOf<'expense'>().toExtend<tight.EntityName>()
    expectTypeOf<'expanse'>().not.toExtend<tight.EntityName>()
  })
})
