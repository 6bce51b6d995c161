import { after, type Bytes, headerBytes, headerText, type MaybePromise, utf8 } from '../core/bytes.ts'
import { refuse } from '../core/errors.ts'
import { checkOptions, type OptionNames } from '../core/options.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext, SchemeTraits } from '../core/scheme.ts'
import { createKeyring, type Keyring, keyringTraits, type SecretOption, signingKey } from '../core/secrets.ts'
import { createAuthorizationReader, isToken68 } from './parts/authorization-header.ts'
import { boundCheck, type TokenCheck } from './parts/check.ts'
import { coversNothing, credentialEvidence, findCredential } from './parts/credential.ts'
import { createHeaderReader } from './parts/header-reader.ts'

/** What a token proves: that the sender has it. Nothing of the request is covered. */
export interface TokenProof extends Proof {
  readonly scheme: 'token'
  readonly authenticated: true
  readonly covers: typeof coversNothing
}

interface TokenPlace {
  /** The word ahead of the token in `Authorization`, such as `Bearer` or `Token`; or the header's name. */
  readonly key: string
  /** `'authorization'` (`Authorization: <key> <token>`) unless told; `'header'` is `<key>: <token>`. */
  readonly in?: 'authorization' | 'header'
  /** What to look at when the header is missing, for the error message. */
  readonly hint?: string
}

/** Where the token is, and either its fixed value or a function that checks it. */
export type TokenOptions = TokenPlace &
  (
    | {
        /** The token, whole and exact; several while it is being rotated. */
        readonly value: SecretOption
        /** Not beside `value`. */
        readonly check?: never
      }
    | {
        /**
         * Called with each token as it arrived, up to 64 at one time; only `true` passes. For tokens that are themselves
         * signed. One that throws, or takes over 5 s, gives `verifier_unavailable` (503).
         */
        readonly check: TokenCheck
        /** Not beside `check`. */
        readonly value?: never
      }
  )

/** Gives the label of what matched, or refuses. */
type Match = (text: string, request: Incoming, context: SchemeContext) => MaybePromise<string | undefined>

const optionNames: OptionNames<TokenOptions> = { key: true, in: true, hint: true, value: true, check: true }

/**
 * A token in a header, of a fixed value or checked by a function.
 *
 * @throws TypeError where an option is wrong
 * @see RFC 6750, section 2.1
 */
export function token(options: TokenOptions): Scheme<TokenProof> {
  checkOptions(options, optionNames, 'token')
  const { key, in: place = 'authorization', hint, value, check } = options
  const inHeader = readPlace(place)
  const readToken = inHeader ? createHeaderReader(key, hint, 'key') : createAuthorizationReader(key, hint)
  if (value !== undefined && check !== undefined) throw new TypeError('give either value or check')
  const keyring = check === undefined ? createKeyring(value, 'value', inHeader ? undefined : token68Bytes) : undefined
  const match = keyring === undefined ? matchByCheck(check) : matchByValue(keyring)

  function verify(request: Incoming, context: SchemeContext): MaybePromise<Evidence<TokenProof>> {
    return after(match(readToken(request), request, context), (label) =>
      credentialEvidence({ scheme: 'token', authenticated: true, covers: coversNothing }, label),
    )
  }
  async function sign(): Promise<Record<string, string>> {
    if (keyring === undefined) throw new TypeError('a token that a function checks cannot be made here')
    const text = headerText(await signingKey(keyring))
    return inHeader ? { [key]: text } : { Authorization: `${key} ${text}` }
  }
  const format = ['token', key, place]
  const traits = (): SchemeTraits =>
    keyring === undefined
      ? { format: JSON.stringify(format).toLowerCase(), credentials: [] }
      : keyringTraits(format, keyring)
  return { verify, sign, traits }
}

/** Whether the token has a header of its own. */
function readPlace(place: string): boolean {
  if (place !== 'authorization' && place !== 'header') throw new TypeError("in must be 'authorization' or 'header'")
  return place === 'header'
}

function token68Bytes(text: string, name: string): Bytes {
  // Else it would be refused whenever it came.
  if (!isToken68(text)) throw new TypeError(`${name} must be letters, digits and -._~+/ in Authorization, then any =`)
  return utf8(text)
}

function matchByValue(keyring: Keyring): Match {
  return (text, request, { crypto }) =>
    after(findCredential(crypto, headerBytes(text), keyring(request.source)), (found) =>
      found === undefined ? refuse('credential_mismatch', 'the token is another') : found.label,
    )
}

function matchByCheck(check: unknown): Match {
  const passes = boundCheck(check)
  return async (text) => {
    if (!(await passes(text))) refuse('credential_mismatch', 'the function that checks the token does not accept it')
    return undefined
  }
}
