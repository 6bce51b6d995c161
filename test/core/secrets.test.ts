import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { type Bytes, utf8 } from '../../src/core/bytes.ts'
import { createKeyring, type SecretOption, signingKey } from '../../src/core/secrets.ts'
import { shown } from '../support/leaks.ts'
import { caught } from '../support/verdict.ts'

describe('what a secret may be', () => {
  it.each<[string, SecretOption, (string | undefined)[], string[]]>([
    ['text: its UTF-8 bytes', 'é', [undefined], ['é']],
    ['bytes', utf8('é'), [undefined], ['é']],
    ['bytes of another realm', runInNewContext('new Uint8Array([97])'), [undefined], ['a']],
    ['a label and a value', { label: 'x', value: 'a' }, ['x'], ['a']],
    ['a list', ['a', { label: 'x', value: utf8('b') }, utf8('c')], ['0', 'x', '2'], ['a', 'b', 'c']],
    ['a list of one', ['a'], [undefined], ['a']],
    ['64 of them', Array.from({ length: 64 }, (_, n) => `s${n}`), numbers(64), numbers(64).map((n) => `s${n}`)],
    ['a function', () => 'a', [undefined], ['a']],
    ['a function that gives a list later', async () => ['a', 'b'], ['0', '1'], ['a', 'b']],
  ])('%s', async (_name, option, labels, texts) => {
    const credentials = await createKeyring(option)(undefined)
    expect(credentials.map(({ label }) => label)).toEqual(labels)
    expect(credentials.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(texts)
  })

  it.each<[string, SecretOption]>([
    [
      'given',
      [
        { label: 'x', value: 'a' },
        { label: 'x', value: 'b' },
      ],
    ],
    ['given, and the position of another', [{ label: '1', value: 'a' }, 'b']],
  ])('two under one label, %s: the label could not tell which it was', (_name, option) => {
    expect(() => createKeyring(option)).toThrow(new TypeError('secret lists two secrets under one label'))
  })

  it('a label is a text', () => {
    for (const label of [5, null, '', undefined]) {
      const entry = { label, value: 'a' } as never
      expect(() => createKeyring(entry)).toThrow(new TypeError('secret has an empty label'))
    }
  })

  it('bytes are copied: what the caller does to them later does not count', async () => {
    const bytes = utf8('secret')
    const keyring = createKeyring(bytes)
    bytes.fill(0)
    expect(await signingKey(keyring)).toEqual(utf8('secret'))
  })

  it('the same text gives the same bytes, so that a key is prepared once', async () => {
    const keyring = createKeyring(async () => 'secret')
    const [[first], [second]] = [await keyring(undefined), await keyring(undefined)]
    expect(first?.bytes).toBe(second?.bytes)
  })

  it('the first signs', async () => {
    expect(await signingKey(createKeyring(['new', 'old']))).toEqual(utf8('new'))
  })

  it('a scheme may decode, and its refusal names the option', () => {
    const decode = (text: string, option: string): Bytes => {
      if (text.startsWith('k_')) return utf8(text.slice(2))
      throw new TypeError(`${option} does not begin with k_`)
    }
    expect(createKeyring('k_a', 'value', decode)(undefined)).toEqual([{ label: undefined, bytes: utf8('a') }])
    expect(() => createKeyring('a', 'value', decode)).toThrow('value does not begin with k_')
    expect(() => createKeyring('k_', 'value', decode)).toThrow('value is empty')
  })
})

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, n) => String(n))
}

describe('a function that gives the secret', () => {
  it.each([
    [
      'throws',
      () => Promise.reject(new Error('vault says s3cr3t')),
      {
        code: 'secret_unavailable',
        status: 503,
        message: 'the function that gives the secret threw: catch inside it to see why',
      },
    ],
    [
      'gives null',
      () => null,
      {
        code: 'credential_mismatch',
        status: 401,
        message: 'the function in the option secret knows none for this request',
      },
    ],
  ])('%s: refused, and the message is safe', async (_name, option, error) => {
    const refusal = await caught(Promise.resolve().then(() => createKeyring(option)({})))
    expect(refusal).toMatchObject(error)
    expect(shown(refusal)).not.toContain('s3cr3t')
    expect(refusal).not.toHaveProperty('cause')
  })

  it('gives undefined: a mistake, and so a TypeError', async () => {
    const error = await caught(Promise.resolve(createKeyring(() => undefined)({})))
    expect(error).toEqual(new TypeError('secret is undefined: is the environment variable set?'))
  })

  it('is called for each delivery: a new secret counts at once', async () => {
    let current = 'old'
    const keyring = createKeyring(() => current)
    expect(await signingKey(keyring)).toEqual(utf8('old'))
    current = 'new'
    expect(await signingKey(keyring)).toEqual(utf8('new'))
  })
})
