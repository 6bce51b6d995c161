import type { ChangedDelivery, KnownDelivery, UnlistedDelivery, UnreadableDelivery } from '../../core/delivery.ts'
import type { CallOptions, ReceiverOptions, Result, WebhookRequest } from '../../core/receiver.ts'
import type { InputOf, Schema } from '../../core/schema.ts'
import type { Proof, Scheme } from '../../core/scheme.ts'
import type { events } from './events.ts'
import type { BodyFormat, FormPayload } from './formats.ts'
import type { EventName, Listed } from './slugs.ts'

/** How an organization's webhooks and credential are set up. */
export interface Options<
  P extends Proof = Proof,
  Format extends BodyFormat = BodyFormat,
  Additional extends string = string,
> {
  /**
   * The credential's authentication type: `header`, `basic`, `token`, `aws4`, `hmac` or `oauth2`, or `anyOf` these for
   * several organizations. A credential without one is `dangerouslyUnauthenticated()`.
   */
  readonly auth: Scheme<P>
  /** The webhook's content type: `'json'` unless told. The header of the same name has no say. */
  readonly bodyFormat?: Format
  /** The names of events that are newer than this version: they are delivered as `known: false`. */
  readonly additionalEvents?: readonly Additional[]
}

/** The shapes of one format: JSON's by event, otherwise one for all. */
type ShapesOf<Format extends BodyFormat> = Format extends 'json'
  ? typeof events
  : { readonly [Name in EventName]: Schema<Format extends 'form' ? FormPayload : string> }

type EnvelopeOf<Format extends BodyFormat> = Format extends 'json'
  ? Readonly<Record<string, unknown>>
  : Format extends 'form'
    ? FormPayload
    : string

/** The listed events that a name may stand for: all of them where it is a `string`. */
type NamesOf<Name extends string> = string extends Name ? EventName : Name & EventName

/** Only JSON has a shape to differ from; and a listed name is not unlisted. */
type UnknownOf<Name extends string, P extends Proof, Format extends BodyFormat> =
  | (Name extends EventName ? never : UnlistedDelivery<EnvelopeOf<Format>, P>)
  | (Format extends 'json' ? ChangedDelivery<EnvelopeOf<Format>, P> | UnreadableDelivery<P> : never)

/** A verified delivery: of the event that the caller named, or of any where the name is a `string`. */
export type Delivery<
  Name extends string = string,
  P extends Proof = Proof,
  Strict extends boolean = false,
  Format extends BodyFormat = 'json',
> = Format extends BodyFormat
  ? KnownDelivery<Pick<ShapesOf<Format>, NamesOf<Name>>, P> | (Strict extends true ? never : UnknownOf<Name, P, Format>)
  : never

/** The payload of one event. */
export type Payload<Name extends EventName, Format extends BodyFormat = 'json'> = InputOf<ShapesOf<Format>[Name]>

/** What is given with each call: which event's route it is. */
export interface Call<Name extends string = string, Additional extends string = never> extends CallOptions {
  /** The event's name, or its slug in a `string` from a route. No body names its event. */
  readonly event: Listed<Name, Additional>
}

/** Names that are not literals say nothing to the compiler. */
type Literal<Name extends string> = string extends Name ? never : Name

/** As every receiver, but the event is named with each call. */
export interface Receiver<
  P extends Proof = Proof,
  Strict extends boolean = false,
  Format extends BodyFormat = 'json',
  Additional extends string = never,
> {
  /**
   * Verifies one request.
   *
   * @param request the request, its body unread or raw
   * @param context the `event`; `now` for tests
   * @throws WebhookError where the delivery is refused; `event_unlisted` (404) where `event` names none
   * @throws TypeError where the route is set up wrong: no `event`, or a body that was parsed already
   */
  verify<Name extends string>(
    request: WebhookRequest,
    context: Call<Name, Literal<Additional>>,
  ): Promise<Delivery<Name, P, Strict, Format>>
  /** As `verify`, but gives a refusal as a value. Mistakes of the caller still throw a TypeError. */
  safeVerify<Name extends string>(
    request: WebhookRequest,
    context: Call<Name, Literal<Additional>>,
  ): Promise<Result<Delivery<Name, P, Strict, Format>>>
}

/** A receiver's options and a call's, in one; `now` may be either's. */
export type OneShotOptions<
  Name extends string,
  P extends Proof,
  Strict extends boolean,
  Format extends BodyFormat,
  Additional extends string,
> = Options<P, Format, Additional> &
  Omit<ReceiverOptions<Strict>, 'now'> & {
    /** The event's name, or its slug in a `string` from a route. */
    readonly event: Listed<Name, Literal<NoInfer<Additional>>>
    /** The time to verify at, or a clock; for tests. */
    readonly now?: Date | (() => Date)
  }
