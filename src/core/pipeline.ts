import { takeBody } from './body.ts'
import { after, type Bytes, type MaybePromise, utf8 } from './bytes.ts'
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

/** The whole of a verification, in six steps. It waits for what comes later, and else answers or throws at once. */
export function verifyRequest(
  sender: Sender,
  scheme: Scheme,
  settings: Settings,
  request: unknown,
  context: CallContext,
): MaybePromise<Answer> {
  // 1. Take the exact bytes.
  const header = headerLookup(read(request, 'multiValueHeaders') ?? read(request, 'headers'))
  return after(takeBody(request, header, settings.maxBodyBytes), (body) => {
    const incoming: Incoming = { source: request, header, body }
    // 2. Prove where they come from.
    return after(scheme.verify(incoming, context), (evidence) => {
      // 3. Parse them: until here they were nothing but bytes.
      const json = parseBody(sender, body, context)
      // 4. Name the event.
      const name = sender.nameEvent(json, incoming, context.call)
      // 5. Validate it.
      return after(validate(sender, name, json), (event) => {
        if (settings.strict && event.known !== true) refuse('payload_invalid', strictMessages[event.reason])
        // 6. Answer.
        return after(deliveryId(evidence, body, context), (id) => answer(event, id, evidence, body, sender.typeInBody))
      })
    })
  })
}

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true })

function parseBody(sender: Sender, body: Bytes, { crypto }: SchemeContext): unknown {
  try {
    // Bodies are long, and mostly ASCII: that is read in half the time.
    return sender.parse(crypto.asciiText?.(body) ?? decoder.decode(body))
  } catch {
    // The cause quotes the body.
    refuse(
      'body_malformed',
      'the delivery is authentic, but its body is not in UTF-8 and in the expected format, such as JSON',
    )
  }
}

/** A delivery on its way: what validation says first, and the rest added to the same object. */
type Outcome = { type: string; generation?: string; payload: unknown } & (
  | { known: true }
  | { known: false; reason: keyof typeof strictMessages; issues?: readonly Issue[] }
)

const strictMessages = {
  unlisted: 'the delivery is authentic, but this version does not list its event: see the option strict',
  changed: 'the delivery is authentic, but its event has a shape this version does not know: see the option strict',
  unreadable: 'the delivery is authentic, but it names no event, or not in the usual envelope: see the option strict',
}

function validate(sender: Sender, name: EventName | undefined, payload: unknown): MaybePromise<Outcome> {
  const schema = name && findSchema(sender.events, name)
  const found = schema && findIssues(schema, payload)
  return after(found, (issues) => judge(sender, name, payload, schema, issues))
}

function judge(
  sender: Sender,
  name: EventName | undefined,
  payload: unknown,
  schema: Schema | undefined,
  issues: readonly Issue[] | undefined,
): MaybePromise<Outcome> {
  if (name && schema && issues === undefined) return named(name, { known: true, type: name.type, payload })
  return after(findIssues(sender.envelope, payload), (envelopeIssues) =>
    describe(name, payload, issues, envelopeIssues),
  )
}

function describe(
  name: EventName | undefined,
  payload: unknown,
  issues: readonly Issue[] | undefined,
  envelopeIssues: readonly Issue[] | undefined,
): Outcome {
  if (name === undefined || envelopeIssues !== undefined) {
    return { known: false, type: '', payload, reason: 'unreadable', issues: issues ?? envelopeIssues ?? [] }
  }
  const { type } = name
  if (issues === undefined) return named(name, { known: false, type, payload, reason: 'unlisted' })
  return named(name, { known: false, type, payload, reason: 'changed', issues })
}

function named({ generation }: EventName, outcome: Outcome): Outcome {
  if (generation !== undefined) outcome.generation = generation
  return outcome
}

function findSchema(events: EventMap, { type, generation }: EventName): Schema | undefined {
  const entry = own(events, type)
  const schema = isSchema(entry) || generation === undefined ? entry : own(entry, generation)
  return isSchema(schema) ? schema : undefined
}

function deliveryId({ identity }: Evidence, body: Bytes, { crypto }: SchemeContext): MaybePromise<string> {
  const { from, scope } = identity
  // As JSON, so that a scope ends where it ends, whatever a sender puts behind it.
  const owner: string | undefined = JSON.stringify(scope)
  if (from === 'sender') return owner === undefined ? identity.id : `${owner}/${identity.id}`
  const parts = from === 'signature' ? identity.signed : [body]
  // In two spellings, of two lengths: a body that holds what was signed elsewhere must not get the id of that.
  const encoding = from === 'signature' ? 'base64url' : 'hex'
  return crypto.sha256(owner === undefined ? parts : [utf8(owner), ...parts], encoding)
}

function answer(event: Outcome, id: string, { proof, identity }: Evidence, body: Bytes, typeInBody: boolean): Answer {
  // Nothing is spread: Node 20 takes as long for that as for the HMAC.
  const delivery: Outcome & { id?: string; idFrom?: string; proof?: object } = event
  delivery.id = id
  delivery.idFrom = identity.from
  // Ours is written last: no scheme can say more of the type than its proof covers.
  delivery.proof = Object.assign({}, proof, { coversType: proof.covers.body && typeInBody })
  // Not enumerable: what is put on a queue or into a log by JSON.stringify should hold the payload once.
  return Object.defineProperty(delivery, 'body', { value: body })
}
