// The tables in README.md that a run prints: written with --write, else compared, so that they cannot grow old.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tarball.mjs'

/**
 * @param {string} name the text between `<!-- name -->` and `<!-- /name -->` is the table
 * @param {string[][]} rows the first is the head
 */
export function updateTable(name, [head, ...rows]) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const table = [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
  console.log(`\n${table}`)

  const file = join(root, 'README.md')
  const before = readFileSync(file, 'utf8')
  const [start, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`]
  const [from, to] = [before.indexOf(start), before.indexOf(end)]
  assert(from >= 0 && to > from, `README.md has no place for the table ${name}`)
  const after = before.slice(0, from + start.length) + table + before.slice(to)
  if (process.argv.includes('--write')) return writeFileSync(file, after)
  assert.equal(before, after, `README.md has another table ${name}: run the same command with -- --write`)
}
