import { asBytes, type Bytes } from './bytes.ts'
import { read } from './foreign.ts'

export interface NodeStream {
  on(event: string, listener: (argument: unknown) => void): unknown
  off(event: string, listener: (argument: unknown) => void): unknown
  pause(): unknown
  resume(): unknown
}

export interface WebStream {
  getReader(): { read(): Promise<{ done: boolean; value?: unknown }>; cancel(): Promise<void>; releaseLock(): void }
}

/** How much may be read, and what to do where it cannot be: the first two refuse, the last gives the error to throw. */
export interface Limits {
  readonly limit: number
  /** What the sender says of the length; 0 where it says nothing. */
  readonly declared: number
  tooLarge(limit: number): never
  incomplete(): never
  parsedBody(): TypeError
}

export function isNodeStream(value: unknown): value is NodeStream {
  return ['on', 'off', 'pause', 'resume', 'pipe'].every((method) => typeof read(value, method) === 'function')
}

/** Gathers chunks in one growing array, so that a body sent byte by byte costs no more than its length. */
function createCollector(limits: Limits): { add(chunk: unknown): void; take(): Bytes } {
  const { limit, tooLarge, parsedBody } = limits
  let store: Bytes = new Uint8Array(roomFor(0, limits))
  let length = 0
  return {
    add(chunk) {
      const bytes = asBytes(chunk)
      if (bytes === undefined) throw parsedBody() // text or objects: somebody set an encoding on the stream
      if (bytes.length > limit - length) tooLarge(limit)
      if (length + bytes.length > store.length) {
        const grown = new Uint8Array(roomFor(length + bytes.length, limits))
        grown.set(store.subarray(0, length))
        store = grown
      }
      store.set(bytes, length)
      length += bytes.length
    },
    take: () => store.subarray(0, length),
  }
}

/** The declared length, once so much of it is there that a sender who only declares it holds little; else a doubling. */
function roomFor(length: number, { limit, declared }: Limits): number {
  if (declared >= length && declared <= Math.max(4096, length * 32)) return declared
  return Math.min(limit, Math.max(4096, length * 2))
}

/**
 * Reads a Node stream to its end by events: an async iterator would destroy the request where the limit is passed, and
 * with it the socket that the answer 413 has to go through.
 */
export function readNodeStream(stream: NodeStream, limits: Limits): Promise<Bytes> {
  return new Promise((resolve, reject) => {
    const collector = createCollector(limits)
    const settle = (give: () => Bytes): void => {
      for (const [event, listener] of listeners) stream.off(event, listener)
      // What is left of a request is let through and dropped: paused, it would keep its sender from reading the answer.
      // Any other stream is left alone, since it may have no end.
      if (typeof read(stream, 'httpVersion') === 'string') stream.resume()
      else stream.pause()
      // A stream that breaks later must find a listener, or its error would end the process.
      stream.on('error', ignoreError)
      try {
        resolve(give())
      } catch (error) {
        reject(error)
      }
    }
    const broken = (): void => settle(limits.incomplete)
    const onData = (chunk: unknown): void => {
      try {
        collector.add(chunk)
      } catch (error) {
        settle(() => {
          throw error
        })
      }
    }
    const listeners: readonly (readonly [string, (argument: unknown) => void])[] = [
      ['end', () => settle(collector.take)],
      ['aborted', broken],
      ['error', broken],
      ['close', broken],
      ['data', onData],
    ]
    for (const [event, listener] of listeners) stream.on(event, listener)
    stream.resume() // a stream that somebody paused stays so, whoever listens
  })
}

/** Reads a web stream to its end; where the limit is passed, the rest is cancelled. */
export async function readWebStream(stream: WebStream, limits: Limits): Promise<Bytes> {
  const reader = stream.getReader()
  const collector = createCollector(limits)
  for (;;) {
    const { done, value } = await reader.read().catch(limits.incomplete)
    if (done) return collector.take()
    try {
      collector.add(value)
    } catch (error) {
      reader.cancel().catch(() => {})
      throw error
    }
  }
}

/** Out here: a closure of readNodeStream would keep a refused body alive for as long as its sender stays connected. */
function ignoreError(): void {}
