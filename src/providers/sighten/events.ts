import * as z from 'zod/mini'
import { lazily, object, record } from '../../core/shape.ts'

const text = z.string()
const members = record(z.unknown())

/** Absent or null: what a single sample shows need not be there at every step of a contract or a milestone. */
function maybe<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.optional(z.nullable(schema))
}

const optionalText = maybe(text)

/** A string of which some values are known. Others are as good: the sender may add them. */
function open<Known extends string>() {
  // The compiler is told of the known values, to complete them; the check is the same for all.
  return z.string() as unknown as z.ZodMiniType<Known | (string & {}), Known | (string & {})>
}

/** Nothing public shows the bodies of these events. */
const unseen = members

const person = () =>
  object({
    uuid: text,
    email: text,
    first_name: optionalText,
    last_name: optionalText,
    organization: optionalText,
    organization_name: optionalText,
  })

/** What contract and milestone comments share. No thread is null in the one sample, and the text "None" in the other. */
const comment = {
  uuid: text,
  comment: text,
  timestamp: text,
  commentor: optionalText,
  commentor_first_name: optionalText,
  commentor_last_name: optionalText,
  thread: optionalText,
}

const contractComment = () =>
  object({
    ...comment,
    comment_type: maybe(open<'AUTO'>()),
    commenter_id: optionalText,
    last_updated: optionalText,
    private: maybe(z.boolean()),
  })

const document = () =>
  object({
    uuid: text,
    name: optionalText,
    document_type: maybe(open<'HIC'>()),
    document_group: optionalText,
    creation_type: maybe(open<'GENERATED' | 'UPLOADED'>()),
    date_created: optionalText,
    stale: maybe(z.boolean()),
  })

/** The dates are of steps that may not have been taken yet. */
const envelope = () =>
  object({
    uuid: text,
    name: optionalText,
    status: maybe(open<'COMP'>()),
    resource_id: optionalText,
    document_group: optionalText,
    task_action_alias: maybe(open<'DSN'>()),
    date_sent: optionalText,
    date_signed: optionalText,
    date_voided: optionalText,
  })

const signer = () =>
  object({
    uuid: text,
    email: optionalText,
    first_name: optionalText,
    last_name: optionalText,
    order: maybe(z.number()),
    signer_type: maybe(open<'H'>()),
    status: maybe(open<'COMP'>()),
    can_update: maybe(z.boolean()),
    contact_signer: optionalText,
    legal_contact_signer: optionalText,
    user_signer: optionalText,
    created_by: optionalText,
    modified_by: optionalText,
    date_created: optionalText,
    date_updated: optionalText,
    date_sent: optionalText,
    date_signed: optionalText,
    date_declined: optionalText,
    date_voided: optionalText,
  })

const documentStatus = open<'GEN' | 'SENT' | 'SIGN' | 'VOID'>()

/** One of them at most is of the category DOCUMENT; what the others hold beside the first members is not known. */
const contractTask = () =>
  object({
    uuid: text,
    category: open<'DOCUMENT'>(),
    label: optionalText,
    instructions: optionalText,
    required: maybe(z.boolean()),
    status: maybe(open<'COMP'>()),
    document_status: maybe(documentStatus),
    data: maybe(object({ documents: maybe(z.array(document())), envelopes: maybe(z.array(envelope())) })),
    signers: maybe(z.array(signer())),
  })

const milestoneTask = () =>
  object({
    uuid: text,
    data: maybe(object({ documents: maybe(z.array(object({ uuid: text }))) })),
  })

const changeOrderTask = () =>
  object({
    category: open<'DOCUMENT'>(),
    required: maybe(z.boolean()),
    document_status: maybe(documentStatus),
    instructions: optionalText,
    label: optionalText,
    data: maybe(members),
  })

/** Only the names of the members were seen. */
const stageId = z.union([z.string(), z.number()])

/** The 13 events, under their names in the admin's user interface. */
export const events = lazily({
  'Contract Recipient Status Change': () => unseen,
  'Contract Status Change': () =>
    object({
      uuid: text,
      name: text,
      description: optionalText,
      status: open<'INPROG'>(),
      date_updated: text,
      site: text,
      quote: optionalText,
      milestone: optionalText,
      milestone_definition: optionalText,
      task_definition: optionalText,
      assigned_to: maybe(person()),
      comments: z.array(contractComment()),
      sub_tasks: z.array(contractTask()),
    }),
  'Milestone Status Change': () =>
    object({
      site: text,
      quote: optionalText,
      status: text,
      milestone_definition: text,
      sub_tasks: z.array(milestoneTask()),
      comments: z.array(object(comment)),
    }),
  'Qualification Update': () => unseen,
  'Site Archived': () => unseen,
  'Task Comment Created': () => unseen,
  'Milestone Comment Created': () => unseen,
  'Change Order Status Change': () =>
    object({
      status: text,
      name: text,
      new_quote: optionalText,
      site: text,
      quote: optionalText,
      date_updated: text,
      sub_tasks: z.array(changeOrderTask()),
    }),
  'Homeowners Signed Contract': () => unseen,
  'Stage Transition': () =>
    object({
      previous_stage_id: maybe(stageId),
      previous_stage_name: optionalText,
      site_id: stageId,
      site_owned_by_organization: z.optional(z.unknown()),
      stage_id: stageId,
      stage_name: text,
    }),
  'Proposal Action': () => unseen,
  'Invoice Status Change': () => unseen,
  'Workflow Status Change': () => unseen,
})

/** What every JSON body has: no member is common to all. */
export const jsonEnvelope = members

/** A form's body: a text for each key, or a list of them where the key is repeated. */
export const formPayload = record(z.union([z.string(), z.array(z.string())]))

/** An XML body, as its text: nothing public shows an element of it. */
export const xmlPayload = text
