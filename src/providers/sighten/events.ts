import * as z from 'zod/mini'
import { object, record } from '../../core/shape.ts'

const text = z.string()
const members = record(z.unknown())

/** Absent or null: what a single sample shows need not be there at every step of a contract or a milestone. */
function maybe<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.optional(z.nullable(schema))
}

/** A string of which some values are known. Others are as good: the sender may add them. */
function open<Known extends string>() {
  // The compiler is told of the known values, to complete them; the check is the same for all.
  return z.string() as unknown as z.ZodMiniType<Known | (string & {}), Known | (string & {})>
}

/** Nothing public shows the bodies of these events. */
const unseen = members

const person = object({
  uuid: text,
  email: text,
  first_name: maybe(text),
  last_name: maybe(text),
  organization: maybe(text),
  organization_name: maybe(text),
})

/** What contract and milestone comments share. No thread is null in the one sample, and the text "None" in the other. */
const comment = {
  uuid: text,
  comment: text,
  timestamp: text,
  commentor: maybe(text),
  commentor_first_name: maybe(text),
  commentor_last_name: maybe(text),
  thread: maybe(text),
}

const contractComment = object({
  ...comment,
  comment_type: maybe(open<'AUTO'>()),
  commenter_id: maybe(text),
  last_updated: maybe(text),
  private: maybe(z.boolean()),
})

const document = object({
  uuid: text,
  name: maybe(text),
  document_type: maybe(open<'HIC'>()),
  document_group: maybe(text),
  creation_type: maybe(open<'GENERATED' | 'UPLOADED'>()),
  date_created: maybe(text),
  stale: maybe(z.boolean()),
})

/** The dates are of steps that may not have been taken yet. */
const envelope = object({
  uuid: text,
  name: maybe(text),
  status: maybe(open<'COMP'>()),
  resource_id: maybe(text),
  document_group: maybe(text),
  task_action_alias: maybe(open<'DSN'>()),
  date_sent: maybe(text),
  date_signed: maybe(text),
  date_voided: maybe(text),
})

const signer = object({
  uuid: text,
  email: maybe(text),
  first_name: maybe(text),
  last_name: maybe(text),
  order: maybe(z.number()),
  signer_type: maybe(open<'H'>()),
  status: maybe(open<'COMP'>()),
  can_update: maybe(z.boolean()),
  contact_signer: maybe(text),
  legal_contact_signer: maybe(text),
  user_signer: maybe(text),
  created_by: maybe(text),
  modified_by: maybe(text),
  date_created: maybe(text),
  date_updated: maybe(text),
  date_sent: maybe(text),
  date_signed: maybe(text),
  date_declined: maybe(text),
  date_voided: maybe(text),
})

const documentStatus = open<'GEN' | 'SENT' | 'SIGN' | 'VOID'>()

/** One of them at most is of the category DOCUMENT; what the others hold beside the first members is not known. */
const contractTask = object({
  uuid: text,
  category: open<'DOCUMENT'>(),
  label: maybe(text),
  instructions: maybe(text),
  required: maybe(z.boolean()),
  status: maybe(open<'COMP'>()),
  document_status: maybe(documentStatus),
  data: maybe(object({ documents: maybe(z.array(document)), envelopes: maybe(z.array(envelope)) })),
  signers: maybe(z.array(signer)),
})

const milestoneTask = object({
  uuid: text,
  data: maybe(object({ documents: maybe(z.array(object({ uuid: text }))) })),
})

const changeOrderTask = object({
  category: open<'DOCUMENT'>(),
  required: maybe(z.boolean()),
  document_status: maybe(documentStatus),
  instructions: maybe(text),
  label: maybe(text),
  data: maybe(members),
})

/** Only the names of the members were seen. */
const stageId = z.union([z.string(), z.number()])

/** The 13 events, under their names in the admin's user interface. */
export const events = {
  'Contract Recipient Status Change': unseen,
  'Contract Status Change': object({
    uuid: text,
    name: text,
    description: maybe(text),
    status: open<'INPROG'>(),
    date_updated: text,
    site: text,
    quote: maybe(text),
    milestone: maybe(text),
    milestone_definition: maybe(text),
    task_definition: maybe(text),
    assigned_to: maybe(person),
    comments: z.array(contractComment),
    sub_tasks: z.array(contractTask),
  }),
  'Milestone Status Change': object({
    site: text,
    quote: maybe(text),
    status: text,
    milestone_definition: text,
    sub_tasks: z.array(milestoneTask),
    comments: z.array(object(comment)),
  }),
  'Qualification Update': unseen,
  'Site Archived': unseen,
  'Task Comment Created': unseen,
  'Milestone Comment Created': unseen,
  'Change Order Status Change': object({
    status: text,
    name: text,
    new_quote: maybe(text),
    site: text,
    quote: maybe(text),
    date_updated: text,
    sub_tasks: z.array(changeOrderTask),
  }),
  'Homeowners Signed Contract': unseen,
  'Stage Transition': object({
    previous_stage_id: maybe(stageId),
    previous_stage_name: maybe(text),
    site_id: stageId,
    site_owned_by_organization: z.optional(z.unknown()),
    stage_id: stageId,
    stage_name: text,
  }),
  'Proposal Action': unseen,
  'Invoice Status Change': unseen,
  'Workflow Status Change': unseen,
}

/** What every JSON body has: no member is common to all. */
export const jsonEnvelope = members

/** A form's body: a text for each key, or a list of them where the key is repeated. */
export const formPayload = record(z.union([z.string(), z.array(z.string())]))

/** An XML body, as its text: nothing public shows an element of it. */
export const xmlPayload = text
