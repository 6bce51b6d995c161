import { asBytes, type Bytes } from '../core/bytes.ts'
import { check } from './assert.ts'

/** What must stand in no error. */
export interface Confidential {
  /** Secrets and header values, each as a whole. */
  readonly texts: readonly string[]
  /** Of a body no eight bytes in a row may be quoted. */
  readonly body?: Bytes
}

const windowLength = 8
const maxDepth = 5

/** Looks through all that can be seen of an error or a value: its text, its stack, its JSON, and every own property. */
export function checkNoLeak(value: unknown, { texts, body }: Confidential): void {
  const seen = everythingIn(value, 0)
  // Shorter values stand in error messages by chance.
  const quoted = texts.filter((text) => text.length >= windowLength).some((text) => seen.includes(text))
  check(!quoted, 'a secret or the value of a header is quoted')
  const windows = body === undefined ? [] : windowsOf(latin1(body))
  check(!windows.some((window) => seen.includes(window)), 'a part of the body is quoted')
}

/** The values of some headers, and the two ends of each long run in them: half a signature is one too many. */
export function confidentialParts(
  headers: Readonly<Record<string, string | readonly string[]>>,
  names: readonly string[],
): readonly string[] {
  const values = names.flatMap((name) => headers[name] ?? [])
  const runs = values.flatMap((value) => value.match(/[A-Za-z0-9+/=_-]{24,}/g) ?? [])
  return [...values, ...runs.flatMap((run) => [run.slice(0, 16), run.slice(-16)])]
}

function windowsOf(text: string): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - windowLength + 1) }, (_, i) => text.slice(i, i + windowLength))
}

function everythingIn(value: unknown, depth: number): string {
  const bytes = asBytes(value)
  if (bytes !== undefined) return latin1(bytes)
  if (typeof value !== 'object' || value === null || depth > maxDepth) return String(value)
  const parts = Reflect.ownKeys(value).flatMap((key) => [String(key), everythingIn(Reflect.get(value, key), depth + 1)])
  return [toText(value), JSON.stringify(value), ...parts].join('\n')
}

function toText(value: object): string {
  return value instanceof Error ? `${value}\n${value.message}\n${value.stack}` : ''
}

function latin1(bytes: Bytes): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}
