// @ts-check
import { once } from 'node:events'
import { Agent, request as open } from 'node:http'

/** @import { EventEmitter } from 'node:events' */
/** @import { PlainRequest } from './curl.mjs' */
/** @import { Outcome } from './server.mjs' */

/**
 * A request on its way: with `breakAfter`, the connection breaks after so many bytes of its body.
 *
 * @typedef {PlainRequest & { breakAfter?: number }} Shipment
 */

/** @typedef {(shipment: Shipment) => Promise<Outcome>} Send */

const patienceMs = 5000
const noAnswer = { route: undefined, status: 0, result: undefined, duplicate: false, ms: patienceMs }

/**
 * Makes the function that delivers one request and gives what became of it: the status as it came over the socket, the
 * rest as the server tells it. One at a time, so that what the server tells next is about this one.
 *
 * @param {EventEmitter} arrivals emits each `outcome` of the server
 * @returns {Send}
 */
export function createSend(arrivals) {
  const agent = new Agent({ keepAlive: true })
  return async (shipment) => {
    const arrival = once(arrivals, 'outcome', { signal: AbortSignal.timeout(patienceMs) })
    try {
      const [status, [outcome]] = await Promise.all([deliver(shipment, agent), arrival])
      return { ...outcome, status: status ?? outcome.status }
    } catch {
      return { ...noAnswer, method: shipment.method, path: new URL(shipment.url).pathname }
    }
  }
}

/**
 * Sends a request and gives the status of the answer; `undefined` where the connection broke, as it was told to.
 * `node:http` rather than `fetch`, which sends neither half a body nor a header twice.
 *
 * @param {Shipment} shipment
 * @param {Agent} agent
 * @returns {Promise<number | undefined>}
 */
function deliver({ method, url, headers, body, breakAfter }, agent) {
  const length = { 'content-length': String(body.length) }
  return new Promise((resolve, reject) => {
    const options = { method, agent, headers: { ...headers, ...length }, signal: AbortSignal.timeout(patienceMs) }
    const request = open(url, options, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
      response.on('error', reject)
    })
    request.on('error', breakAfter === undefined ? reject : () => resolve(undefined))
    request.on('close', () => reject(new Error('the connection closed ahead of the answer'))) // unless there was one
    if (breakAfter === undefined) request.end(body)
    else request.write(body.subarray(0, breakAfter), () => request.destroy())
  })
}
