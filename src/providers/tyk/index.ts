import type { DeliveryOf } from '../../core/delivery.ts'
import { own } from '../../core/foreign.ts'
import { defineProvider, type OneShotOptions } from '../../core/provider.ts'
import type { CallOptions, Receiver, ReceiverOptions, WebhookRequest } from '../../core/receiver.ts'
import type { InputOf } from '../../core/schema.ts'
import type { SignedRequest, SignOptions } from '../../core/sign.ts'
import type { HmacProof } from '../../schemes/hmac.ts'
import { type Options, optionNames, scheme } from './auth.ts'
import { envelope, events } from './events.ts'

export type { SignedRequest } from '../../core/sign.ts'
export type { Options } from './auth.ts'

type Events = typeof events
type Envelope = InputOf<typeof envelope>

/** A verified delivery of the portal: one member for each event, and what is newer than this version. */
export type Delivery<Strict extends boolean = false> = DeliveryOf<Events, Envelope, HmacProof, Strict>

/** The payload of one event. */
export type Payload<Name extends keyof Events> = InputOf<Events[Name]>

/** As a provider of the core, in the words of this sender: an editor shows them. */
interface Tyk {
  createReceiver<Strict extends boolean = false>(options: Options & ReceiverOptions<Strict>): Receiver<Delivery<Strict>>
  verify<Strict extends boolean = false>(
    request: WebhookRequest,
    options: Options & OneShotOptions<Strict, CallOptions>,
  ): Promise<Delivery<Strict>>
  sign(payload: unknown, options: Options & SignOptions): Promise<SignedRequest>
}

const tyk: Tyk = defineProvider({ scheme, optionNames, events, envelope, naming: { in: 'body', name: nameEvent } })

/** The vendor's prose spells it Organization, its wire Organisation: one event. */
function nameEvent(body: Readonly<Record<string, unknown>>): string | undefined {
  const name = own(body, 'Event')
  if (typeof name !== 'string') return undefined
  const canonical = name.replace('Organization', 'Organisation')
  return Object.hasOwn(events, canonical) ? canonical : name
}

/**
 * Makes a receiver for the webhooks of a Tyk Developer Portal.
 *
 * @param options the portal's secret, and how its signature is written where that differs
 * @throws TypeError where an option is wrong
 * @function
 */
export const createReceiver: Tyk['createReceiver'] = tyk.createReceiver

/**
 * Verifies one request with a receiver of its own; `createReceiver` checks the options and prepares the keys once.
 *
 * @function
 */
export const verify: Tyk['verify'] = tyk.verify

/**
 * Signs a payload as the portal would, for tests and tools.
 *
 * @function
 */
export const sign: Tyk['sign'] = tyk.sign

/** One zod schema for each event. */
export const schemas: Events = events
