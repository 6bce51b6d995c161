import { takeBody } from './body.ts'
import { type Bytes, encode, utf8 } from './bytes.ts'
import type { EventMap } from './delivery.ts'
import { refuse } from './errors.ts'
import { own, read } from './foreign.ts'
import { headerLookup } from './headers.ts'
import { findIssues, type Issue, isSchema, type Schema } from './schema.ts'
import type { Evidence, Incoming, Scheme, SchemeContext } from './scheme.ts'

/** How an event is named: by the sender's own name, and by the payload's generation where there are several. */
export interface EventName {
  /** The sender's own name for it; not empty. */
  readonly type: string
  /** The key of the schema under that name, where a payload has several generations. */
  readonly generation?: string | undefined
}

/** What the pipeline has to know of a sender. */
export interface Sender {
  readonly events: EventMap
  readonly envelope: Schema
  /** Whether the event's name is part of the body, and so covered wherever the body is. */
  readonly typeInBody: boolean
  /** Makes a value of the body's text, or throws. */
  parse(text: string): unknown
  /** Names the event, or gives `undefined` where nothing names it. */
  nameEvent(json: unknown, request: Incoming, call: unknown): EventName | undefined
}

export interface Settings {
  /** In bytes. */
  readonly maxBodyBytes: number
  readonly strict: boolean
}

export interface CallContext extends SchemeContext {
  /** What the caller gave with this call. */
  readonly call: unknown
}

/** A delivery before its type is known to the compiler. */
export type Answer = Readonly<Record<string, unknown>>

/** The whole of a verification, in six steps. */
export async function verifyRequest(
  sender: Sender,
  scheme: Scheme,
  settings: Settings,
  request: unknown,
  context: CallContext,
): Promise<Answer> {
  // 1. Take the exact bytes.
  const header = headerLookup(read(request, 'multiValueHeaders') ?? read(request, 'headers'))
  const body = await takeBody(request, header, settings.maxBodyBytes)
  const incoming: Incoming = { source: request, header, body }
  // 2. Prove where they come from.
  const evidence = await scheme.verify(incoming, context)
  // 3. Parse them: until here they were nothing but bytes.
  const json = parseBody(sender, body)
  // 4. Name the event.
  const name = sender.nameEvent(json, incoming, context.call)
  // 5. Validate it.
  const event = await validate(sender, name, json)
  if (settings.strict && event.known !== true) refuse('payload_invalid', strictMessages[event.reason])
  // 6. Answer.
  return answer(event, await deliveryId(evidence, body, context), evidence, body, sender.typeInBody)
}

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true })

function parseBody(sender: Sender, body: Bytes): unknown {
  try {
    return sender.parse(decoder.decode(body))
  } catch {
    // The cause quotes the body.
    refuse(
      'body_malformed',
      'the delivery is authentic, but its body is not in UTF-8 and in the expected format, such as JSON',
    )
  }
}

type Outcome = { readonly type: string; readonly payload: unknown } & (
  | { readonly known: true; readonly generation?: string }
  | { readonly known: false; readonly reason: keyof typeof strictMessages; readonly issues?: readonly Issue[] }
)

const strictMessages = {
  unlisted: 'the delivery is authentic, but this version does not list its event: see the option strict',
  changed: 'the delivery is authentic, but its event has a shape this version does not know: see the option strict',
  unreadable: 'the delivery is authentic, but it names no event, or not in the usual envelope: see the option strict',
}

async function validate(sender: Sender, name: EventName | undefined, payload: unknown): Promise<Outcome> {
  const schema = name && findSchema(sender.events, name)
  const issues = schema && (await findIssues(schema, payload))
  const generation = name?.generation === undefined ? {} : { generation: name.generation }
  if (name && schema && issues === undefined) return { known: true, type: name.type, ...generation, payload }

  const envelopeIssues = await findIssues(sender.envelope, payload)
  if (name === undefined || envelopeIssues !== undefined) {
    return { known: false, reason: 'unreadable', type: '', payload, issues: issues ?? envelopeIssues ?? [] }
  }
  const reason = issues === undefined ? ({ reason: 'unlisted' } as const) : ({ reason: 'changed', issues } as const)
  return { known: false, type: name.type, ...generation, payload, ...reason }
}

function findSchema(events: EventMap, { type, generation }: EventName): Schema | undefined {
  const entry = own(events, type)
  const schema = isSchema(entry) || generation === undefined ? entry : own(entry, generation)
  return isSchema(schema) ? schema : undefined
}

async function deliveryId(
  { identity }: Evidence,
  body: Bytes,
  { crypto }: SchemeContext,
): Promise<{ id: string; idFrom: string }> {
  const { from, scope } = identity
  // As JSON, so that a scope ends where it ends, whatever a sender puts behind it.
  const owner = scope === undefined ? undefined : JSON.stringify(scope)
  if (from === 'sender') return { id: owner === undefined ? identity.id : `${owner}/${identity.id}`, idFrom: from }
  const signed = from === 'signature' ? identity.signed : [body]
  const parts = owner === undefined ? signed : [utf8(owner), ...signed]
  return { id: encode(await crypto.sha256(parts), 'hex'), idFrom: from }
}

function answer(
  event: Outcome,
  identity: { id: string; idFrom: string },
  { proof }: Evidence,
  body: Bytes,
  typeInBody: boolean,
): Answer {
  const delivery = { ...event, ...identity, proof: { ...proof, coversType: proof.covers.body && typeInBody } }
  // Not enumerable: what is put on a queue or into a log by JSON.stringify should hold the payload once.
  return Object.defineProperty(delivery, 'body', { value: body })
}
