// Promise: the packed package keeps its contract on every runtime that the README names, in each module format and with
// each crypto backend there; all of them run the same checks and make the same signatures.
import assert from 'node:assert/strict'
import { run } from '../tools/exec.mjs'
import { updateTable } from '../tools/readme.mjs'
import { createReport } from '../tools/report.mjs'
import { serveKeys } from './authorization-server.mjs'
import { bundleWorkers, foreignImports } from './bundle.mjs'
import { installNodes, installPackage, installTools } from './install.mjs'
import { listRuns } from './runtimes.mjs'

const report = createReport('runtimes')
const minutes = 60_000

/** Everything that the runs need; nothing where a part of it cannot be had. */
async function prepare() {
  const made = await serveKeys()
  const steps = [
    ['Node.js is installed in every version', async () => ({ nodes: await installNodes() })],
    ['the other runtimes are installed', async ({ nodes }) => ({ tools: await installTools(nodes.get('24')) })],
    ['the package is packed and installed', async ({ keys }) => ({ folder: await installPackage(keys) })],
    ['its files import each other alone', async ({ tools, folder }) => checkImports(tools, folder)],
    ['a bundle of it imports nothing', async ({ tools, folder }) => ({ workers: await bundleWorkers(tools, folder) })],
  ]
  for (const [name, step] of steps) {
    if (!(await report.check(name, async () => Object.assign(made, await step(made)), 10 * minutes))) return undefined
  }
  return made
}

async function checkImports(tools, folder) {
  const { files, found } = await foreignImports(tools, folder)
  assert(found.length === 0, found.join('\n'))
  console.log(`${files.length} files of the package import each other alone, and nothing of Node.js`)
}

/** Runs the suite once, and gives what it found; a warning is a failure too. */
async function runOnce({ start }, cwd) {
  const [command, args, env] = start()
  const { stdout, stderr } = await run(command, args, { cwd, env, timeoutMs: 3 * minutes })
  assert.equal(stderr, '')
  return JSON.parse(stdout)
}

/** Throws where anything is not as it must be. */
function checkResult(result, { runtime, version, backend, suffix }, reference = result) {
  const { failed, names, passed, signatures } = result
  assert(failed.length === 0, describeFailures(failed, names.length))
  assert(passed > 0 && passed === names.length, `${passed} of ${names.length} checks passed`)
  assert.deepEqual(names, reference.names, 'it ran other checks than the first run')
  assert.deepEqual(signatures, reference.signatures, 'it signed otherwise than the first run')
  assert.equal(result.runtime.name, runtime, 'it ran elsewhere')
  if (version !== undefined) assert.equal(result.runtime.version, version, 'it ran on another version')
  assert.equal(result.backend, backend, 'it used another backend')
  if (suffix !== undefined) assert(result.resolved.endsWith(suffix), `it loaded ${result.resolved}`)
}

function describeFailures(failed, count) {
  const shown = failed.slice(0, 10).map(({ name, error }) => `- ${name}\n  ${error.replaceAll('\n', '\n  ')}`)
  return [`${failed.length} of ${count} checks failed`, ...shown, ...(failed.length > 10 ? ['- …'] : [])].join('\n')
}

/** The first alone, since the others are compared with it; then two at a time. */
async function runAll(runs, folder) {
  const results = new Map()
  const next = async () => {
    const one = runs.shift()
    if (one === undefined) return
    const { title, version, modules, backend } = one
    const name = [version === undefined ? title : `${title} ${version}`, modules, backend].join(', ')
    await report.check(name, () => runAndTell(one, results, folder), 4 * minutes)
  }
  const work = async () => {
    while (runs.length > 0) await next()
  }
  await next()
  await Promise.all([work(), work()])
  return results
}

async function runAndTell(one, results, folder) {
  const result = await runOnce(one, folder)
  const [reference] = results.values()
  checkResult(result, one, reference)
  results.set(one, result)
  console.log(`${one.title} ${result.runtime.version}, ${one.modules}, ${one.backend}: ${result.passed} passed`)
}

/** One row a runtime and version. */
function tableOf(runs, results) {
  const rows = new Map()
  for (const one of runs) {
    const { passed, runtime } = results.get(one)
    const { version } = runtime
    const row = rows.get(`${one.title} ${version}`) ?? {
      ...one,
      version,
      passed,
      modules: new Set(),
      backends: new Set(),
    }
    row.modules.add(one.modules)
    row.backends.add(one.backend)
    rows.set(`${one.title} ${version}`, row)
  }
  return [
    ['runtime', 'version', 'modules', 'backends', 'checks passed'],
    ...[...rows.values()].map(({ title, version, modules, backends, passed }) => [
      title,
      version,
      [...modules].join(', '),
      [...backends].join(', '),
      String(passed),
    ]),
  ]
}

const made = await prepare()
if (made !== undefined) {
  const runs = listRuns(made)
  const results = await runAll([...runs], made.folder)
  // A table that leaves out what failed would look like a success.
  if (results.size === runs.length) {
    await report.check('the table in README.md is this one', async () =>
      updateTable('runtimes', tableOf(runs, results)),
    )
  }
}
report.end()
