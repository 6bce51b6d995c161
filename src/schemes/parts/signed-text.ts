import { type Bytes, utf8 } from '../../core/bytes.ts'

/** Puts together what is signed. */
export type SignedText = (body: Bytes, timestamp: string | undefined) => readonly Bytes[]

/**
 * Compiles a pattern such as `v0:{timestamp}:{body}`. What is filled in is never searched for placeholders.
 *
 * @throws TypeError where the body is not signed exactly once, or a timestamp is checked and not signed
 */
export function compileSignedText(pattern: string, timed: boolean): SignedText {
  const parts = pattern.split(/(\{[^{}]*\})/).filter((part) => part !== '')
  const count = (placeholder: string): number => parts.filter((part) => part === placeholder).length
  if (count('{body}') !== 1) throw new TypeError('signedText must hold {body} once')
  if (count('{timestamp}') !== (timed ? 1 : 0)) {
    throw new TypeError('signedText must hold {timestamp} once where there is a timestamp, and only there')
  }
  if (parts.some((part) => /^\{.*\}$/s.test(part) && part !== '{body}' && part !== '{timestamp}')) {
    throw new TypeError('signedText knows {timestamp} and {body} only')
  }
  const fixed = parts.map((part) => utf8(part))
  return (body, timestamp = '') =>
    parts.map((part, index) =>
      part === '{body}' ? body : part === '{timestamp}' ? utf8(timestamp) : (fixed[index] ?? body),
    )
}
