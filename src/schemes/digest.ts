import { after, type Bytes, constantTimeEqual, headerBytes, type MaybePromise } from '../core/bytes.ts'
import { refuse } from '../core/errors.ts'
import { checkOptions, type OptionNames } from '../core/options.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext, Unsigned } from '../core/scheme.ts'
import { createKeyring, keyringTraits, type SecretOption, signingKey, trySecrets } from '../core/secrets.ts'
import { requestLine } from '../core/target.ts'
import { checkFresh, readTolerance } from '../core/time.ts'
import { createHeaderReader, hasControls } from './parts/header-reader.ts'
import { formatUtcTime, parseUtcTime } from './parts/http-date.ts'
import { labelled } from './parts/labelled.ts'

/** What the `HMACSHA256=` format proves: the body, the path, the time and the request's id. */
export interface DigestProof extends Proof {
  readonly scheme: 'digest'
  readonly authenticated: true
  /** Of the URL the path is signed, and neither query, host nor method: a query can be added, changed and taken away. */
  readonly covers: { readonly body: true; readonly url: false; readonly time: true }
  readonly signedAt: Date
}

/** Whose signature. */
export interface DigestOptions {
  /** The `Client-Id` that the sender names. */
  readonly clientId: string
  /** The HMAC key: a string stands for its UTF-8 bytes. */
  readonly secret: SecretOption
  /** How far `Request-Timestamp` may lie behind or ahead, in seconds: 900 unless told. */
  readonly toleranceSeconds?: number
  /** What to look at when a header is missing, for the error message. */
  readonly hint?: string
}

/** What is signed beside the body. */
interface Signed {
  readonly clientId: string
  readonly requestId: string
  readonly timestamp: string
  readonly path: string
}

const optionNames: OptionNames<DigestOptions> = { clientId: true, secret: true, toleranceSeconds: true, hint: true }

/**
 * HMAC-SHA256 over client id, request id, timestamp, path and digest of the body, in the header `Signature`.
 *
 * @throws TypeError where an option is wrong
 */
export function digest(options: DigestOptions): Scheme<DigestProof> {
  checkOptions(options, optionNames, 'digest')
  const { clientId, secret, toleranceSeconds, hint } = options
  if (typeof clientId !== 'string' || !/^\S+$/.test(clientId))
    throw new TypeError('clientId must be a text without white space')
  const read = {
    signature: createHeaderReader('Signature', hint),
    clientId: createHeaderReader('Client-Id', hint),
    requestId: createHeaderReader('Request-Id', hint),
    timestamp: createHeaderReader('Request-Timestamp', hint),
  }
  const tolerance = readTolerance(toleranceSeconds ?? 900)
  const keyring = createKeyring(secret)

  function verify(request: Incoming, { now, crypto }: SchemeContext): MaybePromise<Evidence<DigestProof>> {
    const signature = readSignature(read.signature(request))
    const timestamp = read.timestamp(request)
    const seconds = parseUtcTime(timestamp)
    checkFresh(seconds, now, tolerance)
    const path = readPath(request)
    const signed = { clientId: read.clientId(request), requestId: read.requestId(request), timestamp, path }
    const hash = request.body.length === 0 ? undefined : crypto.sha256([request.body], 'base64')
    const match = after(hash, (bodyHash) => {
      const text = [signedText(signed, bodyHash)]
      return trySecrets(keyring(request.source), ({ bytes, label }) =>
        after(crypto.hmac(bytes, text, 'base64'), (expected) =>
          constantTimeEqual(signature, expected) && signed.clientId === clientId
            ? evidence(signed.requestId, seconds, label)
            : undefined,
        ),
      )
    })
    return after(match, (found) => found ?? refuse('signature_mismatch', mismatch))
  }
  async function sign(
    { method, url, body }: Unsigned,
    { now, crypto }: SchemeContext,
  ): Promise<Record<string, string>> {
    const [hash, name] = [await crypto.sha256([body], 'base64'), await crypto.sha256([body], 'hex')]
    const path = requestLine({ method, url }).target.split('?', 1)[0] ?? '/'
    // The same delivery keeps its id however often it is signed.
    const signed = { clientId, requestId: name.slice(0, 32), timestamp: formatUtcTime(now), path }
    const text = signedText(signed, body.length === 0 ? undefined : hash)
    return {
      'Client-Id': clientId,
      'Request-Id': signed.requestId,
      'Request-Timestamp': signed.timestamp,
      Signature: `HMACSHA256=${await crypto.hmac(await signingKey(keyring), [text], 'base64')}`,
    }
  }
  return { verify, sign, traits: () => keyringTraits(['digest'], keyring, clientId) }
}

const mismatch = 'the signature does not match: the client, the secret, the path or the body is another'

function readPath({ source }: Incoming): string {
  const { target } = requestLine(source)
  // HTTP parsers let none through; with one, a path could stand for the Digest line of a body that was taken away.
  if (hasControls(target)) refuse('signature_mismatch', 'the URL has control characters')
  return target.split('?', 1)[0] ?? target
}

function readSignature(value: string): string {
  const [, signature] = /^HMACSHA256=([A-Za-z0-9+/]{43}=)$/.exec(value) ?? []
  return signature ?? refuse('signature_malformed', 'Signature does not hold HMACSHA256= and base64')
}

/** One line a part. A request without a body has no Digest line, so a body that is added changes the text. */
function signedText({ clientId, requestId, timestamp, path }: Signed, bodyHash: string | undefined): Bytes {
  const lines = [
    `Client-Id:${clientId}`,
    `Request-Id:${requestId}`,
    `Request-Timestamp:${timestamp}`,
    `Request-Target:${path}`,
  ]
  if (bodyHash !== undefined) lines.push(`Digest:${bodyHash}`)
  return headerBytes(lines.join('\n'))
}

function evidence(id: string, seconds: number, credential: string | undefined): Evidence<DigestProof> {
  const covers = { body: true, url: false, time: true } as const
  const proof = { scheme: 'digest', authenticated: true, covers, signedAt: new Date(seconds * 1000) } as const
  return { proof: labelled<DigestProof>(proof, credential), identity: { from: 'sender', id } }
}
