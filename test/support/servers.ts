import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type ErrorCode, errorTable, isWebhookError } from 'countersign'
import { onTestFinished, vi } from 'vitest'
import { caught } from './verdict.ts'

/** How a route ended: accepted, refused with a code, or a mistake of the route itself. */
export type Outcome = ErrorCode | 'accepted' | 'TypeError'

export interface Route {
  readonly port: number
  /** The outcome of each delivery, in the order in which they arrived. */
  readonly outcomes: readonly Promise<Outcome>[]
  /** Waits until that many deliveries have arrived and ended. */
  ended(count?: number): Promise<Outcome[]>
}

/** Waits until something is so, and fails where it does not become so. */
async function eventually(isSo: () => boolean): Promise<void> {
  const check = (): void => {
    if (!isSo()) throw new Error('did not happen in time')
  }
  await vi.waitFor(check, { interval: 2, timeout: 4000 })
}

async function outcomeOf(answer: Promise<unknown>): Promise<Outcome> {
  const error = await caught(answer)
  if (error === undefined) return 'accepted'
  if (isWebhookError(error)) return error.code
  if (error instanceof TypeError) return 'TypeError'
  throw error
}

function statusOf(outcome: Outcome): number {
  if (outcome === 'accepted') return 200
  return outcome === 'TypeError' ? 500 : errorTable[outcome].status
}

interface Answer {
  statusCode: number
  end(text: string): unknown
}

/** Counts outcomes and answers with them. */
function recorder<Request>(verify: (request: Request) => Promise<unknown>) {
  const outcomes: Promise<Outcome>[] = []
  const handle = (request: Request, response: Answer): void => {
    const outcome = outcomeOf(verify(request))
    outcomes.push(outcome)
    void outcome.then((code) => {
      response.statusCode = statusOf(code)
      response.end(code)
    })
  }
  const ended = async (count = 1): Promise<Outcome[]> => {
    await eventually(() => outcomes.length >= count)
    return Promise.all(outcomes)
  }
  return { handle, outcomes, ended }
}

async function listen(server: Server, close: () => void): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    close()
    server.close()
  })
  return (server.address() as AddressInfo).port // an object, since the server listens on a port
}

/** Starts a real HTTP/1.1 server for one test. */
export async function serve(verify: (request: IncomingMessage) => Promise<unknown>): Promise<Route> {
  const { handle, outcomes, ended } = recorder(verify)
  const server = createServer((request: IncomingMessage, response: ServerResponse) => handle(request, response))
  return { port: await listen(server, () => server.closeAllConnections()), outcomes, ended }
}

/** Starts a real HTTP/2 server without TLS for one test, and a client of it. */
export async function serveHttp2(
  verify: (request: Http2ServerRequest) => Promise<unknown>,
): Promise<Route & { client: ClientHttp2Session; socket: Socket }> {
  const { handle, outcomes, ended } = recorder(verify)
  const server = createHttp2Server((request: Http2ServerRequest, response: Http2ServerResponse) =>
    handle(request, response),
  )
  const port = await listen(server, () => client.destroy())
  const socket = connect(port, '127.0.0.1')
  const client = connectHttp2(`http://127.0.0.1:${port}`, { createConnection: () => socket })
  client.on('error', () => {}) // a connection that breaks is part of these tests
  return { port, outcomes, ended, client, socket }
}

export interface Connection {
  readonly socket: Socket
  /** Everything that came back so far. */
  text(): string
  /** Waits until what came back matches. */
  until(pattern: RegExp): Promise<string>
  /** Writes piece by piece, each in a packet of its own. */
  send(pieces: Iterable<string | Uint8Array>, pauseMs?: number): Promise<void>
}

/** Opens a socket, and nothing between it and the server. */
export async function open(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => {}) // a connection that the server resets is part of these tests
  onTestFinished(() => {
    socket.destroy()
  })
  await once(socket, 'connect')
  return {
    socket,
    text: () => text,
    until: async (pattern) => {
      await eventually(() => pattern.test(text))
      return text
    },
    send: async (pieces, pauseMs = 0) => {
      for (const piece of pieces) {
        if (!socket.writable) return
        socket.write(piece)
        await delay(pauseMs)
      }
    },
  }
}

/** The head of a request: request line and headers. */
export function head(headers: Record<string, string | number>, method = 'POST', target = '/hook'): string {
  const lines = Object.entries({ Host: 'receiver.example', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** A body in chunked transfer coding. */
export function chunked(chunks: Iterable<string | Uint8Array>): Buffer[] {
  const framed = [...chunks].map((chunk) => {
    const bytes = Buffer.from(chunk)
    return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
  })
  return [...framed, Buffer.from('0\r\n\r\n')]
}

/** Sends one request on a connection of its own, and gives the answer's status and text. */
export async function exchange(port: number, pieces: Iterable<string | Uint8Array>, pauseMs = 0): Promise<string> {
  const connection = await open(port)
  await connection.send(pieces, pauseMs)
  return answerIn(await connection.until(answer))
}

/** An answer with its text, which is never empty. */
const answer = /^HTTP\/1\.1 (\d+) [\s\S]*?\r\n\r\n([a-zA-Z_]+)/

/** `200 accepted` and the like: the first answer in what came back. */
export function answerIn(text: string): string {
  const [, status, code] = answer.exec(text) ?? []
  return `${status} ${code}`
}
