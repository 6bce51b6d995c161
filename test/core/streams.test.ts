import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type Limits, readNodeStream, readWebStream } from '../../src/core/streams.ts'

const none = (): never => {
  throw new Error('refused')
}
const limitsOf = (limit: number, declared: number): Limits => ({
  limit,
  declared,
  tooLarge: none,
  incomplete: none,
  parsedBody: () => new TypeError('parsed'),
})

/** Chunks with what they say in sum. */
function chunks(total: number, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(total / size) }, (_, i) =>
    new Uint8Array(Math.min(size, total - i * size)).fill(i),
  )
}

const kib = 1024
const limit = 1024 * kib

describe.each([
  ['a Node stream', (parts: Uint8Array[], limits: Limits) => readNodeStream(Readable.from(parts), limits)],
  [
    'a web stream',
    (parts: Uint8Array[], limits: Limits) =>
      readWebStream(Readable.toWeb(Readable.from(parts)) as unknown as ReadableStream<Uint8Array>, limits),
  ],
])('memory for %s', (_name, readAll) => {
  const held = async (sent: number, declared: number, most = limit): Promise<number> => {
    const parts = chunks(sent, 1000)
    const body = await readAll(parts, limitsOf(most, declared))
    expect(Buffer.compare(body, Buffer.concat(parts))).toBe(0)
    return body.buffer.byteLength
  }

  it.each([0, 1, 10, 4096, 65_536, 65_537, 1024 * kib])('is its length where that is declared: %d', async (length) => {
    expect(await held(length, length)).toBe(length)
  })

  it('is at most 4 KiB, or 32 times what came, whatever is declared', async () => {
    expect(await held(10, 4096)).toBe(4096)
    expect(await held(10, 1024 * kib)).toBe(4096)
    expect(await held(0, 1024 * kib)).toBe(4096)
    expect(await held(20_000, 1024 * kib)).toBeLessThanOrEqual(2 * 24_000)
    expect(await held(100_000, 1024 * kib)).toBe(1024 * kib)
  })

  it('is less than twice its length where nothing is declared, or too little', async () => {
    expect(await held(10_000, 0)).toBeLessThan(20_001)
    expect(await held(100_000, 0)).toBeLessThan(200_001)
    expect(await held(100_000, 10)).toBeLessThan(200_001)
    expect(await held(900_000, 0)).toBe(limit)
  })

  it('is never more than the limit', async () => {
    expect(await held(100, 0, 100)).toBe(100)
    expect(await held(5000, 0, 5000)).toBe(5000)
  })
})
