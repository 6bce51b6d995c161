// @ts-check

/**
 * A request with its exact bytes; a header has several values where it is sent several times.
 *
 * @typedef {object} PlainRequest
 * @property {string} method
 * @property {string} url
 * @property {Readonly<Record<string, string | readonly string[]>>} headers
 * @property {Uint8Array} body
 */

/**
 * Quotes a text for a POSIX shell: nothing is special between single quotes but the single quote itself.
 *
 * @param {string} text
 */
export function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/**
 * The command that sends a request, its body exact to the byte.
 *
 * @param {PlainRequest} request
 */
export function curlCommand({ method, url, headers, body }) {
  const text = pasteable(body)
  const lines = [
    `curl -sS -w '%{http_code}\\n' -X ${method} ${quote(url)}`,
    ...Object.entries(headers).flatMap(([name, value]) => headerArguments(name, value)),
    `--data-binary ${text === undefined ? '@-' : quote(text)}`,
  ]
  const command = lines.join(' \\\n  ')
  return text === undefined ? `printf %b ${quote(octal(body))} | ${command}` : command
}

/**
 * @param {string} name
 * @param {string | readonly string[]} value
 */
function headerArguments(name, value) {
  return [value].flat().map((one) => `-H ${quote(`${name}: ${one}`)}`)
}

/**
 * The body as text where a command line can carry it. It can carry neither NUL nor bytes that are not UTF-8; pasting
 * other control characters into a terminal does something else; and curl takes a leading @ for a file's name.
 *
 * @param {Uint8Array} body
 */
function pasteable(body) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    return /^@|[\p{C}\p{Zl}\p{Zp}]/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

/** @param {Uint8Array} body as `printf %b` reads it */
function octal(body) {
  return Array.from(body, (byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('')
}
