import { encode } from '../../core/bytes.ts'
import type { Crypto } from '../../core/crypto.ts'
import { refuse } from '../../core/errors.ts'
import type { Incoming } from '../../core/scheme.ts'
import { requestLine } from '../../core/target.ts'
import type { Aws4Authorization } from './aws4-authorization.ts'
import {
  canonicalHeaders,
  canonicalQueries,
  canonicalRequest,
  canonicalUris,
  type PathEncoding,
} from './aws4-canonical.ts'

/** What `x-amz-content-sha256` says where the sender did not hash the body. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD'

/** The hash of the body as it arrived; the header never stands in for it. */
export async function readPayloadHash(
  { header, body }: Incoming,
  crypto: Crypto,
  allowUnsigned: boolean,
): Promise<string> {
  const [declared, ...others] = header('x-amz-content-sha256')
  if (declared === unsignedPayload && allowUnsigned && others.length === 0) return unsignedPayload
  const hash = encode(await crypto.sha256([body]), 'hex')
  if (declared === undefined) return hash
  if (/^(?:UNSIGNED|STREAMING)-/.test(declared)) {
    refuse('body_hash_missing', 'the payload is unsigned or signed in chunks, and neither is accepted')
  }
  if (declared !== hash || others.length > 0) {
    refuse('body_hash_mismatch', 'x-amz-content-sha256 is of another body: was the body changed or parsed?')
  }
  return hash
}

/** Every text that the sender may have signed for this request: one, unless its URL or host can be read in two ways. */
export function canonicalCandidates(
  { source, header }: Incoming,
  { signedHeaders }: Aws4Authorization,
  hosts: readonly string[],
  payloadHash: string,
  pathEncoding: PathEncoding,
): readonly string[] {
  const { method, target } = requestLine(source)
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(target) ?? []
  if (/(?:^|&)x-amz-signature=/i.test(query)) refuse('header_malformed', 'a signature in the query is not accepted')
  if (signedHeaders.some((name) => name !== 'host' && header(name).length === 0)) {
    refuse('header_missing', 'a signed header is not there: is a proxy stripping it?')
  }
  const shared = { method, signedHeaders: signedHeaders.join(';'), payloadHash }
  return hosts.flatMap((host) => {
    const headers = canonicalHeaders(signedHeaders, (name) => (name === 'host' ? [host] : header(name)))
    return canonicalUris(path, pathEncoding).flatMap((uri) =>
      canonicalQueries(query).map((one) => canonicalRequest({ ...shared, uri, query: one, headers })),
    )
  })
}
