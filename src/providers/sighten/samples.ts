import type { SamplesOf } from '../../core/samples.ts'
import type { events } from './events.ts'

/** An id as the vendor's sample has them, once its digits were replaced. */
function uuid<const Last extends string>(last: Last) {
  return `0b6f2c34-0000-4000-8000-0000000000${last}` as const
}

/** An object with an id: nothing public shows more of these bodies, and no two deliveries should be alike. */
function unseen<const Last extends string>(last: Last) {
  return { level: 'assumed', payload: { uuid: uuid(last) } } as const
}

const updated = '2021-11-09T18:33:02.733634Z'
const status = 'INPROG'

/** One payload for each event. */
export const samples = {
  'Contract Recipient Status Change': unseen('21'),
  'Contract Status Change': {
    level: 'observed',
    payload: {
      uuid: uuid('01'),
      name: 'Installation Agreement',
      description: '',
      status,
      date_updated: updated,
      site: uuid('02'),
      quote: uuid('03'),
      milestone: uuid('04'),
      milestone_definition: uuid('05'),
      task_definition: uuid('06'),
      assigned_to: {
        uuid: uuid('07'),
        email: 'a@example.com',
        first_name: 'A',
        last_name: 'B',
        organization: uuid('08'),
        organization_name: 'Org',
      },
      comments: [
        {
          uuid: uuid('09'),
          comment: 'text',
          comment_type: 'AUTO',
          commenter_id: uuid('0a'),
          commentor: 'bot@example.com',
          commentor_first_name: 'Sighten',
          commentor_last_name: 'Bot',
          last_updated: null,
          private: false,
          thread: null,
          timestamp: '2021-11-09T18:46:04.661432Z',
        },
      ],
      sub_tasks: [
        {
          uuid: uuid('0b'),
          category: 'DOCUMENT',
          label: 'Sign',
          instructions: null,
          required: false,
          status: 'COMP',
          document_status: 'SIGN',
          data: {
            documents: [
              {
                uuid: uuid('0c'),
                name: 'x.pdf',
                document_type: 'HIC',
                document_group: uuid('0d'),
                creation_type: 'GENERATED',
                date_created: updated,
                stale: false,
              },
            ],
            envelopes: [
              {
                uuid: uuid('0e'),
                name: 'x',
                status: 'COMP',
                resource_id: uuid('0f'),
                document_group: uuid('0d'),
                task_action_alias: 'DSN',
                date_sent: updated,
                date_signed: updated,
                date_voided: null,
              },
            ],
          },
          signers: [
            {
              uuid: uuid('10'),
              email: 'h@example.com',
              first_name: 'H',
              last_name: 'O',
              order: 1,
              signer_type: 'H',
              status: 'COMP',
              can_update: true,
              contact_signer: uuid('11'),
              legal_contact_signer: null,
              user_signer: null,
              created_by: uuid('12'),
              modified_by: uuid('12'),
              date_created: updated,
              date_updated: updated,
              date_sent: updated,
              date_signed: updated,
              date_declined: null,
              date_voided: null,
            },
          ],
        },
      ],
    },
  },
  // The members that the vendor names; their values, but for the text "None", are ours.
  'Milestone Status Change': {
    level: 'documented',
    payload: {
      site: uuid('02'),
      quote: uuid('03'),
      status,
      milestone_definition: uuid('05'),
      sub_tasks: [{ uuid: uuid('13'), data: { documents: [{ uuid: uuid('0c') }] } }],
      comments: [
        {
          commentor_first_name: 'A',
          commentor_last_name: 'B',
          commentor: 'a@example.com',
          comment: 'text',
          timestamp: '2021-11-09T18:46:04.661432Z',
          uuid: uuid('14'),
          thread: 'None',
        },
      ],
    },
  },
  'Qualification Update': unseen('22'),
  'Site Archived': unseen('23'),
  'Task Comment Created': unseen('24'),
  'Milestone Comment Created': unseen('25'),
  // The fields that the vendor lists, but for the new quote, whose key is not known; their values are ours.
  'Change Order Status Change': {
    level: 'documented',
    payload: {
      status,
      name: 'Change Order',
      site: uuid('02'),
      quote: uuid('03'),
      date_updated: updated,
      sub_tasks: [
        { category: 'DOCUMENT', required: false, document_status: 'GEN', instructions: null, label: 'Sign', data: {} },
      ],
    },
  },
  'Homeowners Signed Contract': unseen('26'),
  // The members were observed; that they are this event's is assumed, and their values are ours.
  'Stage Transition': {
    level: 'assumed',
    payload: {
      previous_stage_id: uuid('15'),
      previous_stage_name: 'Design',
      site_id: uuid('02'),
      site_owned_by_organization: uuid('08'),
      stage_id: uuid('16'),
      stage_name: 'Installation',
    },
  },
  'Proposal Action': unseen('27'),
  'Invoice Status Change': unseen('28'),
  'Workflow Status Change': unseen('29'),
} satisfies SamplesOf<typeof events>
