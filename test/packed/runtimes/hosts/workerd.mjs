// Runs a worker on workerd and prints its answer. Arguments: the folder of the tools, the worker, compatibility flags.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [tools, file, ...compatibilityFlags] = process.argv.slice(2)
const require = createRequire(join(tools, 'package.json'))
const { Miniflare } = require('miniflare')
const [, version] = execFileSync(require('workerd').default, ['--version'], { encoding: 'utf8' }).trim().split(' ')

const worker = new Miniflare({
  modules: true,
  script: readFileSync(file, 'utf8'),
  compatibilityDate: version,
  compatibilityFlags,
  cf: false, // asks nobody where this machine is
})
try {
  const response = await worker.dispatchFetch('https://receiver.example/')
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  const result = JSON.parse(text)
  console.log(JSON.stringify({ ...result, runtime: { ...result.runtime, version } }))
} finally {
  await worker.dispose()
}
