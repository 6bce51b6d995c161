import { after, type Bytes, concat, decodeBase64, encode, type MaybePromise, utf8 } from '../core/bytes.ts'
import { refuse } from '../core/errors.ts'
import { checkOptions, type OptionNames } from '../core/options.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext } from '../core/scheme.ts'
import { createKeyring, keyringTraits, type SecretOption, signingKey } from '../core/secrets.ts'
import { createAuthorizationReader } from './parts/authorization-header.ts'
import { coversNothing, credentialEvidence, findCredential, sameSecret } from './parts/credential.ts'
import { hasControls } from './parts/header-reader.ts'

/** What Basic authentication proves: that the sender knows the password. Nothing of the request is covered. */
export interface BasicProof extends Proof {
  readonly scheme: 'basic'
  readonly authenticated: true
  readonly covers: typeof coversNothing
}

/** Who may send. */
export interface BasicOptions {
  /** Without a colon or control characters. */
  readonly username: string
  /** UTF-8, without control characters; it may be empty where it is given as `''`. Several while it is being rotated. */
  readonly password: SecretOption
  /** What to look at when the header is missing, for the error message. */
  readonly hint?: string
}

const optionNames: OptionNames<BasicOptions> = { username: true, password: true, hint: true }

/**
 * Basic authentication, read strictly: padded base64, UTF-8, the first colon splits.
 *
 * @throws TypeError where an option is wrong
 * @see RFC 7617
 */
export function basic(options: BasicOptions): Scheme<BasicProof> {
  checkOptions(options, optionNames, 'basic')
  const { username, password, hint } = options
  const user = readUsername(username)
  const readCredentials = createAuthorizationReader('Basic', hint)
  const keyring = createKeyring(password, 'password', (text) => utf8(withoutControls(text, 'password')), 0)

  function verify(request: Incoming, { crypto }: SchemeContext): MaybePromise<Evidence<BasicProof>> {
    const pair = readPair(readCredentials(request))
    // Both are compared, whatever the first comparison says.
    return after(sameSecret(crypto, pair.user, user), (sameUser) =>
      after(findCredential(crypto, pair.password, keyring(request.source)), (match) => {
        if (!sameUser || match === undefined) refuse('credential_mismatch', 'the user name or the password is another')
        return credentialEvidence({ scheme: 'basic', authenticated: true, covers: coversNothing }, match.label)
      }),
    )
  }
  async function sign(): Promise<Record<string, string>> {
    const pair = concat([user, colon, await signingKey(keyring)])
    return { Authorization: `Basic ${encode(pair, 'base64')}` }
  }
  return { verify, sign, traits: () => keyringTraits(['basic'], keyring, username) }
}

const colon = /* @__PURE__ */ utf8(':')
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true })

function readPair(credentials: string): { user: Bytes; password: Bytes } {
  const bytes = decodeBase64(credentials)
  const split = bytes?.indexOf(0x3a) ?? -1
  if (bytes === undefined || split < 0 || !isPlainText(bytes)) {
    refuse('header_malformed', 'Authorization holds no user name and password in padded base64 and UTF-8')
  }
  return { user: bytes.subarray(0, split), password: bytes.subarray(split + 1) }
}

function isPlainText(bytes: Bytes): boolean {
  try {
    return !hasControls(decoder.decode(bytes))
  } catch {
    return false
  }
}

function withoutControls(text: string, name: string): string {
  if (hasControls(text) || !text.isWellFormed())
    throw new TypeError(`${name} has control characters or lone surrogates`)
  return text
}

function readUsername(username: string): Bytes {
  if (typeof username !== 'string' || username === '' || username.includes(':')) {
    throw new TypeError('username must be a text without a colon: is the environment variable set?')
  }
  return utf8(withoutControls(username, 'username'))
}
