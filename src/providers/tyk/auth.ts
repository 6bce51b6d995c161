import type { Encoding } from '../../core/bytes.ts'
import { refuse } from '../../core/errors.ts'
import { own } from '../../core/foreign.ts'
import type { OptionNames } from '../../core/options.ts'
import type { Scheme } from '../../core/scheme.ts'
import type { SecretOption } from '../../core/secrets.ts'
import { checkFresh, readTolerance } from '../../core/time.ts'
import { type HmacProof, hmac } from '../../schemes/hmac.ts'

/** How a portal's webhooks are set up. */
export interface Options {
  /** The portal's `Webhooks.Secret`, or `PORTAL_WEBHOOKS_SECRET`; the HMAC key is its UTF-8 bytes. */
  readonly secret: SecretOption
  /** The header with the signature: `X-Signature-SHA256` unless told. */
  readonly header?: string
  /** How the signature is written: `'hex'`, in either case, unless told. */
  readonly encoding?: Encoding
  /** What stands before the signature: nothing unless told. */
  readonly prefix?: string
  /** Refuses a body whose own `Timestamp` is older than this, or as far ahead, in seconds. Not checked unless told. */
  readonly maxAgeSeconds?: number
}

export const optionNames: OptionNames<Options> = {
  secret: true,
  header: true,
  encoding: true,
  prefix: true,
  maxAgeSeconds: true,
}

/** The HMAC of the raw body. */
export function scheme({ maxAgeSeconds, ...options }: Options): Scheme<HmacProof> {
  const origin = hmac({
    header: 'X-Signature-SHA256',
    hint: 'is PORTAL_WEBHOOKS_SECRET set in the portal?',
    ...options,
  })
  return maxAgeSeconds === undefined ? origin : withMaxAge(origin, readTolerance(maxAgeSeconds, 'maxAgeSeconds'))
}

/** The body is covered, and so is the time in it: with it checked, the proof covers a time as well. */
function withMaxAge(origin: Scheme<HmacProof>, maxAge: number): Scheme<HmacProof> {
  return {
    sign: origin.sign,
    async verify(request, context) {
      const { proof, identity } = await origin.verify(request, context)
      const time = readTimestamp(request.body)
      checkFresh(Math.floor(time / 1000), context.now, maxAge)
      return { proof: { ...proof, covers: { ...proof.covers, time: true }, signedAt: new Date(time) }, identity }
    },
  }
}

/** The body's `Timestamp` in milliseconds: RFC 3339 with up to nine fractional digits, as Go writes it. */
function readTimestamp(body: Uint8Array): number {
  const text = own(parse(body), 'Timestamp')
  const [, day = '', clock, fraction = '', offset] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(asText(text)) ?? []
  // Three digits are what every Date.parse reads.
  const time = Date.parse(`${day}${clock}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`)
  if (Number.isNaN(time) || !isDay(day)) refuse('timestamp_malformed', "the body's Timestamp is not a time in RFC 3339")
  return time
}

/** Some runtimes take 30 February for 1 March. */
function isDay(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day)
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}
