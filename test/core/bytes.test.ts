import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  asBytes,
  concat,
  constantTimeEqual,
  decodeBase64,
  type Encoding,
  encode,
  headerBytes,
  headerText,
} from '../../src/core/bytes.ts'

const encodings: readonly Encoding[] = ['hex', 'base64', 'base64url']
/** Every length from 0 to 70, with every byte value somewhere. */
const everyLength = Array.from({ length: 71 }, (_, length) =>
  Buffer.from(Array.from({ length }, (_, i) => i * 37 + length)),
)

describe.each(encodings)('encode: %s', (encoding) => {
  it('writes what Buffer writes, for every length up to 70', () => {
    for (const bytes of everyLength) expect(encode(bytes, encoding)).toBe(bytes.toString(encoding))
  })

  it('writes what Buffer writes, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(encode(bytes, encoding)).toBe(Buffer.from(bytes).toString(encoding))
      }),
    )
  })
})

describe('decodeBase64: strict', () => {
  it('reads what Buffer writes, for every length up to 70', () => {
    for (const bytes of everyLength) expect(decodeBase64(bytes.toString('base64'))).toEqual(new Uint8Array(bytes))
  })

  it('gives bytes for the one canonical text of them, and for no other text', () => {
    const digits = fc.constantFrom(...'ABCDEFwxyz0189+/=-_ \n')
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: digits, maxLength: 12 }), fc.base64String(), fc.string()), (text) => {
        const lenient = Buffer.from(text, 'base64')
        const canonical = lenient.toString('base64') === text
        expect(decodeBase64(text)).toEqual(canonical ? new Uint8Array(lenient) : undefined)
      }),
    )
  })

  it.each([
    ['unpadded', 'QQ'],
    ['half padded', 'QQ='],
    ['padded too much', 'QUI=='],
    ['padding alone', '===='],
    ['padding and a digit', 'Q==='],
    ['padding in the middle', 'QQ==QUFB'],
    ['other last bits, two =', 'QR=='],
    ['other last bits, one =', 'QUJ='],
    ['base64url', '-_-_'],
    ['space', 'QUFB '],
    ['newline', 'QUFB\n'],
    ['newline that a lenient decoder skips', 'QUF\nB\n\n\n'],
    ['NUL', 'QUF\0'],
    ['not ASCII', 'QUFé'],
    ['five digits', 'QUFBQ'],
  ])('refuses %s', (_name, text) => {
    expect(decodeBase64(text)).toBeUndefined()
  })

  it('gives no bytes for no text', () => {
    expect(decodeBase64('')).toEqual(new Uint8Array(0))
  })
})

describe('asBytes: anything that is bytes, from any realm', () => {
  const foreign = (code: string): unknown => runInNewContext(code)
  it.each([
    ['Uint8Array', new Uint8Array([1, 2, 3])],
    ['Buffer', Buffer.of(1, 2, 3)],
    ['ArrayBuffer', new Uint8Array([1, 2, 3]).buffer],
    ['DataView', new DataView(new Uint8Array([1, 2, 3]).buffer)],
    ['a view into more', new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4)],
    ['Uint8Array of another realm', foreign('new Uint8Array([1, 2, 3])')],
    ['ArrayBuffer of another realm', foreign('new Uint8Array([1, 2, 3]).buffer')],
  ])('%s', (_name, value) => {
    expect(asBytes(value)).toEqual(new Uint8Array([1, 2, 3]))
  })

  it.each([
    ['an array', [1, 2, 3]],
    ['an array-like', { length: 3, 0: 1 }],
    ['a parsed Buffer', JSON.parse(JSON.stringify(Buffer.of(1, 2, 3)))],
    ['text', '123'],
    ['null', null],
    ['undefined', undefined],
    ['a Blob', new Blob(['123'])],
  ])('not %s', (_name, value) => {
    expect(asBytes(value)).toBeUndefined()
  })
})

describe('headerBytes', () => {
  it('is the bytes on the wire, whether a parser read them as Latin-1 or as UTF-8', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    expect(headerBytes(Buffer.from(bytes).toString('latin1'))).toEqual(bytes)
    expect(headerBytes('€ \u00e9')).toEqual(new TextEncoder().encode('€ \u00e9'))
  })

  it('has headerText as its inverse', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(headerBytes(headerText(bytes))).toEqual(bytes)
      }),
    )
  })
})

describe('concat', () => {
  it('joins parts in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (parts) => {
        expect(concat(parts)).toEqual(new Uint8Array(Buffer.concat(parts)))
      }),
    )
  })
})

describe('constantTimeEqual', () => {
  it('is === for any two texts', () => {
    const text = fc.string({ unit: 'binary', maxLength: 5 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(constantTimeEqual(a, b)).toBe(a === b)
        expect(constantTimeEqual(a, a)).toBe(true)
      }),
    )
  })

  it.each([
    ['', 'a'],
    ['a', ''],
    ['a', 'a\0'],
    ['a\0', 'a'],
    ['ab', 'a'],
    ['\u0100', '\0'],
    ['\u0161', 'a'],
  ])('tells %j from %j', (a, b) => {
    expect(constantTimeEqual(a, b)).toBe(false)
  })

  it('reads as many characters of the expected text, wherever the first difference stands', () => {
    const expected = 'a'.repeat(64)
    const received = ['a'.repeat(64), `b${'a'.repeat(63)}`, `${'a'.repeat(63)}b`, '', 'b'.repeat(500)]
    const reads = received.map((text) => {
      const charCodeAt = vi.fn((at: number) => expected.charCodeAt(at))
      constantTimeEqual(text, { length: 64, charCodeAt } as unknown as string) // a stand-in that counts its readings
      return charCodeAt.mock.calls.length
    })
    expect(reads).toEqual([64, 64, 64, 64, 64])
  })
})
