import type { Encoding } from '../../core/bytes.ts'
import { refuse } from '../../core/errors.ts'
import { isObject } from '../../core/foreign.ts'
import type { Incoming } from '../../core/scheme.ts'
import { createHeaderReader } from './header-reader.ts'

/** How a signature stands in its header. */
export interface SignatureHeaderOptions {
  /** The header with the signature. */
  readonly header: string
  /** How the 32 bytes are written: `'hex'` (either case) unless told. */
  readonly encoding?: Encoding
  /** What stands before the signature, for example `sha256=`. */
  readonly prefix?: string
  /**
   * For a header that is a list, such as `t=1700000000,v1=5257a8…`: the names of its parts, `signature` and `timestamp`,
   * and its `separator`, `','` (unless told) or `';'`. Several signatures may stand in one list (at most 32); parts with
   * other names are skipped.
   */
  readonly fields?: {
    readonly signature: string
    readonly timestamp?: string
    /** What stands between the parts: `,` unless told. */
    readonly separator?: ',' | ';'
  }
  /** The header with the signed timestamp, in seconds, where it is not a part of the signature's header. */
  readonly timestampHeader?: string
  /** What to look at when the header is missing, for the error message. */
  readonly hint?: string
}

/** What was received: signatures in their one spelling, and the timestamp's text. */
export interface SignatureHeader {
  readonly signatures: readonly string[]
  readonly timestamp: string | undefined
}

const maxSignatures = 32

/** 32 bytes in each encoding. The last digit's unused bits are not checked: the comparison is with the exact text. */
const patterns: Readonly<Record<Encoding, RegExp>> = {
  hex: /^[0-9A-Fa-f]{64}$/,
  base64: /^[A-Za-z0-9+/]{43}=$/,
  base64url: /^[A-Za-z0-9_-]{43}$/,
}

/** @throws TypeError where the options do not make a header */
export function createSignatureReader(options: SignatureHeaderOptions): (request: Incoming) => SignatureHeader {
  const { header, hint, encoding = 'hex', prefix = '', fields, timestampHeader } = options
  if (!Object.hasOwn(patterns, encoding)) throw new TypeError("encoding must be 'hex', 'base64' or 'base64url'")
  if (typeof prefix !== 'string') throw new TypeError('prefix must be a string')
  if (fields !== undefined && !hasNames(fields)) {
    throw new TypeError("fields must name the signature's part, and the timestamp's where it is one, each by a string")
  }
  if (fields?.timestamp !== undefined && timestampHeader !== undefined) {
    throw new TypeError('give timestampHeader or fields.timestamp, not both')
  }
  const readHeader = createHeaderReader(header, hint)
  const readTimestamp =
    timestampHeader === undefined ? undefined : createHeaderReader(timestampHeader, undefined, 'timestampHeader')
  return (request) => {
    const text = readHeader(request)
    const found = fields === undefined ? { signatures: [text], timestamp: undefined } : splitFields(text, fields)
    const signatures = found.signatures
      .map((one) => readSignature(one, prefix, encoding))
      .filter((one) => one !== undefined)
    if (signatures.length === 0) refuse('signature_malformed', `${header} holds no signature in ${encoding}`)
    return { signatures, timestamp: readTimestamp?.(request) ?? found.timestamp }
  }
}

function hasNames(fields: unknown): boolean {
  if (!isObject(fields)) return false
  const { signature, timestamp = 't' } = fields
  return [signature, timestamp].every((name) => typeof name === 'string' && name !== '')
}

function splitFields(text: string, fields: NonNullable<SignatureHeaderOptions['fields']>): SignatureHeader {
  const parts = text.split(fields.separator ?? ',')
  const valuesOf = (name: string): string[] =>
    parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1))
  const signatures = valuesOf(fields.signature)
  if (signatures.length > maxSignatures)
    refuse('signature_malformed', `more than ${maxSignatures} signatures in one header`)
  // Two copies of the header, joined by an HTTP parser: which timestamp belongs to which signature is anyone's guess.
  if (/\s/.test(text)) refuse('signature_malformed', 'white space in the signature header: did it arrive twice?')
  if (fields.timestamp === undefined) return { signatures, timestamp: undefined }
  const [timestamp, ...others] = valuesOf(fields.timestamp)
  if (timestamp === undefined || others.length > 0)
    refuse('timestamp_malformed', 'the signature header must hold one timestamp')
  return { signatures, timestamp }
}

function readSignature(text: string, prefix: string, encoding: Encoding): string | undefined {
  if (!text.startsWith(prefix)) return undefined
  const signature = text.slice(prefix.length)
  if (!patterns[encoding].test(signature)) return undefined
  return encoding === 'hex' ? signature.toLowerCase() : signature
}

/** The inverse: the headers that carry a signature. */
export function writeSignature(
  { header, prefix = '', fields, timestampHeader }: SignatureHeaderOptions,
  signature: string,
  timestamp: string | undefined,
): Record<string, string> {
  const value = `${prefix}${signature}`
  const time = timestamp === undefined ? '' : timestamp
  if (fields === undefined)
    return { [header]: value, ...(timestampHeader === undefined ? {} : { [timestampHeader]: time }) }
  const parts = [`${fields.signature}=${value}`]
  if (fields.timestamp !== undefined) parts.unshift(`${fields.timestamp}=${time}`)
  return {
    [header]: parts.join(fields.separator ?? ','),
    ...(timestampHeader === undefined ? {} : { [timestampHeader]: time }),
  }
}
