// HTTP/1.1 by hand: an HTTP client would send nothing slowly, halfway, or in one piece with the next request.
import { connect } from 'node:net'

/** The text of a request's head, for the bytes of its body or for chunks. */
export function headBytes({ method, url, headers }, added = {}) {
  const { pathname, search } = new URL(url)
  const lines = Object.entries({ host: new URL(url).host, ...headers, ...added }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return Buffer.from(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

export function wholeBytes(request, kind) {
  const { body } = request
  return Buffer.concat([headBytes(request, { 'content-length': body.length, 'x-soak': kind }), body])
}

/** One chunk of the chunked transfer coding; none ends the body. */
export function chunk(bytes = Buffer.alloc(0)) {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

/** A connection, on which responses come in the order of their requests. */
export function open(port) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  const waiting = []
  const arrived = []
  let text = ''
  let ended = false
  const give = (answer) => (waiting.length > 0 ? waiting.shift()(answer) : arrived.push(answer))
  const finish = () => {
    ended = true
    for (const resolve of waiting.splice(0)) resolve(undefined)
  }
  socket.setEncoding('latin1')
  socket.on('data', (data) => {
    text += data
    for (let answer = takeAnswer(text); answer !== undefined; answer = takeAnswer(text)) {
      text = text.slice(answer.length)
      give(answer)
    }
  })
  socket.on('end', () => {
    finish()
    socket.end()
  })
  socket.on('error', finish).on('close', finish)
  return {
    get usable() {
      return !ended && socket.writable
    },
    write: (bytes) => socket.write(bytes),
    /** Writes, and waits where the other side does not read as fast. */
    async send(bytes) {
      if (!socket.write(bytes)) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve))
    },
    halfClose: () => socket.end(),
    reset: () => socket.resetAndDestroy(),
    close: () => socket.destroy(),
    /** The next response, or `undefined` where the connection ends without one. */
    answer: () =>
      new Promise((resolve) => (arrived.length > 0 || ended ? resolve(arrived.shift()) : waiting.push(resolve))),
  }
}

function takeAnswer(text) {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = text.slice(0, headEnd)
  const bodyStart = headEnd + 4
  const length = bodyStart + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
  return text.length < length
    ? undefined
    : { status: Number(head.slice(9, 12)), body: text.slice(bodyStart, length), length }
}
