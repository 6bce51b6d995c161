import type { DeliveryOf } from '../../core/delivery.ts'
import { own } from '../../core/foreign.ts'
import type { EventName } from '../../core/pipeline.ts'
import { defineProvider, type OneShotOptions } from '../../core/provider.ts'
import type { CallOptions, Receiver, ReceiverOptions, WebhookRequest } from '../../core/receiver.ts'
import type { InputOf, Schema } from '../../core/schema.ts'
import type { SignedRequest, SignOptions } from '../../core/sign.ts'
import type { BodyHashPolicy, JwtProof } from '../../schemes/jwt.ts'
import { type Options, optionNames, scheme } from './auth.ts'
import { type entityPaths, envelope, events } from './events.ts'

export type { SignedRequest } from '../../core/sign.ts'
export type { BodyHashPolicy } from '../../schemes/jwt.ts'
export type { Options } from './auth.ts'
export * from './entities.ts'

type Events = typeof events

/** What every delivery has, whatever its event: all that is typed of an event that is not known. */
export type Envelope = InputOf<typeof envelope>

/** The two generations of payloads: v5 names the user at the top level, v6 a company. */
export type Generation = 'v5' | 'v6'

/** The name of a v5 entity; the sender may send others. */
export type EntityName = keyof typeof entityPaths

/** With a token that may lack the hash, whether the body is covered is known when it has arrived. */
type ProofOf<BodyHash extends BodyHashPolicy> = JwtProof<'ifPresent' extends BodyHash ? boolean : true>

/** A verified delivery: one member for each event and generation, and what is newer than this version. */
export type Delivery<Strict extends boolean = false, BodyHash extends BodyHashPolicy = 'required'> = DeliveryOf<
  Events,
  Envelope,
  ProofOf<BodyHash>,
  Strict
>

/** The payload of one event, in both generations or in one. */
export type Payload<Name extends keyof Events, In extends keyof Events[Name] = keyof Events[Name]> = {
  [Each in In]: Events[Name][Each] extends Schema ? InputOf<Events[Name][Each]> : never
}[In]

/** As a provider of the core, but for the proof, which follows the option `bodyHash`. */
interface Tight {
  createReceiver<Strict extends boolean = false, BodyHash extends BodyHashPolicy = 'required'>(
    options: Options<BodyHash> & ReceiverOptions<Strict>,
  ): Receiver<Delivery<Strict, BodyHash>>
  verify<Strict extends boolean = false, BodyHash extends BodyHashPolicy = 'required'>(
    request: WebhookRequest,
    options: Options<BodyHash> & OneShotOptions<Strict, CallOptions>,
  ): Promise<Delivery<Strict, BodyHash>>
  sign(payload: unknown, options: Options & SignOptions): Promise<SignedRequest>
}

// The compiler cannot see that `jwt` refuses a token without the hash unless `bodyHash` is 'ifPresent'; its tests can.
const tight = defineProvider({
  scheme,
  optionNames,
  events,
  envelope,
  naming: { in: 'body', name: nameEvent },
}) as Tight

/** Lifecycle events have a name of their own; anything else is named by its type. */
function nameEvent(body: Readonly<Record<string, unknown>>): EventName | undefined {
  const type = own(body, 'type')
  const name = type === 'LIFECYCLE' || type === 'LIFECYCLE_EVENT' ? own(body, 'event') : type
  const generation = findGeneration(body)
  return typeof name === 'string' && generation !== undefined ? { type: name, generation } : undefined
}

function findGeneration(body: Readonly<Record<string, unknown>>): Generation | undefined {
  if (Object.hasOwn(body, 'userId')) return 'v5'
  return Object.hasOwn(body, 'company') || Object.hasOwn(body, 'editor') ? 'v6' : undefined
}

/**
 * Makes a receiver for the webhooks of one environment of Tight (formerly Hurdlr): a JWT in `Tight-Verification` or
 * `Hurdlr-Verification`, signed with HS256, fresh, and with the hash of the body.
 *
 * @param options the environment's secret; `toleranceSeconds` (300), `bodyHash` (`'required'`), `maxBodyBytes`, `strict`, `now`
 * @returns a receiver whose `verify` throws a `WebhookError` with one of the codes `header_missing`, `header_malformed`,
 * `token_malformed`, `algorithm_refused`, `signature_malformed`, `signature_mismatch`, `claim_invalid`,
 * `timestamp_too_old`, `timestamp_too_new`, `body_hash_missing`, `body_hash_mismatch`, or one of those that every
 * receiver has
 * @throws TypeError where an option is wrong
 * @see docs.tight.com, the pages on webhooks of v5 and v6
 * @function
 */
export const createReceiver: Tight['createReceiver'] = tight.createReceiver

/**
 * Verifies one request with a receiver of its own; `createReceiver` checks the options and prepares the keys once.
 *
 * @param request the request, its body unread or raw
 * @param options as `createReceiver` takes them; `now` may be a Date
 * @throws WebhookError with the codes of `createReceiver`
 * @throws TypeError where an option is wrong, or the body was parsed already
 * @function
 */
export const verify: Tight['verify'] = tight.verify

/**
 * Signs a payload as Tight would, in the header `Tight-Verification`, for tests and tools.
 *
 * @param payload text or bytes to send as they are; anything else is sent as JSON
 * @param options the secret; `now` sets the token's `iat`
 * @throws TypeError where an option is wrong
 * @function
 */
export const sign: Tight['sign'] = tight.sign

/** One zod schema for each event and generation. */
export const schemas: Events = events

/**
 * The addresses that webhooks come from, for firewalls only: an address is not proof.
 *
 * @see docs.tight.com, the page on webhooks of v6
 */
export const sourceAddresses = ['3.221.92.254', '34.200.77.221'] as const
