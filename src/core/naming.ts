import { isObject, own } from './foreign.ts'
import type { EventName, Sender } from './pipeline.ts'

/**
 * Where a sender names its events: in a member of the body (or by a function of the body), in a header,
 * or nowhere, so that the caller names it with each call.
 */
export type EventNaming<Context> =
  | {
      readonly in: 'body'
      readonly name: string | ((body: Readonly<Record<string, unknown>>) => EventName | string | undefined)
    }
  | { readonly in: 'header'; readonly name: string }
  | { readonly in: 'call'; readonly name: (context: Context | undefined) => EventName | string | undefined }

/** Makes the pipeline's fourth step of a naming. */
export function createNaming<Context>(naming: EventNaming<Context>): Sender['nameEvent'] {
  if (naming.in === 'call') {
    const { name } = naming
    return (_json, _request, call) => asEventName(name(call as Context | undefined)) // as `verify` was typed to take it
  }
  if (naming.in === 'header') {
    const header = naming.name.toLowerCase()
    return (_json, request) => {
      const values = request.header(header)
      return values.length === 1 ? asEventName(values[0]) : undefined
    }
  }
  const { name } = naming
  return (json) =>
    isObject(json) ? asEventName(typeof name === 'string' ? own(json, name) : tryName(name, json)) : undefined
}

function tryName(name: (body: Readonly<Record<string, unknown>>) => unknown, body: Record<string, unknown>): unknown {
  try {
    return name(body)
  } catch {
    return undefined // a body in another shape than the function expects names no event
  }
}

function asEventName(name: unknown): EventName | undefined {
  if (typeof name === 'string') return name === '' ? undefined : { type: name }
  return isObject(name) && typeof name['type'] === 'string' && name['type'] !== ''
    ? { type: name['type'], generation: asText(name['generation']) }
    : undefined
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
