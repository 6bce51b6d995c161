// Promise: a change of the core or of a scheme that no test notices is one that changes nothing, and says why.
// Mutates a copy of the project: node test/mutation/run.mjs [parts of files' names, or places as Stryker names them]. What
// survives is looked for in survivors.json.
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, start } from '../packed/tools/exec.mjs'
import { emptyFolder, root } from '../packed/tools/tarball.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
/** Of all mutants, in per cent. */
const leastScore = 95
/** Whose tests are among the slow ones: the quick ones would leave all of it. */
const slowFiles = /^src\/schemes\/(oauth2|parts\/(fetch-json|jose|jwks|key-set))\.ts/

const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const isThorough = process.argv.includes('--all-tests') // at once, and not for what survives the quick ones alone
await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, timeoutMs: 600_000 })
const project = await copyProject()
const files = await listFiles()
const mutants = await mutate()
report()

/** With `shared` beside it, as the tests expect. Stryker writes into the copy. */
async function copyProject() {
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

async function listFiles() {
  const { stdout } = await run('git', ['ls-files', 'src/core', 'src/schemes'], { cwd: root })
  const places = chosen.filter((name) => /\.ts:\d/.test(name))
  if (places.length > 0) return places
  const all = stdout.trim().split('\n')
  const named = all.filter((file) => chosen.length === 0 || chosen.some((name) => file.includes(name)))
  if (named.length === 0) throw new Error(`no file of the core or the schemes is called ${chosen.join(' or ')}`)
  return named
}

/** First by the quick tests; what survives them by all; what is left of the backends by the other backend. */
async function mutate() {
  const found = new Map()
  const pass = async (ranges, env) => {
    if (ranges.length === 0) return
    for (const mutant of await stryker(ranges, env)) {
      if (isAlive(found.get(mutant.key) ?? { status: 'Survived' })) found.set(mutant.key, mutant)
    }
  }
  const isSlow = (file) => isThorough || slowFiles.test(file)
  const quick = files.filter((file) => !isSlow(file))
  const slow = files.filter(isSlow)
  await pass(quick, { TESTS: 'quick' })
  await pass([...slow, ...rangesOf([...found.values()])], {})
  await pass(rangesOf([...found.values()].filter(({ file }) => file === 'src/core/crypto.ts')), {
    BACKEND: 'webcrypto',
  })
  return [...found.values()]
}

async function stryker(ranges, env) {
  const program = 'test/mutation/node_modules/@stryker-mutator/core/bin/stryker.js'
  console.log(`${ranges.length} files or places, ${env.TESTS ?? 'all'} tests, ${env.BACKEND ?? 'node:crypto'}`)
  const options = { cwd: project, env: { ...env, MUTATE: ranges.join('\n') } }
  const running = start(process.execPath, [program, 'run', 'test/mutation/stryker.config.mjs'], options)
  running.child.stdout.on('data', (text) => process.stdout.write(text)) // it takes an hour
  const { code } = await running.ended
  if (code !== 0) throw new Error(`Stryker ended with ${code}\n${running.output.stderr}`)
  const { files: reported } = JSON.parse(readFileSync(join(project, 'reports/mutation.json'), 'utf8'))
  return Object.entries(reported).flatMap(([file, { source, mutants: all }]) =>
    all.filter(({ status }) => status !== 'Ignored').map((mutant) => describe(file, source, mutant)),
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

function report() {
  const survivors = mutants.filter(isAlive)
  const known = JSON.parse(readFileSync(join(here, 'survivors.json'), 'utf8'))
  const has = (mutant) => (one) => ['file', 'original', 'replacement'].every((name) => one[name] === mutant[name])
  const unknown = survivors.filter((mutant) => !known.some(has(mutant)))
  for (const { file, line, mutator, original, replacement, status } of unknown) {
    console.log(`\n${file}:${line} ${mutator} ${status}\n- ${original}\n+ ${replacement}`)
  }
  const score = Number(((100 * (mutants.length - survivors.length)) / mutants.length).toFixed(2))
  const figures = { mutants: mutants.length, survivors: survivors.length, unexplained: unknown.length, score }
  console.log(`\nmutation: ${JSON.stringify(figures)}`)
  if (chosen.length === 0) writeFileSync(join(here, 'results.json'), `${JSON.stringify(figures, undefined, 2)}\n`)
  process.exitCode = unknown.length > 0 || score < leastScore ? 1 : 0
}
