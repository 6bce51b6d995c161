export type { Bytes, Encoding, MaybePromise } from '../core/bytes.ts'
export type { Crypto } from '../core/crypto.ts'
export type { HeaderLookup } from '../core/headers.ts'
export type {
  Covers,
  Evidence,
  Identity,
  Incoming,
  Proof,
  Scheme,
  SchemeContext,
  SchemeTraits,
  Unsigned,
} from '../core/scheme.ts'
export type { Secret, SecretOption, SecretValue } from '../core/secrets.ts'
export { anyOf } from './any-of.ts'
export { type AuthorizationOptions, type AuthorizationProof, authorization } from './authorization.ts'
export { type Aws4Options, type Aws4Proof, aws4 } from './aws4.ts'
export { type BasicOptions, type BasicProof, basic } from './basic.ts'
export { type DigestOptions, type DigestProof, digest } from './digest.ts'
export { type HeaderOptions, type HeaderProof, header } from './header.ts'
export { type HmacOptions, type HmacProof, hmac } from './hmac.ts'
export { type BodyHashPolicy, type JwtOptions, type JwtProof, jwt } from './jwt.ts'
export { type OAuth2Options, type OAuth2Proof, oauth2 } from './oauth2.ts'
export type { PathEncoding } from './parts/aws4-canonical.ts'
export type { TokenCheck } from './parts/check.ts'
export type { HeaderNames } from './parts/header-reader.ts'
export type { HostOption } from './parts/host.ts'
export type { JwtCheckOptions } from './parts/jwt-check-options.ts'
export { type StandardWebhooksOptions, type StandardWebhooksProof, standardWebhooks } from './standard-webhooks.ts'
export { type TokenOptions, type TokenProof, token } from './token.ts'
export { dangerouslyUnauthenticated, type UnauthenticatedProof } from './unauthenticated.ts'
export { type UrlSecretOptions, type UrlSecretProof, urlSecret } from './url-secret.ts'
