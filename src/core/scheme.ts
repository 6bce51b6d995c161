import type { Bytes, MaybePromise } from './bytes.ts'
import type { Crypto } from './crypto.ts'
import type { HeaderLookup } from './headers.ts'

/** The parts of a request that a proof covers: what is not covered may have been changed on the way. */
export interface Covers {
  /** The exact bytes of the body. */
  readonly body: boolean
  /** Path and query, as they were sent. */
  readonly url: boolean
  /** When it was signed, and that this is within the tolerance. */
  readonly time: boolean
}

/** What was proved about a delivery, and nothing more. Every value rests on what was authenticated. */
export interface Proof {
  /** The scheme that gave the proof, for example `'hmac'`. */
  readonly scheme: string
  /** Whether the sender was authenticated at all. */
  readonly authenticated: boolean
  /** What nobody can have changed on the way. */
  readonly covers: Covers
  /** The label of the secret or credential that matched; its position in the list where it has no label. */
  readonly credential?: string
  /** When the sender signed, where that is covered. */
  readonly signedAt?: Date
}

/**
 * What recognises the same delivery again: an id that the sender signed, what was signed (hashed by the core),
 * or, where a proof covers no id and no time, the body (hashed too).
 */
export type Identity = (
  | { readonly from: 'sender'; readonly id: string }
  | { readonly from: 'signature'; readonly signed: readonly Bytes[] }
  | { readonly from: 'body' }
) & {
  /** Whose delivery it is, the outermost label first, where several send to one route: none can take another's id. */
  readonly scope?: readonly string[]
}

/** What a scheme found: the proof, and what recognises the delivery again. */
export interface Evidence<P extends Proof = Proof> {
  /** What was proved. */
  readonly proof: P
  /** What `delivery.id` is made of. */
  readonly identity: Identity
}

/** A request as a scheme sees it. */
export interface Incoming {
  /** The request as it was handed over; read it through the core's functions only. */
  readonly source: unknown
  /** All values of a header, by its lower-case name. */
  readonly header: HeaderLookup
  /** The exact bytes that arrived. */
  readonly body: Bytes
}

/** A request as a scheme signs it. */
export interface Unsigned {
  /** In upper case. */
  readonly method: string
  /** An absolute URL. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** The exact bytes to send. */
  readonly body: Bytes
}

/** What a scheme is given beside the request. */
export interface SchemeContext {
  /** Milliseconds since 1970. */
  readonly now: number
  /** HMAC and SHA-256 of this runtime. */
  readonly crypto: Crypto
}

/**
 * One way to prove where a delivery comes from. `verify` gives the evidence or throws a `WebhookError`;
 * `sign` is its inverse and gives the headers to add.
 */
export interface Scheme<P extends Proof = Proof> {
  /** Gives the evidence, or throws a `WebhookError`. */
  verify(request: Incoming, context: SchemeContext): MaybePromise<Evidence<P>>
  /** Gives the headers that prove the request, by name. */
  sign(request: Unsigned, context: SchemeContext): MaybePromise<Record<string, string>>
  /** For a scheme whose proof is part of the URL: the URL with the proof in it. */
  signUrl?(url: string): MaybePromise<string>
  /** For combining schemes: what may stand beside what. A scheme without it stands alone. */
  traits?(): SchemeTraits
}

/** What two schemes must share, and must not share, to be combined. */
export interface SchemeTraits {
  /** Equal where two schemes read the same headers in the same way. */
  readonly format: string
  /** The fixed credentials, to find equal ones. Secret: never to be shown. */
  readonly credentials: readonly Bytes[]
}
