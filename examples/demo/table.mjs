// @ts-check
import { cut } from './style.mjs'

/** @import { Colour, Paint } from './style.mjs' */

/** @typedef {{ title: string, align?: 'left' | 'right' }} Column */
/** @typedef {string | { text: string, colour: Colour }} Cell */
/** @typedef {readonly Cell[]} Row one cell for each column */

const gap = '  '
const narrowest = 3

/**
 * Gives each column the room that it needs; where that is too much, the widest columns give way.
 *
 * @param {readonly Column[]} columns
 * @param {readonly Row[]} rows
 * @param {number} limit the width of a whole line
 * @returns {number[]}
 */
export function columnWidths(columns, rows, limit) {
  const widths = columns.map(({ title }, index) =>
    Math.max(...[title, ...rows.map((row) => textOf(row[index]))].map((text) => [...text].length)),
  )
  const room = limit - gap.length * (columns.length - 1)
  while (sum(widths) > room && Math.max(...widths) > narrowest) {
    const widest = widths.indexOf(Math.max(...widths))
    widths[widest] = Math.max(...widths) - 1
  }
  return widths
}

/**
 * The columns' titles, as a line.
 *
 * @param {readonly Column[]} columns
 * @param {readonly number[]} widths
 * @param {Paint} paint
 */
export function headLine(columns, widths, paint) {
  return rowLine(
    columns,
    widths,
    columns.map(({ title }) => ({ text: title, colour: 'dim' })),
    paint,
  )
}

/**
 * One row, as a line. Colour is added after the text was padded, so that it takes no room.
 *
 * @param {readonly Column[]} columns
 * @param {readonly number[]} widths
 * @param {Row} row
 * @param {Paint} paint
 */
export function rowLine(columns, widths, row, paint) {
  const cells = columns.map(({ align }, index) => {
    const cell = row[index] ?? ''
    const text = pad(textOf(cell), widths[index] ?? 0, align)
    return typeof cell === 'string' ? text : paint(cell.colour, text)
  })
  return cells.join(gap).trimEnd()
}

/**
 * @param {string} text
 * @param {number} width
 * @param {'left' | 'right'} [align]
 */
function pad(text, width, align = 'left') {
  const shown = cut(text, width)
  const padding = ' '.repeat(Math.max(0, width - [...shown].length))
  return align === 'right' ? padding + shown : shown + padding
}

/** @param {Cell | undefined} cell */
function textOf(cell) {
  return typeof cell === 'object' ? cell.text : (cell ?? '')
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
