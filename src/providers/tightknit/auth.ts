import { read } from '../../core/foreign.ts'
import type { OptionNames } from '../../core/options.ts'
import type { Scheme } from '../../core/scheme.ts'
import type { SecretOption } from '../../core/secrets.ts'
import { type StandardWebhooksProof, standardWebhooks } from '../../schemes/standard-webhooks.ts'
import type { UnauthenticatedProof } from '../../schemes/unauthenticated.ts'
import type { UrlSecretProof } from '../../schemes/url-secret.ts'

/** What can be proved of a product that signs nothing: that the sender knows the URL, or nothing at all. */
export type UnsignedProof = UrlSecretProof | UnauthenticatedProof

/** How the webhooks portal, which signs, is verified. */
export interface SignedOptions {
  /** The endpoint's secret, `whsec_` and base64. Bytes are the key itself. */
  readonly secret: SecretOption
  /** The prefix of the three headers, where only one is to be accepted; `webhook-` or `svix-` unless told. */
  readonly prefix?: 'webhook' | 'svix'
  /** How far the signed timestamp may lie behind or ahead, in seconds: 300 unless told. */
  readonly toleranceSeconds?: number
  /** Not beside a secret. */
  readonly auth?: never
}

/** How the first product, which signs nothing, is received: it must be said that nothing is verified. */
export interface UnsignedOptions<P extends UnsignedProof = UnsignedProof> {
  /** `urlSecret({ secret })`, or `dangerouslyUnauthenticated()`. */
  readonly auth: Scheme<P>
  /** Not beside `auth`. */
  readonly secret?: never
  /** Of no use where nothing is signed. */
  readonly prefix?: never
  /** Of no use where no time is signed. */
  readonly toleranceSeconds?: never
}

/** Either a secret, or what to do without one. */
export type Options = SignedOptions | UnsignedOptions

export const optionNames: OptionNames<SignedOptions> = {
  secret: true,
  prefix: true,
  toleranceSeconds: true,
  auth: true,
}

/** Standard Webhooks for what is signed; the scheme of the option `auth` for what is not. */
export function scheme(options: Options): Scheme<StandardWebhooksProof | UnsignedProof> {
  // By the key and not by its value: a secret that happens to be unset must not turn verification off.
  const hasSecret = 'secret' in options
  if (options.auth === undefined) return hasSecret ? signedScheme(options) : missing()
  if (hasSecret) throw new TypeError('give either secret or auth: deliveries are signed, or they are not')
  if (typeof read(options.auth, 'verify') !== 'function' || typeof read(options.auth, 'sign') !== 'function') {
    throw new TypeError('auth must be urlSecret({ secret }) or dangerouslyUnauthenticated()')
  }
  return options.auth
}

function missing(): never {
  throw new TypeError(
    "secret is missing: give the endpoint's whsec_ secret. Only for the first product, which signs nothing: auth: urlSecret({ secret }), or dangerouslyUnauthenticated()",
  )
}

function signedScheme({ secret, prefix, toleranceSeconds }: SignedOptions): Scheme<StandardWebhooksProof> {
  return standardWebhooks({
    secret,
    hint: 'does the first product send this, which signs nothing, or is a proxy stripping them?',
    ...(prefix === undefined ? {} : { prefix }),
    ...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
  })
}
