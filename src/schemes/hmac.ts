import { after, type Bytes, constantTimeEqual, type MaybePromise } from '../core/bytes.ts'
import { refuse } from '../core/errors.ts'
import { checkOptions, type OptionNames } from '../core/options.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext } from '../core/scheme.ts'
import { createKeyring, keyringTraits, type SecretOption, signingKey, trySecrets } from '../core/secrets.ts'
import { checkFresh, parseTimestamp, readTolerance } from '../core/time.ts'
import { labelled } from './parts/labelled.ts'
import { createSignatureReader, type SignatureHeaderOptions, writeSignature } from './parts/signature-header.ts'
import { compileSignedText } from './parts/signed-text.ts'

/** What an HMAC of the body proves; with a signed timestamp also the time. */
export interface HmacProof<Time extends boolean = boolean> extends Proof {
  readonly scheme: 'hmac'
  readonly authenticated: true
  readonly covers: { readonly body: true; readonly url: false; readonly time: Time }
}

/** Where the signature is, and what is signed. */
export interface HmacOptions extends SignatureHeaderOptions {
  /** The HMAC key: a string stands for its UTF-8 bytes. */
  readonly secret: SecretOption
  /** What is signed: `{body}`, or `{timestamp}.{body}` where there is a timestamp, unless told. */
  readonly signedText?: string
  /** How far the timestamp may lie behind or ahead, in seconds: 300 unless told. */
  readonly toleranceSeconds?: number
}

type WithTimestamp = { readonly timestampHeader: string } | { readonly fields: { readonly timestamp: string } }
type WithoutTimestamp = { readonly timestampHeader?: never; readonly fields?: { readonly timestamp?: never } }

const optionNames: OptionNames<HmacOptions> = {
  header: true,
  secret: true,
  encoding: true,
  prefix: true,
  fields: true,
  timestampHeader: true,
  signedText: true,
  toleranceSeconds: true,
  hint: true,
}

/**
 * An HMAC-SHA256 of the body in a header, with a timestamp where the sender signs one.
 *
 * @throws TypeError where an option is wrong
 * @see RFC 2104
 */
export function hmac(options: HmacOptions & WithTimestamp): Scheme<HmacProof<true>>
export function hmac(options: HmacOptions & WithoutTimestamp): Scheme<HmacProof<false>>
export function hmac(options: HmacOptions): Scheme<HmacProof>
export function hmac(options: HmacOptions): Scheme<HmacProof> {
  checkOptions(options, optionNames, 'hmac')
  const { encoding = 'hex', fields, timestampHeader } = options
  const timed = timestampHeader !== undefined || fields?.timestamp !== undefined
  const readSignature = createSignatureReader(options)
  const signedText = compileSignedText(options.signedText ?? (timed ? '{timestamp}.{body}' : '{body}'), timed)
  const tolerance = readTolerance(options.toleranceSeconds)
  const keyring = createKeyring(options.secret)

  function verify(request: Incoming, { now, crypto }: SchemeContext): MaybePromise<Evidence<HmacProof>> {
    const { signatures, timestamp } = readSignature(request)
    const seconds = timestamp === undefined ? undefined : parseTimestamp(timestamp)
    if (seconds !== undefined) checkFresh(seconds, now, tolerance)

    const signed = signedText(request.body, timestamp)
    const match = trySecrets(keyring(request.source), ({ bytes, label }) =>
      after(crypto.hmac(bytes, signed, encoding), (expected) =>
        signatures.some((signature) => constantTimeEqual(signature, expected))
          ? evidence(signed, seconds, label)
          : undefined,
      ),
    )
    return after(match, (found) => found ?? refuse('signature_mismatch', mismatch))
  }

  async function sign({ body }: { body: Bytes }, { now, crypto }: SchemeContext): Promise<Record<string, string>> {
    const timestamp = timed ? String(Math.floor(now / 1000)) : undefined
    const mac = await crypto.hmac(await signingKey(keyring), signedText(body, timestamp), encoding)
    return writeSignature(options, mac, timestamp)
  }
  const format = ['hmac', options.header, encoding, options.prefix, fields, timestampHeader, options.signedText]
  return { verify, sign, traits: () => keyringTraits(format, keyring) }
}

const mismatch = 'the signature does not match: is it the right secret, and is the body untouched?'

function evidence(
  signed: readonly Bytes[],
  seconds: number | undefined,
  credential: string | undefined,
): Evidence<HmacProof> {
  const covers = { body: true, url: false, time: seconds !== undefined } as const
  const proof = { scheme: 'hmac', authenticated: true, covers } as const
  return {
    proof: labelled<HmacProof>(
      seconds === undefined ? proof : Object.assign(proof, { signedAt: new Date(seconds * 1000) }),
      credential,
    ),
    // Without a time, what is signed is the body, and equal bodies are signed alike.
    identity: seconds === undefined ? { from: 'body' } : { from: 'signature', signed },
  }
}
