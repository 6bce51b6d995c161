// Connections that carry more than one request: HTTP/2, and HTTP/1.1 with one request behind the other.
import { once } from 'node:events'
import { connect as connectHttp2, constants } from 'node:http2'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** @typedef {import('../socket.mjs').WireRequest} WireRequest */

/**
 * A session of HTTP/2 without TLS. A request that is `'chunked'` has no content-length; one that is `'aborted'` is reset
 * after half of its body, and the session stays.
 *
 * @param {number} port
 */
export function openHttp2(port) {
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  return { send: (request) => inTime(sendHttp2(session, request)), close: () => session.destroy() }
}

/** @param {import('node:http2').ClientHttp2Session} session @param {WireRequest} request */
async function sendHttp2(session, { method, path, headers, body, framing = 'whole' }) {
  const length = framing === 'chunked' ? {} : { 'content-length': String(body.length) }
  const pseudo = { ':method': method, ':path': path }
  const stream = session.request({ ...pseudo, ...length, ...Object.fromEntries(headers) }, { endStream: false })
  const answer = { status: 0, body: '' }
  stream.on('response', ({ ':status': status }) => (answer.status = status))
  stream.setEncoding('utf8').on('data', (text) => (answer.body += text))
  const closed = once(stream, 'close')
  if (framing === 'aborted') await reset(stream, body)
  else stream.end(body)
  await closed
  return answer
}

async function reset(stream, body) {
  stream.write(body.subarray(0, Math.ceil(body.length / 2)))
  await wait(100) // the server has begun to read by then
  stream.close(constants.NGHTTP2_CANCEL)
}

/**
 * Sends requests over one connection of HTTP/1.1 and gives the status of each answer, in their order.
 *
 * @param {number} port
 * @param {WireRequest[]} requests
 * @param {{ pipelined: boolean }} how pipelined: none waits for the answer to the one ahead of it
 * @returns {Promise<number[]>}
 */
export async function sendInOne(port, requests, { pipelined }) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const statuses = readStatuses(socket)
  try {
    for (const [index, request] of requests.entries()) {
      socket.write(encode(port, request))
      if (!pipelined) await inTime(statuses.until(index + 1))
    }
    return await inTime(statuses.until(requests.length))
  } finally {
    socket.destroy()
  }
}

function encode(port, { method, path, headers, body }) {
  const all = [['host', `127.0.0.1:${port}`], ...headers, ['content-length', String(body.length)]]
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body])
}

/** What the example answers has no line like a status line in its bodies. */
function readStatuses(socket) {
  let text = ''
  let closed = false
  socket.on('data', (chunk) => (text += chunk.toString('latin1')))
  socket.on('error', () => {}).on('close', () => (closed = true))
  const list = () => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
  return {
    async until(count) {
      while (list().length < count && !closed) await wait(10)
      return list()
    },
  }
}

function inTime(promise) {
  const late = wait(15_000, undefined, { ref: false }).then(() => Promise.reject(new Error('no answer within 15 s')))
  return Promise.race([promise, late])
}
