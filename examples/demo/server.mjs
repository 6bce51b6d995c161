// @ts-check
import { createServer } from 'node:http'
import { startAuthorizationServer } from './authorization-server.mjs'
import { close, listenOn } from './loopback.mjs'
import { createRoutes } from './senders.mjs'

/** @import { IncomingMessage } from 'node:http' */
/** @import { Result } from 'countersign' */
/** @import { AnyDelivery } from 'countersign/testing' */
/** @import { Route } from './route.mjs' */

/**
 * What became of one request.
 *
 * @typedef {object} Outcome
 * @property {string} method
 * @property {string} path fit for a log: without the secret, where it holds one
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
 * Starts one HTTP server on loopback with a route for each sender and scheme, beside an authorization server.
 *
 * @param {number} port 0 for any that is free
 * @param {(outcome: Outcome) => void} onOutcome
 * @returns {Promise<DemoServer>}
 */
export async function startServer(port, onOutcome) {
  const server = createServer()
  const origin = await listenOn(server, port)
  const authorizationServer = await startAuthorizationServer()
  const routes = createRoutes({ origin, authorizationServer })
  const inbox = new Inbox()

  server.on('request', async (request, response) => {
    const start = performance.now()
    const route = findRoute(routes, pathOf(request))
    const answer = route === undefined ? { status: 404 } : await receive(request, route, inbox).catch(mistake)
    response.writeHead(answer.status).end()
    const ms = performance.now() - start
    const { method = '' } = request
    const path = route?.proofIn === 'url' ? `${route.path}/…` : pathOf(request)
    onOutcome({ result: undefined, duplicate: false, ...answer, method, path, route, ms })
  })
  return {
    origin,
    routes,
    close: async () => {
      await Promise.all([close(server), authorizationServer.close()])
    },
  }
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
