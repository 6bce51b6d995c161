import { utf8 } from '../../core/bytes.ts'
import { headerLookup } from '../../core/headers.ts'
import type { SchemeContext, Unsigned } from '../../core/scheme.ts'
import { type Keyring, signingKey } from '../../core/secrets.ts'
import { requestTarget } from '../../core/target.ts'
import { formatAmzDate } from './aws4-authorization.ts'
import { canonicalBytes, canonicalHeaders, canonicalRequest, canonicalUri, type PathOptions } from './aws4-canonical.ts'
import { canonicalQuery, signedQueries } from './aws4-query.ts'
import { splitTarget } from './aws4-request.ts'
import { deriveSigningKey, stringToSign } from './aws4-steps.ts'
import { hostOfUrl } from './host.ts'

interface Signer extends PathOptions {
  readonly accessKeyId: string
  readonly region: string
  readonly service: string
  readonly keyring: Keyring
}

/** The headers of a request signed with AWS4, as `sign` sends it: host, content type, content hash and date are signed. */
export async function signAws4(
  { accessKeyId, region, service, keyring, ...options }: Signer,
  { method, url, headers, body }: Unsigned,
  { now, crypto }: SchemeContext,
): Promise<Record<string, string>> {
  const date = formatAmzDate(now)
  const scope = [date.slice(0, 8), region, service, 'aws4_request']
  const payloadHash = await crypto.sha256([body], 'hex')
  const host = hostOfUrl(url)
  const added = { host, 'x-amz-content-sha256': payloadHash, 'x-amz-date': date }
  const all = { ...headers, ...added }
  const names = ['content-type', 'host', 'x-amz-content-sha256', 'x-amz-date'].filter((name) => name in all)
  const { path, query } = splitTarget(requestTarget({ url }) ?? '/')
  const canonical = canonicalRequest({
    method,
    uri: canonicalUri(path, options),
    query: accepted(query),
    headers: canonicalHeaders(names, headerLookup(all)),
    signedHeaders: names.join(';'),
    payloadHash,
  })
  const text = stringToSign(date, scope.join('/'), await crypto.sha256([canonicalBytes(canonical)], 'hex'))
  const key = await deriveSigningKey(crypto, await signingKey(keyring), scope)
  const signature = await crypto.hmac(key, [utf8(text)], 'hex')
  const credential = `${accessKeyId}/${scope.join('/')}`
  return {
    ...added,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

/** AWS' own form, where verify takes it; some queries are taken as they are alone. */
function accepted(query: string): string {
  const canonical = canonicalQuery(query)
  return signedQueries(query).includes(canonical) ? canonical : query
}
