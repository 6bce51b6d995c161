// Runs an edge function in edge-runtime and prints its answer. Arguments: the folder of the tools, the function, and
// `process`, where there shall be one that throws, as in Next.js.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [tools, file, hasProcess] = process.argv.slice(2)
const require = createRequire(join(tools, 'package.json'))
const { EdgeRuntime } = require('edge-runtime')

const throwing = new Proxy(
  {},
  {
    get() {
      throw new Error('a Node.js API is used which is not supported in the edge runtime')
    },
  },
)
const edge = new EdgeRuntime({
  initialCode: readFileSync(file, 'utf8'),
  extend: (context) => (hasProcess ? Object.assign(context, { process: throwing }) : context),
})
const response = await edge.dispatchFetch('https://receiver.example/')
const text = await response.text()
await response.waitUntil()
if (!response.ok) throw new Error(text)
const result = JSON.parse(text)
const { version } = require('edge-runtime/package.json')
console.log(JSON.stringify({ ...result, runtime: { ...result.runtime, version } }))
