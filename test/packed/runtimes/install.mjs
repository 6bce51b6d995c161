// What the suite runs on: the package from its tarball, and the runtimes from the registry.
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../tools/exec.mjs'
import { installNode, nodeVersions } from '../tools/nodes.mjs'
import { cacheFolder, emptyFolder, pack } from '../tools/tarball.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

/** The versions of Node.js, by their major. */
export async function installNodes() {
  const nodes = new Map()
  for (const major of Object.keys(nodeVersions)) nodes.set(major, await installNode(major))
  return nodes
}

/** A project of nobody's: the package as a user would install it, and the suite beside it. */
export async function installPackage(keys) {
  const folder = emptyFolder('runtimes')
  const tarball = await pack(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', tarball], { cwd: folder })
  cpSync(join(here, 'suite'), join(folder, 'suite'), { recursive: true })
  const { exports } = JSON.parse(readFileSync(join(folder, 'node_modules/countersign/package.json'), 'utf8'))
  writeFileSync(join(folder, 'settings.mjs'), `export default ${JSON.stringify({ keys, exports })}\n`)
  return folder
}

/**
 * Installs the other runtimes, where just these are not there yet. No install scripts are run: the programs are in
 * packages of their own, one a platform.
 */
export async function installTools(node) {
  const folder = cacheFolder('runtimes')
  const lock = readFileSync(join(here, 'package-lock.json'), 'utf8')
  const stamp = join(folder, 'installed.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return folder
  rmSync(stamp, { force: true })
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(join(here, name), join(folder, name))
  await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder, env: node.env })
  writeFileSync(stamp, lock) // last, so that what was interrupted is installed anew
  return folder
}

/** The program of a runtime, in the one package of its scope that fits this platform. */
export function findProgram(tools, scope, path) {
  const folder = join(tools, 'node_modules', scope)
  const found = readdirSync(folder).map((name) => join(folder, name, path))
  const program = found.find((file) => existsSync(file)) ?? found.map((file) => `${file}.exe`).find(existsSync)
  if (program === undefined) throw new Error(`no ${path} in ${found.join(', ')}: remove ${tools} to install it anew`)
  return program
}
