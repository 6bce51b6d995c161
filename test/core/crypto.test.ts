import { expect, it } from 'vitest'
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
