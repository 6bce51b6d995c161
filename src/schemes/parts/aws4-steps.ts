import { type Bytes, concat, utf8 } from '../../core/bytes.ts'
import type { Crypto } from '../../core/crypto.ts'

/** AWS Signature Version 4, "Create a string to sign". */
export function stringToSign(date: string, scope: string, canonicalHash: string): string {
  return ['AWS4-HMAC-SHA256', date, scope, canonicalHash].join('\n')
}

/** AWS Signature Version 4, "Derive a signing key". */
export async function deriveSigningKey(crypto: Crypto, secret: Bytes, scope: readonly string[]): Promise<Bytes> {
  let key = concat([utf8('AWS4'), secret])
  for (const part of scope) key = await crypto.hmacKey(key, [utf8(part)])
  return key
}

/** Derives each secret's key once a day: it depends on nothing else of a request. */
export function createSigningKeys(
  region: string,
  service: string,
): (crypto: Crypto, secret: Bytes, day: string) => Promise<Bytes> {
  const keys = new WeakMap<Bytes, { readonly day: string; readonly key: Promise<Bytes> }>()
  return (crypto, secret, day) => {
    const known = keys.get(secret)
    if (known?.day === day) return known.key
    const key = deriveSigningKey(crypto, secret, [day, region, service, 'aws4_request'])
    keys.set(secret, { day, key })
    return key
  }
}
