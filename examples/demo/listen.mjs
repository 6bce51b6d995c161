// @ts-check

import { randomProof, withProof } from './changes.mjs'
import { curlCommand } from './curl.mjs'
import { explain } from './explain.mjs'
import { pathPattern } from './route.mjs'
import { signSample } from './run.mjs'
import { startServer } from './server.mjs'
import { eventName } from './verdict.mjs'

/** @import { PlainRequest } from './curl.mjs' */
/** @import { Route } from './route.mjs' */
/** @import { DemoServer } from './server.mjs' */
/** @import { Paint } from './style.mjs' */

/**
 * Serves until Ctrl-C: prints commands to paste, and explains each delivery as it arrives.
 *
 * @param {number} port
 * @param {Paint} paint
 */
export async function listen(port, paint) {
  const paths = /** @type {string[]} */ ([])
  const server = await startServer(port, (outcome) => {
    const clock = new Date().toTimeString().slice(0, 8)
    console.log(`${paint('dim', clock)}  ${explain(outcome, paths, paint)}\n`)
  })
  paths.push(...server.routes.map(pathPattern))
  console.log(await renderCommands(server, paint))
  console.log(`Listening on ${server.origin}. Secrets and commands are good for this run. Ctrl-C ends it.\n`)
  await interrupted()
  await server.close()
}

/**
 * @param {DemoServer} server
 * @param {Paint} paint
 */
export async function renderCommands({ routes, origin }, paint) {
  const blocks = await Promise.all(routes.map((route) => routeCommands(route, origin, paint)))
  return ['Paste into another terminal. Each prints the status of the answer.', ...blocks.flat(), ''].join('\n\n')
}

/**
 * @param {Route} route
 * @param {string} origin
 * @param {Paint} paint
 */
async function routeCommands(route, origin, paint) {
  const request = await signSample(route, route.subject, { origin, now: new Date() })
  const label = `# ${route.sender}, ${route.scheme}, ${eventName(route.subject)}`
  /** @param {string} words @param {PlainRequest} shown */
  const command = (words, shown) => `${paint('bold', `${label}: ${words}`)}\n${curlCommand(shown)}`
  if (route.proofIn === 'nothing') return [command('by anyone', request)]
  const good = Number.isFinite(route.validSeconds) ? `genuine, for ${route.validSeconds} s from now` : 'genuine'
  return [command(good, request), command('forged', withProof(request, randomProof))]
}

/** @returns {Promise<void>} */
function interrupted() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve())
  })
}
