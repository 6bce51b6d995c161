// Promise: every row of the list of threats is tested, on both crypto backends, and docs/security-evidence.md says where.
// A row is tested by what stands below a describe whose title is the row's words, without their markup, alone or before
// a colon and more words. The tests run here, so that nothing counts but what ran and passed. --write writes the page.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import { createReport } from './source.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const list = new URL('../../shared/threats.md', import.meta.url)
const page = new URL('../docs/security-evidence.md', import.meta.url)
const pageName = 'docs/security-evidence.md'

/** Where the tests are. A file with a row tests that row under titles of its own, as a whole. */
const places = {
  'test/threats/': undefined,
  'test/standard-webhooks.test.ts': undefined,
  'test/aws4-clients.test.ts': '+, %xx, //, /./, .., quotes and non-ASCII in path or query; unsorted query',
}

const report = createReport('evidence')
let failures = 0

function fail(where, message) {
  failures += 1
  report.add(where, message)
}

/** Words without their markup and their line breaks. */
const plain = (text) => text.replaceAll('`', '').replaceAll('\\|', '|').replaceAll(/\s+/g, ' ').trim()

/** The cells of a table's line; a bar that is escaped is no end of a cell. On the page the last one is not of the list. */
const cellsOf = (line, isPage) => line.split(/(?<!\\)\|/).slice(1, isPage ? -2 : -1)

function rowOf(words, verdict = '') {
  return { words: words.trim(), verdict: verdict.trim(), plain: plain(words) }
}

/** The sections with their rows: the lines of tables below their heads, and the points of lists. */
function readSections(text, isPage) {
  const sections = []
  let isBody = false
  for (const line of text.replaceAll(/\n {2,}/g, ' ').split('\n')) {
    const [, title] = /^##+ (.+)$/.exec(line) ?? []
    if (title) sections.push({ title, rows: [] })
    const rows = sections.at(-1)?.rows
    if (rows && line.startsWith('- ')) rows.push(rowOf(line.slice(2).replace(/\.$/, '')))
    if (rows && isBody && line.startsWith('|')) rows.push(rowOf(...cellsOf(line, isPage)))
    isBody = line.startsWith('| ---') || (isBody && line.startsWith('|'))
  }
  return sections
}

function checkSections(sections) {
  const seen = new Set()
  for (const { title, rows } of sections) {
    if (rows.length === 0) fail(title, 'a section without a row')
    for (const row of rows) {
      if (seen.has(row.plain)) fail(title, `two rows have the words: ${row.plain}`)
      seen.add(row.plain)
    }
  }
  for (const [file, row] of Object.entries(places)) if (row && !seen.has(row)) fail(file, `there is no row: ${row}`)
  return seen.size
}

/** The titles around and of a test, from the outermost. */
function titlesOf(test) {
  return test.type === 'module' ? [] : [...titlesOf(test.parent), test.name]
}

/** Runs the tests, and gives each with its file, its backend, its titles and how it ended. */
async function runTests() {
  const vitest = await startVitest('test', Object.keys(places), { root, watch: false, reporters: ['dot'] })
  const modules = vitest.state.getTestModules()
  for (const module of modules) if (module.state() !== 'passed') fail(module.relativeModuleId, 'did not pass')
  const tests = modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => ({
      file: module.relativeModuleId.replaceAll('\\', '/'),
      backend: module.project.name,
      titles: titlesOf(test),
      state: test.result().state,
    })),
  )
  await vitest.close()
  return { tests, backends: vitest.projects.map(({ name }) => name) }
}

/** Whether a test stands below a describe that names the row; its own title does not count. */
function belongs({ file, titles }, words) {
  if (places[file] === words) return true
  return titles.slice(0, -1).some((title) => plain(title) === words || plain(title).startsWith(`${words}: `))
}

/** How many tests of a row each file has: on every backend the same, and all of them passed. */
function countTests(row, { tests, backends }) {
  const own = tests.filter((test) => belongs(test, row.plain))
  for (const { file, titles, state } of own) if (state !== 'passed') fail(file, `${state}: ${titles.join(' > ')}`)
  const countsOn = (backend) => {
    const files = own.filter((test) => test.backend === backend).map(({ file }) => file)
    return [...new Set(files)].sort().map((file) => [file, files.filter((other) => other === file).length])
  }
  const [counts = [], ...others] = backends.map(countsOn)
  if (counts.length === 0) fail('no test', row.plain)
  if (others.length === 0 || others.some((other) => JSON.stringify(other) !== JSON.stringify(counts))) {
    fail('not the same tests on every backend', row.plain)
  }
  return counts
}

const line = (cells) => `| ${cells.join(' | ')} |`
const linkTo = ([file, count]) => `[${posix.basename(file, '.test.ts')}](../${file}): ${count}`

function tableOf({ title, rows }, run) {
  const hasVerdicts = rows.some(({ verdict }) => verdict !== '')
  const cells = ({ words, verdict }, tests) => line(hasVerdicts ? [words, verdict, tests] : [words, tests])
  const head = cells({ words: hasVerdicts ? 'what arrives' : 'what holds', verdict: 'verdict' }, 'tests')
  const lines = rows.map((row) => cells(row, countTests(row, run).map(linkTo).join(', ')))
  return [`## ${title}`, '', head, head.replaceAll(/[^|]+/g, ' --- '), ...lines, ''].join('\n')
}

const intro = (rows, backends) => `# Security evidence

How do you know that nothing gets past it? This page lists the ${rows} threats that this project keeps, and the tests that
show what becomes of each.

- A row says what arrives, and what must become of it. The last table says what holds, whatever arrives.
- "Refuse" means a \`WebhookError\`: never another error, a crash or a hang. The tests name its [code](errors.md).
- A \`+\` marks what the library jose accepts, and this one refuses.
- The number behind a file says how many of its tests are about the row. Each runs twice: on ${backends}.

\`\`\`sh
npm run test:evidence              # runs the tests; fails where a row has none, or where this page says something else
npm run test:evidence -- --write   # writes this page
\`\`\`
`

/** The figures are copied here by hand, from what the scripts print. */
const figures = `## Figures

What was measured, and the command that measures it again.

<!-- figures -->
| what | measured | command |
| --- | --- | --- |
<!-- /figures -->
`
const figuresOf = (text) => /^## Figures\n[\s\S]*<!-- \/figures -->\n/m.exec(text)?.[0] ?? figures

const before = existsSync(page) ? readFileSync(page, 'utf8') : ''
// Where the project stands without its list, the page is the list.
const isPage = !existsSync(list)
const sections = readSections(isPage ? before.replace(figuresOf(before), '') : readFileSync(list, 'utf8'), isPage)
const rows = checkSections(sections)
if (rows === 0) fail(pageName, 'there is no row at all')

const run = await runTests()
const backends = run.backends.map((name) => `\`${name}\``).join(' and on ')
const tables = sections.map((section) => tableOf(section, run))
const after = [intro(rows, backends), ...tables, figuresOf(before)].join('\n')
if (failures === 0 && process.argv.includes('--write')) writeFileSync(page, after)
else if (before !== after) fail(pageName, 'says something else: run the same command with -- --write')

report.end(`${rows} rows of ${isPage ? pageName : 'the list of threats'}, ${run.tests.length} tests`)
