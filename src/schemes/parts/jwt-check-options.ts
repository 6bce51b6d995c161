import { checkEndpoint } from './fetch-json.ts'

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

const algorithmNames = /^(?:[PR]S(?:256|384|512)|ES(?:256|384|512)|EdDSA|Ed25519|ML-DSA-(?:44|65|87))$/

/** @throws TypeError where an option is wrong, or nothing says which client may send */
export function checkJwtOptions(options: JwtCheckOptions): void {
  const { jwksUri, issuer, audience, algorithms, clientId, subject, scope } = options
  checkEndpoint(jwksUri, 'jwksUri', options.dangerouslyAllowHttp)
  const audiences = [audience].flat()
  const texts = [issuer, ...audiences, ...[clientId, subject, scope].filter((text) => text !== undefined)]
  if (audiences.length === 0 || !texts.every((text) => typeof text === 'string' && text !== '')) {
    throw new TypeError(
      'issuer, audience, clientId, subject and scope must not be empty: are the environment variables set?',
    )
  }
  if (clientId === undefined && subject === undefined && scope === undefined) {
    throw new TypeError('oauth2 needs clientId, subject or scope: else any client of the issuer could send')
  }
  // RFC 6749, section 3.3. Of nothing but a space, every token would have it.
  if (scope !== undefined && !/^[!#-[\]-~]+(?: [!#-[\]-~]+)*$/.test(scope)) {
    throw new TypeError('scope must be one or more scopes, with one space between them')
  }
  const known = (name: unknown): boolean => typeof name === 'string' && algorithmNames.test(name)
  if (!Array.isArray(algorithms) || algorithms.length === 0 || !algorithms.every(known)) {
    throw new TypeError("algorithms must list signature algorithms with public keys, such as ['RS256']")
  }
}
