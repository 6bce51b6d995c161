// The portable suite: the contract of every sender, and what else must hold wherever the package runs. It uses nothing
// but the language and the web's own interfaces, and brings its own runner.
import settings from '../settings.mjs'
import { check, checkSame } from './assert.mjs'
import { watchBackends } from './backend.mjs'
import { behaviour } from './behaviour.mjs'
import { listSubjects, signAll } from './subjects.mjs'

/** @param {typeof import('./library.mjs')} library */
export async function runSuite(library) {
  const backends = await watchBackends()
  const { runner, checks } = createRunner()
  const subjects = listSubjects(library, settings)
  for (const subject of subjects) library.testing.contractSuite(runner, subject)
  behaviour(runner, library, settings)
  runner.it('every subpath and every sender has its turn', async () => checkComplete(library, subjects))

  const failed = await runChecks(checks)
  return {
    runtime: identify(),
    names: checks.map(({ name }) => name),
    passed: checks.length - failed.length,
    failed,
    signatures: await signAll(subjects, library),
    backend: backends.used(),
  }
}

/** A sender that is new must not be left out. */
function checkComplete(library, subjects) {
  const loaded = Object.keys(library).map((name) => (name === 'root' ? '.' : `./${name}`))
  const exported = Object.keys(settings.exports).filter((name) => name !== './package.json')
  checkSame(loaded.sort().join(), exported.sort().join(), 'what is loaded')
  for (const [name, samples] of Object.entries(library.testing.samples)) {
    check(
      subjects.some((subject) => subject.samples === samples),
      `the contract is not run on ${name}`,
    )
  }
}

function createRunner() {
  const checks = []
  const groups = []
  const runner = {
    describe(name, body) {
      groups.push(name)
      body()
      groups.pop()
    },
    it: (name, body) => checks.push({ name: [...groups, name].join(': '), body }),
  }
  return { runner, checks }
}

async function runChecks(checks) {
  const failed = []
  for (const { name, body } of checks) {
    try {
      await inTime(body())
    } catch (error) {
      failed.push({ name, error: String(error) })
    }
  }
  return failed
}

/** A check that hangs is one failure, and not the end of all. */
async function inTime(promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('not done after 20 s')), 20_000)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** By what only this runtime has: most of them have a `process` that looks like Node.js. */
function identify() {
  const { Bun, Deno, EdgeRuntime, navigator } = globalThis
  if (Bun !== undefined) return { name: 'Bun', version: Bun.version }
  if (Deno !== undefined) return { name: 'Deno', version: Deno.version.deno }
  if (EdgeRuntime !== undefined) return { name: 'edge-runtime' }
  if (navigator?.userAgent === 'Cloudflare-Workers') return { name: 'workerd' }
  return { name: 'Node.js', version: globalThis.process.versions.node }
}
