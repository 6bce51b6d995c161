import type { EventMap } from './delivery.ts'
import type { InputOf, Schema } from './schema.ts'

/**
 * How far a payload is known: documented by the vendor, observed in deliveries or receivers, written by the vendor's
 * staff but not published, or assumed.
 */
export type Level = 'documented' | 'observed' | 'unpublished' | 'assumed'

/** A payload as its sender would send it. `JSON.stringify(payload)` is its body. */
export interface Sample<Payload = unknown> {
  /** What `sign` takes. */
  readonly payload: Payload
  /** How far it is known. */
  readonly level: Level
}

/** One sample for each event, or for each event and generation: an event without one does not compile. */
export type SamplesOf<Events extends EventMap> = {
  readonly [Type in keyof Events]: Events[Type] extends Schema
    ? Sample<InputOf<Events[Type]>>
    : {
        readonly [Generation in keyof Events[Type]]: Events[Type][Generation] extends Schema
          ? Sample<InputOf<Events[Type][Generation]>>
          : never
      }
}
