import { type Bytes, decodeBase64Url, utf8 } from '../../core/bytes.ts'
import { refuse } from '../../core/errors.ts'
import { isObject, own } from '../../core/foreign.ts'
import { checkFresh } from '../../core/time.ts'

export interface Token {
  readonly header: string
  readonly claims: string
  /** The signing input: what the signature covers. */
  readonly signed: Bytes
  readonly signature: string
}

/** RFC 7515, section 3.1: three parts in base64url. The gate ahead of any decoding: no decoder sees anything else. */
export function splitToken(text: string): Token {
  const [, header, claims, signature] = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)$/.exec(text) ?? []
  if (header === undefined || claims === undefined || signature === undefined)
    refuse('token_malformed', 'the header holds no JWT in three parts')
  return { header, claims, signed: utf8(`${header}.${claims}`), signature }
}

/**
 * Makes the check of the header, which goes ahead of the signature: a token by another algorithm is told so, and its
 * signature has another length. A sender's header is the same in each token, so the last good one is not decoded again.
 */
export function createHeaderCheck(): (token: Token) => void {
  let good: string | undefined
  return ({ header, signature }) => {
    if (header !== good) checkProtectedHeader(header)
    good = header
    if (signature.length !== 43)
      refuse('signature_malformed', "the token's signature does not have the length of HS256")
  }
}

function checkProtectedHeader(part: string): void {
  const header = decodePart(part)
  if (own(header, 'alg') !== 'HS256') refuse('algorithm_refused', 'the token is not signed with HS256')
  // RFC 7515, section 4.1.11: an extension that is not understood must be refused, and none is understood here.
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) {
    refuse('algorithm_refused', 'the token asks for extensions (crit or b64), and none is accepted')
  }
}

export function readClaims({ claims }: Token): object {
  return decodePart(claims)
}

// JSON has no byte order mark, so it is not dropped.
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** RFC 7515, section 3: a JSON object in UTF-8, in base64url. */
function decodePart(part: string): object {
  try {
    const json: unknown = JSON.parse(decoder.decode(decodeBase64Url(part)))
    if (isObject(json)) return json
  } catch {
    // Said below; the cause quotes the token.
  }
  refuse('token_malformed', 'a part of the token is not a JSON object in UTF-8')
}

/** Checks `iat` with the tolerance, and `exp` and `nbf` exactly (RFC 7519, sections 4.1.4 to 4.1.6); gives `iat`. */
export function checkTimes(claims: object, now: number, tolerance: number): number {
  const iat = own(claims, 'iat')
  if (typeof iat !== 'number' || !Number.isFinite(iat) || iat <= 0) {
    refuse('claim_invalid', 'the token is genuine but its iat is not a time in seconds')
  }
  checkFresh(iat, now, tolerance)
  const seconds = Math.floor(now / 1000)
  if (readDate(claims, 'exp', Number.POSITIVE_INFINITY) <= seconds)
    refuse('timestamp_too_old', 'the token has expired (exp)')
  if (readDate(claims, 'nbf', 0) > seconds) refuse('timestamp_too_new', 'the token is not valid yet (nbf)')
  return iat
}

function readDate(claims: object, claim: string, absent: number): number {
  if (!Object.hasOwn(claims, claim)) return absent
  const value = own(claims, claim)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  refuse('claim_invalid', `the token is genuine but its ${claim} is not a time in seconds`)
}
