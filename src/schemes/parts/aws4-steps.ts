import { after, type Bytes, concat, type MaybePromise, utf8 } from '../../core/bytes.ts'
import type { Crypto } from '../../core/crypto.ts'

/** AWS Signature Version 4, "Create a string to sign". */
export function stringToSign(date: string, scope: string, canonicalHash: string): string {
  return ['AWS4-HMAC-SHA256', date, scope, canonicalHash].join('\n')
}

/** AWS Signature Version 4, "Derive a signing key". */
export function deriveSigningKey(crypto: Crypto, secret: Bytes, scope: readonly string[]): MaybePromise<Bytes> {
  const first = concat([utf8('AWS4'), secret])
  return scope.reduce<MaybePromise<Bytes>>(
    (previous, part) => after(previous, (key) => crypto.hmacKey(key, [utf8(part)])),
    first,
  )
}

/** Derives each secret's key once a day: it depends on nothing else of a request. */
export function createSigningKeys(
  region: string,
  service: string,
): (crypto: Crypto, secret: Bytes, day: string) => MaybePromise<Bytes> {
  const keys = new WeakMap<Bytes, { readonly day: string; readonly key: MaybePromise<Bytes> }>()
  return (crypto, secret, day) => {
    const known = keys.get(secret)
    if (known?.day === day) return known.key
    const key = deriveSigningKey(crypto, secret, [day, region, service, 'aws4_request'])
    keys.set(secret, { day, key })
    return key
  }
}
