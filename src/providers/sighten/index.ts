import { isObject, own, read } from '../../core/foreign.ts'
import { defineProvider } from '../../core/provider.ts'
import type { CallOptions, ReceiverOptions, WebhookRequest } from '../../core/receiver.ts'
import type { Proof } from '../../core/scheme.ts'
import type { SignedRequest, SignOptions } from '../../core/sign.ts'
import { optionNames, scheme } from './auth.ts'
import type { Delivery, OneShotOptions, Options, Receiver } from './deliveries.ts'
import { events } from './events.ts'
import { type BodyFormat, type Format, formats } from './formats.ts'
import { findEvent, readAdditionalEvents } from './slugs.ts'

export type { SignedRequest } from '../../core/sign.ts'
export { anyOf } from '../../schemes/any-of.ts'
export { aws4 } from '../../schemes/aws4.ts'
export { basic } from '../../schemes/basic.ts'
export { header } from '../../schemes/header.ts'
export { oauth2 } from '../../schemes/oauth2.ts'
export { token } from '../../schemes/token.ts'
export { dangerouslyUnauthenticated } from '../../schemes/unauthenticated.ts'
export type { Call, Delivery, OneShotOptions, Options, Payload, Receiver } from './deliveries.ts'
export type { BodyFormat, FormPayload } from './formats.ts'
export {
  type AnyHmacProof,
  type HmacAuthorizationOptions,
  type HmacBodyOptions,
  type HmacDigestOptions,
  type HmacOptions,
  hmac,
} from './hmac.ts'
export { type EventName, eventFromSlug, eventSlug, type Listed } from './slugs.ts'

/** What naming an event takes; the second is of the receiver's options. */
interface NamingCall extends CallOptions {
  readonly event: string
  readonly additionalEvents: readonly string[]
}

function define({ events, envelope, parse }: Format) {
  return defineProvider({ scheme, optionNames, events, envelope, parse, naming: { in: 'call', name: nameEvent } })
}

/** One for each format: a sender reads its bodies in one way. */
const providers = { json: define(formats.json), form: define(formats.form), xml: define(formats.xml) }

function nameEvent(call: NamingCall | undefined): string | undefined {
  return call && findEvent(call.event, call.additionalEvents)
}

function readFormat(options: Options): BodyFormat {
  if (!isObject(options)) throw new TypeError('options are missing')
  const format = options.bodyFormat ?? 'json'
  if (own(formats, format) === undefined) throw new TypeError("bodyFormat must be 'json', 'form' or 'xml'")
  return format
}

function namingCall<Call extends object>(call: Call, additionalEvents: readonly string[]) {
  const event = read(call, 'event')
  if (event === undefined || event === null) {
    throw new TypeError(
      "verify needs the event, since no body names it: { event: 'Contract Status Change' }, or a parameter of the route",
    )
  }
  // A parameter of a query may be a list where a sender repeats it; that is no event, and no mistake of the caller.
  return { ...call, event: typeof event === 'string' ? event : '', additionalEvents }
}

/**
 * Makes a receiver for the webhooks of Sighten (now EverBright).
 *
 * @param options `auth`, the credential's authentication type; `bodyFormat` (`'json'`), `additionalEvents`,
 * `maxBodyBytes`, `strict`, `now`
 * @returns a receiver whose `verify` needs the `event` with each call, and throws a `WebhookError`: `event_unlisted`,
 * one of the codes of the chosen authentication type, or one of those that every receiver has
 * @throws TypeError where an option is wrong, or `auth` is missing
 */
export function createReceiver<
  P extends Proof,
  Strict extends boolean = false,
  Format extends BodyFormat = 'json',
  const Additional extends string = never,
>(options: Options<P, Format, Additional> & ReceiverOptions<Strict>): Receiver<P, Strict, Format, Additional> {
  const receiver = providers[readFormat(options)].createReceiver(options)
  const additionalEvents = readAdditionalEvents(options.additionalEvents)
  const bound = {
    verify: async (request: WebhookRequest, call: NamingCall) =>
      receiver.verify(request, namingCall(call, additionalEvents)),
    safeVerify: async (request: WebhookRequest, call: NamingCall) =>
      receiver.safeVerify(request, namingCall(call, additionalEvents)),
  }
  // The event is found by its name at run time; the schema under that name vouches for the type.
  return bound as unknown as Receiver<P, Strict, Format, Additional>
}

/**
 * Verifies one request with a receiver of its own; `createReceiver` checks the options and prepares the keys once.
 *
 * @param request the request, its body unread or raw
 * @param options as `createReceiver` takes them, and the `event`; `now` may be a Date
 * @throws WebhookError with the codes of `createReceiver`
 * @throws TypeError where an option is wrong, `event` is missing, or the body was parsed already
 */
export async function verify<
  Name extends string,
  P extends Proof,
  Strict extends boolean = false,
  Format extends BodyFormat = 'json',
  const Additional extends string = never,
>(
  request: WebhookRequest,
  options: OneShotOptions<Name, P, Strict, Format, Additional>,
): Promise<Delivery<Name, P, Strict, Format>> {
  const provider = providers[readFormat(options)]
  const call = namingCall(options, readAdditionalEvents(options.additionalEvents))
  // As in createReceiver: the schema under the event's name vouches for the type.
  return provider.verify(request, call) as Promise<Delivery<Name, P, Strict, Format>>
}

/**
 * Signs a payload as Sighten would, for tests and tools. The content type is that of `bodyFormat`.
 *
 * @param payload text or bytes to send as they are; else JSON is made of it, or with `'form'` a form of a record
 * @param options `auth` and `bodyFormat`; `method`, since Sighten sends POST, PUT or PATCH
 * @throws TypeError where an option is wrong, the payload does not fit the format, or only another can make the proof
 */
export async function sign(payload: unknown, options: Options & SignOptions): Promise<SignedRequest> {
  const name = readFormat(options)
  const { contentType, write } = formats[name]
  const headers = { 'content-type': contentType, ...options.headers }
  return providers[name].sign(write(payload), { ...options, headers })
}

/** One zod schema for each event, of JSON bodies. */
export const schemas: typeof events = events
