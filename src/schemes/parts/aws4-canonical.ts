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

/** How the sender writes the path that it signs. */
export interface PathOptions {
  readonly pathEncoding: PathEncoding
  /** Whether dots and repeated slashes are resolved before it is signed. */
  readonly normalizePath: boolean
}

export function canonicalUri(path: string, { pathEncoding, normalizePath }: PathOptions): string {
  const uri = normalizePath ? resolveDots(path) : path
  return pathEncoding === 'single' ? uri : uriEncode(uri, true)
}

/** A path without dots and repeated slashes, as AWS resolves them: slashes first, unlike RFC 3986, section 5.2.4. */
export function resolveDots(path: string): string {
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  const trailing = segments.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${segments.join('/')}${trailing}`
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
  // Not \s and trim(): they take a byte of UTF-8 text, A0, for white space.
  return value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '')
}

/** The bytes of a canonical request: header text stands for one byte a character, as it came. */
export function canonicalBytes(canonical: string): Bytes {
  return headerBytes(canonical)
}
