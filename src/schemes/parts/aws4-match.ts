import { after, type Bytes, constantTimeEqual, type MaybePromise, tryEach, utf8 } from '../../core/bytes.ts'
import type { Crypto } from '../../core/crypto.ts'
import { type Credential, trySecrets } from '../../core/secrets.ts'
import type { Aws4Authorization } from './aws4-authorization.ts'
import { canonicalBytes } from './aws4-canonical.ts'
import { stringToSign } from './aws4-steps.ts'

/** What was received, and what it is compared with. */
interface Comparison {
  readonly crypto: Crypto
  readonly received: Aws4Authorization
  readonly date: string
  readonly accessKeyId: string
  /** The signing key of a secret. */
  keyOf(secret: Bytes): MaybePromise<Bytes>
}

/** The canonical request that was signed, and the label of the secret. */
interface Signed {
  readonly canonical: Bytes
  readonly label: string | undefined
}

/** The first of the canonical requests that one of the secrets has signed; `undefined` where there is none. */
export function findSigned(
  texts: readonly string[],
  secrets: readonly Credential[],
  { crypto, received, date, accessKeyId, keyOf }: Comparison,
): MaybePromise<Signed | undefined> {
  return tryEach(texts, (text) => {
    const canonical = canonicalBytes(text)
    return after(crypto.sha256([canonical], 'hex'), (hash) => {
      const signed = [utf8(stringToSign(date, received.scope, hash))]
      return trySecrets(secrets, ({ bytes, label }) => {
        const mac = after(keyOf(bytes), (key) => crypto.hmac(key, signed, 'hex'))
        return after(mac, (expected) => {
          // Both are looked at, so that an unknown access key costs and says what a wrong signature does.
          const same = constantTimeEqual(received.signature, expected) && received.accessKeyId === accessKeyId
          return same ? { canonical, label } : undefined
        })
      })
    })
  })
}
