import type { Level, Sample } from '../core/samples.ts'

/** A sender's samples: one by event, or one by event and generation of the payload. */
export type SampleTree = Readonly<Record<string, Sample | Readonly<Record<string, Sample>>>>

/** One sample with the name of its event, fit for `test.each` and for loops. */
export interface ListedSample<Type extends string = string, Payload = unknown> {
  /** The event's name, as `delivery.type` gives it. */
  readonly type: Type
  /** Where the sender has several generations of a payload under one name. */
  readonly generation?: string
  /** What the sender would send: `JSON.stringify(payload)` is the body. */
  readonly payload: Payload
  /** How far the payload is known. */
  readonly level: Level
}

/**
 * Makes a flat list of a sender's samples, in their order.
 *
 * @param tree the samples of one sender, for example `samples.tyk`
 */
export function listSamples<Tree extends SampleTree>(tree: Tree): readonly ListedSample<keyof Tree & string>[] {
  return Object.entries(tree).flatMap(([name, entry]) => {
    const type = name as keyof Tree & string // Object.entries knows its keys as strings only
    if (isSample(entry)) return [{ type, ...entry }]
    return Object.entries(entry).map(([generation, sample]) => ({ type, generation, ...sample }))
  })
}

function isSample(entry: Sample | Readonly<Record<string, Sample>>): entry is Sample {
  return typeof entry['level'] === 'string'
}
