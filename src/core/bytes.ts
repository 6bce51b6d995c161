/** Plain bytes. Written so that it means `Uint8Array<ArrayBuffer>` where TypeScript has it, `Uint8Array` before 5.7. */
export type Bytes = ReturnType<Uint8ArrayConstructor['of']>

/** A value that is there at once or comes later: node:crypto answers at once, WebCrypto later. */
export type MaybePromise<T> = T | Promise<T>

/** Whether a value comes later. What is there already is not awaited where time counts: each await costs a turn. */
export function isLater<T>(value: MaybePromise<T>): value is Promise<T> {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && 'then' in value
}

/** Goes on with a value: at once where it is there, else when it comes. */
export function after<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isLater(value) ? Promise.resolve(value).then(next) : next(value)
}

/** What the first item that fits gives, `undefined` where none does; one after another, and at once where it can be. */
export function tryEach<Item, T>(
  items: readonly Item[],
  attempt: (item: Item) => MaybePromise<T | undefined>,
  start = 0,
): MaybePromise<T | undefined> {
  for (let index = start; index < items.length; index += 1) {
    const found = attempt(items[index] as Item) // within the list's length
    if (isLater(found)) return after(found, (value) => value ?? tryEach(items, attempt, index + 1))
    if (found !== undefined) return found
  }
  return undefined
}

/** How bytes are written as text in a header or a claim. */
export type Encoding = 'hex' | 'base64' | 'base64url'

const encoder = /* @__PURE__ */ new TextEncoder()
const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const base64UrlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export function utf8(text: string): Bytes {
  return encoder.encode(text)
}

/** The bytes of anything that is bytes, from any realm; `undefined` for anything else. */
export function asBytes(value: unknown): Bytes | undefined {
  if (ArrayBuffer.isView(value)) {
    // A view, not a copy: the memory stays the caller's, who must not write to it until verify has answered.
    return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength)
  }
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]'
    ? new Uint8Array(value as ArrayBuffer) // the tag was checked; `instanceof` would miss other realms
    : undefined
}

/**
 * The bytes behind a header's text. HTTP parsers hand over one character a byte; a framework that
 * decoded UTF-8 hands over characters above U+00FF, which no single byte can be.
 */
export function headerBytes(value: string): Bytes {
  const bytes = new Uint8Array(value.length)
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i)
    if (code > 0xff) return utf8(value)
    bytes[i] = code
  }
  return bytes
}

/** The inverse of {@link headerBytes}: one character a byte, as `fetch` and `node:http` send it. */
export function headerText(bytes: Bytes): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

export function encode(bytes: Bytes, encoding: Encoding): string {
  if (encoding === 'hex') return hex(bytes)
  const padded = encoding === 'base64'
  return base64(bytes, padded ? base64Alphabet : base64UrlAlphabet, padded)
}

const hexPairs = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function hex(bytes: Bytes): string {
  let text = ''
  for (const byte of bytes) text += hexPairs[byte]
  return text
}

function base64(bytes: Bytes, alphabet: string, padded: boolean): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63)
    if (left > 1) text += alphabet.charAt((group >> 6) & 63)
    if (left > 2) text += alphabet.charAt(group & 63)
    if (padded && left < 3) text += left === 2 ? '=' : '=='
  }
  return text
}

/**
 * Decodes standard base64 (RFC 4648, section 4) exactly: padded, nothing before, between or behind, last bits zero.
 * `undefined` for any other text.
 */
export function decodeBase64(text: string): Bytes | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  // With padding the last digit holds two or four bits that no byte uses; one spelling only, so they must be zero.
  const unused = base64Alphabet.indexOf(text.charAt(text.length - 1 - padding)) & (4 ** padding - 1)
  return unused !== 0 ? undefined : fromBase64(text)
}

/** Decodes text of which each character is one of base64url (RFC 4648, section 5), without padding. @throws where it is cut */
export function decodeBase64Url(text: string): Bytes {
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
}

function fromBase64(text: string): Bytes {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** Joins parts into one array, without a copy where there is one part. */
export function concat(parts: readonly Bytes[]): Bytes {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/**
 * Compares a received text with the expected one in time that depends on the expected length alone.
 * This is the one comparison of the library; what it compares is always an encoded digest.
 */
export function constantTimeEqual(received: string, expected: string): boolean {
  let difference = received.length ^ expected.length
  for (let i = 0; i < expected.length; i += 1) {
    // Past the end of `received`, charCodeAt gives NaN, which counts as 0 here: the lengths already differ.
    difference |= received.charCodeAt(i) ^ expected.charCodeAt(i)
  }
  return difference === 0
}
