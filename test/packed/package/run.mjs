// Promise: the packed tarball is what users need. It holds what it should and nothing else, resolves, compiles, runs and
// bundles where they are, agrees with its own copies, and cannot be published without the tests.
// With names of parts as arguments, only these run: node test/packed/package/run.mjs types bundles
import { createReport } from '../tools/report.mjs'
import { installPackage, installTools } from './setup.mjs'

const parts = {
  published: async () => (await import('./published.mjs')).checkPublished,
  manifest: async () => (await import('./manifest.mjs')).checkManifest,
  types: async () => (await import('./types.mjs')).checkTypes,
  runs: async () => (await import('./runs.mjs')).checkRuns,
  bundles: async () => (await import('./bundles.mjs')).checkBundles,
}

const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const report = createReport('package')
let project
await report.check('the tools and the tarball can be installed', prepare, 600_000)
for (const [name, load] of project === undefined ? [] : Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.includes(name) && !(name === 'types' && chosen.includes('runs'))) continue
  await report.check(`${name} ran to its end`, () => runPart(name, load), 900_000)
}
report.end()

async function prepare() {
  await timed('installing', async () => {
    await installTools()
    project = await installPackage()
  })
}

async function runPart(name, load) {
  const checkPart = await load() // not before the tools are there
  await timed(name, () => checkPart(report, project))
}

async function timed(name, action) {
  const started = Date.now()
  await action()
  console.log(`${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
