// Promise: folder = subpath = docs page = test file, and what is shipped stands alone. Run it after a build.
// ARCHITECTURE.md is one page whose paths exist; CHANGELOG.md has the version; the run-time dependencies are jose and
// zod; the lock names no registry; the output imports nothing, and its types nothing but zod's.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { createReport, listFiles } from './source.mjs'

const report = createReport('exports')
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
const manifest = JSON.parse(read('package.json'))
const senders = readdirSync('src/providers')
const names = ['schemes', 'testing', ...senders].sort()

function checkSubpaths() {
  const half = (name, types, code) => ({ types: `./dist/${name}.${types}`, default: `./dist/${name}.${code}` })
  const both = (name) => ({ import: half(name, 'd.ts', 'js'), require: half(name, 'd.cts', 'cjs') })
  const subpaths = names.map((name) => [`./${name}`, both(name)])
  const expected = { '.': both('index'), ...Object.fromEntries(subpaths), './package.json': './package.json' }
  for (const path of new Set([...Object.keys(expected), ...Object.keys(manifest.exports)])) {
    const [given, due] = [manifest.exports[path], expected[path]].map((entry) => JSON.stringify(entry)) // order counts
    if (given !== due) report.add('package.json', `exports["${path}"] must be ${due}`)
  }
  for (const name of names) {
    for (const file of [`docs/${name}.md`, `test/${name}.test.ts`]) if (!existsSync(file)) report.add(file, 'missing')
    if (!new RegExp(`\\bcountersign/${name}\\b`).test(read('README.md'))) report.add('README.md', `no word of ${name}`)
  }
}

/** Where each sender is named and no compiler asks for it. */
const listings = [
  'README.md',
  'SECURITY.md',
  'AGENTS.md',
  'llms.txt',
  ...['answering', 'provenance', 'rotation', 'testing', 'types'].map((page) => `docs/${page}.md`),
  'src/index.ts',
  'src/testing/index.ts',
  '.ci/typedoc-names.mjs',
  'examples/demo/senders.mjs',
  'test/demo.test.ts',
  'test/properties.test.ts',
  'test/testing.test.ts',
  ...['library.mjs', 'subjects.mjs'].flatMap((name) => [
    `test/differential/${name}`,
    `test/packed/runtimes/suite/${name}`,
  ]),
  'test/packed/runtimes/suite/library.cjs',
  ...['subjects.cjs', 'consumer.ts'].map((name) => `test/packed/package/consumer/${name}`),
]

function checkListings() {
  for (const file of listings) {
    const text = read(file)
    for (const name of senders) if (!wordOf(name).test(text)) report.add(file, `does not name ${name}`)
    for (const rows of tablesOf(text)) checkTable(file, rows)
  }
}

function wordOf(name) {
  return new RegExp(`(\\b|[a-z])${name}(?![a-z])`, 'i')
}

function tablesOf(text) {
  return text.split(/\n(?!\|)/).map((block) => block.split('\n').filter((line) => line.startsWith('|')))
}

/** A table with rows of two senders has one of each. */
function checkTable(file, rows) {
  const firstCells = rows.map((row) => row.split('|')[1] ?? '')
  const isNamed = (name) => firstCells.some((cell) => wordOf(name).test(cell))
  const missing = senders.filter((name) => !isNamed(name))
  if (senders.filter(isNamed).length > 1 && missing.length > 0)
    report.add(file, `has a table by sender without ${missing.join(', ')}`)
}

/** What a sender's own files must hold: a file that is there says little. */
function checkSenders() {
  for (const name of senders) {
    const held = {
      [`docs/${name}.md`]: [`<!-- options countersign/${name} `, `<!-- events ${name}`],
      [`test/${name}.test.ts`]: ['contractSuite('],
      [`test/${name}.types.test.ts`]: ['satisfies never'],
      [`src/providers/${name}/events.ts`]: ['lazily('],
      'llms.txt': [`docs/${name}.md`],
    }
    for (const [file, texts] of Object.entries(held))
      for (const text of texts) if (!read(file).includes(text)) report.add(file, `does not hold ${text}`)
    if (!new RegExp(`^## .*${name}`, 'im').test(read('docs/provenance.md')))
      report.add('docs/provenance.md', `has no section on ${name}`)
  }
}

function checkArchitecture() {
  const page = read('ARCHITECTURE.md')
  const lines = page.trimEnd().split('\n')
  if (lines.length < 10 || lines.length > 100) report.add('ARCHITECTURE.md', `${lines.length} lines, not 10 to 100`)
  const folders = ['src', 'test', 'docs', 'examples', 'bench', '.ci', 'dist'].filter((folder) => existsSync(folder))
  const files = [...folders.flatMap((folder) => listFiles(folder, /./)), ...readdirSync('.')]
  for (const path of new Set([...treePaths(lines), ...inlinePaths(page)])) {
    const pattern = path.replace(/[.+]/g, '\\$&').replace(/<\w+>|\*/g, '[^/]+')
    const known = new RegExp(`(^|/)${pattern}${path.endsWith('/') ? '' : '(/|$)'}`)
    if (!files.some((file) => known.test(file))) report.add('ARCHITECTURE.md', `no such path: ${path}`)
  }
}

/** Words in backticks that have a slash or a file's ending, and are no subpath of the package. */
function inlinePaths(page) {
  const spans = [...page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([\w.<>*/-]+)`/g)].map(([, span]) => span)
  return spans.filter((span) => /\/|\.(ts|mjs|md|json)$/.test(span) && !span.startsWith('countersign/'))
}

/** Paths of the drawn tree: the words that begin a line, joined with the folders that the line is indented under. */
function treePaths(lines) {
  const paths = []
  const parents = []
  let inTree = false
  for (const line of lines) {
    if (line.startsWith('```')) inTree = !inTree
    const [start] = (inTree && /^ *((\S*\/|\S+\.\w+) +)*(\S*\/|\S+\.\w+)(?= |$)/.exec(line)) || ['']
    const indent = start.search(/\S/)
    while (parents.length > 0 && parents.at(-1).indent >= indent) parents.pop()
    for (const word of start.trim().split(/ +/).filter(Boolean)) {
      const path = `${parents.at(-1)?.path ?? ''}${word}`
      paths.push(path)
      if (word.endsWith('/')) parents.push({ indent, path })
    }
  }
  return paths
}

function checkManifest() {
  const { dependencies, version } = manifest
  if (Object.keys(dependencies).sort().join() !== 'jose,zod')
    report.add('package.json', 'dependencies: not jose and zod')
  if (!read('CHANGELOG.md').includes(`\n## [${version}]`)) report.add('CHANGELOG.md', `has no section for ${version}`)
  const lock = JSON.parse(read('package-lock.json'))
  if (lock.version !== version) report.add('package-lock.json', `has version ${lock.version}, not ${version}`)
  for (const [path, entry] of Object.entries(lock.packages))
    if (entry.resolved !== undefined && !entry.link)
      report.add('package-lock.json', `${path} names a registry: npm config omit-lockfile-registry-resolved`)
}

function checkOutput() {
  const files = existsSync('dist') ? listFiles('dist', /\.(js|cjs|d\.ts|d\.cts)$/) : []
  if (files.length === 0) return report.add('dist', 'is empty: build first')
  for (const half of Object.values(manifest.exports).flatMap(Object.values))
    for (const file of Object.values(half))
      if (file.startsWith?.('./') && !existsSync(file)) report.add(file, 'missing')
  for (const file of files) {
    const allowed = /\.d\.c?ts$/.test(file) ? /^(\.\/|zod\/mini$|zod\/v4\/core$)/ : /^\.\//
    const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(read(file), true, true)
    for (const { fileName } of [...importedFiles, ...typeReferenceDirectives])
      if (!allowed.test(fileName)) report.add(file, `imports ${fileName}`)
    const map = /\/\/# sourceMappingURL=(\S+)/.exec(read(file))
    if (map && !existsSync(`dist/${map[1]}`)) report.add(file, `points at a missing source map`)
  }
  for (const name of Object.keys(manifest.dependencies))
    if (!read('dist/THIRD-PARTY-LICENSES.txt').includes(`\n${name}\n`))
      report.add('dist', `no licence notice of ${name}`)
}

checkSubpaths()
checkListings()
checkSenders()
checkArchitecture()
checkManifest()
checkOutput()
report.end(`${names.length} subpaths`)
