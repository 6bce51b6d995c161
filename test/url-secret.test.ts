import type { IncomingMessage } from 'node:http'
import { dangerouslyUnauthenticated, type UrlSecretOptions, urlSecret } from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import { leaksInto, shown } from './support/leaks.ts'
import { exchange, head, serve } from './support/servers.ts'
import { ping, receiverOf, tinySender, verifyBy } from './support/tiny-sender.ts'
import { caught, expectMistake, untyped, verdict } from './support/verdict.ts'

const secret = 'a-secret_of~this.URL'
const inPath = urlSecret({ secret })
const inQuery = urlSecret({ secret, parameter: 'key' })

function check(url: unknown, options: Partial<UrlSecretOptions> = {}) {
  return verdict(verifyBy(urlSecret({ secret, ...options }), untyped({ url, headers: {}, body: ping })))
}

describe('a secret in the URL', () => {
  it.each([
    ['the last segment of the path', inPath, `/hook/${secret}`],
    ['a query parameter', inQuery, `/hook?key=${secret}`],
  ])('%s: authenticates the sender and covers nothing', async (_name, scheme, url) => {
    const delivery = await verifyBy(scheme, { url, headers: {}, body: ping })
    const covers = { body: false, url: false, time: false }
    expect(delivery.proof).toEqual({ scheme: 'urlSecret', authenticated: true, covers, coversType: false })
    expect(delivery.idFrom).toBe('body')
    expect(await verdict(verifyBy(scheme, { url, headers: {}, body: 'no JSON' }))).toBe('body_malformed')
  })

  it.each([
    `/${secret}`,
    `//${secret}`,
    `/hook/x/y/${secret}`,
    `/hook/${secret}?`,
    `/hook/${secret}?a=1/2`,
    `https://receiver.example/hook/${secret}`,
    `https://evil.example/hook/${secret}?a`,
    `//evil.example/${secret}`,
    `/hook/${secret.replace('a', '%61').replace('_', '%5f').replace('~', '%7E')}`,
  ])('path %s: accepted', async (url) => {
    expect(await check(url)).toBe('accepted')
  })

  it.each([
    '/',
    '',
    '/hook',
    '/hook/',
    `/hook/${secret}/`,
    `/hook/${secret}//`,
    `/${secret}/hook`,
    `/hook/${secret}x`,
    `/hook/x${secret}`,
    `/hook/${secret.slice(1)}`,
    `/hook/${secret.slice(0, -1)}`,
    `/hook/${secret.toUpperCase()}`,
    `/hook/${secret}%00`,
    `/hook/${secret}%20`,
    `/hook/${secret}%`,
    `/hook/${secret}%2`,
    `/hook/${secret}%zz`,
    `/hook/%ff${secret}`,
    `/hook/x%2F${secret}`,
    `/hook/${secret};v=1`,
    `/hook/${secret}%4`,
    `/hook?${secret}`,
    `/hook?/${secret}`,
    `/hook?key=${secret}`,
    `/hook#/${secret}`,
    `/hook/${secret}#fragment`,
    `https://${secret}`,
    `https://${secret}@evil.example/hook`,
    '/hook/%',
    '/hook/%C3',
  ])('path %s: refused', async (url) => {
    expect(await check(url)).toBe('credential_mismatch')
  })

  it.each([
    `/hook?key=${secret}`,
    `?key=${secret}`,
    `/hook?a=1&key=${secret}&b`,
    `/hook?keys=x&key=${secret}&KEY=y&=z`,
    `/hook?a=x?key=x&key=${secret}`,
    `/hook?key=${secret.replace('a', '%61')}`,
    `https://receiver.example/hook?key=${secret}`,
  ])('query %s: accepted', async (url) => {
    expect(await check(url, { parameter: 'key' })).toBe('accepted')
  })

  it('half an escape stands for nothing, whatever the secret is', async () => {
    expect(await check('/hook/a%4', { secret: 'a%4' })).toBe('credential_mismatch')
    expect(await check('/hook/a%254', { secret: 'a%4' })).toBe('accepted')
  })

  it.each([
    '/hook',
    '/hook?',
    `/hook&key=${secret}`,
    '/hook?key',
    '/hook?key=',
    `/hook?key=x${secret}`,
    `/hook?key=${secret}x`,
    `/hook?key=${secret.slice(1)}`,
    `/hook?KEY=${secret}`,
    `/hook?%6bey=${secret}`,
    `/hook?key[]=${secret}`,
    `/hook?xkey=${secret}`,
    `/hook?a=1;key=${secret}`,
    `/hook?a=1?key=${secret}`,
    `/hook?key=${secret};a=1`,
    `/hook#?key=${secret}`,
    `/hook?key=${secret}#key=x`,
    `/hook/key=${secret}`,
    `/hook/${secret}`,
    '/hook?key=%',
    // A repeated parameter: which of them counts is not the same in every server.
    `/hook?key=${secret}&key=${secret}`,
    `/hook?key=${secret}&key=x`,
    `/hook?key=x&key=${secret}`,
    `/hook?key=&key=${secret}`,
  ])('query %s: refused', async (url) => {
    expect(await check(url, { parameter: 'key' })).toBe('credential_mismatch')
  })

  it('every length but the right one', async () => {
    for (let length = 1; length < secret.length; length += 1) {
      expect(await check(`/hook/${secret.slice(0, length)}`)).toBe('credential_mismatch')
      expect(await check(`/hook?key=${secret.slice(length)}`, { parameter: 'key' })).toBe('credential_mismatch')
    }
  })

  it('an error says nothing of the URL', async () => {
    const guess = 'a-guess-at-the-secret'
    for (const [scheme, url] of [
      [inPath, `/hook/${guess}`],
      [inQuery, `/hook?key=${guess}&key=${guess}`],
    ] as const) {
      const log = shown(await caught(verifyBy(scheme, { url, headers: {}, body: ping })))
      for (const text of [guess, secret]) expect(leaksInto(log, text)).toBe(false)
    }
  })
})

describe('percent-encoding', () => {
  const secrets: readonly (readonly [string, string | Uint8Array])[] = [
    ['slashes', 'a/b//c'],
    ['a question mark and a hash', 'a?b#c'],
    ['per cent', '100%25%'],
    ['plus and space', 'a+b c'],
    ['beyond ASCII', 'é€\u{1f600}'],
    ['quotes and brackets', `'"<>[]{}|\\^`],
    ['equals and ampersand', 'a=b&c'],
    ['bytes that are no text', new Uint8Array([0xff, 0x00, 0xfe, 0x80, 0x41])],
    ['bytes that are text', new TextEncoder().encode('é')],
  ]
  it.each(secrets)('a secret with %s', async (_name, value) => {
    for (const parameter of [undefined, 'key', 'the key?']) {
      const options = parameter === undefined ? {} : { parameter }
      const sender = tinySender(urlSecret({ secret: value, ...options }))
      const request = await sender.sign({ event: 'Ping' }, { url: 'https://receiver.example/hook?a=1' })
      expect(request.url).toMatch(/^[!-~]+$/)
      expect(await verdict(sender.verify(request, {}))).toBe('accepted')
      const other = await tinySender(urlSecret({ secret: 'a', ...options })).sign({ event: 'Ping' }, {})
      expect(await verdict(sender.verify(other, {}))).toBe('credential_mismatch')
    }
  })

  it('a plus stands for itself, not for a space', async () => {
    expect(await check('/hook?key=a+b', { secret: 'a+b', parameter: 'key' })).toBe('accepted')
    expect(await check('/hook?key=a%2Bb', { secret: 'a+b', parameter: 'key' })).toBe('accepted')
    expect(await check('/hook?key=a+b', { secret: 'a b', parameter: 'key' })).toBe('credential_mismatch')
  })

  it('a per cent sign without two digits stands for nothing', async () => {
    expect(await check('/hook/100%25', { secret: '100%' })).toBe('accepted')
    expect(await check('/hook/100%', { secret: '100%' })).toBe('credential_mismatch')
    expect(await check('/hook/a%zz', { secret: 'a\0' })).toBe('credential_mismatch')
    expect(await check('/hook/a%00', { secret: 'a\0' })).toBe('accepted')
  })

  it('a framework that decoded the URL', async () => {
    expect(await check('/hook/é€', { secret: 'é€' })).toBe('accepted')
  })
})

describe('the URL to give to the sender', () => {
  it.each([
    ['https://receiver.example/hook', undefined, `https://receiver.example/hook/${secret}`],
    ['https://receiver.example/hook/', undefined, `https://receiver.example/hook/${secret}`],
    ['https://receiver.example', undefined, `https://receiver.example/${secret}`],
    ['https://receiver.example/hook?a=1/', undefined, `https://receiver.example/hook/${secret}?a=1/`],
    ['https://receiver.example/hook', 'key', `https://receiver.example/hook?key=${secret}`],
    ['https://receiver.example/hook?a=1', 'key', `https://receiver.example/hook?a=1&key=${secret}`],
    ['https://receiver.example/hook', 'a key', `https://receiver.example/hook?a%20key=${secret}`],
  ])('%s with %s is %s', async (url, parameter, whole) => {
    const sender = tinySender(urlSecret({ secret, ...(parameter === undefined ? {} : { parameter }) }))
    const request = await sender.sign({ event: 'Ping' }, { url })
    expect(request.url).toBe(whole)
    expect(request.authHeaders).toEqual([])
    expect(await verdict(sender.verify(request, {}))).toBe('accepted')
  })
})

describe('requests in other shapes', () => {
  it('a mounted Express router shortens url: originalUrl counts', async () => {
    const request = (originalUrl: string, url: string) => ({ originalUrl, url, headers: {}, body: ping })
    expect(await verdict(verifyBy(inPath, request(`/hook/${secret}`, '/')))).toBe('accepted')
    expect(await verdict(verifyBy(inPath, request('/hook', `/${secret}`)))).toBe('credential_mismatch')
  })

  it('a web Request', async () => {
    const request = (url: string) => new Request(url, { method: 'POST', body: ping })
    expect(await verdict(verifyBy(inPath, request(`https://receiver.example/hook/${secret}?a`)))).toBe('accepted')
    expect(await verdict(verifyBy(inPath, request('https://receiver.example/hook/x')))).toBe('credential_mismatch')
  })

  it('over a real socket, also with an absolute-form target', async () => {
    const receivers = [receiverOf(inPath), receiverOf(inQuery)]
    const { port } = await serve((request: IncomingMessage) => {
      const [first, second] = receivers
      return Promise.resolve((request.url?.includes('?') ? second : first)?.verify(request))
    })
    const answer = (target: string) => exchange(port, [head({ 'Content-Length': ping.length }, 'POST', target) + ping])
    expect(await answer(`/hook/${secret}`)).toBe('200 accepted')
    expect(await answer(`/hook?key=${secret}`)).toBe('200 accepted')
    expect(await answer(`http://evil.example/hook/${secret}`)).toBe('200 accepted')
    expect(await answer(`http://${secret}/hook`)).toBe('401 credential_mismatch')
    expect(await answer('/hook/x')).toBe('401 credential_mismatch')
  })

  it.each([undefined, null, 5, new URL(`https://receiver.example/${secret}`)])(
    'a url that is %s: a mistake of the caller',
    async (url) => {
      for (const scheme of [inPath, inQuery]) {
        await expect(verifyBy(scheme, untyped({ url, headers: {}, body: ping }))).rejects.toThrow(/url/)
        await expect(verifyBy(scheme, untyped({ url, headers: {}, body: ping }))).rejects.toThrow(TypeError)
      }
    },
  )
})

describe('rotation and options', () => {
  it.each<[string, UrlSecretOptions['secret'], string | undefined]>([
    ['a list', ['new', secret], '1'],
    [
      'labels',
      [
        { label: 'new', value: 'x' },
        { label: 'old', value: secret },
      ],
      'old',
    ],
    ['a function', () => secret, undefined],
    ['a function that answers later', async () => [{ label: 'late', value: secret }], 'late'],
  ])('%s', async (_name, option, credential) => {
    const scheme = urlSecret({ secret: option })
    const { proof } = await verifyBy(scheme, { url: `/hook/${secret}`, headers: {}, body: ping })
    expect(proof.credential).toBe(credential)
  })

  it.each<readonly [string, Record<string, unknown>]>([
    ['no secret', { secret: undefined }],
    ['an empty secret', { secret: '' }],
    ['white space around the secret', { secret: 'x ' }],
    ['a misspelt option', { param: 'key' }],
    ['an empty parameter', { parameter: '' }],
    ['a parameter that is a number', { parameter: 5 }],
  ])('%s is a TypeError when the scheme is made', (_name, options) => {
    const all = { secret, ...options } as UrlSecretOptions // as untyped callers give them
    expectMistake(() => urlSecret(all), options)
  })
})

describe('dangerouslyUnauthenticated', () => {
  const scheme = dangerouslyUnauthenticated()
  it('lets anything in, and says so', async () => {
    const covers = { body: false, url: false, time: false }
    const proof = { scheme: 'unauthenticated', authenticated: false, covers, coversType: false }
    for (const request of [
      { headers: {}, body: ping },
      { headers: { authorization: 'x' }, body: ping, url: '/', method: 'POST' },
    ]) {
      const delivery = await verifyBy(scheme, request)
      expect([delivery.proof, delivery.idFrom]).toEqual([proof, 'body'])
    }
    expect(await verdict(verifyBy(scheme, { headers: {}, body: 'no JSON' }))).toBe('body_malformed')
  })

  it('signs nothing', async () => {
    const request = await tinySender(scheme).sign({ event: 'Ping' }, { url: 'https://receiver.example/hook' })
    expect(request).toMatchObject({ url: 'https://receiver.example/hook', authHeaders: [] })
    expect(Object.keys(request.headers)).toEqual(['content-type'])
  })
})
