import {
  after,
  type Bytes,
  constantTimeEqual,
  decodeBase64,
  headerBytes,
  type MaybePromise,
  tryEach,
} from '../core/bytes.ts'
import { refuse } from '../core/errors.ts'
import { checkOptions, type OptionNames } from '../core/options.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext, SchemeTraits, Unsigned } from '../core/scheme.ts'
import {
  createKeyring,
  type Keyring,
  keyringTraits,
  type SecretOption,
  signingKey,
  trySecrets,
} from '../core/secrets.ts'
import { type RequestLine, requestLine } from '../core/target.ts'
import { checkFresh, readTolerance } from '../core/time.ts'
import { parseMembers } from './parts/authorization-members.ts'
import { createHeaderReader, hasControls } from './parts/header-reader.ts'
import { createHostReader, type HostOption, hostOfUrl } from './parts/host.ts'
import { parseHttpDate } from './parts/http-date.ts'
import { labelled } from './parts/labelled.ts'

/** What the `Authorization: HMAC-SHA256` format proves: method, URL, host, body and time. */
export interface AuthorizationProof extends Proof {
  readonly scheme: 'authorization'
  readonly authenticated: true
  readonly covers: { readonly body: true; readonly url: true; readonly time: true }
  readonly signedAt: Date
}

/** Whose signature, and for which host. */
export interface AuthorizationOptions {
  /** The `Credential` that must be named; without it, `Authorization` must name none. */
  readonly clientId?: string
  /** The HMAC key: a string stands for its UTF-8 bytes, unless `secretEncoding` says that it is base64. */
  readonly secret: SecretOption
  /** How a string becomes the key: `'utf8'` unless told. */
  readonly secretEncoding?: 'utf8' | 'base64'
  /** The host or hosts that the sender addresses. Without a port, any port of it matches, signed or left out. */
  readonly host: HostOption
  /** How far the date may lie behind or ahead, in seconds: 900 unless told. */
  readonly toleranceSeconds?: number
  /** What to look at when the header is missing, for the error message. */
  readonly hint?: string
}

const dateHeaders = ['x-ms-date', 'date'] as const

const optionNames: OptionNames<AuthorizationOptions> = {
  clientId: true,
  secret: true,
  secretEncoding: true,
  host: true,
  toleranceSeconds: true,
  hint: true,
}

/**
 * HMAC-SHA256 over method, path and query, date, host and content hash, in the `Authorization` header.
 *
 * @throws TypeError where an option is wrong
 * @see https://learn.microsoft.com/azure/azure-app-configuration/rest-api-authentication-hmac
 */
export function authorization(options: AuthorizationOptions): Scheme<AuthorizationProof> {
  checkOptions(options, optionNames, 'authorization')
  const { clientId, hint } = options
  checkClientId(clientId)
  const readAuthorization = createHeaderReader('Authorization', hint)
  const readContentHash = createHeaderReader('x-ms-content-sha256', hint)
  const readHosts = createHostReader(options.host)
  const tolerance = readTolerance(options.toleranceSeconds ?? 900)
  const keyring = createSecretKeyring(options)

  function verify(request: Incoming, { now, crypto }: SchemeContext): MaybePromise<Evidence<AuthorizationProof>> {
    const members = parseMembers(readAuthorization(request))
    const date = readDate(request, members.signedHeaders)
    const seconds = parseHttpDate(date)
    checkFresh(seconds, now, tolerance)
    const declared = readContentHash(request)
    return after(crypto.sha256([request.body], 'base64'), (contentHash) => {
      if (declared !== contentHash) refuse('body_hash_mismatch', anotherBody)
      const line = checkedLine(request)
      const texts = readHosts(request).map((host) => signedText(line, date, host, contentHash))
      const match = trySecrets(keyring(request.source), ({ bytes, label }) =>
        tryEach(texts, (text) =>
          after(crypto.hmac(bytes, [text], 'base64'), (expected) => {
            const same = constantTimeEqual(members.signature, expected) && members.credential === clientId
            return same ? evidence(text, seconds, label) : undefined
          }),
        ),
      )
      return after(match, (found) => found ?? refuse('signature_mismatch', mismatch))
    })
  }
  async function sign(
    { method, url, body }: Unsigned,
    { now, crypto }: SchemeContext,
  ): Promise<Record<string, string>> {
    const [date, host] = [new Date(now).toUTCString(), hostOfUrl(url)]
    const contentHash = await crypto.sha256([body], 'base64')
    const text = signedText(requestLine({ method, url }), date, host, contentHash)
    const signature = await crypto.hmac(await signingKey(keyring), [text], 'base64')
    const credential = clientId === undefined ? '' : `Credential=${clientId}&`
    return {
      host,
      'x-ms-date': date,
      'x-ms-content-sha256': contentHash,
      Authorization: `HMAC-SHA256 ${credential}SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    }
  }
  // The client id is not signed: one secret under two ids would let a sender go by either.
  const traits = (): SchemeTraits => keyringTraits(['authorization', clientId !== undefined], keyring)
  return { verify, sign, traits }
}

const anotherBody = 'x-ms-content-sha256 is of another body: was the body changed or parsed?'
const mismatch = 'the signature does not match: the client, the secret, the host, the URL or the body is another'

function checkClientId(clientId: unknown): void {
  if (clientId !== undefined && (typeof clientId !== 'string' || !/^[^&\s]+$/.test(clientId)))
    throw new TypeError('clientId must be a text without & or white space')
}

function createSecretKeyring({ secret, secretEncoding = 'utf8' }: AuthorizationOptions): Keyring {
  if (secretEncoding === 'utf8') return createKeyring(secret)
  if (secretEncoding !== 'base64') throw new TypeError("secretEncoding must be 'utf8' or 'base64'")
  return createKeyring(secret, 'secret', (text, name) => {
    const bytes = decodeBase64(text)
    if (bytes === undefined) throw new TypeError(`${name} is not base64`)
    return bytes
  })
}

/** The names of the headers are not signed. To follow any list would let old values return under other names. */
function readDate(request: Incoming, signedHeaders: string): string {
  const name = dateHeaders.find((one) => signedHeaders === `${one};host;x-ms-content-sha256`)
  if (name === undefined)
    refuse('signature_malformed', 'SignedHeaders is not x-ms-date (or date);host;x-ms-content-sha256')
  if (dateHeaders.every((one) => request.header(one).length > 0)) {
    refuse('header_malformed', 'both x-ms-date and Date are there, and only one was signed')
  }
  return createHeaderReader(name)(request)
}

/** HTTP parsers let no control characters through; the lines of the signed text are joined by them. */
function checkedLine(request: Incoming): RequestLine {
  const line = requestLine(request.source)
  if (hasControls(line.target)) refuse('signature_mismatch', 'the URL has control characters')
  return line
}

function signedText({ method, target }: RequestLine, date: string, host: string, contentHash: string): Bytes {
  return headerBytes(`${method}\n${target}\n${date};${host};${contentHash}`)
}

function evidence(text: Bytes, seconds: number, credential: string | undefined): Evidence<AuthorizationProof> {
  const covers = { body: true, url: true, time: true } as const
  const proof = { scheme: 'authorization', authenticated: true, covers, signedAt: new Date(seconds * 1000) } as const
  return {
    proof: labelled<AuthorizationProof>(proof, credential),
    identity: { from: 'signature', signed: [text] },
  }
}
