import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from 'jose'
import { type ErrorCode, isWebhookError, refuse } from '../../core/errors.ts'
import { own, read } from '../../core/foreign.ts'
import { checkEndpoint } from './fetch-json.ts'
import { createKeySource } from './key-set.ts'

/** What a JWT access token must be. One of `clientId`, `subject` and `scope` says which client may send. */
export interface JwtCheckOptions {
  /** The authorization server's JWKS endpoint. `https:`, unless loopback or named in `dangerouslyAllowHttp`. */
  readonly jwksUri: string
  /** The `iss` that a token must have. */
  readonly issuer: string
  /** The `aud` that a token must have, or one of several. */
  readonly audience: string | readonly string[]
  /** The accepted signature algorithms, such as `['RS256']`; symmetric ones are refused. */
  readonly algorithms: readonly string[]
  /** The client that may send: its `client_id` claim, or `azp` where there is none. */
  readonly clientId?: string
  /** The `sub` that a token must have. */
  readonly subject?: string
  /** The scopes that a token must have, separated by spaces. */
  readonly scope?: string
  /** Hosts, with their port, whose endpoint may be plain `http:`. */
  readonly dangerouslyAllowHttp?: readonly string[]
}

/**
 * Makes the check of a JWT access token by the keys of its issuer. It refuses, or returns.
 *
 * @throws TypeError where an option is wrong, or nothing says which client may send
 */
export function createJwtCheck(options: JwtCheckOptions): (token: string, now: number) => Promise<void> {
  checkOptions(options)
  const loadKeys = createKeySource(options.jwksUri, async (document) => {
    const { createLocalJWKSet } = await import('jose/jwks/local')
    return createLocalJWKSet(document as JSONWebKeySet) // the function checks what it is given
  })
  const verify = async (token: string, now: number, renew: boolean): Promise<JWTPayload> => {
    const keys = await loadKeys(renew)
    if (keys === undefined) refuse('signature_mismatch', 'the token is signed with a key that its issuer does not list')
    return verifyWith(keys, token, now, options)
  }
  return async (token, now) => {
    const claims = await verify(token, now, false).catch((error: unknown) =>
      // A key that is not known may be a new one.
      codeOf(error) === 'ERR_JWKS_NO_MATCHING_KEY' ? verify(token, now, true).catch(refuseToken) : refuseToken(error),
    )
    checkClient(claims, options)
  }
}

async function verifyWith(
  keys: JWTVerifyGetKey,
  token: string,
  now: number,
  options: JwtCheckOptions,
): Promise<JWTPayload> {
  const { jwtVerify } = await import('jose/jwt/verify')
  const { issuer, audience, algorithms } = options
  const rules = {
    issuer,
    audience: [audience].flat(),
    algorithms: [...algorithms],
    requiredClaims: ['exp'],
    currentDate: new Date(now),
  }
  try {
    return (await jwtVerify(token, keys, rules)).payload
  } catch (error) {
    if (codeOf(error) !== 'ERR_JWKS_MULTIPLE_MATCHING_KEYS') throw error
    // Without a key id several keys may fit: each is tried, as jose documents it.
    for await (const key of error as AsyncIterable<CryptoKey>) {
      const verified = await jwtVerify(token, key, rules).catch(ignoreMismatch)
      if (verified !== undefined) return verified.payload
    }
    refuse('signature_mismatch', "the token's signature matches none of its issuer's keys")
  }
}

function ignoreMismatch(error: unknown): undefined {
  if (codeOf(error) !== 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') throw error
}

function codeOf(error: unknown): unknown {
  return read(error, 'code')
}

/** jose's codes in ours; its errors hold the claims, so none is passed on. */
const refusals: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: [
    'algorithm_refused',
    'the token is signed with an algorithm that is not in the option algorithms',
  ],
  ERR_JWKS_NO_MATCHING_KEY: ['signature_mismatch', 'the token is signed with a key that its issuer does not list'],
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: [
    'signature_mismatch',
    "the token's signature does not match its issuer's key",
  ],
  ERR_JWT_CLAIM_VALIDATION_FAILED: [
    'claim_invalid',
    'the token is genuine, but its iss, aud, exp or nbf is not as it must be',
  ],
  ERR_JWT_EXPIRED: ['timestamp_too_old', 'the token has expired'],
}

function refuseToken(error: unknown): never {
  const code = codeOf(error)
  if (isWebhookError(error)) throw error
  const known = own(refusals, String(code)) as readonly [ErrorCode, string] | undefined // the table above
  refuse(...(known ?? (['token_malformed', 'the bearer token is no JWT that the issuer can have made'] as const)))
}

/** Whose token it is: any client of the issuer could send a genuine one of its own. */
function checkClient(claims: JWTPayload, { clientId, subject, scope }: JwtCheckOptions): void {
  const client = own(claims, 'client_id') ?? own(claims, 'azp')
  const granted = String(own(claims, 'scope') ?? '').split(' ')
  const wrong =
    (clientId !== undefined && client !== clientId) ||
    (subject !== undefined && own(claims, 'sub') !== subject) ||
    (scope !== undefined && !scope.split(' ').every((one) => granted.includes(one)))
  if (wrong) refuse('claim_invalid', 'the token is genuine, but of another client, subject or scope')
}

function checkOptions(options: JwtCheckOptions): void {
  const { jwksUri, issuer, audience, algorithms, clientId, subject, scope } = options
  checkEndpoint(jwksUri, 'jwksUri', options.dangerouslyAllowHttp)
  const texts = [issuer, ...[audience].flat(), ...[clientId, subject, scope].filter((text) => text !== undefined)]
  if (!texts.every((text) => typeof text === 'string' && text !== '')) {
    throw new TypeError(
      'issuer, audience, clientId, subject and scope must not be empty: are the environment variables set?',
    )
  }
  if (clientId === undefined && subject === undefined && scope === undefined) {
    throw new TypeError('oauth2 needs clientId, subject or scope: else any client of the issuer could send')
  }
  if (
    !Array.isArray(algorithms) ||
    algorithms.length === 0 ||
    algorithms.some((name) => !/^(?:[REP]S\d{3}|Ed\w+|ML-DSA-\d+)$/.test(name))
  ) {
    throw new TypeError("algorithms must list signature algorithms with public keys, such as ['RS256']")
  }
}
