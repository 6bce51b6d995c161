import type { OptionNames } from '../../core/options.ts'
import type { Scheme } from '../../core/scheme.ts'
import type { SecretOption } from '../../core/secrets.ts'
import { type BodyHashPolicy, type JwtProof, jwt } from '../../schemes/jwt.ts'

/** How an environment's webhooks are verified. Sandbox and Production have a secret each, so a receiver each. */
export interface Options<BodyHash extends BodyHashPolicy = BodyHashPolicy> {
  /** The environment's `webhook_secret`; the HMAC key is its UTF-8 bytes. */
  readonly secret: SecretOption
  /** How far the token's `iat` may lie behind or ahead, in seconds: 300 unless told. */
  readonly toleranceSeconds?: number
  /**
   * `'required'` unless told: a token without `request_body_sha256` is refused. With `'ifPresent'` it is accepted,
   * `proof.covers.body` is false, and the body may be anybody's.
   */
  readonly bodyHash?: BodyHash
}

export const optionNames: OptionNames<Options> = { secret: true, toleranceSeconds: true, bodyHash: true }

/** A JWT in either of two headers, whatever the payload's generation; both together must carry one token. */
export function scheme({ secret, toleranceSeconds, bodyHash }: Options): Scheme<JwtProof> {
  return jwt({
    header: ['Tight-Verification', 'Hurdlr-Verification'],
    bodyHashClaim: 'request_body_sha256',
    hint: 'is a proxy stripping it?',
    secret,
    ...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
    ...(bodyHash === undefined ? {} : { bodyHash }),
  })
}
