// @ts-check

/** @typedef {'bold' | 'dim' | 'red' | 'green' | 'yellow'} Colour */

/**
 * Puts a colour around a text, or leaves it alone.
 *
 * @typedef {(colour: Colour, text: string) => string} Paint
 */

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 }

/**
 * Colour is for people at a terminal: see https://no-color.org.
 *
 * @param {{ isTTY?: boolean | undefined }} stream
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Paint}
 */
export function createPaint(stream, env) {
  const coloured = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return coloured ? (colour, text) => `\u001b[${codes[colour]}m${text}\u001b[0m` : (_colour, text) => text
}

/**
 * A text that came over the wire, made fit for a terminal: no control characters, no change of direction, not endless.
 *
 * @param {string} text
 * @param {number} [limit] in characters
 */
export function plain(text, limit = 60) {
  return cut(text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?'), limit)
}

/**
 * Cuts in the middle: names differ at their ends.
 *
 * @param {string} text
 * @param {number} width in characters
 */
export function cut(text, width) {
  const characters = [...text]
  if (characters.length <= width) return text
  const tail = Math.floor((width - 1) / 3)
  return `${characters.slice(0, Math.max(0, width - 1 - tail)).join('')}…${tail > 0 ? characters.slice(-tail).join('') : ''}`
}
