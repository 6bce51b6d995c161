// The budgets of bundles, imports and types: one place.
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const budgets = {
  /** Bytes, minified and gzipped. */
  senderBundle: 12_000,
  schemeBundle: 3_000,
  /** Milliseconds beyond an empty module. */
  importTime: 10,
  /** Times what zod alone needs for the same schemas. */
  types: 2,
}

/** Prints rows below their heads, each column as wide as it must be; columns of figures stand to the right. */
export function printTable(head, rows) {
  const lines = [head, ...rows].map((row) => row.map((cell) => (cell === undefined ? '' : String(cell))))
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const isFigure = (text) => /^[\d.,≤≥<>~ –-]*$/.test(text)
  for (const line of lines) {
    const cells = line.map((text, i) => (isFigure(text) ? text.padStart(widths[i]) : text.padEnd(widths[i])))
    console.log(cells.join('  ').trimEnd())
  }
}

/** Names what is over its budget, closes with the counts, and sets the exit code. */
export function closeCheck(title, checked) {
  const broken = checked.filter(({ within }) => !within)
  for (const { name, value, budget } of broken) console.log(`OVER ITS BUDGET ${name}: ${value}, at most ${budget}`)
  const failed = checked.length === 0 ? 1 : broken.length // a run that checked nothing is no success
  console.log(`\n${title}: ${checked.length - broken.length} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}

/** Whether this file is the one that was started. */
export function isMain({ url }) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url)
}
