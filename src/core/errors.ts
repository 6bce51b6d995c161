import { read } from './foreign.ts'

/** Every code with its HTTP status, and whether the sender's next try of the same delivery can succeed. */
export const errorTable = {
  header_missing: { status: 401, retryable: false },
  header_malformed: { status: 401, retryable: false },
  signature_malformed: { status: 401, retryable: false },
  signature_mismatch: { status: 401, retryable: false },
  credential_mismatch: { status: 401, retryable: false },
  host_mismatch: { status: 401, retryable: false },
  algorithm_refused: { status: 401, retryable: false },
  token_malformed: { status: 401, retryable: false },
  claim_invalid: { status: 401, retryable: false },
  timestamp_malformed: { status: 401, retryable: false },
  timestamp_too_old: { status: 401, retryable: true },
  timestamp_too_new: { status: 401, retryable: true },
  body_hash_missing: { status: 401, retryable: false },
  body_hash_mismatch: { status: 401, retryable: false },
  body_malformed: { status: 400, retryable: false },
  body_incomplete: { status: 400, retryable: true },
  body_too_large: { status: 413, retryable: false },
  body_encoded: { status: 415, retryable: false },
  event_unlisted: { status: 404, retryable: false },
  payload_invalid: { status: 422, retryable: false },
  secret_unavailable: { status: 503, retryable: true },
  verifier_unavailable: { status: 503, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>

/** The stable codes of {@link WebhookError}. New codes may come in minor versions; none changes its meaning. */
export type ErrorCode = keyof typeof errorTable

// Registered, so that copies of this module (ESM beside CommonJS, two versions, two realms) know each other's errors.
const brand = Symbol.for('countersign.WebhookError')

/**
 * A delivery that was refused: the sender's fault, or something that happened on the wire.
 * `message` is safe to log: it names headers and checks, never a secret, a token, a signature or a body.
 * `status` is the HTTP status to answer with; `retryable` says whether a retry by the sender can help.
 */
export class WebhookError extends Error {
  /** What was wrong; the same in every version. */
  readonly code: ErrorCode
  /** The HTTP status to answer with. */
  readonly status: number
  /** Whether the sender's next try of the same delivery can succeed. */
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
    this.status = errorTable[code].status
    this.retryable = errorTable[code].retryable
  }

  /** @internal */
  get [brand](): true {
    return true
  }

  /** What a log may hold: everything but the stack. */
  toJSON(): { name: string; code: ErrorCode; status: number; retryable: boolean; message: string } {
    const { name, code, status, retryable, message } = this
    return { name, code, status, retryable, message }
  }

  /** `instanceof` knows errors of other copies of this package and of other realms too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass must not claim every WebhookError, so only the class that owns the brand answers by it.
    return Object.hasOwn(this.prototype, brand) ? isWebhookError(value) : super[Symbol.hasInstance](value)
  }

  static {
    // `this`: by its name here, the class would be called _WebhookError once it is built.
    Object.defineProperty(this.prototype, 'name', { value: 'WebhookError' })
  }
}

/**
 * Tells whether a value is a {@link WebhookError}, also one from another copy of this package or another realm.
 *
 * @param value anything that was caught
 */
export function isWebhookError(value: unknown): value is WebhookError {
  return read(value, brand) === true
}

/** Throws the {@link WebhookError} of this code; `message` says what to do next and quotes nothing from the request. */
export function refuse(code: ErrorCode, message: string): never {
  throw withoutStack(() => new WebhookError(code, message))
}

/**
 * Makes an error without its stack, which says where this library refuses and nothing about the delivery, and would
 * cost as much as a whole verification: a flood of forgeries must not be dearer than genuine deliveries.
 */
function withoutStack<E extends Error>(make: () => E): E {
  const limit = Error.stackTraceLimit
  // Not in every engine, and not to be changed where built-ins are frozen.
  if (typeof limit !== 'number' || !Reflect.set(Error, 'stackTraceLimit', 0)) return make()
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit
  }
}
