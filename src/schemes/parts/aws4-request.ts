import { after, type MaybePromise } from '../../core/bytes.ts'
import type { Crypto } from '../../core/crypto.ts'
import { refuse } from '../../core/errors.ts'
import type { Incoming } from '../../core/scheme.ts'
import { requestLine } from '../../core/target.ts'
import type { Aws4Authorization } from './aws4-authorization.ts'
import { canonicalHeaders, canonicalRequest, canonicalUri, type PathOptions, resolveDots } from './aws4-canonical.ts'
import { hasParameter, signedQueries } from './aws4-query.ts'
import { hasControls } from './header-reader.ts'

/** What `x-amz-content-sha256` says where the sender did not hash the body. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD'

/** The hash of the body as it arrived; the header never stands in for it. */
export function readPayloadHash(
  { header, body }: Incoming,
  crypto: Crypto,
  allowUnsigned: boolean,
): MaybePromise<string> {
  const [declared, ...others] = header('x-amz-content-sha256')
  if (declared === unsignedPayload && allowUnsigned && others.length === 0) return unsignedPayload
  if (declared !== undefined && /^(?:UNSIGNED|STREAMING)-/.test(declared)) {
    refuse('body_hash_missing', 'the payload is unsigned or signed in chunks, and neither is accepted')
  }
  return after(crypto.sha256([body], 'hex'), (hash) => {
    if (declared === undefined || (declared === hash && others.length === 0)) return hash
    refuse('body_hash_mismatch', 'x-amz-content-sha256 is of another body: was the body changed or parsed?')
  })
}

/** A request's path and query, as text: a `?` in the query is part of it. */
export function splitTarget(target: string): { path: string; query: string } {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(target) ?? []
  return { path, query }
}

/** Every text that the sender may have signed for this request: one, unless its query or host can be read in two ways. */
export function canonicalCandidates(
  { source, header }: Incoming,
  { signedHeaders }: Aws4Authorization,
  hosts: readonly string[],
  payloadHash: string,
  options: PathOptions,
): readonly string[] {
  const { method, target } = requestLine(source)
  const { path, query } = splitTarget(target)
  if (hasParameter(query, 'x-amz-signature')) refuse('header_malformed', 'a signature in the query is not accepted')
  // HTTP parsers let none through; the lines of the canonical request are joined by them.
  if (hasControls(target)) refuse('signature_mismatch', 'the URL has control characters')
  if (signedHeaders.some((name) => name !== 'host' && header(name).length === 0)) {
    refuse('header_missing', 'a signed header is not there: is a proxy stripping it?')
  }
  const shared = { method, uri: canonicalUri(path, options), signedHeaders: signedHeaders.join(';'), payloadHash }
  return hosts.flatMap((host) => {
    const headers = canonicalHeaders(signedHeaders, (name) => (name === 'host' ? [host] : header(name)))
    return signedQueries(query).map((one) => canonicalRequest({ ...shared, query: one, headers }))
  })
}

/** What to look at where no signature matches. */
export function mismatchHint({ source }: Incoming, { normalizePath }: PathOptions): string {
  const { path } = splitTarget(requestLine(source).target)
  const unresolved = !normalizePath && path !== resolveDots(path)
  return unresolved
    ? 'the path has dots or repeated slashes: see the option normalizePath'
    : 'the secret, the host, the URL, a signed header or the body is another'
}
