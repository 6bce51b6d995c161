// The rows of the threat table in which the library is stricter than jose. Each is told from the token's own text, and
// not from what was done to make it or what the library said; and each names the codes that may answer it.

/** @typedef {{ text: string, seconds: number, tolerance: number, header: object, claims: object }} Reading */

/**
 * Which row a token belongs to, by the row's name; for tokens that jose accepts and took apart.
 *
 * @type {Record<string, { codes: string[], applies: (reading: Reading) => boolean }>}
 */
export const stricterRows = {
  'longer than 8 KiB': {
    codes: ['header_malformed'],
    applies: ({ text }) => text.length > 8192,
  },
  'crit in any form': {
    codes: ['algorithm_refused'],
    applies: ({ header }) => Object.hasOwn(header, 'crit'),
  },
  'b64 in any form': {
    codes: ['algorithm_refused'],
    applies: ({ header }) => Object.hasOwn(header, 'b64'),
  },
  'iat exactly the tolerance old': {
    codes: ['timestamp_too_old'],
    applies: ({ claims, seconds, tolerance }) => seconds - Reflect.get(claims, 'iat') === tolerance,
  },
  'exp or nbf not finite': {
    codes: ['claim_invalid'],
    applies: ({ claims }) =>
      ['exp', 'nbf'].some((name) => Math.abs(Reflect.get(claims, name)) === Number.POSITIVE_INFINITY),
  },
  'signature with =': {
    codes: ['token_malformed'],
    applies: ({ text }) => signatureOf(text).includes('='),
  },
  'signature with white space': {
    codes: ['token_malformed', 'header_malformed'],
    applies: ({ text }) => /\s/.test(signatureOf(text)),
  },
  'signature with another last character': {
    codes: ['signature_mismatch'],
    applies: ({ text }) => /^[\w-]{43}$/.test(signatureOf(text)) && respelt(signatureOf(text)),
  },
  'white space in header or payload': {
    codes: ['token_malformed', 'header_malformed'],
    applies: ({ text }) => /\s/.test(signedOf(text)),
  },
  'padding in header or payload': {
    codes: ['token_malformed'],
    applies: ({ text }) => signedOf(text).includes('='),
  },
  'BOM in header or payload': {
    codes: ['token_malformed'],
    applies: ({ text }) => signedOf(text).split('.').some(beginsWithBom),
  },
}

/** @param {Reading} reading */
export function rowsOf(reading) {
  return Object.keys(stricterRows).filter((name) => stricterRows[name]?.applies(reading))
}

const signatureOf = (text) => text.slice(text.lastIndexOf('.') + 1)
const signedOf = (text) => text.slice(0, text.lastIndexOf('.'))
const respelt = (part) => Buffer.from(part, 'base64url').toString('base64url') !== part
const beginsWithBom = (part) =>
  Buffer.from(part, 'base64url')
    .subarray(0, 3)
    .equals(Buffer.of(0xef, 0xbb, 0xbf))
