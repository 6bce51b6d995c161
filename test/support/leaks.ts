import { inspect } from 'node:util'

/** Everything that a log could show of an error: printed, inspected with what is hidden, as JSON, and its causes. */
export function shown(error: unknown): string {
  const options = { showHidden: true, depth: null, getters: true, maxStringLength: null, maxArrayLength: null }
  const texts = [String(error), inspect(error, options), JSON.stringify(error) ?? '']
  if (error instanceof Error) texts.push(error.message, error.stack ?? '')
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? shown(error.cause) : ''
  return [...texts, cause].join('\n')
}

/** The ways in which eight bytes could stand in a log: as text, in hex, as a Buffer or an array is printed. */
function spellings(bytes: Buffer): string[] {
  const hex = bytes.toString('hex')
  const pairs = hex.match(/../g) ?? []
  return [bytes.toString('latin1'), bytes.toString(), hex, pairs.join(' '), [...bytes].join(', '), [...bytes].join()]
}

/** Whether eight bytes in a row of what is private stand in a text, in any of these spellings or in base64. */
export function leaksInto(text: string, what: string | Uint8Array): boolean {
  const log = text.replaceAll(/\s+/g, ' ') // arrays are printed in columns
  const bytes = Buffer.from(what)
  const windows = Array.from({ length: Math.max(1, bytes.length - 7) }, (_, at) => bytes.subarray(at, at + 8))
  if (windows.some((window) => spellings(window).some((spelling) => log.includes(spelling)))) return true
  const base64 = bytes.toString('base64').replaceAll('=', '')
  return base64.length >= 10 && log.includes(base64.slice(0, 10))
}
