// The package as a user gets it: packed, installed in an empty folder, and loaded from there.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from '../packed/tools/exec.mjs'
import { emptyFolder, pack } from '../packed/tools/tarball.mjs'

const subpaths = ['', '/schemes', '/sighten']

export async function installPackage() {
  const folder = emptyFolder('clients')
  const tarball = await pack(folder)
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, tarball], {
    cwd: folder,
  })
  // In the folder, so that the names are resolved as they are for a user's module.
  const user = join(folder, 'user.mjs')
  const imports = subpaths.map((subpath) => `'${subpath}': await import('countersign${subpath}')`)
  writeFileSync(user, `export default { ${imports.join(', ')} }\n`)
  return (await import(pathToFileURL(user).href)).default
}
