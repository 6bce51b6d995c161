import type { Bytes } from '../core/bytes.ts'
import type { HeadersLike } from '../core/headers.ts'
import type { WebhookRequest } from '../core/receiver.ts'
import type { SignedRequest } from '../core/sign.ts'

/** The shapes in which frameworks hand over headers. */
export const headerShapes: Readonly<Record<string, (headers: SignedRequest['headers']) => HeadersLike>> = {
  'a Headers object': (headers) => new Headers(headers),
  entries: (headers) => Object.entries(headers),
  'a Map': (headers) => new Map(Object.entries(headers)),
  'a record in lower case': (headers) => ({ ...headers }),
  'a record in upper case': (headers) => renamed(headers, (name) => name.toUpperCase()),
  'a record in title case': (headers) => renamed(headers, (name) => name.replace(/\b[a-z]/g, (l) => l.toUpperCase())),
  'a record without a prototype': (headers) => Object.assign(Object.create(null), headers),
  'a record of arrays': (headers) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  'a record with undefined values beside': (headers) => ({ 'x-absent': undefined, ...headers, 'x-missing': undefined }),
  'a record with HTTP/2 pseudo-headers': (headers) => ({ ':method': 'POST', ':path': '/webhook', ...headers }),
}

/** The shapes in which frameworks hand over a request and its body. */
export const requestShapes: Readonly<Record<string, (signed: SignedRequest) => WebhookRequest>> = {
  'a Uint8Array': (signed) => ({ ...signed, body: signed.body.slice() }),
  'a view of a larger buffer': (signed) => ({ ...signed, body: pooled(signed.body) }),
  'a DataView': (signed) => ({ ...signed, body: new DataView(signed.body.slice().buffer) }),
  'an ArrayBuffer': (signed) => ({ ...signed, body: signed.body.slice().buffer }),
  'a string': (signed) => ({ ...signed, body: text(signed.body) }),
  'a base64 string': (signed) => ({ ...signed, body: base64(signed.body), isBase64Encoded: true }),
  'a base64 string with multiValueHeaders': ({ headers, ...signed }) => ({
    ...signed,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    body: base64(signed.body),
    isBase64Encoded: true,
  }),
  'rawBody beside a parsed body': (signed) => ({ ...signed, rawBody: signed.body, body: { parsed: true } }),
  'a ReadableStream': (signed) => ({ ...signed, body: inOddChunks(signed.body) }),
  'a web Request': (signed) => new Request(signed.url, signed),
}

function renamed(headers: SignedRequest['headers'], rename: (name: string) => string): HeadersLike {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [rename(name), value]))
}

/** As Node's Buffer pool does it: other bytes lie before and behind. */
function pooled(body: Bytes): Bytes {
  const pool = new Uint8Array(body.length + 16).fill(0x7b)
  pool.set(body, 8)
  return pool.subarray(8, 8 + body.length)
}

function text(body: Bytes): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
}

function base64(body: Bytes): string {
  return btoa(Array.from(body, (byte) => String.fromCharCode(byte)).join(''))
}

/** Chunks of 1, 2, 3, … bytes, each followed by an empty one: they cut through characters. */
function inOddChunks(body: Bytes): ReadableStream<Bytes> {
  let offset = 0
  let size = 1
  return new ReadableStream({
    pull(controller) {
      if (offset >= body.length) return controller.close()
      controller.enqueue(body.slice(offset, offset + size))
      controller.enqueue(new Uint8Array(0))
      offset += size
      size += 1
    },
  })
}
