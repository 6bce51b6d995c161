import type { Bytes } from './bytes.ts'
import type { InputOf, Issue, Schema } from './schema.ts'
import type { Proof } from './scheme.ts'

/** A sender's events: a schema by name, or a schema by name and generation of the payload. */
export type EventMap = Readonly<Record<string, Schema | Readonly<Record<string, Schema>>>>

/** What `delivery.id` rests on: an id the sender signed, what was signed, or a hash of the body. */
export type IdFrom = 'sender' | 'signature' | 'body'

/** What every delivery has. `body` holds the exact bytes and is not enumerable. */
export interface DeliveryBase<P extends Proof = Proof> {
  /** The same for the same delivery, however often it arrives and however it is spelt. */
  readonly id: string
  /** What `id` rests on. */
  readonly idFrom: IdFrom
  /** What was proved of this delivery; `coversType` says whether the event's name was covered too. */
  readonly proof: P & { readonly coversType: boolean }
  /** The exact bytes that arrived. Not enumerable, so that `JSON.stringify(delivery)` leaves them out. */
  readonly body: Bytes
}

interface Known<Type, Payload, P extends Proof> extends DeliveryBase<P> {
  /** Listed in this version, and in the shape that it knows. */
  readonly known: true
  /** The event's name, as the sender's page lists it. */
  readonly type: Type
  /** The original JSON, extra members and all, typed by the event. */
  readonly payload: Payload
}

interface KnownOf<Type, Generation, Payload, P extends Proof> extends Known<Type, Payload, P> {
  /** Which of the payload's generations it is. */
  readonly generation: Generation
}

/** One member for each event, or for each event and generation. */
export type KnownDelivery<Events extends EventMap, P extends Proof = Proof> = {
  [Type in keyof Events]: Events[Type] extends Schema
    ? Known<Type, InputOf<Events[Type]>, P>
    : {
        [Generation in keyof Events[Type]]: Events[Type][Generation] extends Schema
          ? KnownOf<Type, Generation, InputOf<Events[Type][Generation]>, P>
          : never
      }[keyof Events[Type]]
}[keyof Events]

/** An event that is not in this version. Its envelope is the sender's usual one. */
export interface UnlistedDelivery<Envelope, P extends Proof = Proof> extends DeliveryBase<P> {
  /** Authentic all the same. */
  readonly known: false
  /** No such event is listed in this version. */
  readonly reason: 'unlisted'
  /** The event's name as it was sent. */
  readonly type: string
  /** Where the sender has generations of its payloads. */
  readonly generation?: string
  /** The original JSON, of which only the envelope was checked. */
  readonly payload: Envelope
}

/** An event that is in this version, in a shape that is not. `issues` say where it differs. */
export interface ChangedDelivery<Envelope, P extends Proof = Proof> extends DeliveryBase<P> {
  /** Authentic all the same. */
  readonly known: false
  /** The event is listed, in another shape. */
  readonly reason: 'changed'
  /** The event's name. */
  readonly type: string
  /** Where the sender has generations of its payloads. */
  readonly generation?: string
  /** The original JSON, of which only the envelope was checked. */
  readonly payload: Envelope
  /** Where the payload differs from the shape that is known, at most 20. */
  readonly issues: readonly Issue[]
}

/** JSON that names no event, or whose envelope is not the sender's usual one. */
export interface UnreadableDelivery<P extends Proof = Proof> extends DeliveryBase<P> {
  /** Authentic all the same. */
  readonly known: false
  /** Nothing names the event, or the envelope is broken. */
  readonly reason: 'unreadable'
  /** Empty: there is no name. */
  readonly type: ''
  /** The original JSON, of which nothing was checked. */
  readonly payload: unknown
  /** Where the envelope differs from the sender's usual one, at most 20. */
  readonly issues: readonly Issue[]
}

/** Authentic, but not what this version knows. It is a value and not an error, so that nothing is lost. */
export type UnknownDelivery<Envelope, P extends Proof = Proof> =
  | UnlistedDelivery<Envelope, P>
  | ChangedDelivery<Envelope, P>
  | UnreadableDelivery<P>

/** What `verify` answers: with `strict: true` only events that are known. */
export type DeliveryOf<Events extends EventMap, Envelope, P extends Proof, Strict> =
  | KnownDelivery<Events, P>
  | (Strict extends true ? never : UnknownDelivery<Envelope, P>)
