import { after, constantTimeEqual, encode, type MaybePromise, utf8 } from '../core/bytes.ts'
import { refuse } from '../core/errors.ts'
import { own } from '../core/foreign.ts'
import { checkOptions, type OptionNames } from '../core/options.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext, Unsigned } from '../core/scheme.ts'
import {
  type Credential,
  createKeyring,
  type Keyring,
  keyringTraits,
  type SecretOption,
  signingKey,
  trySecrets,
} from '../core/secrets.ts'
import { readTolerance } from '../core/time.ts'
import { createHeaderReader, firstHeader, type HeaderNames } from './parts/header-reader.ts'
import { checkTimes, createHeaderCheck, readClaims, splitToken, type Token } from './parts/jwt-token.ts'
import { labelled } from './parts/labelled.ts'

/** What a JWT in a header proves: the time, and the body where a claim holds its hash. */
export interface JwtProof<Body extends boolean = boolean> extends Proof {
  readonly scheme: 'jwt'
  readonly authenticated: true
  readonly covers: { readonly body: Body; readonly url: false; readonly time: true }
  readonly signedAt: Date
}

/** Whether a token must carry the hash of the body, or may leave it out and then covers the time alone. */
export type BodyHashPolicy = 'required' | 'ifPresent'

/** Where the token is, and what it must say. */
export interface JwtOptions {
  /** The header that carries the bare token; of several names, all that are present must carry the same. */
  readonly header: HeaderNames
  /** The HMAC key: a string stands for its UTF-8 bytes. */
  readonly secret: SecretOption
  /** The claim that holds the body's SHA-256 in padded base64; without it no token covers the body. */
  readonly bodyHashClaim?: string
  /**
   * `'required'` unless told; with `'ifPresent'` a token may leave the claim out, and then covers the time alone. A hash
   * that is present and wrong is refused either way.
   */
  readonly bodyHash?: BodyHashPolicy
  /** How far `iat` may lie behind or ahead, in seconds: 300 unless told. Exactly this old is too old. */
  readonly toleranceSeconds?: number
  /** What to look at when the header is missing, for the error message. */
  readonly hint?: string
}

const optionNames: OptionNames<JwtOptions> = {
  header: true,
  secret: true,
  bodyHashClaim: true,
  bodyHash: true,
  toleranceSeconds: true,
  hint: true,
}

/**
 * A JSON Web Token in a header: HS256, a fresh `iat`, and a claim with the hash of the body.
 * The algorithm is fixed here and never taken from the token.
 *
 * @throws TypeError where an option is wrong
 * @see RFC 7515, RFC 7519
 */
export function jwt(options: JwtOptions): Scheme<JwtProof> {
  checkOptions(options, optionNames, 'jwt')
  const readHeader = createHeaderReader(options.header, options.hint)
  const checkHeader = createHeaderCheck()
  const keyring = createKeyring(options.secret)
  const tolerance = readTolerance(options.toleranceSeconds)
  const { bodyHashClaim, bodyHash = 'required' } = options
  if (bodyHash !== 'required' && bodyHash !== 'ifPresent')
    throw new TypeError("bodyHash must be 'required' or 'ifPresent'")

  function verify(request: Incoming, context: SchemeContext): MaybePromise<Evidence<JwtProof>> {
    const token = splitToken(readHeader(request))
    checkHeader(token)
    return after(findSigner(token, keyring(request.source), context), (signer) => {
      if (signer === undefined)
        refuse('signature_mismatch', "the token's signature does not match: is it the secret of this environment?")
      const claims = readClaims(token)
      const iat = checkTimes(claims, context.now, tolerance)
      const covered = bodyHashClaim !== undefined && checkBodyHash(claims, bodyHashClaim, bodyHash, request, context)
      return after(covered, (body) => evidence(token, body, iat, signer.label))
    })
  }
  return {
    verify,
    sign: (request, context) => signToken(options, keyring, request, context),
    traits: () => keyringTraits(['jwt', options.header, bodyHashClaim, bodyHash], keyring),
  }
}

/** Compares as text, so that a signature has one spelling: another last digit or another alphabet is another text. */
function findSigner(
  { signed, signature }: Token,
  credentials: MaybePromise<readonly Credential[]>,
  { crypto }: SchemeContext,
): MaybePromise<Credential | undefined> {
  return trySecrets(credentials, (credential) =>
    after(crypto.hmac(credential.bytes, [signed], 'base64url'), (expected) =>
      constantTimeEqual(signature, expected) ? credential : undefined,
    ),
  )
}

/** Whether the claim covers the body; a hash that is there and wrong is always refused. */
function checkBodyHash(
  claims: object,
  claim: string,
  policy: BodyHashPolicy,
  { body }: Incoming,
  { crypto }: SchemeContext,
): MaybePromise<boolean> {
  if (!Object.hasOwn(claims, claim)) {
    if (policy === 'ifPresent') return false
    refuse('body_hash_missing', `the token is genuine but carries no ${claim}: see the option bodyHash`)
  }
  const hash = own(claims, claim)
  return after(crypto.sha256([body], 'base64'), (expected) => {
    if (typeof hash === 'string' && constantTimeEqual(hash, expected)) return true
    refuse(
      'body_hash_mismatch',
      `the token is genuine but its ${claim} is of another body: was the body changed or parsed?`,
    )
  })
}

function evidence({ signed }: Token, body: boolean, iat: number, credential: string | undefined): Evidence<JwtProof> {
  const covers = { body, url: false, time: true } as const
  const proof = { scheme: 'jwt', authenticated: true, covers, signedAt: new Date(iat * 1000) } as const
  return {
    proof: labelled<JwtProof>(proof, credential),
    // A token that does not cover the body may come with any body, so it does not say which delivery this is.
    identity: body ? { from: 'signature', signed: [signed] } : { from: 'body' },
  }
}

async function signToken(
  { header, bodyHashClaim }: JwtOptions,
  keyring: Keyring,
  { body }: Unsigned,
  { crypto, now }: SchemeContext,
): Promise<Record<string, string>> {
  const hash = bodyHashClaim === undefined ? {} : { [bodyHashClaim]: await crypto.sha256([body], 'base64') }
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { iat: Math.floor(now / 1000), ...hash },
  ]
  const signed = parts.map((part) => encode(utf8(JSON.stringify(part)), 'base64url')).join('.')
  const mac = await crypto.hmac(await signingKey(keyring), [utf8(signed)], 'base64url')
  return { [firstHeader(header)]: `${signed}.${mac}` }
}
