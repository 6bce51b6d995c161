// The package as it would be published, built anew where the sources are newer than the build.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './exec.mjs'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Packs the tarball into a folder and gives its path. */
export async function pack(folder) {
  if (!isBuilt()) await run('npm', ['run', 'build'], { cwd: root })
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  })
  return join(folder, JSON.parse(stdout)[0].filename)
}

function isBuilt() {
  const newest = (path) => {
    if (!existsSync(path)) return 0
    const stats = statSync(path)
    if (!stats.isDirectory()) return stats.mtimeMs
    return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))))
  }
  // Written last by a build that has the types too.
  const built = newest(join(root, 'dist/index.d.cts'))
  return ['src', 'package.json', 'tsup.config.ts'].every((path) => newest(join(root, path)) < built)
}

/** An empty folder outside of the repository, so that nothing of it is found by accident; gone when the process ends. */
export function emptyFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `countersign-${name}-`))
  folders.add(folder)
  return folder
}

/** @type {Set<string>} */
const folders = new Set()
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder in which what was installed outlives the process: binaries of runtimes, large and the same every time. */
export function cacheFolder(name) {
  const folder = join(root, 'node_modules/.cache/countersign', name)
  mkdirSync(folder, { recursive: true })
  return folder
}
