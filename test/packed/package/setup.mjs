// Installs what the checks need: their tools in this folder, and the packed tarball in an empty one, as a user does.
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../tools/exec.mjs'
import { emptyFolder, pack, root } from '../tools/tarball.mjs'

export const here = fileURLToPath(new URL('.', import.meta.url))

/** `npm publish --dry-run` would hand its own dryness on to every npm that its scripts start. */
const quiet = ['--no-audit', '--no-fund', '--dry-run=false']

export function readJson(...path) {
  return JSON.parse(readFileSync(join(...path), 'utf8'))
}

/** Nothing is done where the lock has not changed since the last time. */
export async function installTools() {
  const written = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0)
  if (written(join(here, 'node_modules/.package-lock.json')) > written(join(here, 'package-lock.json'))) return
  await run('npm', ['ci', ...quiet], { cwd: here })
}

/** Packs the package and gives the folder of a project that has it installed, with the files of `consumer/`. */
export async function installPackage() {
  const folder = emptyFolder('package')
  const tarball = await pack(folder)
  cpSync(join(here, 'consumer'), folder, { recursive: true })
  await install(folder, { countersign: `file:${basename(tarball)}` })
  return { folder, tarball, installed: join(folder, 'node_modules/countersign') }
}

/** Installs packages in a folder, and takes a warning for a failure: users see it too. */
export async function install(folder, dependencies) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const { stderr } = await run('npm', ['install', ...quiet], { cwd: folder })
  // A key of the user's own npmrc that npm does not know concerns the machine, and not the package.
  const warnings = stderr.split('\n').filter((line) => /warn/i.test(line) && !/Unknown (user|env) config/.test(line))
  assertNone(warnings, 'npm install prints warnings')
}

/** Every subpath with code, as a user writes it behind `countersign`: '' for the root, '/tyk' and so on. */
export function codeSubpaths() {
  const { exports } = readJson(root, 'package.json')
  return Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => path.slice(1))
}

/** The names of the built-in senders. */
export function providerNames() {
  return codeSubpaths()
    .map((path) => path.slice(1))
    .filter((name) => !['', 'schemes', 'testing'].includes(name))
}

/** Throws what there is, a line each, and what that is. */
export function assertNone(lines, what) {
  const most = 20
  const more = lines.length > most ? [`and ${lines.length - most} more`] : []
  if (lines.length > 0) throw new Error([`${what}:`, ...lines.slice(0, most), ...more].join('\n  '))
}

/** Runs an action for each item, two at a time, and gives the results in their order. */
export async function inPairs(items, action) {
  const results = []
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await action(item)
  }
  await Promise.all([worker(), worker()])
  return results
}
