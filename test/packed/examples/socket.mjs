// Requests written to a socket byte by byte, because clients repair or refuse much of what servers get.
import { connect } from 'node:net'

/**
 * One request on a connection of its own.
 *
 * @typedef {object} WireRequest
 * @property {string} method
 * @property {string} path with the query
 * @property {[string, string][]} headers beside host, connection and the body's length
 * @property {Uint8Array} body
 * @property {'whole' | 'chunked' | 'aborted'} [framing] `'aborted'` breaks the connection after half of the body
 */

/** @typedef {{ status: number, body: string, ms: number }} Answer with status 0 where the connection ended without one */

/**
 * Sends a request and gives the answer.
 *
 * @param {number} port
 * @param {WireRequest} request
 * @returns {Promise<Answer>}
 */
export async function send(port, request, tries = 10) {
  const answer = await sendOnce(port, request)
  // A server that answers ahead of the whole body and closes resets the connection, at times before its answer is read.
  const isLost = answer.status === 0 && request.body.length > 1_048_576 && request.framing !== 'aborted'
  return isLost && tries > 1 ? send(port, request, tries - 1) : answer
}

function sendOnce(port, request) {
  const started = Date.now()
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const chunks = []
    const finish = () => resolve({ ...parseAnswer(Buffer.concat(chunks)), ms: Date.now() - started })
    socket.setTimeout(15_000, () => socket.destroy(new Error('no answer within 15 s')))
    socket.on('data', (chunk) => chunks.push(chunk)).on('close', finish)
    // A server that refuses early closes while the body is still on its way: what it said counts.
    socket.on('error', (error) => (['EPIPE', 'ECONNRESET'].includes(error.code) ? finish() : reject(error)))
    socket.on('connect', () => write(socket, port, request))
  })
}

function write(socket, port, { method, path, headers, body, framing = 'whole' }) {
  const length = framing === 'chunked' ? ['transfer-encoding', 'chunked'] : ['content-length', String(body.length)]
  const named = headers.some(([name]) => name.toLowerCase() === 'host') ? [] : [['host', `127.0.0.1:${port}`]]
  const lines = [...named, ...headers, length, ['connection', 'close']].map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'utf8'))
  if (framing === 'whole') return socket.write(body)
  if (framing === 'chunked') return writeChunks(socket, body)
  socket.write(body.subarray(0, Math.ceil(body.length / 2)))
  setTimeout(() => socket.destroy(), 100) // the server has begun to read by then
}

/** In chunks of odd sizes, one of them a single byte. */
function writeChunks(socket, body) {
  for (let [start, size] = [0, 1]; start < body.length; start += size, size = size * 3 + 4) {
    const chunk = body.subarray(start, start + size)
    socket.write(Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]))
  }
  socket.write('0\r\n\r\n')
}

/** @param {Buffer} bytes */
function parseAnswer(bytes) {
  const text = bytes.toString('utf8')
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? []
  return { status: Number(status ?? 0), body: text.slice(text.indexOf('\r\n\r\n') + 4) }
}

/** A port that nothing listens on. */
export async function freePort() {
  const { createServer } = await import('node:net')
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Waits until something listens on a port. */
export async function untilListening(port, { child, output }, timeoutMs = 30_000) {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (child.exitCode !== null) break
    const open = await new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket
        .on('connect', () => resolve(true))
        .on('error', () => resolve(false))
        .on('connect', () => socket.destroy())
    })
    if (open) return
  }
  throw new Error(`the server does not listen\n${output.stdout}${output.stderr}`)
}
