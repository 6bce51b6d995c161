import { asBytes, type Bytes, decodeBase64, type MaybePromise, utf8 } from './bytes.ts'
import { refuse } from './errors.ts'
import { read } from './foreign.ts'
import type { HeaderLookup } from './headers.ts'
import { isNodeStream, type NodeStream, readNodeStream, readWebStream, type WebStream } from './streams.ts'

/**
 * Finds the exact bytes of a request's body: raw bytes or text that a framework kept, else a stream that nobody
 * has read, else nothing. A body that was parsed is never put together again.
 *
 * @param request the request, in any of the shapes that frameworks hand over
 * @param header its headers
 * @param limit in bytes; a longer body is refused while it is read
 * @throws TypeError where the body was parsed, or its stream consumed: the route is set up wrong
 */
export function takeBody(request: unknown, header: HeaderLookup, limit: number): MaybePromise<Bytes> {
  const body = read(request, 'body')
  const kept = keptBytes(read(request, 'rawBody'), false) ?? keptBytes(body, read(request, 'isBase64Encoded') === true)
  if (kept !== undefined) return kept.length > limit ? tooLarge(limit) : kept

  const source = isNodeStream(request) ? request : body
  if (isNodeStream(source)) return takeNodeStream(source, header, limit)
  if (typeof read(source, 'getReader') === 'function') {
    // The method is there; its results are checked chunk by chunk.
    return takeWebStream(source as WebStream, request, header, limit)
  }
  if ((body === null || body === undefined) && read(request, 'bodyUsed') !== true) return noBody(header)
  throw parsedBody()
}

function noBody(header: HeaderLookup): Bytes {
  // A route may hand over headers alone by mistake. No TypeError: whoever sends the header could cause it.
  if (declaredLength(header) > 0)
    refuse('body_incomplete', 'Content-Length announces a body, and none was handed over: hand over the request itself')
  // A new one each time: it is handed out, and whoever gets it may do with it as they like.
  return new Uint8Array(0)
}

function declaredLength(header: HeaderLookup): number {
  const [length = 0] = header('content-length')
  return Number(length)
}

function keptBytes(value: unknown, isBase64: boolean): Bytes | undefined {
  if (typeof value !== 'string') return asBytes(value)
  if (isBase64) return decodeBase64(value) ?? refuse('body_malformed', 'the body is marked as base64 and is not')
  // A lone surrogate has no bytes of its own: it would be taken for the replacement character's.
  return value.isWellFormed() ? utf8(value) : refuse('body_malformed', 'the body is not well-formed text')
}

function takeNodeStream(stream: NodeStream, header: HeaderLookup, limit: number): Promise<Bytes> {
  if (read(stream, 'aborted') === true || read(stream, 'readableAborted') === true || read(stream, 'errored'))
    incomplete()
  if (read(stream, 'readableDidRead') === true || read(stream, 'readableEnded') === true) throw parsedBody()
  if (read(stream, 'destroyed') === true) incomplete()
  const declared = checkStream(header, limit)
  return readNodeStream(stream, { limit, declared, tooLarge, incomplete, parsedBody })
}

function takeWebStream(stream: WebStream, request: unknown, header: HeaderLookup, limit: number): Promise<Bytes> {
  if (read(request, 'bodyUsed') === true || read(stream, 'locked') === true) throw parsedBody()
  const declared = checkStream(header, limit)
  return readWebStream(stream, { limit, declared, tooLarge, incomplete, parsedBody })
}

/** What the headers alone say against a stream that is still to be read; gives the length that they declare, or 0. */
function checkStream(header: HeaderLookup, limit: number): number {
  const coding = header('content-encoding').join().trim().toLowerCase()
  if (coding !== '' && coding !== 'identity') {
    refuse('body_encoded', 'the body has a Content-Encoding: what was signed cannot be told from it')
  }
  const declared = declaredLength(header)
  return declared > limit ? tooLarge(limit) : declared
}

function tooLarge(limit: number): never {
  refuse('body_too_large', `the body is longer than ${limit} bytes: see the option maxBodyBytes`)
}

function incomplete(): never {
  refuse('body_incomplete', 'the connection broke before the whole body had arrived')
}

function parsedBody(): TypeError {
  return new TypeError(
    [
      'countersign needs the raw body, and it was already parsed or read before verify() was called.',
      'Express: the webhook route ahead of express.json() and any other parser; hand over the request.',
      "Fastify: in the route's own plugin, app.removeAllContentTypeParsers(); app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => done(null, body)).",
      'Next.js: App Router: hand over the Request before anything reads it; Pages Router: export const config = { api: { bodyParser: false } }.',
      "NestJS: { rawBody: true }, app.useBodyParser('raw', { type: (request) => request.url.startsWith('/webhooks/'), limit: '1mb', inflate: false }), and hand over the request.",
      'SvelteKit: hand over event.request before anything reads it. Hono: hand over c.req.raw.',
      'Bun, Deno, Workers: hand over the Request before anything reads it.',
      'node:http: hand over the request before anything reads it.',
      'Lambda: hand over the event itself, with body and isBase64Encoded.',
    ].join('\n'),
  )
}
