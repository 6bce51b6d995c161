// Promise: the time of the library's one comparison does not tell, over this many samples, where a signature differs, on
// either crypto backend; and the same test does see a comparison that ends early. What it cannot show is in SECURITY.md.
//   node test/timing/run.mjs [--samples 200000] [--seed 1] [--only-comparison]
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'tsup'
import { run } from '../packed/tools/exec.mjs'
import { createReport } from '../packed/tools/report.mjs'
import { emptyFolder, root } from '../packed/tools/tarball.mjs'
import { threshold } from './statistics.mjs'
import { subjects, verifications } from './subjects.mjs'

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '200000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'only-comparison': { type: 'boolean', default: false },
  },
})
const [samples, seed] = [Number(values.samples), Number(values.seed)]
const rounds = 3
/** Hexadecimal digits of a SHA-256. */
const length = 64

console.log(`timing: ${samples} samples, ${rounds} times, seed ${seed}, Node.js ${process.versions.node}`)
const report = createReport('timing')
const folder = emptyFolder('timing')
const rows = []
await bundle()
const timed = { ...subjects, ...(values['only-comparison'] ? {} : verifications) }
for (const backend of ['node:crypto', 'webcrypto']) {
  for (const [name, kind] of Object.entries(timed)) {
    await report.check(`${name}, ${backend}`, () => judge(name, backend, kind), 1_200_000)
  }
}
console.log('\n| timed | backend | median | t of each round | seen |\n| --- | --- | --- | --- | --- |')
for (const row of rows) console.log(`| ${row.join(' | ')} |`)
report.end()
rmSync(folder, { recursive: true, force: true })

/** The modules as they are published, apart from being files of their own. */
async function bundle() {
  process.chdir(root)
  const entry = { bytes: 'src/core/bytes.ts', tyk: 'src/providers/tyk/index.ts' }
  await build({
    ...{ config: false, silent: true, clean: false, dts: false, splitting: false, treeshake: true },
    ...{ entry, format: ['esm'], target: 'es2022', platform: 'neutral', noExternal: ['jose', 'zod'], outDir: folder },
    outExtension: () => ({ js: '.mjs' }),
  })
}

/** A leak is there every time; what the machine does beside is not. */
async function judge(name, backend, { control, shown }) {
  const results = []
  for (let round = 0; round < rounds; round += 1) results.push(await measure(name, backend, round))
  const strong = results.filter(({ t }) => Math.abs(t) > threshold)
  const seen = strong.length === rounds && new Set(strong.map(({ t }) => Math.sign(t))).size === 1
  const nanoseconds = Math.round(results[0].median * 1e6)
  rows.push([name, backend, `${nanoseconds} ns`, results.map(({ t }) => t.toFixed(1)).join(', '), seen ? 'yes' : 'no'])
  if (control && !seen) throw new Error('this comparison ends early and was not seen: the test can see nothing here')
  if (!control && !shown && seen) throw new Error('the time tells where the texts differ')
}

async function measure(name, backend, round) {
  const settings = { name, backend, length, samples, seed: seed + round, folder }
  const file = fileURLToPath(new URL('measure.mjs', import.meta.url))
  const { stdout } = await run(process.execPath, [file, JSON.stringify(settings)], { timeoutMs: 600_000 })
  return JSON.parse(stdout)
}
