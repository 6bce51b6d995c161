// The package as its users get it: packed, and unpacked where nothing of the repository can be found by accident.
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from '../packed/tools/exec.mjs'
import { emptyFolder, pack } from '../packed/tools/tarball.mjs'

const entries = {
  root: 'index',
  schemes: 'schemes',
  sighten: 'sighten',
  testing: 'testing',
  tight: 'tight',
  tightknit: 'tightknit',
  tyk: 'tyk',
}

/** Packs the library, and gives the folder of what was packed. */
export async function unpack() {
  const folder = emptyFolder('differential')
  await run('tar', ['-xzf', await pack(folder), '-C', folder])
  return join(folder, 'package')
}

/**
 * @param {string} folder of the package
 * @returns {Promise<import('./subjects.mjs').Library>}
 */
export async function loadLibrary(folder) {
  const load = ([name, file]) =>
    import(pathToFileURL(resolve(folder, 'dist', `${file}.js`)).href).then((made) => [name, made])
  return Object.fromEntries(await Promise.all(Object.entries(entries).map(load)))
}
