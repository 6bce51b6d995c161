import { createServer } from 'node:http'
import { constants, createServer as createHttp2Server } from 'node:http2'
import { answer, type Request, type Response } from './answer.ts'
import { workThrough } from './inbox.ts'
import { receive } from './webhooks.ts'
import { work } from './work.ts'

const requestTimeout = 30_000

function handle(request: Request, response: Response): void {
  const path = request.url?.split('?', 1)[0] ?? ''
  // Method, path and status. No query, no header, no body: these may hold secrets.
  response.on('close', () =>
    console.log(request.method, path, response.headersSent ? response.statusCode : 'broken off'),
  )
  route(request, response, path).catch((error) => {
    console.error(error) // a mistake in the set-up: the message says what to do
    return answer(request, response, 500)
  })
}

async function route(request: Request, response: Response, path: string): Promise<void> {
  const [, event] = /^\/webhooks\/sighten\/([^/]+)$/.exec(path) ?? []
  return event === undefined ? answer(request, response, 404) : receive(request, response, event)
}

workThrough(work) // what waits since the last time

createServer({ headersTimeout: 10_000, requestTimeout }, handle).listen(Number(process.env.PORT ?? 3000))

// HTTP/2 without TLS, for a proxy that speaks it. Node limits the time of a request in HTTP/1.1 alone.
createHttp2Server((request, response) => {
  const timer = setTimeout(() => request.stream.close(constants.NGHTTP2_CANCEL), requestTimeout)
  request.stream.on('close', () => clearTimeout(timer))
  handle(request, response)
}).listen(Number(process.env.HTTP2_PORT ?? 3001))
