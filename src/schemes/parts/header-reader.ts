import { refuse } from '../../core/errors.ts'
import type { Incoming } from '../../core/scheme.ts'

/** One header name, or several that may carry the same value. */
export type HeaderNames = string | readonly string[]

const maxHeaderLength = 8192
const defaultHint = 'is a proxy stripping it?'

/** Reads the one value of a header. */
export type HeaderReader = (request: Incoming) => string

/**
 * Makes the reader of a header that must be there exactly once, or under several names with one value.
 *
 * @param names the option, as the user gave it; matched in any case
 * @param hint what to look at where the header is missing
 * @param option the option's name, for the message of its TypeError
 * @throws TypeError where a name is not a header name
 */
export function createHeaderReader(names: HeaderNames, hint = defaultHint, option = 'header'): HeaderReader {
  const list = readHeaderNames(names, option)
  const title = list.join(' or ')
  const lower = list.map((name) => name.toLowerCase())
  return (request) => {
    let value: string | undefined
    for (const name of lower) {
      const values = request.header(name)
      const [found] = values
      if (found === undefined) continue
      if (values.length > 1 || (value !== undefined && value !== found)) {
        refuse('header_malformed', `${title} came with several values, and only one can be right`)
      }
      value = found
    }
    if (value === undefined || value === '') refuse('header_missing', `no ${title} header: ${hint}`)
    // HTTP parsers let none through; a request that was put together by hand might, and lines are joined by them.
    if (hasControls(value)) refuse('header_malformed', `${title} has control characters`)
    if (value.length > maxHeaderLength)
      refuse('header_malformed', `${title} is longer than ${maxHeaderLength} characters`)
    return value
  }
}

function readHeaderNames(names: HeaderNames, option: string): readonly string[] {
  const list = typeof names === 'string' ? [names] : names
  if (!Array.isArray(list) || list.length === 0 || !list.every(isHeaderName))
    throw new TypeError(`${option} must be a header name, or a list of them`)
  return list
}

/** Whether it is a token (RFC 9110, section 5.6.2), as a field's name is. */
function isHeaderName(name: unknown): boolean {
  return typeof name === 'string' && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)
}

/** The name to sign under. */
export function firstHeader(names: HeaderNames): string {
  return typeof names === 'string' ? names : (names[0] ?? '')
}

/** Whether a text holds an ASCII control character (RFC 5234, CTL). */
export function hasControls(text: string): boolean {
  return /[^ -~\u0080-\uffff]/.test(text)
}
