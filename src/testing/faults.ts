import { type Bytes, concat, utf8 } from '../core/bytes.ts'

/** One way to damage a body. */
export interface BodyFault {
  readonly name: string
  readonly description: string
  /** Gives `undefined` where the fault cannot be made. */
  readonly change: (body: Bytes) => Bytes | undefined
}

/** One way to damage a header that carries the proof. */
export interface HeaderFault {
  readonly name: string
  readonly description: string
  /** Whether `fetch` sends it as it is. */
  readonly sendable: boolean
  /** Gives the values with which the header arrives; none where it does not. */
  readonly change: (value: string) => readonly string[]
}

/** One way to change where a request goes. */
export interface UrlFault {
  readonly name: string
  readonly description: string
  readonly change: (url: string) => string
}

/** Everything that is done to a body. */
export const bodyFaults: readonly BodyFault[] = [
  { name: 'bit-first', description: 'one bit of the first byte flipped', change: (body) => flip(body, 0) },
  {
    name: 'bit-middle',
    description: 'one bit of the byte in the middle flipped',
    change: (body) => flip(body, body.length >> 1),
  },
  { name: 'bit-last', description: 'one bit of the last byte flipped', change: (body) => flip(body, body.length - 1) },
  { name: 'truncated', description: 'the body without its last byte', change: (body) => body.slice(0, -1) },
  { name: 'appended', description: 'a line feed behind the body', change: (body) => concat([body, utf8('\n')]) },
  {
    name: 'bom',
    description: 'a byte order mark in front of the body',
    change: (body) => concat([new Uint8Array([0xef, 0xbb, 0xbf]), body]),
  },
  { name: 'reserialized', description: 'the same JSON with other white space', change: reserialize },
  { name: 'emptied', description: 'no body at all', change: (body) => body.slice(0, 0) },
]

/** Everything that is done to a header that carries the proof. */
export const headerFaults: readonly HeaderFault[] = [
  { name: 'removed', description: 'is missing', sendable: true, change: () => [] },
  { name: 'emptied', description: 'is empty', sendable: true, change: () => [''] },
  {
    name: 'followed',
    description: 'arrives twice, with another value behind the right one',
    sendable: false,
    change: (value) => [value, replaceMiddle(value)],
  },
  {
    name: 'preceded',
    description: 'arrives twice, with another value ahead of the right one',
    sendable: false,
    change: (value) => [replaceMiddle(value), value],
  },
  {
    name: 'joined',
    description: 'holds the right value and another, joined by a comma',
    sendable: true,
    change: (value) => [`${value}, ${replaceMiddle(value)}`],
  },
  {
    name: 'truncated',
    description: 'lacks its last character',
    sendable: true,
    change: (value) => [value.slice(0, -1)],
  },
  {
    name: 'replaced',
    description: 'has another character of the same alphabet in its middle',
    sendable: true,
    change: (value) => [replaceMiddle(value)],
  },
  {
    name: 'appended',
    description: 'has one more character of the same alphabet at its end',
    sendable: true,
    change: (value) => [value + value.charAt(middleOf(value))],
  },
  {
    name: 'space-around',
    description: 'has a space before and behind it',
    sendable: false,
    change: (value) => [` ${value} `],
  },
  {
    name: 'space-inside',
    description: 'has a space in its middle',
    sendable: true,
    change: (value) => [insert(value, ' ')],
  },
  { name: 'non-ascii', description: 'has an é in its middle', sendable: true, change: (value) => [insert(value, 'é')] },
  { name: 'nul', description: 'has a NUL in its middle', sendable: false, change: (value) => [insert(value, '\0')] },
]

/** Everything that is done to a URL. */
export const urlFaults: readonly UrlFault[] = [
  {
    name: 'path',
    description: 'the URL has one more segment in its path',
    change: (url) => url.replace(/(?=[?#]|$)/, '/elsewhere'),
  },
  {
    name: 'query',
    description: 'the URL has a longer query',
    change: (url) => url.replace(/(?=#|$)/, /^[^#]*\?/.test(url) ? '0' : '?elsewhere'),
  },
]

function flip(body: Bytes, index: number): Bytes | undefined {
  const byte = body[index]
  if (byte === undefined) return undefined
  body[index] = byte ^ 1
  return body
}

function reserialize(body: Bytes): Bytes | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return utf8(JSON.stringify(json, undefined, 2))
  } catch {
    return undefined
  }
}

/**
 * The index nearest the middle with a letter or digit on both sides of the gap before it. Elsewhere a space or
 * another character may stand between two parts of a header, where it changes nothing that was signed.
 */
function middleOf(value: string): number {
  const half = value.length >> 1
  const inner = Array.from(value.matchAll(/(?<=[A-Za-z0-9])[A-Za-z0-9]/g), ({ index }) => index)
  return inner.reduce(
    (best, index) => (Math.abs(index - half) < Math.abs(best - half) ? index : best),
    inner[0] ?? half,
  )
}

function insert(value: string, text: string): string {
  const index = middleOf(value)
  return value.slice(0, index) + text + value.slice(index)
}

/** Digit for digit and letter for letter in its case; the letters are hexadecimal ones. */
function replaceMiddle(value: string): string {
  const index = middleOf(value)
  const character = value.charAt(index)
  const [one, other] = /[0-9]/.test(character) ? ['0', '1'] : /[A-Z]/.test(character) ? ['A', 'B'] : ['a', 'b']
  return value.slice(0, index) + (character === one ? other : one) + value.slice(index + 1)
}
