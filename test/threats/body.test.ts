import { createHmac } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { Duplex, PassThrough, Readable } from 'node:stream'
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import type { WebhookRequest } from 'countersign'
import { hmac } from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import { ping, receiverOf } from '../support/tiny-sender.ts'
import { caught, untyped, verdict } from '../support/verdict.ts'
import { webStream } from '../support/web-stream.ts'
import { bodiesRow, consumedRow } from './rows.ts'

const secret = 'a secret for bodies'
const url = 'https://receiver.example/hook'

function mac(body: string | Uint8Array): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}

const receiver = receiverOf(hmac({ header: 'X-Sig', secret }), { maxBodyBytes: 1000 })
const headers = { 'x-sig': mac(ping) }
const bytes = new TextEncoder().encode(ping)

function check(request: unknown) {
  return verdict(receiver.verify(untyped(request)))
}

/** The TypeError that a mistake of the route gives at once, from both calls; anything else is thrown on. */
async function mistake(make: () => unknown): Promise<string> {
  const start = performance.now()
  const errors = [await caught(receiver.verify(untyped(make()))), await caught(receiver.safeVerify(untyped(make())))]
  expect(performance.now() - start).toBeLessThan(1000)
  const [first, second] = errors
  if (!(first instanceof TypeError && second instanceof TypeError)) throw first ?? second ?? new Error('no mistake')
  expect(second.message).toBe(first.message)
  return first.message
}

/** A getter that throws, as those of foreign objects do. */
function throwing(...names: string[]): object {
  const get = (): never => {
    throw new Error('from a foreign object')
  }
  return Object.defineProperties({}, Object.fromEntries(names.map((name) => [name, { get, enumerable: true }])))
}

describe('raw bytes and text, in every shape', () => {
  const foreign = (code: string): unknown => runInNewContext(code, { text: ping, codes: [...bytes] })
  it.each([
    ['text', ping],
    ['Buffer', Buffer.from(ping)],
    ['Uint8Array', bytes],
    ['ArrayBuffer', bytes.slice().buffer],
    ['DataView', new DataView(bytes.slice().buffer)],
    ['a view into more', new Uint8Array([0, ...bytes, 0]).subarray(1, -1)],
    ['Uint8Array of another realm', foreign('Uint8Array.from(codes)')],
    ['ArrayBuffer of another realm', foreign('Uint8Array.from(codes).buffer')],
    ['text of another realm', foreign('text')],
    ['a Node stream', Readable.from([Buffer.from(ping)])],
    ['a Node stream of pieces', Readable.from([...ping].map((one) => Buffer.from(one)))],
    ["a Node stream of another realm's bytes", Readable.from([foreign('Uint8Array.from(codes)')])],
    ['a duplex', Duplex.from([Buffer.from(ping)])],
    ['a web stream', webStream([bytes])],
    ['a web stream of bytes', new Blob([ping]).stream()],
    [
      'a web stream of ArrayBuffers and empty chunks',
      webStream([bytes.slice(0, 3).buffer, new Uint8Array(0), bytes.slice(3)]),
    ],
  ])('%s', async (_name, body) => {
    expect(await check({ headers, body })).toBe('accepted')
  })

  it.each([
    ['in rawBody alone', { rawBody: Buffer.from(ping) }],
    ['in rawBody as text', { rawBody: ping }],
    ['in rawBody, beside a parsed body', { rawBody: Buffer.from(ping), body: { event: 'Ping' } }],
    ['in rawBody, beside another text', { rawBody: Buffer.from(ping), body: 'x' }],
    ['in rawBody of another realm', { rawBody: foreign('Uint8Array.from(codes)'), body: { event: 'Ping' } }],
    ['in body, beside a rawBody that is none', { rawBody: undefined, body: ping }],
    ['in body, beside a rawBody that says true', { rawBody: true, body: ping }],
  ])('%s', async (_name, request) => {
    expect(await check({ headers, ...request })).toBe('accepted')
    expect(await check({ headers: { 'x-sig': mac('') }, ...request })).toBe('signature_mismatch')
  })

  it('rawBody decides: a body that says otherwise is not verified in its place', async () => {
    expect(await check({ headers, rawBody: Buffer.from('{}'), body: ping })).toBe('signature_mismatch')
  })

  it('delivery.body holds the exact bytes, and JSON.stringify does not show it', async () => {
    const delivery = await receiver.verify({ headers, body: ping })
    expect(new Uint8Array(delivery.body)).toEqual(bytes)
    expect(Object.keys(JSON.parse(JSON.stringify(delivery))).sort()).toEqual(
      ['id', 'idFrom', 'known', 'payload', 'proof', 'type'].sort(),
    )
  })
})

describe('text with a lone surrogate has no bytes of its own', () => {
  it.each(['\ud800', '\udfff', `${ping}\udc00`])('%j', async (body) => {
    expect(await check({ headers: { 'x-sig': mac(body) }, body })).toBe('body_malformed')
    expect(await check({ headers: { 'x-sig': mac(body) }, rawBody: body })).toBe('body_malformed')
  })
})

describe(`${bodiesRow}: nothing at all is zero bytes`, () => {
  it.each([
    ['no body', {}],
    ['null, as Lambda and Fastify give it', { body: null }],
    ['undefined', { body: undefined }],
    ['null, marked as base64', { body: null, isBase64Encoded: true }],
    ['empty text', { body: '' }],
    ['empty text, marked as base64', { body: '', isBase64Encoded: true }],
    ['an empty Buffer', { body: Buffer.alloc(0) }],
    ['a Node stream that is empty', { body: Readable.from([]) }],
    ['a web stream that is empty', { body: webStream([]) }],
    ['a getter that throws', throwing('body', 'rawBody', 'bodyUsed')],
  ])('%s', async (_name, request) => {
    const own = Object.defineProperties({ headers: { 'x-sig': mac('') } }, Object.getOwnPropertyDescriptors(request))
    expect(await check(own)).toBe('body_malformed')
  })

  it.each([
    ['no body', {}],
    ['null', { body: null }],
    ['a Node stream that is empty', { body: Readable.from([]) }],
  ])('which another signature does not cover: %s', async (_name, request) => {
    expect(await check({ headers, ...request })).toBe('signature_mismatch')
  })
})

describe(`${bodiesRow}: isBase64Encoded and multiValueHeaders`, () => {
  const base64 = Buffer.from(ping).toString('base64')
  const encoded = { headers, isBase64Encoded: true }
  it.each([
    ['base64', { ...encoded, body: base64 }, 'accepted'],
    ['text', { headers, isBase64Encoded: false, body: ping }, 'accepted'],
    ['bytes, whatever the mark says', { ...encoded, body: bytes }, 'accepted'],
    ['base64 without the mark', { headers, body: base64 }, 'signature_mismatch'],
    ['a mark that is no boolean', { headers, isBase64Encoded: 'true', body: base64 }, 'signature_mismatch'],
    ['a mark, and text', { ...encoded, body: ping }, 'body_malformed'],
    ['unpadded', { ...encoded, body: base64.replace(/=+$/, '').slice(0, -1) }, 'body_malformed'],
    ['white space inside', { ...encoded, body: `${base64.slice(0, 4)}\n${base64.slice(4)}` }, 'body_malformed'],
    ['url alphabet', { ...encoded, body: '-_-_' }, 'body_malformed'],
    ['a lone surrogate', { ...encoded, body: '\ud800' }, 'body_malformed'],
    ['rawBody is never base64', { ...encoded, rawBody: ping, body: 'x' }, 'accepted'],
  ])('%s', async (_name, request, code) => {
    expect(await check(request)).toBe(code)
  })

  it.each([
    ['multiValueHeaders alone', { multiValueHeaders: { 'X-Sig': [mac(ping)] } }, 'accepted'],
    ['headers null', { headers: null, multiValueHeaders: { 'X-Sig': [mac(ping)] } }, 'accepted'],
    ['multiValueHeaders null', { headers, multiValueHeaders: null }, 'accepted'],
    ['both, as API Gateway gives them', { headers, multiValueHeaders: { 'x-sig': [mac(ping)] } }, 'accepted'],
    [
      'two values, of which headers show the last',
      { headers, multiValueHeaders: { 'x-sig': ['x', mac(ping)] } },
      'header_malformed',
    ],
    ['no values', { multiValueHeaders: { 'x-sig': [] } }, 'header_missing'],
    ['both null', { headers: null, multiValueHeaders: null }, 'header_missing'],
  ])('%s', async (_name, request, code) => {
    expect(await check({ ...request, body: ping })).toBe(code)
  })
})

function make(body: BodyInit | null = ping, more: RequestInit & { duplex?: 'half' } = {}): Request {
  return new Request(url, { method: 'POST', headers, body, ...more })
}

describe('web Request', () => {
  it.each([
    ['text', () => make()],
    ['bytes', () => make(bytes)],
    ['a Blob', () => make(new Blob([ping]))],
    ['a stream', () => make(new Blob([ping]).stream(), { duplex: 'half' })],
    ['a clone', () => make().clone()],
    ['a Request made of a Request', () => new Request(make(), {})],
  ])('%s', async (_name, request) => {
    expect(await check(request())).toBe('accepted')
  })

  it.each([
    ['an empty body', make(''), 'body_malformed'],
    ['no body', make(null), 'body_malformed'],
    ['HEAD', new Request(url, { method: 'HEAD', headers }), 'body_malformed'],
  ])('%s is zero bytes', async (_name, request, code) => {
    const other = new Request(request, { headers: { 'x-sig': mac('') } })
    expect(await check(other)).toBe(code)
  })
})

describe(`${consumedRow}: a web Request that was read or locked before`, () => {
  it.each([
    ['read as text', async (request: Request) => void (await request.text())],
    ['parsed', async (request: Request) => void (await request.json())],
    ['locked', async (request: Request) => void request.body?.getReader()],
    [
      'begun and released',
      async (request: Request) => {
        const reader = request.body?.getReader()
        await reader?.read()
        reader?.releaseLock()
      },
    ],
    ['piped away', async (request: Request) => void request.body?.pipeThrough(new TransformStream())],
    [
      'cloned, and then read',
      async (request: Request) => {
        request.clone()
        await request.text()
      },
    ],
  ])('%s before: a TypeError at once', async (_name, use) => {
    const [one, two] = [make(), make()]
    await Promise.all([use(one), use(two)])
    const requests = [one, two]
    expect(await mistake(() => requests.shift())).toMatch(/already parsed or read/)
  })

  it("is read once: verified twice, it is the route's mistake", async () => {
    const request = make()
    expect(await check(request)).toBe('accepted')
    expect(await caught(receiver.verify(request))).toBeInstanceOf(TypeError)
  })

  it('over the limit, by content-length or while reading: the rest is cancelled', async () => {
    let cancelled = false
    const endless = webStream([], {
      pull: (controller) => controller.enqueue(new Uint8Array(300)),
      cancel: () => {
        cancelled = true
      },
    })
    expect(await check({ headers, body: endless })).toBe('body_too_large')
    expect(cancelled).toBe(true)
    expect(await check(make(' '.repeat(1001)))).toBe('body_too_large')
    expect(await check({ headers: { ...headers, 'content-length': '1001' }, body: webStream([bytes]) })).toBe(
      'body_too_large',
    )
    expect(await check(make(ping, { headers: { ...headers, 'content-encoding': 'gzip' } }))).toBe('body_encoded')
  })
})

const boom = new Error('connection reset, and the body so far')

function errors(error: unknown): ReadableStream<unknown> {
  return webStream([], { pull: (controller) => controller.error(error) })
}

describe('streams that fail', () => {
  it.each<[string, () => unknown]>([
    ['a web stream that errors at once', () => errors(boom)],
    ['a web stream that errors with nothing', () => errors(undefined)],
    ['a web stream that errors with a TypeError', () => errors(new TypeError('terminated'))],
    [
      'a web stream that errors in the middle',
      () =>
        webStream([bytes.slice(0, 4)], {
          pull(controller) {
            controller.enqueue(bytes.slice(0, 4))
            queueMicrotask(() => controller.error(boom))
          },
        }),
    ],
    [
      'a Node stream that errors at once',
      () =>
        new Readable({
          read() {
            this.destroy(boom)
          },
        }),
    ],
    [
      'a Node stream that errors in the middle',
      () =>
        new Readable({
          read() {
            setImmediate(() => (this.readableDidRead ? this.destroy(boom) : this.push(bytes.slice(0, 4))))
          },
        }),
    ],
    [
      'a Node stream that closes in the middle',
      () => {
        const stream = new PassThrough()
        stream.write(bytes.slice(0, 4))
        setImmediate(() => stream.destroy())
        return stream
      },
    ],
    ['a Node stream that was destroyed before', () => new PassThrough().destroy()],
    ['a Node stream that failed before', () => new PassThrough().on('error', () => {}).destroy(boom)],
  ])('%s: body_incomplete', async (_name, make) => {
    expect(await check({ headers, body: make() })).toBe('body_incomplete')
    const result = await receiver.safeVerify(untyped({ headers, body: make() }))
    expect(result).toMatchObject({ ok: false, error: { code: 'body_incomplete', status: 400, retryable: true } })
  })
})

describe('streams that are over, and what is left of one that was refused', () => {
  it('a Node stream that closed before, a while ago', async () => {
    const stream = new PassThrough().destroy()
    await once(stream, 'close')
    expect(await Promise.race([check({ headers, body: stream }), delay(1000, 'hangs')])).toBe('body_incomplete')
  })

  it('a stream of another library, which says no more than that it was destroyed', async () => {
    const methods = { pause() {}, resume() {}, pipe() {} }
    const stream = Object.assign(new EventEmitter(), methods, { destroyed: true })
    expect(await Promise.race([check({ headers, body: stream }), delay(1000, 'hangs')])).toBe('body_incomplete')
  })

  it('a stream that is no request is not read on where it was refused', async () => {
    let reads = 0
    const endless = new Readable({
      read() {
        reads += 1
        setImmediate(() => this.push(Buffer.alloc(500)))
      },
    })
    expect(await check({ headers, body: endless })).toBe('body_too_large')
    for (let turns = 0; turns < 300; turns += 1) await turn()
    endless.destroy()
    expect(reads).toBeLessThan(200) // what fits into the stream's own buffer, and no more
  })

  it('a stream that breaks after it was refused does not end the process', async () => {
    const stream = new PassThrough()
    stream.write(Buffer.alloc(2000))
    expect(await check({ headers, body: stream })).toBe('body_too_large')
    const closed = new Promise((resolve) => stream.on('close', resolve))
    stream.destroy(boom)
    await closed
    expect(stream.errored).toBe(boom)
  })
})

describe(`${consumedRow}: a TypeError, which names the fix`, () => {
  const rows: [string, () => unknown][] = [
    ['parsed JSON', () => ({ event: 'Ping' })],
    ['{}', () => ({})],
    ['[]', () => []],
    ['a number', () => 5],
    ['true', () => true],
    ['a parsed Buffer', () => JSON.parse(JSON.stringify(Buffer.from(ping)))],
    ['a Blob', () => new Blob([ping])],
    ['FormData', () => new FormData()],
    ['URLSearchParams', () => new URLSearchParams({ event: 'Ping' })],
    ['a promise', () => Promise.resolve(ping)],
    ['a String object', () => Object(ping)],
    ['a Node stream of text', () => Readable.from([...ping])],
    ['a Node stream with an encoding', () => Readable.from([Buffer.from(ping)]).setEncoding('utf8')],
    ['a web stream of text', () => webStream([ping])],
    ['a web stream of objects', () => webStream([{ event: 'Ping' }])],
    [
      'a locked web stream',
      () => {
        const stream = webStream([bytes])
        stream.getReader()
        return stream
      },
    ],
  ]
  it.each(rows)('%s', async (_name, make) => {
    const message = await mistake(() => ({ headers, body: make() }))
    for (const name of ['Express', 'Fastify', 'Next.js', 'Lambda']) expect(message).toContain(name)
    expect(message).not.toContain('Ping')
  })

  it.each([undefined, null, 'request', 5, Symbol('request')])('%s for a request', async (request) => {
    expect(await mistake(() => request)).toContain('request')
  })
})

describe('getters that throw count as absent', () => {
  it.each([
    ['headers', 'header_missing'],
    ['multiValueHeaders', 'accepted'],
    ['rawBody', 'accepted'],
    ['isBase64Encoded', 'accepted'],
    ['bodyUsed', 'accepted'],
    ['getReader', 'accepted'],
    ['on', 'accepted'],
    ['pipe', 'accepted'],
    ['method', 'accepted'],
    ['url', 'accepted'],
  ])('%s', async (name, code) => {
    const request = Object.defineProperties({ headers, body: ping }, Object.getOwnPropertyDescriptors(throwing(name)))
    expect(await check(request)).toBe(code)
  })

  it('of a header, of a Headers, of everything', async () => {
    expect(await check({ headers: throwing('x-sig'), body: ping })).toBe('header_missing')
    const fail = (): never => {
      throw new Error('from a foreign object')
    }
    // Nothing of it can be read: it is no request.
    const unreadable = new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail })
    await expect(check(unreadable)).rejects.toThrow(TypeError)
    expect(await check({ headers: { get: fail }, body: ping })).toBe('header_missing')
  })
})

describe('headers in any shape, on the way to a verdict', () => {
  const value = mac(ping)
  it.each<[string, WebhookRequest['headers'], string]>([
    ['Headers', new Headers({ 'X-Sig': value }), 'accepted'],
    ['a Map', new Map([['X-SIG', value]]), 'accepted'],
    ['entries', [['x-SIG', value]], 'accepted'],
    ['a record', { 'X-Sig': value }, 'accepted'],
    [
      'Headers of another realm',
      runInNewContext('({ get: (name) => (name === "x-sig" ? value : null) })', { value }),
      'accepted',
    ],
    ['a Map of another realm', runInNewContext('new Map([["X-Sig", value]])', { value }), 'accepted'],
    [
      'a Map with two spellings',
      new Map([
        ['X-Sig', value],
        ['x-sig', 'x'],
      ]),
      'header_malformed',
    ],
    [
      'entries with two spellings',
      [
        ['X-Sig', value],
        ['x-sig', value],
      ],
      'header_malformed',
    ],
    ['a record with two spellings', { 'X-Sig': 'x', 'x-sig': value }, 'header_malformed'],
    [
      'Headers with two values',
      new Headers([
        ['X-Sig', value],
        ['x-sig', value],
      ]),
      'signature_malformed',
    ],
  ])('%s', async (_name, shape, code) => {
    expect(await check({ headers: shape, body: ping })).toBe(code)
  })
})
