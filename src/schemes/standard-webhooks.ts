import { after, type Bytes, constantTimeEqual, decodeBase64, headerBytes, type MaybePromise } from '../core/bytes.ts'
import { refuse } from '../core/errors.ts'
import { checkOptions, type OptionNames } from '../core/options.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext, Unsigned } from '../core/scheme.ts'
import { createKeyring, keyringTraits, type SecretOption, signingKey, trySecrets } from '../core/secrets.ts'
import { checkFresh, parseTimestamp, readTolerance } from '../core/time.ts'
import { createHeaderReader } from './parts/header-reader.ts'
import { labelled } from './parts/labelled.ts'

/** What a Standard Webhooks signature proves: the body, the time and the delivery's id. */
export interface StandardWebhooksProof extends Proof {
  readonly scheme: 'standardWebhooks'
  readonly authenticated: true
  readonly covers: { readonly body: true; readonly url: false; readonly time: true }
  readonly signedAt: Date
}

/** The endpoint's secret, and how its headers are read. */
export interface StandardWebhooksOptions {
  /** `whsec_` and base64, or the base64 alone; at least 16 bytes when decoded. Bytes are the key itself. */
  readonly secret: SecretOption
  /** The prefix of the three headers, where only one is to be accepted; either unless told. */
  readonly prefix?: 'webhook' | 'svix'
  /** How far the timestamp may lie behind or ahead, in seconds: 300 unless told. */
  readonly toleranceSeconds?: number
  /** What to look at when the headers are missing, for the error message. */
  readonly hint?: string
}

/** The three headers of one prefix. */
interface HeaderSet {
  readonly id: string
  readonly timestamp: string
  readonly signature: string
}

const prefixes = ['webhook', 'svix'] as const
const maxSignatures = 32
const minKeyBytes = 16
/** Visible ASCII without the full stop, which would let what was signed be read with another id, time and body. */
const idPattern = /^[!-\-/-~]+$/

const optionNames: OptionNames<StandardWebhooksOptions> = {
  secret: true,
  prefix: true,
  toleranceSeconds: true,
  hint: true,
}

/**
 * Standard Webhooks, as Svix sends it: `v1` signatures over id, timestamp and body.
 *
 * @throws TypeError where an option is wrong
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function standardWebhooks(options: StandardWebhooksOptions): Scheme<StandardWebhooksProof> {
  checkOptions(options, optionNames, 'standardWebhooks')
  const { prefix } = options
  if (prefix !== undefined && !prefixes.includes(prefix)) throw new TypeError("prefix must be 'webhook' or 'svix'")
  const readHeaders = createSetReader(prefix === undefined ? prefixes : [prefix], options.hint)
  const tolerance = readTolerance(options.toleranceSeconds)
  const keyring = createKeyring(options.secret, 'secret', decodeSecret, minKeyBytes)

  function verify(request: Incoming, { now, crypto }: SchemeContext): MaybePromise<Evidence<StandardWebhooksProof>> {
    const { id, timestamp, signature } = readHeaders(request)
    const signatures = readSignatures(signature)
    const seconds = parseTimestamp(timestamp)
    checkFresh(seconds, now, tolerance)
    const signed = [headerBytes(`${id}.${timestamp}.`), request.body]
    const match = trySecrets(keyring(request.source), ({ bytes, label }) =>
      after(crypto.hmac(bytes, signed, 'base64'), (expected) =>
        signatures.some((one) => constantTimeEqual(one, expected)) ? evidence(id, seconds, label) : undefined,
      ),
    )
    return after(match, (found) => found ?? refuse('signature_mismatch', mismatch))
  }

  async function sign({ headers, body }: Unsigned, { now, crypto }: SchemeContext): Promise<Record<string, string>> {
    const timestamp = String(Math.floor(now / 1000))
    const name = prefix ?? 'webhook'
    // The same delivery keeps its id however often it is signed.
    const id = headers[`${name}-id`] ?? `msg_${(await crypto.sha256([body], 'hex')).slice(0, 27)}`
    const mac = await crypto.hmac(await signingKey(keyring), [headerBytes(`${id}.${timestamp}.`), body], 'base64')
    return {
      [`${name}-id`]: id,
      [`${name}-timestamp`]: timestamp,
      [`${name}-signature`]: `v1,${mac}`,
    }
  }
  return { verify, sign, traits: () => keyringTraits(['standardWebhooks', prefix], keyring) }
}

const mismatch = 'no signature matches: is it the secret of this endpoint, and is the body untouched?'

/** Reads one complete set of headers. Of two sets, both must be complete and alike: a mixture was put together by someone. */
function createSetReader(names: readonly string[], hint?: string): (request: Incoming) => HeaderSet {
  const title = names.map((name) => `${name}-*`).join(' or ')
  const readers = names.map((name) => ({
    name,
    id: createHeaderReader(`${name}-id`, hint),
    timestamp: createHeaderReader(`${name}-timestamp`, hint),
    signature: createHeaderReader(`${name}-signature`, hint),
  }))
  return (request) => {
    const present = readers.filter(({ name }) =>
      ['id', 'timestamp', 'signature'].some((part) => request.header(`${name}-${part}`).length > 0),
    )
    const [set, other] = present.map(({ id, timestamp, signature }) => ({
      id: id(request),
      timestamp: timestamp(request),
      signature: signature(request),
    }))
    if (set === undefined) refuse('header_missing', `no ${title} headers: ${hint ?? 'is a proxy stripping them?'}`)
    if (other !== undefined && JSON.stringify(set) !== JSON.stringify(other)) {
      refuse('header_malformed', `the ${title} headers came in two sets that differ`)
    }
    if (!idPattern.test(set.id)) refuse('header_malformed', 'the id must be visible ASCII without a full stop')
    return set
  }
}

/** The `v1` signatures of the list; other versions are skipped, as the specification asks. */
function readSignatures(text: string): readonly string[] {
  const entries = text.split(' ')
  if (entries.length > maxSignatures)
    refuse('signature_malformed', `more than ${maxSignatures} signatures in one header`)
  // Some HTTP parsers join two headers of one name by a comma, and others hand over both: neither is one list.
  if (entries.some((entry) => entry === '' || entry.indexOf(',') !== entry.lastIndexOf(',')))
    refuse(
      'signature_malformed',
      'the signatures do not stand in one list, each behind one space: did it arrive twice?',
    )
  const signatures = entries.filter((entry) => /^v1,[A-Za-z0-9+/]{43}=$/.test(entry)).map((entry) => entry.slice(3))
  if (signatures.length === 0)
    refuse('signature_malformed', 'the header holds no v1 signature in base64: v1a and others are not read')
  return signatures
}

function decodeSecret(text: string, name: string): Bytes {
  if (/^wh[ps]k_/.test(text)) throw new TypeError(`${name} is an asymmetric key: this scheme takes a whsec_ secret`)
  const bytes = decodeBase64(text.startsWith('whsec_') ? text.slice(6) : text)
  if (bytes === undefined) throw new TypeError(`${name} is not whsec_ and base64`)
  return bytes
}

function evidence(id: string, seconds: number, credential: string | undefined): Evidence<StandardWebhooksProof> {
  const proof = {
    scheme: 'standardWebhooks',
    authenticated: true,
    covers: { body: true, url: false, time: true },
    signedAt: new Date(seconds * 1000),
  } as const
  return { proof: labelled<StandardWebhooksProof>(proof, credential), identity: { from: 'sender', id } }
}
