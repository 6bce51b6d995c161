import type { DeliveryOf } from '../../core/delivery.ts'
import { own } from '../../core/foreign.ts'
import type { EventName } from '../../core/pipeline.ts'
import { defineProvider, type OneShotOptions } from '../../core/provider.ts'
import type { CallOptions, Receiver, ReceiverOptions, WebhookRequest } from '../../core/receiver.ts'
import type { InputOf, Schema } from '../../core/schema.ts'
import type { SignedRequest, SignOptions } from '../../core/sign.ts'
import type { StandardWebhooksProof } from '../../schemes/standard-webhooks.ts'
import {
  type Options,
  optionNames,
  type SignedOptions,
  scheme,
  type UnsignedOptions,
  type UnsignedProof,
} from './auth.ts'
import { envelope, events } from './events.ts'

export type { SignedRequest } from '../../core/sign.ts'
export type { StandardWebhooksProof } from '../../schemes/standard-webhooks.ts'
export { dangerouslyUnauthenticated, type UnauthenticatedProof } from '../../schemes/unauthenticated.ts'
export { type UrlSecretOptions, type UrlSecretProof, urlSecret } from '../../schemes/url-secret.ts'
export type { Options, SignedOptions, UnsignedOptions, UnsignedProof } from './auth.ts'

type Events = typeof events

/** What every delivery has, whatever its event: all that is typed of an event that is not known. */
export type Envelope = InputOf<typeof envelope>

/**
 * The two generations of payloads: `app` is the first product's, set up in the Developers module of the App Home;
 * `portal` is the webhooks portal's.
 */
export type Generation = 'app' | 'portal'

/**
 * A verified delivery: one member for each event and generation, and what is newer than this version. Its proof is that
 * of a signature unless told.
 */
export type Delivery<
  Strict extends boolean = false,
  P extends StandardWebhooksProof | UnsignedProof = StandardWebhooksProof,
> = DeliveryOf<Events, Envelope, P, Strict>

/** The payload of one event, in both generations or in one. */
export type Payload<Name extends keyof Events, In extends keyof Events[Name] = keyof Events[Name]> = {
  [Each in In]: Events[Name][Each] extends Schema ? InputOf<Events[Name][Each]> : never
}[In]

type AnyProof = StandardWebhooksProof | UnsignedProof

/** As a provider of the core, but for the proof, which follows the options `secret` and `auth`. */
interface Tightknit {
  createReceiver<Strict extends boolean = false>(
    options: SignedOptions & ReceiverOptions<Strict>,
  ): Receiver<Delivery<Strict>>
  createReceiver<P extends UnsignedProof, Strict extends boolean = false>(
    options: UnsignedOptions<P> & ReceiverOptions<Strict>,
  ): Receiver<Delivery<Strict, P>>
  createReceiver<Strict extends boolean = false>(
    options: Options & ReceiverOptions<Strict>,
  ): Receiver<Delivery<Strict, AnyProof>>

  verify<Strict extends boolean = false>(
    request: WebhookRequest,
    options: SignedOptions & OneShotOptions<Strict, CallOptions>,
  ): Promise<Delivery<Strict>>
  verify<P extends UnsignedProof, Strict extends boolean = false>(
    request: WebhookRequest,
    options: UnsignedOptions<P> & OneShotOptions<Strict, CallOptions>,
  ): Promise<Delivery<Strict, P>>
  verify<Strict extends boolean = false>(
    request: WebhookRequest,
    options: Options & OneShotOptions<Strict, CallOptions>,
  ): Promise<Delivery<Strict, AnyProof>>

  sign(payload: unknown, options: Options & SignOptions): Promise<SignedRequest>
}

// The compiler cannot see that `scheme` answers by Standard Webhooks where there is a secret; its tests can.
const tightknit = defineProvider({
  scheme,
  optionNames,
  events,
  envelope,
  naming: { in: 'body', name: nameEvent },
}) as Tightknit

/** The portal's actions, and the first product's states of registration: each names one event of ours. */
const portalActions: Readonly<Record<string, keyof Events>> = {
  'calendar_event.user_registered': 'user_registered',
  'calendar_event.user_unregistered': 'user_unregistered',
}
const appStatuses: Readonly<Record<string, keyof Events>> = {
  registered: 'user_registered',
  unregistered: 'user_unregistered',
}

/** Where the event is not listed, its name is the action as it was sent. */
function nameEvent(body: Readonly<Record<string, unknown>>): EventName | undefined {
  const action = own(body, 'action')
  if (typeof action !== 'string') return undefined
  if (action === 'event_registration_status_change') {
    return { type: listed(appStatuses, own(body, 'status')) ?? action, generation: 'app' }
  }
  const type = listed(portalActions, action)
  return type === undefined ? { type: action } : { type, generation: 'portal' }
}

function listed(names: Readonly<Record<string, keyof Events>>, name: unknown): keyof Events | undefined {
  return typeof name === 'string' && Object.hasOwn(names, name) ? names[name] : undefined
}

/**
 * Makes a receiver for the webhooks of Tightknit: signed ones of the webhooks portal by the endpoint's `secret`, or
 * unsigned ones of the first product by an explicit `auth`.
 *
 * @param options `secret`, with `prefix` (either) and `toleranceSeconds` (300); or `auth`, that is `urlSecret({ secret })` or
 * `dangerouslyUnauthenticated()`; and `maxBodyBytes`, `strict`, `now`
 * @returns a receiver whose `verify` throws a `WebhookError` with one of the codes `header_missing`, `header_malformed`,
 * `timestamp_malformed`, `timestamp_too_old`, `timestamp_too_new`, `signature_malformed`, `signature_mismatch` (with a
 * secret), `credential_mismatch` (with `urlSecret`), or one of those that every receiver has
 * @throws TypeError where an option is wrong, where there is neither `secret` nor `auth`, and where there are both
 * @see docs.tightknit.ai, the pages on webhooks
 * @function
 */
export const createReceiver: Tightknit['createReceiver'] = tightknit.createReceiver

/**
 * Verifies one request with a receiver of its own; `createReceiver` checks the options and prepares the keys once.
 *
 * @param request the request, its body unread or raw
 * @param options as `createReceiver` takes them; `now` may be a Date
 * @throws WebhookError with the codes of `createReceiver`
 * @throws TypeError where an option is wrong, or the body was parsed already
 * @function
 */
export const verify: Tightknit['verify'] = tightknit.verify

/**
 * Signs a payload as Tightknit would, for tests and tools: with a secret in the three headers (`webhook-` unless told),
 * with `urlSecret` by the URL.
 *
 * @param payload text or bytes to send as they are; anything else is sent as JSON
 * @param options as `createReceiver` takes them, and `now`, `url`, `method`, `headers`; an id in `headers` is signed as it is
 * @throws TypeError where an option is wrong
 * @function
 */
export const sign: Tightknit['sign'] = tightknit.sign

/** One zod schema for each event and generation. */
export const schemas: Events = events
