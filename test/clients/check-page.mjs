// What docs/aws4.md says of these clients, from the tables that the checks go by: written with --write, else compared.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../packed/tools/tarball.mjs'
import { clients, expectedOf, reasons, targets } from './targets.mjs'

export async function checkPage() {
  const file = join(root, 'docs/aws4.md')
  const before = readFileSync(file, 'utf8')
  const after = before.replace(/(?<=<!-- refused -->\n).*(?=<!-- \/refused -->)/s, () => `\n${listRefused()}\n`)
  if (process.argv.includes('--write')) return writeFileSync(file, after)
  assert(before.includes(listRefused()), 'docs/aws4.md has another list: run the same command with --write')
}

function listRefused() {
  return Object.values(reasons)
    .map((why) =>
      [why, '', '| client | given | sent | signed |', '| --- | --- | --- | --- |', ...rowsOf(why)].join('\n'),
    )
    .join('\n\n')
}

/** One row for all clients that spell a target alike. */
function rowsOf(why) {
  const rows = new Map()
  for (const [name, client] of Object.entries(clients)) {
    for (const target of targets) {
      const expected = expectedOf(client, target)
      if (expected.why !== why) continue
      const cells = [target, expected.wire ?? target, expected.signedAs].map(code).join(' | ')
      rows.set(cells, [...(rows.get(cells) ?? []), name])
    }
  }
  return [...rows].map(([cells, names]) => `| ${names.join('; ')} | ${cells} |`)
}

function code(text) {
  const escaped = text.replaceAll('|', '\\|')
  return text.includes('`') ? `\`\` ${escaped} \`\`` : `\`${escaped}\``
}
