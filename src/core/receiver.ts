import { isLater, type MaybePromise } from './bytes.ts'
import { lazyCrypto } from './crypto.ts'
import { isWebhookError, type WebhookError } from './errors.ts'
import { read } from './foreign.ts'
import type { HeadersLike } from './headers.ts'
import { type Answer, type Sender, verifyRequest } from './pipeline.ts'
import type { Scheme } from './scheme.ts'
import { milliseconds, readClock } from './time.ts'

/**
 * A request in any of the shapes that frameworks hand over: a web `Request`; a Node, Express or Fastify request;
 * a Lambda event; or anything with headers and a raw body.
 */
export interface WebhookRequest {
  /** In any shape and any case. */
  readonly headers?: HeadersLike | null | undefined
  /** Lambda behind a load balancer or a REST API: read in the place of `headers`. */
  readonly multiValueHeaders?: HeadersLike | null | undefined
  /**
   * Bytes, text, or a stream that nobody has read; absent for none. Bytes are not copied: write to them only when `verify`
   * has answered.
   */
  readonly body?: unknown
  /** The raw bytes, where a framework keeps them beside a parsed `body`. */
  readonly rawBody?: unknown
  /** Lambda: `true` where `body` is text in base64. */
  readonly isBase64Encoded?: boolean | undefined
  /** Needed by schemes that cover it. */
  readonly method?: string | undefined
  /** The target as it was sent, a path or an absolute URL. Needed by schemes that cover it. */
  readonly url?: string | undefined
  /** Express: the target ahead of mounted routers. Read in the place of `url`. */
  readonly originalUrl?: string | undefined
}

/** Options that every receiver takes. */
export interface ReceiverOptions<Strict extends boolean = boolean> {
  /** The longest body that is accepted, in bytes: 1 MiB (1,048,576) unless told. */
  readonly maxBodyBytes?: number
  /** `true` turns every delivery that is not `known` into the error `payload_invalid`. */
  readonly strict?: Strict
  /** The receiver's clock, for tests. */
  readonly now?: () => Date
}

/** What may be given with one call. */
export interface CallOptions {
  /** The time to verify at, for tests. */
  readonly now?: Date
}

/** What `safeVerify` answers. */
export type Result<Delivery> =
  | { readonly ok: true; readonly delivery: Delivery }
  | { readonly ok: false; readonly error: WebhookError }

/** A long-lived verifier: its options are checked and its keys prepared once. */
export interface Receiver<Delivery, Context extends object = CallOptions> {
  /**
   * Verifies one request. Await it: until then nothing is known.
   *
   * @param request the request, its body unread or raw
   * @param context what varies by call
   * @throws WebhookError where the delivery is refused; `error.status` is the status to answer with
   * @throws TypeError where the route is set up wrong: an option, or a body that was parsed already
   */
  verify(request: WebhookRequest, context?: Context): Promise<Delivery>
  /** As `verify`, but gives a refusal as a value. Mistakes of the caller still throw a TypeError. */
  safeVerify(request: WebhookRequest, context?: Context): Promise<Result<Delivery>>
}

const defaultMaxBodyBytes = 1_048_576

/** Makes a receiver of a sender and the scheme by which its deliveries are proved. */
export function makeReceiver(sender: Sender, scheme: Scheme, options: ReceiverOptions): Receiver<Answer> {
  const clock = readClock(options.now)
  const crypto = lazyCrypto()
  const settings = { maxBodyBytes: readLimit(options.maxBodyBytes), strict: readStrict(options.strict) }

  function run(request: WebhookRequest, call: CallOptions | undefined): MaybePromise<Answer> {
    checkRequest(request)
    const now = call?.now === undefined ? clock() : milliseconds(call.now)
    return verifyRequest(sender, scheme, settings, request, { now, crypto: crypto(), call })
  }
  async function verify(request: WebhookRequest, call?: CallOptions): Promise<Answer> {
    return run(request, call)
  }
  async function safeVerify(request: WebhookRequest, call?: CallOptions): Promise<Result<Answer>> {
    try {
      const answer = run(request, call)
      // A refusal that is there at once is caught at once: to reject a promise costs Node as much as to verify.
      return { ok: true, delivery: isLater(answer) ? await answer : answer }
    } catch (error) {
      if (isWebhookError(error)) return { ok: false, error }
      throw error
    }
  }
  return { verify, safeVerify }
}

/**
 * A body and headers in two arguments, as other libraries take them, or a framework's context around the request must not
 * look like a sender without a header.
 */
function checkRequest(request: unknown): void {
  const headers = read(request, 'multiValueHeaders') ?? read(request, 'headers')
  const inner = headers === undefined ? contextMembers.find((name) => isRequest(read(request, name))) : undefined
  if (inner !== undefined) {
    throw new TypeError(`hand over the member ${inner} of what was given: it is the request`)
  }
  const known = ['body', 'rawBody', 'url'].some((key) => read(request, key) !== undefined) || headers !== undefined
  if (known && typeof headers !== 'function' && typeof headers !== 'string') return
  throw new TypeError('verify takes the request itself, or { headers, body } with the raw body, as its first argument')
}

const contextMembers = ['raw', 'request', 'req']
const isRequest = (value: unknown): boolean => typeof read(value, 'headers') === 'object'

/** A text such as 'true' would leave it off without a word. */
function readStrict(strict: unknown): boolean {
  if (strict !== undefined && typeof strict !== 'boolean') throw new TypeError('strict must be true or false')
  return strict === true
}

function readLimit(maxBodyBytes: number | undefined): number {
  const limit = maxBodyBytes ?? defaultMaxBodyBytes
  if (!Number.isSafeInteger(limit) || limit <= 0)
    throw new TypeError('maxBodyBytes must be a positive whole number of bytes')
  return limit
}
