import type { SamplesOf } from '../../core/samples.ts'
import type { events } from './events.ts'

const v5 = { userId: 'fake_userId' } as const
const v6 = { editor: { userId: 'fake_userId' }, company: { id: 'co_1234' } } as const
const time = '2025-04-01T11:31:04.1Z'
const entity = { entityId: 'fake_id' } as const

/** The vendor's two envelopes around an event: as its page shows the first event, and assumed for the others. */
function lifecycle<const Name extends string, const More extends object, const Level extends 'documented' | 'assumed'>(
  event: Name,
  more: More,
  level: Level,
) {
  return {
    v5: { level, payload: { ...v5, type: 'LIFECYCLE', event, date: time, ...more } },
    v6: { level, payload: { ...v6, type: 'LIFECYCLE', event, datetime: time, ...more } },
  } as const
}

function assumed<const Name extends string, const More extends object>(event: Name, more: More) {
  return lifecycle(event, more, 'assumed')
}

function legacy<const Name extends string>(event: Name) {
  return { v5: { level: 'assumed', payload: { ...v5, type: 'LIFECYCLE_EVENT', event } } } as const
}

const closing = {
  period: 'MONTH_END_CLOSING',
  accountId: 'fake_id',
  transactionCount: 12,
  startDate: 1740787200000,
  endDate: 1743465599999,
} as const

/** One payload for each event and generation: the vendor's own where it shows one. */
export const samples = {
  ENTITY_UPDATE: {
    v5: {
      level: 'documented',
      payload: { ...v5, type: 'ENTITY_UPDATE', entities: ['bankTransfer', 'expense', 'revenue', 'taxPayment'] },
    },
    v6: {
      level: 'documented',
      payload: {
        editor: { userId: 'fake_userId' },
        company: { id: 'co_1234', apiCompanyId: 'id_1234' },
        type: 'ENTITY_UPDATE',
        url: '/v6/banks/transactions/btn_936723',
        data: { id: 'btn_936723', type: 'REVENUE', amount: 15399 },
      },
    },
  },

  bankAccountCreated: lifecycle(
    'bankAccountCreated',
    { eventData: { ...entity, apiName: 'PLAID', type: 'DEPOSITORY' } },
    'documented',
  ),
  accountingClosingHistoricalDashShown: assumed('accountingClosingHistoricalDashShown', {}),
  accountingClosingCreated: assumed('accountingClosingCreated', { eventData: { ...entity, ...closing } }),
  accountingClosingCreationCanceled: assumed('accountingClosingCreationCanceled', { eventData: closing }),
  accountingClosingCompleted: assumed('accountingClosingCompleted', { eventData: entity }),
  invoiceDashShown: assumed('invoiceDashShown', {}),
  invoiceCreationStarted: assumed('invoiceCreationStarted', {}),
  invoiceCreationCanceled: assumed('invoiceCreationCanceled', {}),
  invoiceSetupStarted: assumed('invoiceSetupStarted', {}),
  invoiceSetupCompleted: assumed('invoiceSetupCompleted', {}),
  invoiceDrafted: assumed('invoiceDrafted', { eventData: entity }),
  invoiceEdited: assumed('invoiceEdited', { eventData: { ...entity, type: 'OPEN' } }),
  invoiceSent: assumed('invoiceSent', {
    eventData: {
      ...entity,
      frequency: 'ONE_TIME',
      sendMethod: 'SEND_EMAIL',
      acceptCash: false,
      acceptCredit: true,
      acceptACH: true,
      autoCharge: false,
    },
  }),
  invoiceScheduled: assumed('invoiceScheduled', { eventData: entity }),
  transactionCreated: assumed('transactionCreated', {}),
  transactionEdited: assumed('transactionEdited', {}),
  transactionRuleSuggested: assumed('transactionRuleSuggested', {}),
  bankLinked: assumed('bankLinked', {}),
  invoicePaymentProcessingSetupCompleted: assumed('invoicePaymentProcessingSetupCompleted', {}),

  BANK_TRANSFER_ADDED: legacy('BANK_TRANSFER_ADDED'),
  BANK_TRANSFER_AUTO_TAGGED: legacy('BANK_TRANSFER_AUTO_TAGGED'),
  BANK_TRANSFER_UPDATED: legacy('BANK_TRANSFER_UPDATED'),
  EXPENSE_ADDED: legacy('EXPENSE_ADDED'),
  EXPENSE_AUTO_TAGGED: legacy('EXPENSE_AUTO_TAGGED'),
  EXPENSE_REVIEW_NEEDED: legacy('EXPENSE_REVIEW_NEEDED'),
  EXPENSE_RULE_ACCEPTED: legacy('EXPENSE_RULE_ACCEPTED'),
  EXPENSE_UPDATED: legacy('EXPENSE_UPDATED'),
  INTEGRATION_ADDED: legacy('INTEGRATION_ADDED'),
  INTEGRATION_ERROR: legacy('INTEGRATION_ERROR'),
  INTEGRATION_REPAIRED: legacy('INTEGRATION_REPAIRED'),
  INVOICE_CREATED: legacy('INVOICE_CREATED'),
  INVOICE_PAID: legacy('INVOICE_PAID'),
  INVOICE_PAYMENT_METHOD_STORED: legacy('INVOICE_PAYMENT_METHOD_STORED'),
  INVOICE_SETUP_COMPLETED: legacy('INVOICE_SETUP_COMPLETED'),
  INVOICE_VIEWED: legacy('INVOICE_VIEWED'),
  JOURNAL_ENTRY_UPDATED: legacy('JOURNAL_ENTRY_UPDATED'),
  TRANSACTION_PULL_COMPLETED: {
    v5: {
      level: 'documented',
      payload: {
        ...v5,
        type: 'LIFECYCLE_EVENT',
        event: 'TRANSACTION_PULL_COMPLETED',
        eventData: { integrationName: 'PLAID' },
      },
    },
  },
} satisfies SamplesOf<typeof events>
