// The packed package, installed where nothing of the repository is found by accident.
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { run } from '../test/packed/tools/exec.mjs'
import { emptyFolder, pack, root } from '../test/packed/tools/tarball.mjs'

export const here = fileURLToPath(new URL('.', import.meta.url))
const quiet = ['--no-audit', '--no-fund']

/** Installs the peers in this folder, by its lock, and gives the folder of a project with the packed package. */
export async function installAll() {
  await run('npm', ['ci', ...quiet], { cwd: here })
  const folder = emptyFolder('bench')
  const tarball = await pack(folder)
  const dependencies = { countersign: `file:${basename(tarball)}` }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  await run('npm', ['install', ...quiet], { cwd: folder })
  const lines = subpaths().map(([name, specifier]) => `export * as ${name} from '${specifier}'`)
  writeFileSync(join(folder, 'ours.mjs'), lines.join('\n'))
  return folder
}

/** Every entry with code: its name, and as it is imported. */
export function subpaths() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => [path.slice(2) || 'countersign', `countersign${path.slice(1)}`])
}

export function senderNames() {
  return subpaths()
    .map(([name]) => name)
    .filter((name) => !['countersign', 'schemes', 'testing'].includes(name))
}

/** Everything of the package, of the installed folder. */
export function loadOurs(folder) {
  return import(pathToFileURL(join(folder, 'ours.mjs')).href)
}
