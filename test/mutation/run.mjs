// Promise: a change of the core or of a scheme that no test notices is one that changes nothing, and says why.
// Mutates a copy of the project, a few files at a time: node test/mutation/run.mjs [parts of files' names] [--again | --survivors].
// results.json keeps what was found of each file, so that a run which was cut off goes on, and a file that did not change
// is left out. --again takes it anew, --survivors what survived in it without a reason. survivors.json has the reasons.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, start } from '../packed/tools/exec.mjs'
import { emptyFolder, root } from '../packed/tools/tarball.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
/** Of all mutants, in per cent. */
const leastScore = 95
/** In lines: a group takes some minutes, and its results are kept when it ends. */
const groupLength = 400
/** Whose tests are among the slow ones, since they wait: the quick ones would leave all of it. */
const slowFiles = /^src\/schemes\/(oauth2|parts\/(check|fetch-json|jose|jwks|key-set|within-time))\.ts/

const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const resultsFile = join(here, 'results.json')
const results = JSON.parse(readFileSync(resultsFile, 'utf8'))
const reasons = JSON.parse(readFileSync(join(here, 'survivors.json'), 'utf8'))
const all = (await run('git', ['ls-files', 'src/core', 'src/schemes'], { cwd: root })).stdout.trim().split('\n')
const due = all.filter((file) => isChosen(file) && (process.argv.includes('--again') || isStale(file)))
if (process.argv.includes('--survivors')) await mutateSurvivors()
else if (due.length > 0) await mutateAll()
report()

function isChosen(file) {
  return chosen.length === 0 || chosen.some((name) => file.includes(name))
}

/** Whether a file has another text than the one that was mutated. Tests may change: they seldom see less. */
function isStale(file) {
  return results[file]?.source !== digest(file)
}

function digest(file, project = root) {
  return createHash('sha256')
    .update(readFileSync(join(project, file)))
    .digest('hex')
    .slice(0, 16)
}

async function mutateAll() {
  const project = await copyProject()
  const sources = new Map(due.map((file) => [file, digest(file, project)])) // of the copy: somebody may edit meanwhile
  for (const group of [...groupsOf(due.filter(isQuick)), ...groupsOf(due.filter((file) => !isQuick(file)))]) {
    const mutants = await mutate(project, group, { isQuick: isQuick(group[0]) })
    for (const file of group) {
      const own = mutants.filter((mutant) => mutant.file === file)
      const survivors = own.filter(isAlive).map(({ line, mutator, original, replacement }) => {
        return { line, mutator, original, replacement }
      })
      results[file] = { source: sources.get(file), mutants: own.length, survivors }
    }
    keepResults()
  }
}

function keepResults() {
  const known = Object.entries(results).filter(([file]) => all.includes(file))
  const sorted = Object.fromEntries(known.sort(([one], [other]) => (one < other ? -1 : 1)))
  writeFileSync(resultsFile, `${JSON.stringify(sorted, undefined, 1)}\n`)
}

/** For tests that are newer than the results: it need not take another hour to see that they notice more. */
async function mutateSurvivors() {
  const asked = unexplainedIn(all.filter((file) => isChosen(file) && !isStale(file)))
  if (asked.length === 0) return
  const project = await copyProject()
  const mutants = await mutate(project, [...new Set(asked.flatMap(placesOf))], { isQuick: false })
  for (const survivor of asked) {
    const is = (mutant) =>
      ['file', 'line', 'mutator', 'original', 'replacement'].every((n) => mutant[n] === survivor[n])
    const again = mutants.filter(is)
    if (again.length === 0) throw new Error(`${survivor.file}:${survivor.line} is not found again`)
    if (again.some(isAlive)) continue
    const { survivors } = results[survivor.file]
    results[survivor.file].survivors = survivors.filter((one) => !is({ file: survivor.file, ...one }))
  }
  keepResults()
}

/** Where in its lines a survivor's text stands. */
function placesOf({ file, line, original }) {
  const lines = readFileSync(join(root, file), 'utf8')
    .split('\n')
    .slice(line - 1)
  const inner = original.split('\n')
  const columns = [...lines[0]].map((_, column) => column).filter((column) => lines[0].startsWith(inner[0], column))
  const endOf = (column) => (inner.length === 1 ? column : 0) + inner.at(-1).length
  return columns.map((column) => `${file}:${line}:${column}-${line + inner.length - 1}:${endOf(column)}`)
}

function isQuick(file) {
  return !slowFiles.test(file)
}

function groupsOf(files) {
  const groups = []
  let length = groupLength
  for (const file of files) {
    const own = readFileSync(join(root, file), 'utf8').split('\n').length
    if (length + own > groupLength) groups.push([])
    length = groups.at(-1).length === 0 ? own : length + own
    groups.at(-1).push(file)
  }
  return groups
}

/** With what it needs installed, and with `shared` beside it, as the tests expect. Stryker writes into the copy. */
async function copyProject() {
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, timeoutMs: 600_000 })
  const folder = join(emptyFolder('mutation'), 'project')
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const file of new Set(stdout.split('\0'))) {
    if (file === '' || !existsSync(join(root, file))) continue
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file))
  }
  for (const path of ['node_modules', 'test/mutation/node_modules']) symlinkSync(join(root, path), join(folder, path))
  symlinkSync(join(root, '../shared'), join(folder, '../shared'))
  return folder
}

/** First by the quick tests; what survives them by all; what is left of the backends by the other backend. */
async function mutate(project, files, { isQuick }) {
  const found = new Map()
  const pass = async (ranges, env) => {
    if (ranges.length === 0) return
    for (const mutant of await stryker(project, ranges, env)) {
      if (isAlive(found.get(mutant.key) ?? { status: 'Survived' })) found.set(mutant.key, mutant)
    }
  }
  const left = (pattern) => rangesOf([...found.values()].filter(({ file }) => pattern.test(file)))
  if (isQuick) {
    await pass(files, { TESTS: 'quick' })
    await pass(left(/^/), {})
  } else {
    await pass(files, {})
  }
  await pass(left(/^src\/(core\/(crypto|pipeline)|schemes\/parts\/credential)\.ts$/), { BACKEND: 'webcrypto' })
  return [...found.values()]
}

async function stryker(project, ranges, env) {
  const program = 'test/mutation/node_modules/@stryker-mutator/core/bin/stryker.js'
  console.log(
    `${ranges.length} files or places, ${env.TESTS ?? 'all'} tests, ${env.BACKEND ?? 'node:crypto'}: ${ranges[0]} …`,
  )
  const options = { cwd: project, env: { ...env, MUTATE: ranges.join('\n') } }
  const running = start(process.execPath, [program, 'run', 'test/mutation/stryker.config.mjs'], options)
  running.child.stdout.on('data', (text) => process.stdout.write(text)) // all of it takes an hour
  const { code } = await running.ended
  if (code !== 0) throw new Error(`Stryker ended with ${code}\n${running.output.stderr}`)
  const { files: reported } = JSON.parse(readFileSync(join(project, 'reports/mutation.json'), 'utf8'))
  return Object.entries(reported).flatMap(([file, { source, mutants }]) =>
    mutants.filter(({ status }) => status !== 'Ignored').map((mutant) => describe(file, source, mutant)),
  )
}

function describe(file, source, { mutatorName, replacement, status, location: { start, end } }) {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  lines.push(lines.pop().slice(0, end.column - 1))
  const original = lines.join('\n').slice(start.column - 1)
  const range = `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`
  const key = `${range} ${mutatorName} ${replacement}`
  return { key, file, line: start.line, range, mutator: mutatorName, original, replacement, status }
}

function isAlive({ status }) {
  return status === 'Survived' || status === 'NoCoverage'
}

function rangesOf(found) {
  return [...new Set(found.filter(isAlive).map(({ range }) => range))]
}

/** Of every file: what is not mutated yet, and what survives without a reason, is no success. */
function report() {
  const missing = all.filter((file) => isChosen(file) && isStale(file))
  const done = all.filter((file) => isChosen(file) && !isStale(file))
  const unexplained = unexplainedIn(done)
  for (const { file, line, mutator, original, replacement } of unexplained) {
    console.log(`\n${file}:${line} ${mutator}\n- ${original}\n+ ${replacement}`)
  }
  for (const file of missing) console.log(`${file} has changed since it was mutated`)
  const mutants = done.reduce((sum, file) => sum + results[file].mutants, 0)
  const survivors = survivorsIn(done).length
  const score = Number(((100 * (mutants - survivors)) / mutants).toFixed(2))
  const figures = { files: done.length, missing: missing.length, mutants, survivors }
  console.log(`\nmutation: ${JSON.stringify({ ...figures, unexplained: unexplained.length, score })}`)
  process.exitCode = missing.length > 0 || unexplained.length > 0 || !(score >= leastScore) ? 1 : 0
}

function survivorsIn(files) {
  return files.flatMap((file) => results[file].survivors.map((survivor) => ({ file, ...survivor })))
}

function unexplainedIn(files) {
  const has = (survivor) => (one) => ['file', 'original', 'replacement'].every((name) => one[name] === survivor[name])
  return survivorsIn(files).filter((survivor) => !reasons.some(has(survivor)))
}
