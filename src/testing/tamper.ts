import type { Bytes } from '../core/bytes.ts'
import { own } from '../core/foreign.ts'
import type { SignedRequest } from '../core/sign.ts'
import { bodyFaults, type HeaderFault, headerFaults, urlFaults } from './faults.ts'

/** A request with one fault. A header has several values where it arrives several times. */
export interface TamperedRequest {
  /** As it was signed. */
  readonly method: string
  /** Longer than it was signed, where the fault is in it. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** The bytes to send. */
  readonly body: Bytes
}

/** A signed request in which one thing was changed on the way. */
export interface Tampered {
  /** Unique in its list, for example `body-truncated` or `x-signature-removed`. */
  readonly name: string
  /** What was changed, in words. */
  readonly description: string
  /** What was changed: the body, a header that carries the proof, or the URL. */
  readonly fault: 'body' | 'proof' | 'url'
  /** The header that was changed, where it is one. */
  readonly header?: string
  /** Whether `fetch` sends the request as it is: it sends no NUL, no header twice, and no white space around a value. */
  readonly sendable: boolean
  /** The request with the fault. */
  readonly request: TamperedRequest
}

/**
 * Gives a signed request with one fault at a time. The request itself stays as it is.
 *
 * @param signed what `sign` of a sender gave
 * @returns the variants; where two faults come to the same (in a body of one byte), one of them
 * @throws TypeError where it is something else, such as the promise that `sign` gives
 */
export function tamper(signed: SignedRequest): readonly Tampered[] {
  if (!Array.isArray(own(signed, 'authHeaders'))) {
    throw new TypeError('tamper takes what sign of a sender gave: await it first')
  }
  return [
    ...tamperBody(signed),
    ...signed.authHeaders.flatMap((header) => headerFaults.map((fault) => tamperHeader(signed, header, fault))),
    ...tamperUrl(signed),
  ]
}

function tamperBody(signed: SignedRequest): readonly Tampered[] {
  const seen = new Set([signed.body.join()])
  return bodyFaults.flatMap(({ name, description, change }) => {
    const body = change(signed.body.slice())
    if (body === undefined || seen.has(body.join())) return []
    seen.add(body.join())
    return [{ name: `body-${name}`, description, fault: 'body', sendable: true, request: copy(signed, { body }) }]
  })
}

function tamperHeader(signed: SignedRequest, header: string, { name, change, ...fault }: HeaderFault): Tampered {
  const { [header]: value = '', ...others } = signed.headers
  const values = change(value)
  const changed = values.length === 0 ? {} : { [header]: values.length === 1 ? values.join() : values }
  return {
    name: `${header}-${name}`,
    description: `${header} ${fault.description}`,
    fault: 'proof',
    header,
    sendable: fault.sendable,
    request: copy(signed, { headers: { ...others, ...changed } }),
  }
}

function tamperUrl(signed: SignedRequest): readonly Tampered[] {
  return urlFaults.map(({ name, description, change }) => ({
    name: `url-${name}`,
    description,
    fault: 'url',
    sendable: true,
    request: copy(signed, { url: change(signed.url) }),
  }))
}

function copy({ method, url, headers, body }: SignedRequest, change: Partial<TamperedRequest>): TamperedRequest {
  return { method, url, headers: { ...headers }, body: body.slice(), ...change }
}
