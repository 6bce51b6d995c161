import * as nodeBuffer from 'node:buffer'
import * as nodeCrypto from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { lazyCrypto } from '../../src/core/crypto.ts'

const crypto = lazyCrypto()()
const text = (value: string) => new TextEncoder().encode(value)

it('a buffer that is filled with another secret is another key', async () => {
  const buffer = text('the secret of A')
  const ofA = await crypto.hmac(buffer, [text('body')], 'hex')
  buffer.set(text('the secret of B'))
  const ofB = await crypto.hmac(buffer, [text('body')], 'hex')
  expect(ofB).not.toBe(ofA)
  expect(ofB).toBe(await crypto.hmac(text('the secret of B'), [text('body')], 'hex'))
})

it('a secret that is longer than the block of the hash, and one of a byte', async () => {
  for (const secret of [text('x'.repeat(100)), text('x')]) {
    const [first, again] = [
      await crypto.hmac(secret, [text('body')], 'hex'),
      await crypto.hmac(secret, [text('body')], 'hex'),
    ]
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(again).toBe(first)
  }
})

afterEach(() => {
  vi.unstubAllGlobals()
})

/** A runtime whose built-in modules are these. */
function runtimeWith(modules: Record<string, unknown>) {
  vi.stubGlobal('process', { getBuiltinModule: (name: string) => modules[name] })
  return lazyCrypto()()
}

describe('the backend', () => {
  const whole = { 'node:crypto': nodeCrypto, 'node:buffer': nodeBuffer }

  it('is node:crypto where it has all that is needed', () => {
    expect(runtimeWith(whole).backend).toBe('node:crypto')
  })

  it.each([
    ['no node:crypto', {}],
    ['one without HMAC', { 'node:crypto': { ...nodeCrypto, createHmac: undefined } }],
    ['one without keys', { 'node:crypto': { ...nodeCrypto, createSecretKey: undefined } }],
  ])('is WebCrypto where there is %s', (_name, modules) => {
    expect(runtimeWith(modules).backend).toBe('webcrypto')
  })

  it.each([
    ['undefined', undefined],
    ['without getBuiltinModule', {}],
  ])('is WebCrypto where process is %s', (_name, process) => {
    vi.stubGlobal('process', process)
    expect(lazyCrypto()().backend).toBe('webcrypto')
  })

  it.each([
    ['none', undefined],
    ['one without subtle', {}],
  ])('is missed where there is neither: %s', (_name, web) => {
    vi.stubGlobal('crypto', web)
    expect(() => runtimeWith({})).toThrow('countersign needs node:crypto or WebCrypto, and this runtime has neither')
  })

  it('is found once', () => {
    const find = lazyCrypto()
    expect(find()).toBe(find())
  })

  it.each([
    ['a hash in one call', whole],
    ['no hash in one call', { ...whole, 'node:crypto': { ...nodeCrypto, hash: undefined } }],
  ])('hashes one part and several alike, with %s', (_name, modules) => {
    const { sha256 } = runtimeWith(modules)
    const due = nodeCrypto.createHash('sha256').update('body').digest('hex')
    expect(sha256([text('body')], 'hex')).toBe(due)
    expect(sha256([text('bo'), text('dy')], 'hex')).toBe(due)
  })

  it('reads ASCII as text, and nothing else', () => {
    const { asciiText } = runtimeWith(whole)
    const view = text('..body..').subarray(2, 6)
    expect(asciiText?.(view)).toBe('body')
    expect(asciiText?.(text('böse'))).toBeUndefined()
  })

  it.each([
    ['no node:buffer', { 'node:crypto': nodeCrypto }],
    ['one without isAscii', { 'node:crypto': nodeCrypto, 'node:buffer': { Buffer: nodeBuffer.Buffer } }],
  ])('leaves that to the decoder where there is %s', (_name, modules) => {
    expect(runtimeWith(modules).asciiText?.(text('body'))).toBeUndefined()
  })
})

describe('a key', () => {
  function counting() {
    const createSecretKey = vi.fn(nodeCrypto.createSecretKey)
    const backend = runtimeWith({ 'node:crypto': { ...nodeCrypto, createSecretKey } })
    return { createSecretKey, mac: (secret: Uint8Array) => backend.hmac(secret as ReturnType<typeof text>, [], 'hex') }
  }

  it('is prepared once for a secret, and anew when its bytes change', () => {
    const { createSecretKey, mac } = counting()
    const secret = text('secret')
    expect(mac(secret)).toBe(mac(secret))
    expect(createSecretKey).toHaveBeenCalledTimes(1)
    secret[5] = 0
    mac(secret)
    expect(createSecretKey).toHaveBeenCalledTimes(2)
    mac(text('secret'))
    expect(createSecretKey).toHaveBeenCalledTimes(3)
  })

  it('cannot be read back out of WebCrypto', async () => {
    const importKey = vi.spyOn(globalThis.crypto.subtle, 'importKey')
    await runtimeWith({}).hmac(text('secret'), [], 'hex')
    const [[, , , extractable, usages] = []] = importKey.mock.calls
    importKey.mockRestore()
    expect({ extractable, usages }).toEqual({ extractable: false, usages: ['sign'] })
  })

  it('is another where the secret has grown', () => {
    const { createSecretKey, mac } = counting()
    const buffer: ArrayBuffer = Reflect.construct(ArrayBuffer, [2, { maxByteLength: 4 }])
    const secret = new Uint8Array(buffer)
    const short = mac(secret)
    Reflect.get(buffer, 'resize').call(buffer, 3)
    expect(mac(secret)).toBe(nodeCrypto.createHmac('sha256', secret).digest('hex'))
    expect(short).toBe(nodeCrypto.createHmac('sha256', Buffer.alloc(2)).digest('hex'))
    expect(createSecretKey).toHaveBeenCalledTimes(2)
  })
})
