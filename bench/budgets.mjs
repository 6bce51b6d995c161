// The budgets of bundles, imports and types: one place.
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const budgets = {
  /** Bytes, minified and gzipped. */
  senderBundle: 12_000,
  schemeBundle: 3_000,
  /** Milliseconds beyond an empty module, on a machine where `zod/mini` takes `importReference`; on another as much more or less. */
  importTime: 10,
  importReference: 50,
  /** What the check lets pass beyond a budget of time: two runs on one machine differ by as much. */
  importNoise: 1.25,
  /** Times what zod alone needs for the same schemas. */
  types: 2,
}

/**
 * What is over its target, and by how much it may be: docs/performance.md says why. What grows beyond fails, and so does what no longer
 * needs its line here.
 */
const ceilings = {
  'sender sighten': 15_400,
  'sender tight': 17_800,
  'sender tightknit': 16_600,
  'sender tyk': 17_500,
  'scheme authorization': 4_700,
  'scheme aws4': 6_900,
  'scheme basic': 3_700,
  'scheme digest': 4_000,
  'scheme hmac': 4_200,
  'scheme jwt': 4_300,
  'scheme oauth2': 5_000,
  'scheme standardWebhooks': 4_200,
  'scheme token': 3_600,
  'scheme urlSecret': 3_150,
}

/** The same in milliseconds, of imports. */
export const importCeilings = { 'countersign/sighten, ESM': 13, 'countersign/tight, ESM': 11.5 }

/** Whether a value keeps its target, or the ceiling that it has instead. */
export function isWithin(name, value, target) {
  const ceiling = ceilings[name]
  return ceiling === undefined ? value <= target : value > target && value <= ceiling
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
  for (const { name, value, budget } of broken)
    console.log(`NOT WITHIN ITS BUDGET ${name}: ${value}, at most ${budget}, or as its ceiling says`)
  const failed = checked.length === 0 ? 1 : broken.length // a run that checked nothing is no success
  console.log(`\n${title}: ${checked.length - broken.length} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}

/** Whether this file is the one that was started. */
export function isMain({ url }) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url)
}
