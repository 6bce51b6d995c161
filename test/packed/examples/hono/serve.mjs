// Serves the worker on workerd, with what wrangler.jsonc says, from the bundle that wrangler made. Arguments: another
// entry, to be bundled first; other compatibility flags, as JSON. The folder INBOX shows what the queue holds.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions as readOptions } from 'wrangler'
import { createInbox } from './inbox.mjs'

const [entry, flags] = process.argv.slice(2)
const bundle = join('dist', `${basename(entry || 'index.ts', '.ts')}.js`)
if (entry) execFileSync('npx', ['wrangler', 'deploy', entry, '--dry-run', '--outdir', 'dist'], { stdio: 'ignore' })

const { workerOptions } = readOptions('wrangler.jsonc')
const { deliveries } = workerOptions.queueConsumers
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    ...workerOptions,
    ...(flags ? { compatibilityFlags: JSON.parse(flags) } : {}),
    modules: [
      { type: 'ESModule', path: 'recorder.js', contents: readFileSync('recorder.js', 'utf8') },
      { type: 'ESModule', path: 'worker.js', contents: readFileSync(bundle, 'utf8') },
    ],
    queueConsumers: { deliveries: { ...deliveries, maxBatchTimeout: 0, retryDelay: 0 } }, // nobody waits for longer
    serviceBindings: { RECORDER: createInbox(process.env.INBOX) },
    host: '127.0.0.1',
    port: Number(process.env.PORT),
    handleStructuredLogs: ({ level, message }) => console.log(level, message),
    cf: false, // asks nobody where this machine is
    telemetry: { enabled: false },
  }),
)
await miniflare.ready
