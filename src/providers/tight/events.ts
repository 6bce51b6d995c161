import * as z from 'zod/mini'
import { lazily, object, record } from '../../core/shape.ts'

const id = z.union([z.string(), z.number()])
/** ISO 8601 in the vendor's samples, an epoch in its dictionary. */
const time = z.union([z.string(), z.number()])
const members = record(z.unknown())

/** Absent or null: the facts say that the member is optional, and not how it is left out. */
function maybe<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.optional(z.nullable(schema))
}

/** A string of which some values are known. Others are as good: the sender may add them. */
function open<Known extends string>() {
  // The compiler is told of the known values, to complete them; the check is the same for all.
  return z.string() as unknown as z.ZodMiniType<Known | (string & {}), Known | (string & {})>
}

type ApiName =
  | ('BOX' | 'CLOVER' | 'STRIPE' | 'PLAID' | 'KNOX' | 'UBER' | 'FRESHBOOKS' | 'HARVEST' | 'KW' | 'FRESHBOOKS2')
  | ('CAPITAL_ONE' | 'SQUARE' | 'DOTLOOP' | 'REALOGY' | 'UPWORK' | 'SHOPIFY' | 'DEDUCTR' | 'ENTERPRISE' | 'MOXIWORKS')
  | ('APPDIRECT' | 'LONEWOLF' | 'LONEWOLF_TRANSACTIONDESK' | 'SAMPLE_BANK' | 'TAXBOT' | 'GUSTO' | 'XERO' | 'UNIT')
  | ('MOOV' | 'QBO' | 'QUALPAY' | 'BENCH' | 'PARTNER_IMPLEMENTATION' | 'CHECK' | 'RUTTER' | 'WAVE' | 'MANUAL_ENTRY')
  | ('CSV_IMPORT' | 'ADYEN')

/** The 24 entities of v5, and the path to fetch each from. */
export const entityPaths = {
  attachment: '/attachments',
  bankAccount: '/bankAccounts',
  bankTransfer: '/bankTransfers',
  business: '/businesses',
  client: '/clients',
  expense: '/expenses',
  expenseCategory: '/expenses/categories',
  expenseRule: '/expenses/rules',
  glAccount: '/glAccounts',
  glEntry: '/glEntries',
  integration: '/integrations',
  invoice: '/invoices',
  invoiceSetup: '/invoiceSetup',
  manualJournalEntry: '/manualJournalEntries',
  payment: '/payments',
  personalExpenseCategory: '/expenses/personalCategories',
  revenue: '/revenues',
  revenueRule: '/revenueRules',
  task: '/tasks',
  taxEstimates: '/taxEstimates',
  taxPayment: '/taxPayments',
  time: '/times',
  userTaxSetup: '/userTaxSetup',
  vendor: '/vendors',
} as const

const editor = object({ userId: maybe(id), email: maybe(z.string()) })
const company = object({ id, apiCompanyId: maybe(id) })

const v5 = { userId: id }
const v5Lifecycle = { ...v5, id: maybe(id), accountantUserId: maybe(id), date: maybe(time) }
const v6 = { editor: maybe(editor), company }

/** An event that both generations have; `more` holds its `eventData` where it has one. */
function lifecycle<const Name extends string, Shape extends Record<string, z.ZodMiniType>>(event: Name, more: Shape) {
  // Both members are checked: no family's schema may take another family's body for its own.
  const family = { type: z.literal('LIFECYCLE'), event: z.literal(event), ...more }
  return {
    v5: object({ ...v5Lifecycle, ...family }),
    v6: object({ ...v6, datetime: time, ...family }),
  }
}

/** An event that only customers of an older generation still get. */
function legacy<const Name extends string, Shape extends Record<string, z.ZodMiniType>>(event: Name, more: Shape) {
  return { v5: object({ ...v5Lifecycle, type: z.literal('LIFECYCLE_EVENT'), event: z.literal(event), ...more }) }
}

const unseen = { eventData: maybe(members) }
const entity = { entityId: id }

const closing = {
  period: open<'YEAR_END_CLOSING' | 'MONTH_END_CLOSING'>(),
  accountId: id,
  transactionCount: z.number(),
  startDate: time,
  endDate: time,
}

/** Every attested event, by name and generation. */
export const events = lazily({
  ENTITY_UPDATE: () => ({
    v5: object({ ...v5, type: z.literal('ENTITY_UPDATE'), entities: z.array(open<keyof typeof entityPaths>()) }),
    v6: object({ ...v6, type: z.literal('ENTITY_UPDATE'), url: z.string(), data: members }),
  }),

  bankAccountCreated: () =>
    lifecycle('bankAccountCreated', {
      eventData: object({ ...entity, apiName: open<ApiName>(), type: open<'DEPOSITORY'>() }),
    }),
  accountingClosingHistoricalDashShown: () => lifecycle('accountingClosingHistoricalDashShown', {}),
  accountingClosingCreated: () =>
    lifecycle('accountingClosingCreated', { eventData: object({ ...entity, ...closing }) }),
  accountingClosingCreationCanceled: () =>
    lifecycle('accountingClosingCreationCanceled', { eventData: object(closing) }),
  accountingClosingCompleted: () => lifecycle('accountingClosingCompleted', { eventData: object(entity) }),
  invoiceDashShown: () => lifecycle('invoiceDashShown', {}),
  invoiceCreationStarted: () => lifecycle('invoiceCreationStarted', {}),
  invoiceCreationCanceled: () => lifecycle('invoiceCreationCanceled', {}),
  invoiceSetupStarted: () => lifecycle('invoiceSetupStarted', {}),
  invoiceSetupCompleted: () => lifecycle('invoiceSetupCompleted', {}),
  invoiceDrafted: () => lifecycle('invoiceDrafted', { eventData: object(entity) }),
  invoiceEdited: () =>
    lifecycle('invoiceEdited', {
      eventData: object({ ...entity, type: open<'DRAFT' | 'OPEN' | 'RECURRING'>() }),
    }),
  invoiceSent: () =>
    lifecycle('invoiceSent', {
      eventData: object({
        ...entity,
        frequency: open<'ONE_TIME' | 'WEEKLY' | 'BI_WEEKLY' | 'MONTHLY' | 'YEARLY' | 'AFTER_TWO_MINS'>(),
        sendMethod: open<'CREATE_LINK' | 'SEND_EMAIL' | 'SEND_QUOTE'>(),
        acceptCash: z.boolean(),
        acceptCredit: z.boolean(),
        acceptACH: z.boolean(),
        autoCharge: z.boolean(),
      }),
    }),
  invoiceScheduled: () => lifecycle('invoiceScheduled', { eventData: object(entity) }),
  transactionCreated: () => lifecycle('transactionCreated', unseen),
  transactionEdited: () => lifecycle('transactionEdited', unseen),
  transactionRuleSuggested: () => lifecycle('transactionRuleSuggested', unseen),
  bankLinked: () => lifecycle('bankLinked', unseen),
  invoicePaymentProcessingSetupCompleted: () => lifecycle('invoicePaymentProcessingSetupCompleted', unseen),

  BANK_TRANSFER_ADDED: () => legacy('BANK_TRANSFER_ADDED', unseen),
  BANK_TRANSFER_AUTO_TAGGED: () => legacy('BANK_TRANSFER_AUTO_TAGGED', unseen),
  BANK_TRANSFER_UPDATED: () => legacy('BANK_TRANSFER_UPDATED', unseen),
  EXPENSE_ADDED: () => legacy('EXPENSE_ADDED', unseen),
  EXPENSE_AUTO_TAGGED: () => legacy('EXPENSE_AUTO_TAGGED', unseen),
  EXPENSE_REVIEW_NEEDED: () => legacy('EXPENSE_REVIEW_NEEDED', unseen),
  EXPENSE_RULE_ACCEPTED: () => legacy('EXPENSE_RULE_ACCEPTED', unseen),
  EXPENSE_UPDATED: () => legacy('EXPENSE_UPDATED', unseen),
  INTEGRATION_ADDED: () => legacy('INTEGRATION_ADDED', unseen),
  INTEGRATION_ERROR: () => legacy('INTEGRATION_ERROR', unseen),
  INTEGRATION_REPAIRED: () => legacy('INTEGRATION_REPAIRED', unseen),
  INVOICE_CREATED: () => legacy('INVOICE_CREATED', unseen),
  INVOICE_PAID: () => legacy('INVOICE_PAID', unseen),
  INVOICE_PAYMENT_METHOD_STORED: () => legacy('INVOICE_PAYMENT_METHOD_STORED', unseen),
  INVOICE_SETUP_COMPLETED: () => legacy('INVOICE_SETUP_COMPLETED', unseen),
  INVOICE_VIEWED: () => legacy('INVOICE_VIEWED', unseen),
  JOURNAL_ENTRY_UPDATED: () => legacy('JOURNAL_ENTRY_UPDATED', unseen),
  TRANSACTION_PULL_COMPLETED: () =>
    legacy('TRANSACTION_PULL_COMPLETED', {
      eventData: object({ integrationName: z.string() }),
    }),
})

/** What a delivery has in either generation, whatever its event: who, which, when, and what came with it. */
export const envelope = z.union([
  object({
    ...v5Lifecycle,
    type: open<'ENTITY_UPDATE' | 'LIFECYCLE' | 'LIFECYCLE_EVENT'>(),
    event: maybe(z.string()),
    eventData: maybe(members),
    entities: z.optional(z.unknown()),
  }),
  object({
    editor: maybe(editor),
    company: maybe(company),
    type: open<'ENTITY_UPDATE' | 'LIFECYCLE'>(),
    event: maybe(z.string()),
    datetime: maybe(time),
    eventData: maybe(members),
    url: z.optional(z.unknown()),
    data: z.optional(z.unknown()),
  }),
])

const named = { id, name: maybe(z.string()), status: maybe(z.string()) }
const document = {
  ...named,
  date: maybe(time),
  lineItems: maybe(z.array(members)),
  installments: maybe(z.array(members)),
}

/**
 * The resources of v6 whose shape was seen. The vendor's samples are cut, so that only the `id` is relied on:
 * any other member may be missing, but is what it says where it is there.
 */
export const resources = lazily({
  bankTransaction: () =>
    object({
      id,
      type: maybe(open<'EXPENSE' | 'REVENUE'>()),
      date: maybe(z.string()),
      amount: maybe(z.number()),
      displayName: maybe(z.string()),
      description: maybe(z.string()),
      notes: maybe(z.string()),
    }),
  bankAccount: () =>
    object({
      ...named,
      apiName: maybe(open<ApiName>()),
      mask: maybe(z.string()),
      integration: maybe(object({ id })),
      type: maybe(z.string()),
      lastSyncedDate: maybe(time),
      accountBalance: maybe(z.number()),
    }),
  invoice: () =>
    object({
      ...document,
      invoiceNo: maybe(id),
      invoiceStatus: maybe(open<'DRAFT' | 'OPEN'>()),
      totals: maybe(
        object({
          subtotal: maybe(z.number()),
          discountedTotal: maybe(z.number()),
          salesTax: maybe(z.number()),
          total: maybe(z.number()),
          paidAmount: maybe(z.number()),
          balance: maybe(z.number()),
        }),
      ),
      customer: maybe(object({ id, name: maybe(z.string()), email: maybe(z.string()) })),
    }),
  bill: () =>
    object({
      ...document,
      billNo: maybe(id),
      billStatus: maybe(z.string()),
      vendor: maybe(object({ id, name: maybe(z.string()) })),
      customData: z.optional(z.unknown()),
    }),
  customer: () =>
    object({
      ...named,
      businessName: maybe(z.string()),
      email: maybe(z.string()),
      address: maybe(members),
      customData: z.optional(z.unknown()),
    }),
  vendor: () => object({ ...named, address: maybe(members), customData: z.optional(z.unknown()) }),
})
