import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hmac } from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import { lazyCrypto } from '../src/core/crypto.ts'
import { verdict } from './support/verdict.ts'

interface Group {
  readonly tagSize: number
  readonly tests: readonly { tcId: number; comment: string; key: string; msg: string; tag: string; result: string }[]
}

const folder = process.env['COUNTERSIGN_VECTORS'] ?? '../shared/vectors'
const file = join(folder, 'wycheproof-hmac-sha256.json')
const onCi = process.env['CI'] === 'true'

const groups: readonly Group[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).testGroups : []
const cases = groups.flatMap(({ tagSize, tests }) => tests.map((test) => ({ ...test, tagSize, title: titleOf(test) })))

function titleOf({ tcId, comment, result }: Group['tests'][number]): string {
  return `${tcId}: ${comment || 'no comment'}, ${result}`
}

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

/** By the scheme: the tag as a header would bring it. */
function schemeVerdict(key: string, msg: string, tag: string) {
  const request = { source: {}, header: () => [tag], body: bytes(msg) }
  const scheme = hmac({ header: 'X-Sig', secret: bytes(key) })
  return verdict(Promise.resolve().then(() => scheme.verify(request, { now: 0, crypto: lazyCrypto()() })))
}

describe('Wycheproof vectors for HMAC-SHA256', () => {
  it('are there, all 174 of them', ({ skip }) => {
    skip(cases.length === 0 && !onCi, `no vectors in the folder ${folder}: see the variable COUNTERSIGN_VECTORS`)
    expect(cases).toHaveLength(174)
    expect(new Set(cases.map(({ tagSize }) => tagSize))).toEqual(new Set([128, 256]))
    expect(cases.filter(({ result }) => result === 'invalid').length).toBeGreaterThan(0)
  })

  it.each(cases)('the primitive, $title', async ({ key, msg, tag, tagSize, result }) => {
    const mac = await lazyCrypto()().hmac(bytes(key), [bytes(msg)], 'hex')
    expect(mac).toHaveLength(64)
    expect(mac.slice(0, tagSize / 4) === tag).toBe(result === 'valid')
  })

  it.each(cases)('the primitive over parts, $title', async ({ key, msg, tag, tagSize, result }) => {
    const text = bytes(msg)
    const parts = [text.subarray(0, 3), text.subarray(3, 3), text.subarray(3)]
    const mac = await lazyCrypto()().hmac(bytes(key), parts, 'hex')
    expect(mac.slice(0, tagSize / 4) === tag).toBe(result === 'valid')
  })

  it.each(cases)('the scheme takes whole tags alone, $title', async ({ key, msg, tag, tagSize, result }) => {
    const whole = result === 'valid' ? 'accepted' : 'signature_mismatch'
    expect(await schemeVerdict(key, msg, tag)).toBe(tagSize === 256 ? whole : 'signature_malformed')
  })
})

describe('the backend', () => {
  it('is the one that this run is for', () => {
    const expected = process.getBuiltinModule === undefined ? 'webcrypto' : 'node:crypto'
    expect(lazyCrypto()().backend).toBe(expected)
  })

  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('SHA-256 of %j, as FIPS 180 gives it', async (text, digest) => {
    const [all, parts] = [[text], [text.slice(0, 1), '', text.slice(1)]].map((list) =>
      lazyCrypto()().sha256(
        list.map((part) => new TextEncoder().encode(part)),
        'hex',
      ),
    )
    expect(await all).toBe(digest)
    expect(await parts).toBe(digest)
  })
})
