import { isWebhookError, refuse } from '../../core/errors.ts'
import { own } from '../../core/foreign.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext } from '../../core/scheme.ts'
import type { SecretOption } from '../../core/secrets.ts'
import { type AuthorizationOptions, type AuthorizationProof, authorization } from '../../schemes/authorization.ts'
import { type DigestOptions, type DigestProof, digest } from '../../schemes/digest.ts'
import { type HmacOptions as BodyOptions, hmac as bodyHmac, type HmacProof } from '../../schemes/hmac.ts'
import { createHeaderReader } from '../../schemes/parts/header-reader.ts'

interface ClientSecret {
  /** The credential's Client Secret. */
  readonly clientSecret: SecretOption
}

/** `Authorization: HMAC-SHA256 …` over method, path and query, date, host and content hash. */
export interface HmacAuthorizationOptions extends ClientSecret, Omit<AuthorizationOptions, 'secret'> {
  /** Which format it is. */
  readonly format: 'authorization'
}

/** `Signature: HMACSHA256=…` over client id, request id, timestamp, path and digest of the body. */
export interface HmacDigestOptions extends ClientSecret, Omit<DigestOptions, 'secret'> {
  /** Which format it is. */
  readonly format: 'digest'
}

/** A signature of the body in a header of its own. */
export interface HmacBodyOptions extends ClientSecret, Omit<BodyOptions, 'secret' | 'fields'> {
  /** Which format it is. */
  readonly format: 'body'
  /** The credential's Client ID; it is looked at where `clientIdHeader` says in which header it is. */
  readonly clientId?: string
  /** The header that must hold the client id. It is not signed. */
  readonly clientIdHeader?: string
}

/** Which of the formats that are known under this name, and its settings. */
export type HmacOptions = HmacAuthorizationOptions | HmacDigestOptions | HmacBodyOptions

/** What the chosen format proves. */
export type AnyHmacProof = AuthorizationProof | DigestProof | HmacProof

const formats = {
  authorization: ({ format: _format, clientSecret, ...options }: HmacAuthorizationOptions) =>
    authorization({ ...options, secret: clientSecret }),
  digest: ({ format: _format, clientSecret, ...options }: HmacDigestOptions) =>
    digest({ ...options, secret: clientSecret }),
  body: ({ format: _format, clientSecret, clientId, clientIdHeader, ...options }: HmacBodyOptions) => {
    const scheme = bodyHmac({ ...options, secret: clientSecret })
    return clientIdHeader === undefined ? scheme : withClientId(scheme, clientIdHeader, clientId)
  },
}

/**
 * The authentication type HMAC-SHA256. Its wire format is not public, so it is named here; none is tried in turn.
 *
 * @param options the `format`, the client id and secret, and the format's own settings
 * @throws TypeError where an option is wrong
 */
export function hmac(options: HmacAuthorizationOptions): Scheme<AuthorizationProof>
export function hmac(options: HmacDigestOptions): Scheme<DigestProof>
export function hmac(options: HmacBodyOptions & { readonly timestampHeader: string }): Scheme<HmacProof<true>>
export function hmac(options: HmacBodyOptions & { readonly timestampHeader?: never }): Scheme<HmacProof<false>>
export function hmac(options: HmacOptions): Scheme<AnyHmacProof>
export function hmac(options: HmacOptions): Scheme<AnyHmacProof> {
  if (own(formats, options.format) === undefined)
    throw new TypeError("format must be 'authorization', 'body' or 'digest': nothing public says which one it is")
  // One function for each member of the union, under that member's `format`.
  const make = formats[options.format] as (options: HmacOptions) => Scheme<AnyHmacProof>
  return make(options)
}

/** The client id beside the signature. Whoever is on the way may change it, so that it is required and never reported. */
function withClientId<P extends Proof>(scheme: Scheme<P>, header: string, clientId: string | undefined): Scheme<P> {
  if (typeof clientId !== 'string' || !/^[!-~]+$/.test(clientId))
    throw new TypeError('clientIdHeader needs a clientId, a text of ASCII without white space')
  const readClientId = createHeaderReader(header, undefined, 'clientIdHeader')

  async function verify(request: Incoming, context: SchemeContext): Promise<Evidence<P>> {
    const sameClient = readClientId(request) === clientId
    const evidence = await unlessMismatch(scheme, request, context)
    // Another client costs and says what another signature does.
    if (evidence !== undefined && sameClient) return evidence
    refuse('signature_mismatch', 'the signature does not match: the client, the secret or the body is another')
  }
  return {
    verify,
    sign: async (request, context) => ({ ...(await scheme.sign(request, context)), [header]: clientId }),
    traits: () => {
      // The header is not signed, so that two clients of one secret are one credential.
      const { format, credentials } = scheme.traits?.() ?? { format: '', credentials: [] }
      return { format: `${format} ${header.toLowerCase()}`, credentials }
    },
  }
}

async function unlessMismatch<P extends Proof>(
  scheme: Scheme<P>,
  request: Incoming,
  context: SchemeContext,
): Promise<Evidence<P> | undefined> {
  try {
    return await scheme.verify(request, context)
  } catch (error) {
    if (isWebhookError(error) && error.code === 'signature_mismatch') return undefined
    throw error
  }
}
