import { after, type Bytes, type MaybePromise } from '../core/bytes.ts'
import { refuse } from '../core/errors.ts'
import { checkOptions, type OptionNames } from '../core/options.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext, SchemeTraits } from '../core/scheme.ts'
import { createKeyring, keyringTraits, type SecretOption } from '../core/secrets.ts'
import { checkFresh, readTolerance } from '../core/time.ts'
import { parseAmzDate, parseAuthorization } from './parts/aws4-authorization.ts'
import type { PathEncoding } from './parts/aws4-canonical.ts'
import { findSigned } from './parts/aws4-match.ts'
import { canonicalCandidates, mismatchHint, readPayloadHash, unsignedPayload } from './parts/aws4-request.ts'
import { signAws4 } from './parts/aws4-sign.ts'
import { createSigningKeys } from './parts/aws4-steps.ts'
import { createHeaderReader } from './parts/header-reader.ts'
import { createHostReader, type HostOption } from './parts/host.ts'
import { labelled } from './parts/labelled.ts'

/** What an AWS4 signature proves: method, URL, signed headers, time and, unless its payload is unsigned, the body. */
export interface Aws4Proof<Body extends boolean = boolean> extends Proof {
  readonly scheme: 'aws4'
  readonly authenticated: true
  readonly covers: { readonly body: Body; readonly url: true; readonly time: true }
  readonly signedAt: Date
}

/** Whose signature, for which scope and host. */
export interface Aws4Options {
  /** The access key that the credential must name. */
  readonly accessKeyId: string
  /** Its secret: a string stands for its UTF-8 bytes. */
  readonly secretAccessKey: SecretOption
  /** The region of the credential scope, such as `us-east-1`. */
  readonly region: string
  /** The service of the credential scope, such as `execute-api`. */
  readonly service: string
  /** The host or hosts that the sender addresses. Without a port, any port of it matches, signed or left out. */
  readonly host: HostOption
  /** `'double'`, as every service but S3 does, unless told. */
  readonly pathEncoding?: PathEncoding
  /**
   * Whether the sender resolves dots and repeated slashes before it signs a path, as AWS' SDKs do: `false` unless told,
   * and a path that has such must be signed as it is sent. With `true` one signature fits `/p`, `//p`, `/./p` and
   * `/x/../p`: only where the routes behind it take them for one.
   */
  readonly normalizePath?: boolean
  /** Accepts `UNSIGNED-PAYLOAD`, which covers no body. */
  readonly dangerouslyAllowUnsignedPayload?: boolean
  /** How far `x-amz-date` may lie behind or ahead, in seconds: 900 unless told. */
  readonly toleranceSeconds?: number
  /** What to look at when the header is missing, for the error message. */
  readonly hint?: string
}

const optionNames: OptionNames<Aws4Options> = {
  accessKeyId: true,
  secretAccessKey: true,
  region: true,
  service: true,
  host: true,
  pathEncoding: true,
  normalizePath: true,
  dangerouslyAllowUnsignedPayload: true,
  toleranceSeconds: true,
  hint: true,
}

/**
 * AWS Signature Version 4 in the `Authorization` header, verified on the receiving side.
 *
 * @throws TypeError where an option is wrong
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function aws4(options: Aws4Options): Scheme<Aws4Proof> {
  checkOptions(options, optionNames, 'aws4')
  const { accessKeyId, region, service, dangerouslyAllowUnsignedPayload = false } = options
  const { pathEncoding = 'double', normalizePath = false } = options
  checkTexts({ accessKeyId, region, service })
  if (pathEncoding !== 'double' && pathEncoding !== 'single')
    throw new TypeError("pathEncoding must be 'double' or 'single'")
  checkFlags({ normalizePath, dangerouslyAllowUnsignedPayload })
  const readAuthorization = createHeaderReader('Authorization', options.hint)
  const readDate = createHeaderReader('x-amz-date')
  const readHosts = createHostReader(options.host)
  const tolerance = readTolerance(options.toleranceSeconds ?? 900)
  const keyring = createKeyring(options.secretAccessKey, 'secretAccessKey')
  const signingKeys = createSigningKeys(region, service)
  const path = { pathEncoding, normalizePath }

  function verify(request: Incoming, { now, crypto }: SchemeContext): MaybePromise<Evidence<Aws4Proof>> {
    const received = parseAuthorization(readAuthorization(request))
    const date = readDate(request)
    const seconds = parseAmzDate(date)
    checkFresh(seconds, now, tolerance)
    checkScope(received.scope, `${date.slice(0, 8)}/${region}/${service}/aws4_request`)
    const hosts = readHosts(request)
    if (hosts.length === 0)
      refuse('host_mismatch', 'the Host header is not in the option host: let the proxy pass Host on')
    return after(readPayloadHash(request, crypto, dangerouslyAllowUnsignedPayload), (payloadHash) => {
      const texts = canonicalCandidates(request, received, hosts, payloadHash, path)
      const keyOf = (secret: Bytes): MaybePromise<Bytes> => signingKeys(crypto, secret, date.slice(0, 8))
      const comparison = { crypto, received, date, accessKeyId, keyOf }
      const match = after(keyring(request.source), (secrets) => findSigned(texts, secrets, comparison))
      return after(match, (found) => {
        if (found !== undefined) return evidence(found.canonical, payloadHash !== unsignedPayload, seconds, found.label)
        refuse('signature_mismatch', `the signature does not match: ${mismatchHint(request, path)}`)
      })
    })
  }
  const format = ['aws4', pathEncoding, normalizePath, dangerouslyAllowUnsignedPayload]
  // The access key is not signed: one secret under two keys would let a sender go by either.
  const traits = (): SchemeTraits => keyringTraits(format, keyring)
  return {
    verify,
    sign: (request, context) => signAws4({ ...options, ...path, keyring }, request, context),
    traits,
  }
}

function checkTexts(texts: Readonly<Record<string, unknown>>): void {
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== 'string' || !/^[^\s/]+$/.test(text)) {
      throw new TypeError(`${name} must be a text without white space or slashes: is the environment variable set?`)
    }
  }
}

function checkFlags(flags: Readonly<Record<string, unknown>>): void {
  for (const [name, flag] of Object.entries(flags)) {
    // The text 'false' of an environment variable would otherwise count as true.
    if (typeof flag !== 'boolean') throw new TypeError(`${name} must be true or false`)
  }
}

function checkScope(received: string, expected: string): void {
  if (received !== expected) {
    refuse(
      'credential_mismatch',
      'the credential scope is of another day, region or service than the options and x-amz-date',
    )
  }
}

function evidence(
  canonical: Bytes,
  body: boolean,
  seconds: number,
  credential: string | undefined,
): Evidence<Aws4Proof> {
  const covers = { body, url: true, time: true } as const
  const proof = { scheme: 'aws4', authenticated: true, covers, signedAt: new Date(seconds * 1000) } as const
  return {
    proof: labelled<Aws4Proof>(proof, credential),
    // The canonical request, since one signature can be spelt in several ways; it says nothing of an unsigned body.
    identity: body ? { from: 'signature', signed: [canonical] } : { from: 'body' },
  }
}
