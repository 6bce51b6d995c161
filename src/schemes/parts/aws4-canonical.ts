import { type Bytes, headerBytes } from '../../core/bytes.ts'
import type { HeaderLookup } from '../../core/headers.ts'

/**
 * How a path is written in the canonical request: encoded once more than on the wire (every service but S3), or as it
 * is on the wire (S3, and signers that follow it).
 */
export type PathEncoding = 'double' | 'single'

/** The parts of a canonical request (AWS Signature Version 4, "Create a canonical request"). */
export interface CanonicalParts {
  readonly method: string
  readonly uri: string
  readonly query: string
  readonly headers: string
  readonly signedHeaders: string
  readonly payloadHash: string
}

export function canonicalRequest({ method, uri, query, headers, signedHeaders, payloadHash }: CanonicalParts): string {
  return [method, uri, query, headers, signedHeaders, payloadHash].join('\n')
}

/**
 * The readings of a path that signers are known to sign: as it is, and with dots and repeated slashes resolved. They
 * differ only for paths that have such.
 */
export function canonicalUris(path: string, encoding: PathEncoding): readonly string[] {
  if (encoding === 'single') return [path]
  return [...new Set([uriEncode(path, true), uriEncode(resolveDots(path), true)])]
}

function resolveDots(path: string): string {
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  const trailing = segments.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${segments.join('/')}${trailing}`
}

/**
 * The readings of a query that signers are known to sign: decoded (with `+` for a space) and encoded again, and as it
 * is. Both are sorted; they differ only where the query is spelt otherwise than AWS would.
 */
export function canonicalQueries(query: string): readonly string[] {
  if (query === '') return ['']
  const pairs = query.split('&').map((pair): [string, string] => {
    const equals = pair.indexOf('=')
    return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
  })
  const raw = sortedQuery(pairs)
  try {
    const encoded = pairs.map(([key, value]): [string, string] => [reencode(key), reencode(value)])
    return [...new Set([sortedQuery(encoded), raw])]
  } catch {
    return [raw] // not percent-encoding: there is nothing to decode
  }
}

function sortedQuery(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .filter(([key, value]) => key !== '' || value !== '')
    .map(([key, value]) => [key, value] as const)
    .sort(([key, value], [otherKey, otherValue]) => compare(key, otherKey) || compare(value, otherValue))
    .map(([key, value]) => `${key}=${value}`)
    .join('&')
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function reencode(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  // Decoded byte by byte: a query need not be UTF-8.
  const decoded = spaced.replace(/%([0-9A-Fa-f]{2})|%/g, (_match, digits?: string) => {
    if (digits === undefined) throw new TypeError('not percent-encoding')
    return String.fromCharCode(Number.parseInt(digits, 16))
  })
  return uriEncode(decoded, false)
}

/** AWS' UriEncode: every byte but the unreserved ones, in upper-case hex. */
export function uriEncode(text: string, isPath: boolean): string {
  let encoded = ''
  for (const byte of headerBytes(text)) {
    const character = String.fromCharCode(byte)
    const plain = /[A-Za-z0-9\-._~]/.test(character) || (isPath && character === '/')
    encoded += plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

/** The signed headers, one a line: lower-case name, values joined, white space trimmed and collapsed. */
export function canonicalHeaders(names: readonly string[], header: HeaderLookup): string {
  return names.map((name) => `${name}:${header(name).map(collapse).join(',')}\n`).join('')
}

function collapse(value: string): string {
  return value.trim().replace(/\s+/g, ' ')
}

/** The bytes of a canonical request: header text stands for one byte a character, as it came. */
export function canonicalBytes(canonical: string): Bytes {
  return headerBytes(canonical)
}
