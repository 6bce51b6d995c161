// Promise: every example, copied out and installed with the packed tarball, takes what its sender sends over a socket,
// refuses what is forged, stale, too long, encoded or cut off with the right status, keeps each delivery before it
// answers, and prints no secret, no signature and no body.
// Arguments name the examples to run (all without); --write puts the table into README.md.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { updateTable } from '../tools/readme.mjs'
import { createReport } from '../tools/report.mjs'
import { emptyFolder, pack, root } from '../tools/tarball.mjs'
import { checkExample } from './cases.mjs'
import { prepare } from './project.mjs'

/**
 * How an example is tested. One file a piece in this folder: `<name>.example.mjs`; files that a test puts into the copy
 * of the example (a route behind a parser, say) are in the folder `<name>`.
 *
 * @typedef {object} Example
 * @property {string} framework as the table names it
 * @property {string} package whose installed version the table shows; `node` for the runtime's own
 * @property {'tight' | 'tyk' | 'sighten' | 'tightknit'} sender
 * @property {string | ((event: string) => string)} path of the route
 * @property {object | ((event: string, generation?: string) => object)} [signOptions] what `sign` needs beside secret and URL
 * @property {string} [folder] in `examples/`, and of the files that a test adds, where it is not the piece's own name
 * @property {string} [runtime] what it runs on, with its version, where that is not Node.js
 * @property {20 | 22 | 24 | 26} [node] the version to install for it; else the one that runs this
 * @property {Record<string, string>} env the server's variables: its secrets
 * @property {(project: import('./project.mjs').Project) => Promise<import('./project.mjs').Server>} [open] how to start
 *   it; `npm start` unless told
 * @property {{ path?: string, command?: string[], fix: RegExp }} eaten the route whose body a parser has eaten: on the same
 *   server, or on one that the command starts; and what the log must say
 * @property {boolean} [keepsRepetitions] where a queue takes each and its consumer tells them apart
 * @property {Record<string, number>} [status] of a case, where it is not the usual one
 * @property {Record<string, string>} [impossible] cases that cannot happen there, each with its reason
 * @property {(context: import('./cases.mjs').Context) => Promise<void>} [more] checks of its own
 */

const report = createReport('examples')
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const names = readdirSync(import.meta.dirname ?? new URL('.', import.meta.url).pathname)
  .flatMap((file) => /^(.+)\.example\.mjs$/.exec(file)?.[1] ?? [])
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .sort()
for (const name of wanted) if (!names.includes(name)) throw new Error(`there is no example ${name}`)

const tarball = await pack(emptyFolder('tarball'))
const rows = new Map()
const queue = names.values()

async function worker() {
  for (const name of queue) await report.check(`${name}: installs, compiles, builds`, () => runExample(name), 600_000)
}

async function runExample(name) {
  const { default: example } = await import(`./${name}.example.mjs`)
  const started = Date.now()
  const folder = example.folder ?? name
  const project = await prepare(folder, example, tarball)
  const passed = await checkExample({ name, example, project, report })
  const version = example.package === 'node' ? '' : ` ${installedVersion(project.folder, example.package)}`
  const link = `[\`examples/${folder}\`](examples/${folder}/README.md)`
  rows.set(name, [`${example.framework}${version}`, example.runtime ?? project.runtime, senderName(example), link])
  console.log(`${name}: ${passed} checks, ${Math.round((Date.now() - started) / 1000)} s`)
}

function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? listFiles(path) : [path]
  })
}

function installedVersion(folder, name) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version
}

function senderName({ sender }) {
  return sender[0].toUpperCase() + sender.slice(1)
}

await report.check('the copies of inbox.ts are one file', async () => {
  const files = listFiles(join(root, 'examples')).filter((file) => file.endsWith('/inbox.ts'))
  const texts = new Set(files.map((file) => readFileSync(file, 'utf8')))
  assert.equal(texts.size, 1, files.join('\n'))
})
await Promise.all([worker(), worker()])
if (wanted.length === 0) {
  await report.check('the table in README.md', async () => {
    updateTable('frameworks', [
      ['framework', 'runs on', 'sender', 'example'],
      ...names.flatMap((name) => [rows.get(name) ?? []]),
    ])
  })
}
report.end()
