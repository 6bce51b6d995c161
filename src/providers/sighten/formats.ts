import { asBytes } from '../../core/bytes.ts'
import { isObject } from '../../core/foreign.ts'
import type { InputOf, Schema } from '../../core/schema.ts'
import { events, formPayload, jsonEnvelope, xmlPayload } from './events.ts'
import type { EventName } from './slugs.ts'

/** The payload of a form: a text for each key, or a list of them where the key is repeated. */
export type FormPayload = InputOf<typeof formPayload>

/** A content type that the admin can choose. */
export type BodyFormat = keyof typeof formats

/** How bodies of one format are read and, for tests, written. */
export interface Format {
  readonly contentType: string
  readonly events: Readonly<Record<EventName, Schema>>
  readonly envelope: Schema
  readonly parse: (text: string) => unknown
  /** Gives text or bytes, or what is sent as JSON. */
  readonly write: (payload: unknown) => unknown
}

/** The three formats. Only JSON's shapes are public. */
export const formats = {
  json: {
    contentType: 'application/json',
    events,
    envelope: jsonEnvelope,
    parse: (text) => JSON.parse(text),
    write: (payload) => payload,
  },
  form: {
    contentType: 'application/x-www-form-urlencoded',
    events: everyEvent(formPayload),
    envelope: formPayload,
    parse: parseForm,
    write: writeForm,
  },
  xml: {
    contentType: 'application/xml',
    events: everyEvent(xmlPayload),
    envelope: xmlPayload,
    parse: (text) => text,
    write: writeText,
  },
} as const satisfies Record<string, Format>

function everyEvent(schema: Schema): Record<EventName, Schema> {
  const entries = Object.keys(events).map((name) => [name, schema])
  return Object.fromEntries(entries) as Record<EventName, Schema> // of the keys of `events`
}

function parseForm(text: string): FormPayload {
  // Without a prototype, so that `__proto__` and `constructor` are keys like any other.
  const form: FormPayload = Object.create(null)
  // URLSearchParams drops one question mark in front.
  for (const [key, value] of new URLSearchParams(`?${text}`)) {
    const values = form[key]
    if (values === undefined) form[key] = value
    else if (typeof values === 'string') form[key] = [values, value]
    else values.push(value)
  }
  return form
}

function writeForm(payload: unknown): unknown {
  if (isText(payload)) return payload
  if (!isObject(payload)) throw new TypeError('a form is made of a record, or given as text or bytes')
  const pairs = Object.entries(payload).flatMap(([key, value]) => [value].flat().map((one) => [key, String(one)]))
  return new URLSearchParams(pairs).toString()
}

function writeText(payload: unknown): unknown {
  if (!isText(payload)) throw new TypeError('XML is given as text or bytes')
  return payload
}

function isText(payload: unknown): boolean {
  return typeof payload === 'string' || asBytes(payload) !== undefined
}
