import { type Bytes, utf8 } from '../core/bytes.ts'
import { refuse } from '../core/errors.ts'
import { checkOptions, type OptionNames } from '../core/options.ts'
import type { Evidence, Incoming, Proof, Scheme } from '../core/scheme.ts'
import { createAuthorizationReader } from './parts/authorization-header.ts'
import { boundCheck, type TokenCheck } from './parts/check.ts'
import { coversNothing, credentialEvidence } from './parts/credential.ts'
import { createJwtCheck } from './parts/jwks.ts'
import type { JwtCheckOptions } from './parts/jwt-check-options.ts'

/** What a bearer token proves: that the sender got it from the authorization server. Nothing of the request is covered. */
export interface OAuth2Proof extends Proof {
  readonly scheme: 'oauth2'
  readonly authenticated: true
  readonly covers: typeof coversNothing
}

interface Hint {
  /** What to look at when the header is missing, for the error message. */
  readonly hint?: string
}

/**
 * Either the authorization server's keys and what a token must say, or a function that checks the token, such as an
 * introspection: only `true` passes; one that throws, or takes over 5 s, gives `verifier_unavailable` (503).
 */
export type OAuth2Options = Hint &
  (
    | (JwtCheckOptions & {
        /** Not beside `jwksUri`. */
        readonly check?: never
      })
    | {
        /**
         * Called with each token as it arrived, up to 64 at one time; only `true` passes. One that throws, or takes over
         * 5 s, gives `verifier_unavailable` (503).
         */
        readonly check: TokenCheck
      }
  )

const optionNames: OptionNames<Hint & JwtCheckOptions & { check: TokenCheck }> = {
  hint: true,
  check: true,
  jwksUri: true,
  issuer: true,
  audience: true,
  algorithms: true,
  clientId: true,
  subject: true,
  scope: true,
  dangerouslyAllowHttp: true,
}

/**
 * A bearer token of an OAuth 2.0 authorization server, in the `Authorization` header only.
 *
 * @throws TypeError where an option is wrong
 * @see RFC 6750, RFC 9068; for a function, RFC 7662
 */
export function oauth2(options: OAuth2Options): Scheme<OAuth2Proof> {
  checkOptions(options, optionNames, 'oauth2')
  const readToken = createAuthorizationReader('Bearer', options.hint)
  if (options.check !== undefined && 'jwksUri' in options) throw new TypeError('give either jwksUri or check')
  const check = options.check === undefined ? createJwtCheck(options) : refuseUnlessTrue(options.check)
  const credentials = sendersOf(options)

  async function verify(request: Incoming, { now }: { now: number }): Promise<Evidence<OAuth2Proof>> {
    await check(readToken(request), now)
    return credentialEvidence({ scheme: 'oauth2', authenticated: true, covers: coversNothing }, undefined)
  }
  const sign = (): never => {
    throw new TypeError('only the authorization server can make a token: put it into the option headers')
  }
  return { verify, sign, traits: () => ({ format: 'oauth2', credentials }) }
}

/** Who may send, as bytes: two schemes with the same would accept the same tokens. A function cannot be compared. */
function sendersOf(options: OAuth2Options): readonly Bytes[] {
  if (options.check !== undefined) return []
  const { issuer, audience, clientId, subject, scope } = options
  return [utf8(JSON.stringify([issuer, [audience].flat(), clientId ?? null, subject ?? null, scope ?? null]))]
}

function refuseUnlessTrue(check: TokenCheck): (token: string) => Promise<void> {
  const passes = boundCheck(check)
  return async (token) => {
    if (!(await passes(token))) refuse('credential_mismatch', 'the function that checks the token does not accept it')
  }
}
