import { after, headerBytes, headerText, type MaybePromise } from '../core/bytes.ts'
import { refuse } from '../core/errors.ts'
import { checkOptions, type OptionNames } from '../core/options.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext } from '../core/scheme.ts'
import { createKeyring, keyringTraits, type SecretOption, signingKey } from '../core/secrets.ts'
import { coversNothing, credentialEvidence, findCredential } from './parts/credential.ts'
import { createHeaderReader } from './parts/header-reader.ts'

/** What a static header proves: that the sender knows the value. Nothing of the request is covered. */
export interface HeaderProof extends Proof {
  readonly scheme: 'header'
  readonly authenticated: true
  readonly covers: typeof coversNothing
}

/** Which header, and its value. */
export interface HeaderOptions {
  /** The header's name. */
  readonly name: string
  /** The value it must have, whole and exact; several while it is being rotated. */
  readonly value: SecretOption
  /** What to look at when the header is missing, for the error message. */
  readonly hint?: string
}

const optionNames: OptionNames<HeaderOptions> = { name: true, value: true, hint: true }

/**
 * A secret value in a header. Whoever has seen one request can send any other.
 *
 * @throws TypeError where an option is wrong
 */
export function header(options: HeaderOptions): Scheme<HeaderProof> {
  checkOptions(options, optionNames, 'header')
  const { name, value, hint } = options
  const readHeader = createHeaderReader(name, hint, 'name')
  const keyring = createKeyring(value, 'value')

  function verify(request: Incoming, { crypto }: SchemeContext): MaybePromise<Evidence<HeaderProof>> {
    const received = headerBytes(readHeader(request))
    return after(findCredential(crypto, received, keyring(request.source)), (match) => {
      if (match === undefined) refuse('credential_mismatch', `${name} does not hold the expected value`)
      return credentialEvidence({ scheme: 'header', authenticated: true, covers: coversNothing }, match.label)
    })
  }
  return {
    verify,
    sign: async () => ({ [name]: headerText(await signingKey(keyring)) }),
    traits: () => keyringTraits(['header', name], keyring),
  }
}
