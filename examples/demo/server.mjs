// @ts-check
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRoutes } from './senders.mjs'

/** @import { IncomingMessage, Server } from 'node:http' */
/** @import { Result } from 'countersign' */
/** @import { AnyDelivery } from 'countersign/testing' */
/** @import { Route } from './senders.mjs' */

/**
 * What became of one request.
 *
 * @typedef {object} Outcome
 * @property {string} method
 * @property {string} path
 * @property {Route | undefined} route
 * @property {number} status what was answered
 * @property {Result<AnyDelivery> | undefined} result nothing where nothing was verified
 * @property {boolean} duplicate
 * @property {number} ms from the request's headers to the answer
 */

/** @typedef {Pick<Outcome, 'status'> & Partial<Pick<Outcome, 'result' | 'duplicate'>>} Answer */
/** @typedef {{ origin: string, routes: Route[], close(): Promise<void> }} DemoServer */

/** The deliveries that were kept. Yours is a table with a unique key. */
class Inbox {
  /** @type {Set<string>} */
  #keys = new Set()

  /**
   * @param {Route} route
   * @param {AnyDelivery} delivery
   * @returns {boolean} whether it is new
   */
  keep({ path }, { type, id }) {
    const size = this.#keys.size
    return this.#keys.add(`${path} ${type} ${id}`).size > size
  }
}

/**
 * A webhook route, as you would write it: verify, keep, answer.
 *
 * @param {IncomingMessage} request
 * @param {Route} route
 * @param {Inbox} inbox
 * @returns {Promise<Answer>}
 */
async function receive(request, route, inbox) {
  if (request.method === 'HEAD') return { status: 200 } // a test of the connection: nothing to verify, nothing to keep
  const result = await route.receiver.safeVerify(request, route.contextOf(pathOf(request)))
  if (!result.ok) return { status: result.error.status, result }
  const isNew = inbox.keep(route, result.delivery)
  return { status: 200, result, duplicate: !isNew }
}

/**
 * Starts one HTTP server on loopback with a route for each sender and scheme.
 *
 * @param {number} port 0 for any that is free
 * @param {(outcome: Outcome) => void} onOutcome
 * @returns {Promise<DemoServer>}
 */
export async function startServer(port, onOutcome) {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const origin = originOf(server)
  const routes = createRoutes(origin)
  const inbox = new Inbox()

  server.on('request', async (request, response) => {
    const start = performance.now()
    const route = findRoute(routes, pathOf(request))
    const answer = route === undefined ? { status: 404 } : await receive(request, route, inbox).catch(mistake)
    response.writeHead(answer.status).end()
    const ms = performance.now() - start
    const { method = '' } = request
    onOutcome({ result: undefined, duplicate: false, ...answer, method, path: pathOf(request), route, ms })
  })
  return { origin, routes, close: () => close(server) }
}

/**
 * A TypeError is a mistake of this program and no fault of the sender: say so, and let the sender try again.
 *
 * @param {unknown} error
 * @returns {Answer}
 */
function mistake(error) {
  console.error(error)
  return { status: 500 }
}

/** @param {IncomingMessage} request */
function pathOf({ url = '/' }) {
  return url.replace(/[?#].*$/s, '')
}

/**
 * @param {readonly Route[]} routes
 * @param {string} path
 */
function findRoute(routes, path) {
  return routes.find((route) => path === route.path || path.startsWith(`${route.path}/`))
}

/** @param {Server} server */
function originOf(server) {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address')
  return `http://127.0.0.1:${address.port}`
}

/** @param {Server} server */
async function close(server) {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
