import { checkDefinition } from './definition.ts'
import type { DeliveryOf, EventMap } from './delivery.ts'
import { isObject } from './foreign.ts'
import { createNaming, type EventNaming } from './naming.ts'
import { checkOptions, type OptionNames } from './options.ts'
import type { Sender } from './pipeline.ts'
import { type CallOptions, makeReceiver, type Receiver, type ReceiverOptions, type WebhookRequest } from './receiver.ts'
import type { InputOf, Schema } from './schema.ts'
import type { Proof, Scheme } from './scheme.ts'
import { type SignedRequest, type SignOptions, signRequest } from './sign.ts'

/** All that makes a sender: how its deliveries are proved, what its events are, and where they are named. */
export interface Definition<
  Options extends object,
  P extends Proof,
  Events extends EventMap,
  Envelope extends Schema,
  Context extends CallOptions,
> {
  /** Makes the scheme of the options, and throws a TypeError where they are wrong. */
  readonly scheme: (options: Options) => Scheme<P>
  /** The names of the scheme's options and of what a call takes; with them, a name that nobody reads is a TypeError. */
  readonly optionNames?: Readonly<Record<string, true>>
  /** A schema by event name; any validator that implements Standard Schema will do. */
  readonly events: Events
  /** What every delivery of this sender has; a JSON object unless told. */
  readonly envelope?: Envelope
  /** Where the event's name is: in the body, in a header, or given with each call. */
  readonly naming: EventNaming<Context>
  /** Makes a value of the body's text, or throws; `JSON.parse` unless told. The unsigned content type has no say. */
  readonly parse?: (text: string) => unknown
}

/** A sender: the same functions whoever it is. */
export interface Provider<
  Options extends object,
  P extends Proof,
  Events extends EventMap,
  Envelope,
  Context extends CallOptions = CallOptions,
> {
  /** Makes a long-lived receiver. @throws TypeError where an option is wrong */
  createReceiver<Strict extends boolean = false>(
    options: Options & ReceiverOptions<Strict>,
  ): Receiver<DeliveryOf<Events, Envelope, P, Strict>, Context>
  /** Verifies one request with a receiver of its own. @throws as `Receiver.verify` and `createReceiver` do */
  verify<Strict extends boolean = false>(
    request: WebhookRequest,
    options: Options & OneShotOptions<Strict, Context>,
  ): Promise<DeliveryOf<Events, Envelope, P, Strict>>
  /** Signs one delivery as the sender would, for tests and tools. */
  sign(payload: unknown, options: Options & SignOptions): Promise<SignedRequest>
  /** The events' schemas. */
  readonly schemas: Events
}

/**
 * A verified delivery of a sender, for functions that take one: `DeliveryFrom<typeof shop>`, and with `true` as the second that of a
 * receiver with `strict: true`.
 */
export type DeliveryFrom<
  Sender extends {
    /** As that of a `Provider`. */
    verify(request: WebhookRequest, options: never): Promise<unknown>
  },
  Strict extends boolean = false,
> = Strict extends true
  ? Extract<Awaited<ReturnType<Sender['verify']>>, { readonly known: true }>
  : Awaited<ReturnType<Sender['verify']>>

/** A receiver's options and a call's, in one; `now` may be either's. */
export type OneShotOptions<Strict extends boolean, Context extends CallOptions> = Omit<ReceiverOptions<Strict>, 'now'> &
  Omit<Context, 'now'> & { readonly now?: Date | (() => Date) }

/**
 * Defines a sender. The built-in senders are defined by this same function.
 *
 * @param definition how deliveries are proved, what the events are, and where they are named
 * @throws TypeError where a part is missing, misspelt or of another kind
 */
export function defineProvider<
  Options extends object,
  P extends Proof,
  const Events extends EventMap,
  Envelope extends Schema = Schema<Readonly<Record<string, unknown>>>,
  Context extends CallOptions = CallOptions,
>(
  definition: Definition<Options, P, Events, Envelope, Context>,
): Provider<Options, P, Events, InputOf<Envelope>, Context> {
  checkDefinition(definition)
  const { scheme, optionNames, events, envelope = anyObject, naming, parse = JSON.parse } = definition
  const nameEvent = createNaming(naming)
  const sender: Sender = { events, envelope, typeInBody: naming.in === 'body', parse: (text) => parse(text), nameEvent }

  const makeScheme = (options: Options, shared: Readonly<Record<string, true>>, where: string): Scheme<P> => {
    checkOptions(options, optionNames === undefined ? undefined : { ...optionNames, ...shared }, where)
    // What the core reads is kept from the scheme, so that a definition can hand on all of its options.
    const own = Object.entries(options).filter(([name]) => !Object.hasOwn(shared, name))
    return scheme(Object.fromEntries(own) as Options) // the options without the names that belong to the core
  }
  const createReceiver = (options: Options & ReceiverOptions): Receiver<never, Context> => {
    const made = makeScheme(options, receiverNames, 'createReceiver')
    // `never`: no type can follow a schema that is found by its name at run time; the schemas vouch for the delivery.
    return makeReceiver(sender, made, options) as Receiver<never, Context>
  }
  return {
    createReceiver,
    verify: async (request, options) => {
      const { receiver, call } = splitNow(options)
      return createReceiver(receiver as Options & ReceiverOptions).verify(request, call as Context) // as they were typed
    },
    sign: async (payload, options) => signRequest(makeScheme(options, signNames, 'sign'), payload, options),
    schemas: events,
  }
}

const receiverNames: OptionNames<ReceiverOptions> = { maxBodyBytes: true, strict: true, now: true }
const signNames: OptionNames<ReceiverOptions & SignOptions> = {
  ...receiverNames,
  method: true,
  url: true,
  headers: true,
}

/** A function for `now` is the receiver's; a Date is the call's. */
function splitNow<Options extends { readonly now?: unknown }>(options: Options): { receiver: object; call: object } {
  if (!isObject(options)) return { receiver: options, call: {} } // refused as createReceiver's
  const { now, ...rest } = options
  return typeof now === 'function' ? { receiver: options, call: rest } : { receiver: rest, call: options }
}

const anyObject: Schema = {
  '~standard': {
    version: 1,
    vendor: 'countersign',
    validate: (value) => (isObject(value) ? { value } : { issues: [{ message: 'not an object' }] }),
  },
}
