import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ClientHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { hmac } from 'countersign/schemes'
import { describe, expect, it, onTestFinished } from 'vitest'
import { beginning, reset } from '../support/http2-frames.ts'
import { answerIn, chunked, exchange, head, open, serve, serveHttp2 } from '../support/servers.ts'
import { ping, receiverOf } from '../support/tiny-sender.ts'
import { bodiesRow, brokenRow, consumedRow, limitsRow } from './rows.ts'

const secret = 'a secret on the wire'
const limit = 4096

function mac(body: string | Uint8Array): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}

const receiver = receiverOf(hmac({ header: 'X-Sig', secret }), { maxBodyBytes: limit })
const verify = (request: IncomingMessage): Promise<unknown> => receiver.verify(request)
const long = JSON.stringify({ event: 'Ping', text: 'é'.repeat(1500) })

/** Head and body with a Content-Length. */
function whole(body: string | Uint8Array, more: Record<string, string | number> = {}, method = 'POST') {
  const bytes = Buffer.from(body)
  return [head({ 'X-Sig': mac(bytes), 'Content-Length': bytes.length, ...more }, method), bytes]
}

/** Head and body in chunks. */
function inChunks(body: string, size: number, more: Record<string, string | number> = {}) {
  const bytes = Buffer.from(body)
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  )
  return [head({ 'X-Sig': mac(bytes), 'Transfer-Encoding': 'chunked', ...more }), ...chunked(pieces)]
}

/** Every rejection that nobody handles while the test runs. */
function unhandledRejections(): unknown[] {
  const seen: unknown[] = []
  const record = (reason: unknown): void => {
    seen.push(reason)
  }
  process.on('unhandledRejection', record)
  onTestFinished(() => {
    process.off('unhandledRejection', record)
  })
  return seen
}

describe('a body as it comes over a real socket', () => {
  it.each([
    ['with a content length', whole(long)],
    [
      'with a content length, one byte a packet',
      whole(ping).flatMap((part) => [...Buffer.from(part)].map((byte) => Buffer.of(byte))),
    ],
    ['chunked, 1-byte chunks', inChunks(ping, 1)],
    ['chunked, 1-byte chunks in one packet', [Buffer.concat(inChunks(long, 1).map((part) => Buffer.from(part)))]],
    ['chunked, chunks that split characters', inChunks(long, 7)],
    [
      'chunked, with a trailer',
      [
        head({ 'X-Sig': mac(ping), 'Transfer-Encoding': 'chunked', Trailer: 'X-Sig' }),
        `${ping.length.toString(16)}\r\n${ping}\r\n0\r\nX-Sig: 0\r\n\r\n`,
      ],
    ],
    ['exactly as long as the limit', whole(`{"event":"Ping"${' '.repeat(limit - 16)}}`)],
    ['chunked, exactly as long as the limit', inChunks(`{"event":"Ping"${' '.repeat(limit - 16)}}`, 1000)],
  ])('%s', async (_name, pieces) => {
    const { port } = await serve(verify)
    expect(await exchange(port, pieces)).toBe('200 accepted')
  })

  it('slow', async () => {
    const { port } = await serve(verify)
    expect(await exchange(port, inChunks(ping, 4), 15)).toBe('200 accepted')
  })

  it.each([
    ['with a content length', whole(`${ping} `, { 'X-Sig': mac(ping) })],
    ['chunked', inChunks(`${ping} `, 3, { 'X-Sig': mac(ping) })],
    ['one byte missing', whole(ping.slice(1), { 'X-Sig': mac(ping) })],
    [
      'signed by a trailer alone',
      [
        head({ 'X-Sig': mac(''), 'Transfer-Encoding': 'chunked' }),
        `${ping.length.toString(16)}\r\n${ping}\r\n0\r\nX-Sig: ${mac(ping)}\r\n\r\n`,
      ],
    ],
  ])('changed: refused, %s', async (_name, pieces) => {
    const { port } = await serve(verify)
    expect(await exchange(port, pieces)).toBe('401 signature_mismatch')
  })
})

describe('HEAD, and bodies of no bytes', () => {
  it.each([
    ['a content length of 0', whole('')],
    ['no length at all', [head({ 'X-Sig': mac('') })]],
    ['chunked', [head({ 'X-Sig': mac(''), 'Transfer-Encoding': 'chunked' }), ...chunked([])]],
    ['GET', [head({ 'X-Sig': mac('') }, 'GET')]],
  ])('%s: the signature over nothing holds, and nothing is no JSON', async (_name, pieces) => {
    const { port } = await serve(verify)
    expect(await exchange(port, pieces)).toBe('400 body_malformed')
  })

  it('HEAD, which a sender uses to test the connection, is refused for want of a signature', async () => {
    const { port, ended } = await serve(verify)
    const { send, until } = await open(port)
    await send([head({}, 'HEAD')])
    expect(await until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 401 /)
    expect(await ended()).toEqual(['header_missing'])
  })
})

const half = ping.slice(0, 8)

function begun(extra: Record<string, string | number>): string {
  return head({ 'X-Sig': mac(ping), ...extra })
}

describe(`${brokenRow}: HTTP/1.1`, () => {
  it.each([
    ['content length', [begun({ 'Content-Length': ping.length }), half]],
    ['content length, nothing sent', [begun({ 'Content-Length': ping.length })]],
    ['chunked, between chunks', [begun({ 'Transfer-Encoding': 'chunked' }), `8\r\n${half}\r\n`]],
    ['chunked, inside a chunk', [begun({ 'Transfer-Encoding': 'chunked' }), `ff\r\n${half}`]],
    [
      'chunked, whole but for the last chunk',
      [begun({ 'Transfer-Encoding': 'chunked' }), ...chunked([ping]).slice(0, 1)],
    ],
  ])('%s: rejects with a WebhookError, and nothing is left pending', async (_name, pieces) => {
    const unhandled = unhandledRejections()
    let stream: IncomingMessage | undefined
    const { port, ended } = await serve((request) => {
      stream = request
      return verify(request)
    })
    const { socket, send } = await open(port)
    await send(pieces, 5)
    socket.resetAndDestroy()
    expect(await ended()).toEqual(['body_incomplete'])
    await turn()
    expect(['data', 'end', 'aborted', 'close'].map((event) => stream?.listenerCount(event))).toEqual([0, 0, 0, 0])
    expect(stream?.listenerCount('error')).toBeGreaterThan(0)
    expect(unhandled).toEqual([])
  })

  it.each([
    ['half-closed by the sender', (socket: { end(): unknown }) => socket.end()],
    ['ended by a chunk that is none', (socket: { write(text: string): unknown }) => socket.write('\r\nzz\r\n')],
  ])('%s', async (_name, breakIt) => {
    const { port, ended } = await serve(verify)
    const { socket, send } = await open(port)
    await send([begun({ 'Transfer-Encoding': 'chunked' }), `8\r\n${half}`], 5)
    breakIt(socket)
    expect(await ended()).toEqual(['body_incomplete'])
  })
})

describe(`${brokenRow}: before verify is called, or while somebody else reads it`, () => {
  it('before verify is called', async () => {
    const { port, ended } = await serve(async (request) => {
      await new Promise((resolve) => request.once('close', resolve))
      return verify(request)
    })
    const { socket, send } = await open(port)
    await send([begun({ 'Content-Length': ping.length }), half], 5)
    socket.resetAndDestroy()
    expect(await ended()).toEqual(['body_incomplete'])
  })

  it("while somebody else read it: not the route's mistake", async () => {
    const { port, ended } = await serve(async (request) => {
      await read(request).catch(() => {})
      return verify(request)
    })
    const { socket, send } = await open(port)
    await send([begun({ 'Content-Length': ping.length }), half], 5)
    socket.resetAndDestroy()
    expect(await ended()).toEqual(['body_incomplete'])
  })

  it('can be retried by the sender, and the next delivery is accepted', async () => {
    const { port, ended } = await serve(verify)
    const { socket, send } = await open(port)
    await send([begun({ 'Content-Length': ping.length }), half], 5)
    socket.destroy()
    await ended()
    expect(await exchange(port, whole(ping))).toBe('200 accepted')
  })
})

describe(`${limitsRow}: 413 goes back on the same socket`, () => {
  const over = `${long}${' '.repeat(limit)}`

  it('by its content length, before a byte of it was sent', async () => {
    const { port } = await serve(verify)
    expect(await exchange(port, [head({ 'X-Sig': mac(''), 'Content-Length': limit + 1 })])).toBe('413 body_too_large')
  })

  it.each([
    ['whole', whole(over)],
    ['chunked', inChunks(over, 1000)],
    ['chunked, one byte too long', inChunks(`${' '.repeat(limit)}1`, limit)],
    ['chunked, in 1-byte chunks', [Buffer.concat(inChunks(over, 1).map((part) => Buffer.from(part)))]],
  ])('%s', async (_name, pieces) => {
    const { port } = await serve(verify)
    expect(await exchange(port, pieces)).toBe('413 body_too_large')
  })

  it('while an endless body is still being sent', async () => {
    const { port, ended } = await serve(verify)
    const { socket, send, text } = await open(port)
    await send([head({ 'X-Sig': mac(''), 'Transfer-Encoding': 'chunked' })])
    while (text() === '') await send([`400\r\n${' '.repeat(1024)}\r\n`], 1)
    expect(await ended()).toEqual(['body_too_large'])
    expect(answerIn(text())).toBe('413 body_too_large')
    expect(socket.bytesWritten).toBeLessThan(1_000_000)
  })

  it.each([
    ['a content length', whole(' '.repeat(4_000_000))],
    ['chunks', inChunks(' '.repeat(4_000_000), 65_536)],
  ])(
    'a sender that writes all of it, by %s, and reads afterwards is answered; the connection lives on',
    async (_n, pieces) => {
      const { port } = await serve(verify)
      const { socket, until } = await open(port)
      socket.pause()
      const sent = new Promise((resolve) =>
        socket.write(Buffer.concat(pieces.map((part) => Buffer.from(part))), resolve),
      )
      expect(await Promise.race([sent.then(() => 'sent'), delay(3000, 'stuck')])).toBe('sent')
      socket.resume()
      expect(answerIn(await until(/body_too_large/))).toBe('413 body_too_large')
      socket.write(whole(ping).join(''))
      expect(await Promise.race([until(/accepted/), delay(3000, 'no answer')])).toMatch(/ 200 OK[\s\S]*accepted/)
    },
  )
})

describe('Content-Encoding: gzip on bytes that we read: body_encoded, 415; inflated by a framework: verified over what it hands over, as documented', () => {
  const packed = gzipSync(ping)
  it.each(['gzip', 'GZIP', 'x-gzip', 'deflate', 'br', 'zstd', 'gzip, identity', 'identity, gzip', 'nonsense', '*'])(
    '%s: 415',
    async (coding) => {
      const { port } = await serve(verify)
      expect(await exchange(port, whole(packed, { 'Content-Encoding': coding }))).toBe('415 body_encoded')
      expect(await exchange(port, whole(ping, { 'Content-Encoding': coding }))).toBe('415 body_encoded')
    },
  )

  it.each(['identity', 'IDENTITY', ' identity ', ''])('%j says nothing', async (coding) => {
    const { port } = await serve(verify)
    expect(await exchange(port, whole(ping, { 'Content-Encoding': coding }))).toBe('200 accepted')
  })

  it('inflated by a framework: verified over what it hands over', async () => {
    const headers = { 'x-sig': mac(ping), 'content-encoding': 'gzip' }
    const delivery = await receiver.verify({ headers, body: Buffer.from(ping) })
    expect(delivery.type).toBe('Ping')
  })
})

/** What a framework did to the request before the route saw it. */
type Framework = (request: IncomingMessage & { body?: unknown; rawBody?: unknown }) => unknown

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function behind(framework: Framework, pieces: Iterable<string | Uint8Array>): Promise<string> {
  const { port } = await serve(async (request) => {
    await framework(request)
    return verify(request)
  })
  return exchange(port, pieces)
}

describe('A stream left unread because a parser did not match the content type (Express 4 {}, Express 5 undefined) is read and verified: no TypeError can be caused from the wire', () => {
  it.each<[string, Framework]>([
    ['Express 4 leaves {}', (request) => (request.body = {})],
    ['Express 5 leaves undefined', (request) => (request.body = undefined)],
    ['another leaves null', (request) => (request.body = null)],
    ['another leaves an empty array', (request) => (request.body = [])],
    ['another leaves what it guessed', (request) => (request.body = { event: 'Pong' })],
  ])('%s: read and verified', async (_name, framework) => {
    expect(await behind(framework, whole(ping, { 'Content-Type': 'text/x-anything' }))).toBe('200 accepted')
    expect(await behind(framework, inChunks(ping, 2))).toBe('200 accepted')
    expect(await behind(framework, whole('', { 'Content-Type': 'text/x-anything' }))).toBe('400 body_malformed')
    expect(await behind(framework, whole(ping, { 'X-Sig': mac('') }))).toBe('401 signature_mismatch')
  })

  it.each<[string, Framework]>([
    ['paused by a middleware', (request) => request.pause()],
    [
      'paused by a middleware that waited',
      async (request) => {
        request.pause()
        await delay(20)
      },
    ],
    [
      'paused and with an empty body',
      (request) => {
        request.pause()
        request.body = {}
      },
    ],
    ['watched for errors and its end', (request) => request.on('error', () => {}).on('end', () => {})],
  ])('%s: read and verified', async (_name, framework) => {
    expect(await Promise.race([behind(framework, whole(ping)), delay(2000, 'hangs')])).toBe('200 accepted')
  })
})

describe(`${consumedRow}: the fault is the route's`, () => {
  it.each<[string, Framework]>([
    ['parsed', async (request) => (request.body = JSON.parse(String(await read(request))))],
    ['consumed without trace', async (request) => void (await read(request))],
    [
      'consumed, and {} left',
      async (request) => {
        await read(request)
        request.body = {}
      },
    ],
    ['dumped', (request) => new Promise((resolve) => request.resume().on('end', resolve))],
    [
      'begun by somebody else',
      async (request) => {
        request.once('data', () => {})
        await new Promise((resolve) => request.once('data', resolve))
      },
    ],
    ['given an encoding', (request) => request.setEncoding('utf8')],
  ])('%s', async (_name, framework) => {
    expect(await behind(framework, whole(ping))).toBe('500 TypeError')
  })

  it.each<[string, Framework]>([
    ['in body, as express.raw leaves it', async (request) => (request.body = await read(request))],
    ['in body, as express.text leaves it', async (request) => (request.body = String(await read(request)))],
    [
      'in rawBody, beside a parsed body',
      async (request) => {
        request.rawBody = await read(request)
        request.body = JSON.parse(String(request.rawBody))
      },
    ],
  ])('kept %s: verified', async (_name, framework) => {
    expect(await behind(framework, whole(ping))).toBe('200 accepted')
    expect(await behind(framework, whole(ping, { 'X-Sig': mac('') }))).toBe('401 signature_mismatch')
  })

  it('a request verified twice', async () => {
    const { port } = await serve(async (request) => {
      await verify(request)
      return verify(request)
    })
    expect(await exchange(port, whole(ping))).toBe('500 TypeError')
  })
})

describe('headers as a real parser hands them over', () => {
  const body = Buffer.from(ping)
  const length = `Content-Length: ${body.length}`
  const request = (...lines: string[]) => [
    `POST / HTTP/1.1\r\nHost: x\r\n${length}\r\n${lines.join('\r\n')}\r\n\r\n`,
    body,
  ]
  it.each([
    ['upper case', request(`X-SIG: ${mac(ping)}`), '200 accepted'],
    ['white space around the value', request(`X-Sig: \t ${mac(ping)} \t`), '200 accepted'],
    ['twice, with different values', request(`X-Sig: ${mac(ping)}`, 'x-sig: x'), '401 signature_malformed'],
    ['twice, with one value', request(`X-Sig: ${mac(ping)}`, `X-Sig: ${mac(ping)}`), '401 signature_malformed'],
    ['twice, the first empty', request('X-Sig:', `X-Sig: ${mac(ping)}`), '401 signature_malformed'],
    ['empty', request('X-Sig:'), '401 header_missing'],
    ['é', [Buffer.from(request('X-Sig: é').join(''))], '401 signature_malformed'],
    [
      'names like those of objects',
      request(`X-Sig: ${mac(ping)}`, '__proto__: x', 'constructor: y', 'get: z'),
      '200 accepted',
    ],
    ['8 KiB and more', request(`X-Sig: ${'a'.repeat(8193)}`), '401 header_malformed'],
  ])('%s', async (_name, pieces, answer) => {
    const { port } = await serve(verify)
    expect(await exchange(port, pieces)).toBe(answer)
  })
})

/** Sends one HTTP/2 request and gives its status and text. */
async function exchangeHttp2(
  client: Awaited<ReturnType<typeof serveHttp2>>['client'],
  headers: Record<string, string>,
  chunks: readonly (string | Uint8Array)[],
): Promise<string> {
  const stream = client.request({ ':method': 'POST', ':path': '/hook', ...headers })
  stream.on('error', () => {})
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  const status = new Promise((resolve) => stream.on('response', (answer) => resolve(answer[':status'])))
  await new Promise((resolve) => stream.on('end', resolve))
  return `${await status} ${text}`
}

describe(`${bodiesRow}: pseudo-headers are no headers, and HTTP/2's streams are streams`, () => {
  it('a delivery in one frame, in many, changed, over the limit, encoded, empty', async () => {
    const { client } = await serveHttp2((request) => receiver.verify(request))
    const sig = { 'x-sig': mac(ping) }
    expect(await exchangeHttp2(client, sig, [ping])).toBe('200 accepted')
    expect(await exchangeHttp2(client, sig, [...ping])).toBe('200 accepted')
    expect(await exchangeHttp2(client, sig, [`${ping} `])).toBe('401 signature_mismatch')
    expect(await exchangeHttp2(client, {}, [ping])).toBe('401 header_missing')
    expect(await exchangeHttp2(client, { ...sig, 'content-encoding': 'gzip' }, [ping])).toBe('415 body_encoded')
    expect(await exchangeHttp2(client, { 'x-sig': mac('') }, [])).toBe('400 body_malformed')
    expect(await exchangeHttp2(client, sig, Array<string>(20).fill(' '.repeat(1000)))).toBe('413 body_too_large')
    expect(await exchangeHttp2(client, sig, [ping])).toBe('200 accepted')
  })

  it('a name like a pseudo-header is never the signature', async () => {
    const scheme = hmac({ header: 'path', secret })
    const { client } = await serveHttp2((request) => receiverOf(scheme).verify(request))
    expect(await exchangeHttp2(client, { ':path': `/${mac(ping)}` }, [ping])).toBe('401 header_missing')
  })

  it('the stream and the headers of the core API', async () => {
    const { client, ended } = await serveHttp2(({ headers, stream }) => receiver.verify({ headers, body: stream }))
    expect(await exchangeHttp2(client, { 'x-sig': mac(ping) }, [ping])).toBe('200 accepted')
    expect(await ended()).toEqual(['accepted'])
  })
})

describe(`${brokenRow}: HTTP/2`, () => {
  it.each<[string, (stream: ClientHttp2Stream, socket: Socket) => unknown]>([
    ['a stream that is reset in the middle', (stream) => stream.destroy(new Error('gone'))],
    ['a session that ends in the middle', (stream) => stream.session?.destroy()],
    ['a socket that breaks in the middle', (_stream, socket) => socket.resetAndDestroy()],
  ])('%s', async (_name, breakIt) => {
    const unhandled = unhandledRejections()
    const { client, socket, ended } = await serveHttp2((request) => receiver.verify(request))
    const stream = client.request({ ':method': 'POST', ':path': '/hook', 'x-sig': mac(ping) })
    stream.on('error', () => {})
    stream.write(ping.slice(0, 5))
    await delay(20)
    breakIt(stream, socket)
    expect(await ended()).toEqual(['body_incomplete'])
    await turn()
    expect(unhandled).toEqual([])
  })

  const resets = [
    ['NO_ERROR', 0],
    ['INTERNAL_ERROR', 2],
    ['CANCEL', 8],
  ] as const
  // What has arrived is a whole delivery, rightly signed. That no more would have come, nobody said.
  const begin = beginning({ 'x-sig': mac(ping) }, ping)

  it.each(resets)('RST_STREAM with %s in the middle', async (_name, code) => {
    const { port, ended } = await serveHttp2((request) => receiver.verify(request))
    const { send } = await open(port)
    await send([begin, reset(code)], 20)
    expect(await ended()).toEqual(['body_incomplete'])
  })

  it.each(resets)('RST_STREAM with %s in the middle, before verify is called', async (_name, code) => {
    const { port, ended } = await serveHttp2(async (request) => {
      await new Promise((resolve) => request.once('aborted', resolve))
      await delay(10)
      return receiver.verify(request)
    })
    const { send } = await open(port)
    await send([begin, reset(code)], 20)
    expect(await ended()).toEqual(['body_incomplete'])
  })
})
