// Node.js in the versions that people run, from the npm package `node`.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './exec.mjs'
import { cacheFolder } from './tarball.mjs'

export const nodeVersions = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' }

/**
 * Installs a version where it is not installed yet.
 *
 * @param {keyof typeof nodeVersions} major
 * @returns {Promise<{ version: string, path: string, env: { PATH: string } }>} the program's path, and a PATH on which
 *   it comes first, so that npm and everything else it starts runs on it too
 */
export async function installNode(major) {
  const version = nodeVersions[major]
  const folder = cacheFolder(`node-${version}`)
  const path = join(folder, 'node_modules/node/bin/node')
  if (!existsSync(path)) {
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, `node@${version}`], { cwd: folder })
  }
  const { stdout } = await run(path, ['--version'])
  if (stdout.trim() !== `v${version}`) throw new Error(`asked for Node.js ${version}, got ${stdout.trim()}`)
  return { version, path, env: { PATH: `${dirname(path)}:${process.env.PATH}` } }
}
