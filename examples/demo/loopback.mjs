// @ts-check
import { once } from 'node:events'

/** @import { Server } from 'node:http' */

/**
 * Listens on loopback.
 *
 * @param {Server} server
 * @param {number} port 0 for any that is free
 * @returns {Promise<string>} the server's origin
 */
export async function listenOn(server, port) {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address')
  return `http://127.0.0.1:${address.port}`
}

/**
 * Closes a server, and every connection to it.
 *
 * @param {Server} server
 */
export async function close(server) {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
