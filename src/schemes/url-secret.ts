import { after, type Bytes, headerBytes, headerText, type MaybePromise } from '../core/bytes.ts'
import { refuse } from '../core/errors.ts'
import { checkOptions, type OptionNames } from '../core/options.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext } from '../core/scheme.ts'
import { createKeyring, keyringTraits, type SecretOption, signingKey } from '../core/secrets.ts'
import { requestTarget } from '../core/target.ts'
import { uriEncode } from './parts/aws4-canonical.ts'
import { coversNothing, credentialEvidence, findCredential } from './parts/credential.ts'

/** What a secret in the URL proves: that the sender knows the URL. Nothing of the request is covered. */
export interface UrlSecretProof extends Proof {
  readonly scheme: 'urlSecret'
  readonly authenticated: true
  readonly covers: typeof coversNothing
}

/** The secret, and where in the URL it is. */
export interface UrlSecretOptions {
  /** The secret as it stands in the URL, before percent-encoding. */
  readonly secret: SecretOption
  /** The query parameter that holds it; the last segment of the path unless told. */
  readonly parameter?: string
}

const optionNames: OptionNames<UrlSecretOptions> = { secret: true, parameter: true }

/**
 * A secret in the URL, for senders that sign nothing but let the URL be chosen. URLs end up in access logs: keep this
 * one out of them.
 *
 * @throws TypeError where an option is wrong
 */
export function urlSecret(options: UrlSecretOptions): Scheme<UrlSecretProof> {
  checkOptions(options, optionNames, 'urlSecret')
  const { secret, parameter } = options
  if (parameter !== undefined && (typeof parameter !== 'string' || parameter === '')) {
    throw new TypeError('parameter must be the name of a query parameter')
  }
  const keyring = createKeyring(secret)
  const read = parameter === undefined ? readSegment : (target: string) => readParameter(target, parameter)

  function verify(request: Incoming, { crypto }: SchemeContext): MaybePromise<Evidence<UrlSecretProof>> {
    const target = requestTarget(request.source)
    if (target === undefined) throw new TypeError('urlSecret needs the request to have a url')
    // No client sends a fragment, and routers differ in what they make of one.
    if (target.includes('#')) refuse('credential_mismatch', 'the URL has a fragment')
    return after(findCredential(crypto, read(target), keyring(request.source)), (match) => {
      if (match === undefined) refuse('credential_mismatch', 'the URL does not hold the secret')
      return credentialEvidence({ scheme: 'urlSecret', authenticated: true, covers: coversNothing }, match.label)
    })
  }
  async function signUrl(url: string): Promise<string> {
    const text = uriEncode(headerText(await signingKey(keyring)), false)
    const [, path = '', query = ''] = /^([^?]*)(.*)$/s.exec(url) ?? []
    if (parameter === undefined) return `${path.endsWith('/') ? path : `${path}/`}${text}${query}`
    return `${url}${query === '' ? '?' : '&'}${encodeURIComponent(parameter)}=${text}`
  }
  return { verify, sign: () => ({}), signUrl, traits: () => keyringTraits(['urlSecret', parameter], keyring) }
}

function readSegment(target: string): Bytes {
  const path = target.split('?', 1)[0] ?? ''
  return decode(path.slice(path.lastIndexOf('/') + 1))
}

function readParameter(target: string, parameter: string): Bytes {
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : ''
  const values = query.split('&').filter((pair) => pair.startsWith(`${encodeURIComponent(parameter)}=`))
  const [pair] = values
  if (pair === undefined || values.length > 1) refuse('credential_mismatch', 'the URL does not hold the secret once')
  return decode(pair.slice(pair.indexOf('=') + 1))
}

/** Percent-encoding alone: `+` stands for itself. */
function decode(text: string): Bytes {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) refuse('credential_mismatch', 'the URL does not hold the secret')
  const decoded = text.replace(/%(..)/g, (_escape, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return headerBytes(decoded)
}
