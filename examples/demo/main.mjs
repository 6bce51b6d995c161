// @ts-check
import { EventEmitter } from 'node:events'
import { parseArguments, usage } from './arguments.mjs'
import { createSend } from './deliver.mjs'
import { listen } from './listen.mjs'
import { renderReport } from './report.mjs'
import { exitCodeOf, runDemo } from './run.mjs'
import { startServer } from './server.mjs'
import { createPaint } from './style.mjs'
import { startWatchdog } from './watchdog.mjs'

/** @import { Command } from './arguments.mjs' */

const paint = createPaint(process.stdout, process.env)

/**
 * @param {Command} command
 * @returns {Promise<number>} the exit code
 */
async function main(command) {
  switch (command.mode) {
    case 'wrong':
      console.error(command.message)
      return 2
    case 'help':
      console.log(usage)
      return 0
    case 'listen':
      await listen(command.port, paint)
      return 0
    case 'run':
      return deliverEverything()
  }
}

/** Many times what it takes on a slow machine. */
const patienceMs = 60_000

async function deliverEverything() {
  const watchdog = startWatchdog(patienceMs, (message) => {
    console.error(`demo: ${message}`)
    process.exit(1)
  })
  const arrivals = new EventEmitter()
  const server = await startServer(0, (outcome) => arrivals.emit('outcome', outcome))
  const { routes, origin } = server
  const attempts = await runDemo(routes, origin, createSend(arrivals), { onStart: watchdog.begin })
  await server.close()
  watchdog.end()
  console.log(`\n${renderReport(attempts, paint)}`)
  return exitCodeOf(attempts)
}

/** @param {unknown} error */
function explainFailure(error) {
  const { code, port } = Object(error)
  if (code === 'EADDRINUSE') return `demo: port ${port} is in use: choose another, or 0 for any that is free`
  if (code === 'EACCES') return `demo: port ${port} is not allowed here: choose one above 1023`
  return error
}

// `npm run demo | head` closes the pipe early, which is nobody's mistake.
process.stdout.on('error', ({ code }) => process.exit(code === 'EPIPE' ? 0 : 1))

try {
  process.exitCode = await main(parseArguments(process.argv.slice(2)))
} catch (error) {
  console.error(explainFailure(error))
  process.exit(1) // whatever had been started already
}
