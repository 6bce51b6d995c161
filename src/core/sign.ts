import { asBytes, type Bytes, utf8 } from './bytes.ts'
import { lazyCrypto } from './crypto.ts'
import type { Scheme } from './scheme.ts'
import { milliseconds } from './time.ts'

/** A whole request as its sender would send it; fits `fetch(url, request)` and `new Request(url, request)` as it is. */
export interface SignedRequest {
  /** In upper case. */
  readonly method: string
  /** Where it goes; with the secret in it where the proof is part of the URL. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: Record<string, string>
  /** The exact bytes that were signed. */
  readonly body: Bytes
  /** The names of the headers that carry the proof. */
  readonly authHeaders: readonly string[]
}

/** What `sign` takes beside the sender's own options. */
export interface SignOptions {
  /** `POST` unless told. */
  readonly method?: string
  /** Where the request goes: an absolute URL, `https://receiver.example/webhook` unless told. */
  readonly url?: string
  /** Headers to send beside the content type and the proof. */
  readonly headers?: Readonly<Record<string, string>>
  /** The time to sign at: now, unless told. */
  readonly now?: Date | (() => Date)
}

/**
 * Signs one delivery, for tests and tools.
 *
 * @param payload text or bytes to send as they are; anything else is sent as JSON
 */
export async function signRequest(scheme: Scheme, payload: unknown, options: SignOptions): Promise<SignedRequest> {
  const { headers = {} } = options
  const method = (options.method ?? 'POST').toUpperCase()
  const address = options.url ?? 'https://receiver.example/webhook'
  const url = (await scheme.signUrl?.(address)) ?? address
  const now = typeof options.now === 'function' ? options.now() : (options.now ?? new Date())
  const body = payloadBytes(payload)
  const unsigned = { method, url, headers: { 'content-type': 'application/json', ...lowerCase(headers) }, body }
  const proof = lowerCase(await scheme.sign(unsigned, { now: milliseconds(now), crypto: lazyCrypto()() }))
  return { ...unsigned, headers: { ...unsigned.headers, ...proof }, authHeaders: Object.keys(proof) }
}

function payloadBytes(payload: unknown): Bytes {
  if (typeof payload === 'string') return utf8(payload)
  return asBytes(payload) ?? utf8(JSON.stringify(payload))
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
