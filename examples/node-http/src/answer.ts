import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'

export type Request = IncomingMessage | Http2ServerRequest
export type Response = ServerResponse | Http2ServerResponse

/** Answers when the whole request has arrived: an answer ahead of that can get lost with the connection. */
export async function answer(request: Request, response: Response, status: number, text = ''): Promise<void> {
  const rest: Readable = request
  if (!request.complete) await finished(rest.resume()).catch(() => {}) // what is left of a body that is refused
  response.statusCode = status
  response.end(text)
}
