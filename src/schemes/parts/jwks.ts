import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose'
import { type ErrorCode, isWebhookError, refuse } from '../../core/errors.ts'
import { own, read } from '../../core/foreign.ts'
import { loadKeySets, loadVerification } from './jose.ts'
import { checkJwtOptions, type JwtCheckOptions } from './jwt-check-options.ts'
import { createKeySource, type KeySource } from './key-set.ts'

/** Checks a token at a time in milliseconds: it refuses, or returns. */
export type JwtCheck = (token: string, now: number) => Promise<void>

/**
 * Makes the check of a JWT access token by the keys of its issuer. jose is loaded with the first token.
 *
 * @throws TypeError where an option is wrong, or nothing says which client may send
 */
export function createJwtCheck(options: JwtCheckOptions): JwtCheck {
  checkJwtOptions(options)
  const { issuer, audience, algorithms, clientId, subject, scope } = options
  const rules = { issuer, audience: [audience].flat(), algorithms: [...algorithms] }
  const findKey = createKeyFinder(createKeySource(options.jwksUri, prepareKeys))
  return async (token, now) => {
    if (!isCompact(token)) refuse('token_malformed', 'the bearer token is no JWT in three parts')
    const claims = await verifyToken(token, findKey, { ...rules, currentDate: new Date(now) }).catch(refuseToken)
    checkClaims(claims, { clientId, subject, scope })
  }
}

/** RFC 7515, section 3.1: three parts in base64url. The gate ahead of any decoding. */
function isCompact(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
}

const maxKeys = 64
/** The members that make a key private or symmetric (RFC 7518, section 6; RFC 9964 for `priv`). */
const secretMembers = ['d', 'k', 'priv']

async function prepareKeys(document: unknown): Promise<JWTVerifyGetKey> {
  const { createLocalJWKSet } = await loadKeySets()
  const findKey = createLocalJWKSet(document as JSONWebKeySet) // the function checks what it is given
  const { keys } = findKey.jwks()
  if (keys.length === 0 || keys.length > maxKeys) throw new Error('no keys, or too many to try one after another')
  // Whoever can read such a set can sign.
  if (keys.some((key) => secretMembers.some((member) => Object.hasOwn(key, member)))) throw new Error('a secret key')
  return findKey
}

/** Finds the key of a token's header. It is asked after the algorithm is checked, so that no junk causes a fetch. */
function createKeyFinder(loadKeys: KeySource<JWTVerifyGetKey>): JWTVerifyGetKey {
  return async (header, token) => {
    const findKey = await loadKeys(false)
    try {
      return await findKey(header, token)
    } catch (error) {
      if (codeOf(error) !== 'ERR_JWKS_NO_MATCHING_KEY') throw error
      const findNewerKey = await loadKeys(true) // a key that is not known may be a new one
      return findNewerKey(header, token)
    }
  }
}

async function verifyToken(token: string, findKey: JWTVerifyGetKey, rules: JWTVerifyOptions): Promise<JWTPayload> {
  const { jwtVerify } = await loadVerification()
  try {
    return (await jwtVerify(token, findKey, rules)).payload
  } catch (error) {
    if (codeOf(error) !== 'ERR_JWKS_MULTIPLE_MATCHING_KEYS') throw error
    // Without a key id several keys may fit: each is tried, as jose documents it.
    for await (const key of error as AsyncIterable<CryptoKey>) {
      const verified = await jwtVerify(token, key, rules).catch(ignoreKey)
      if (verified !== undefined) return verified.payload
    }
    refuse('signature_mismatch', "the token's signature matches none of its issuer's keys")
  }
}

/** Another key may be the right one, unless the signature held and the claims did not. */
function ignoreKey(error: unknown): undefined {
  if (codeOf(error).startsWith('ERR_JWT_')) throw error
}

function codeOf(error: unknown): string {
  return String(read(error, 'code'))
}

/** jose's codes in ours; its errors hold the claims, so none is passed on. */
const refusals: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: ['algorithm_refused', "the token's algorithm is not in the option algorithms"],
  ERR_JOSE_NOT_SUPPORTED: ['algorithm_refused', 'the token asks for an extension (crit), and none is accepted'],
  ERR_JWKS_NO_MATCHING_KEY: ['signature_mismatch', 'the token is signed with a key that its issuer does not list'],
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: [
    'signature_mismatch',
    "the token's signature does not match its issuer's key",
  ],
  ERR_JWS_INVALID: ['token_malformed', 'a part of the bearer token is not what a JWT has there'],
  ERR_JWT_INVALID: ['token_malformed', 'the token is genuine, but holds no claims as a JSON object'],
  ERR_JWT_EXPIRED: ['timestamp_too_old', 'the token has expired (exp)'],
}

function refuseToken(error: unknown): never {
  if (isWebhookError(error)) throw error
  const code = codeOf(error)
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') refuseClaim(error)
  const [ownCode, message] = refusals[code] ?? [
    // Not an error of the token's: a key that is malformed, too weak, or of a kind that this runtime does not know.
    'verifier_unavailable',
    "the key that the token names cannot be used here: look at the authorization server's key set",
  ]
  refuse(ownCode, message)
}

/** `claim` is one of the names that jose was told to look at, never one that the token made up. */
function refuseClaim(error: unknown): never {
  const claim = String(read(error, 'claim'))
  if (claim === 'nbf' && read(error, 'reason') === 'check_failed') {
    refuse('timestamp_too_new', 'the token is not valid yet (nbf)')
  }
  refuse('claim_invalid', `the token is genuine, but its ${claim} is not as it must be`)
}

/** Whose token it must be, since each client of the issuer could send a genuine one of its own. */
type Client = { readonly [Name in 'clientId' | 'subject' | 'scope']: string | undefined }

function checkClaims(claims: JWTPayload, { clientId, subject, scope }: Client): void {
  // Without one a token would be good for ever; so it would with 1e400, which JSON.parse takes for Infinity.
  if (!Number.isFinite(claims.exp))
    refuse('claim_invalid', 'the token is genuine, but has no exp that is a time in seconds')
  const client = own(claims, 'client_id') ?? own(claims, 'azp')
  const scopes = own(claims, 'scope')
  const granted = typeof scopes === 'string' ? scopes.split(' ') : []
  const wrong =
    (clientId !== undefined && client !== clientId) ||
    (subject !== undefined && own(claims, 'sub') !== subject) ||
    (scope !== undefined && !scope.split(' ').every((one) => granted.includes(one)))
  if (wrong) refuse('claim_invalid', 'the token is genuine, but of another client, subject or scope')
}
