import { defineProvider } from 'countersign'
import {
  authorization,
  aws4,
  basic,
  digest,
  header,
  hmac,
  jwt,
  oauth2,
  standardWebhooks,
  token,
  urlSecret,
} from 'countersign/schemes'
import * as tyk from 'countersign/tyk'
import { describe, expect, it } from 'vitest'
import { checkOptions } from '../../src/core/options.ts'

const names = { secret: true, toleranceSeconds: true, maxBodyBytes: true } as const

describe('a name that nobody reads is a TypeError with the name that was meant', () => {
  it.each([
    ['toleranceSecond', 'toleranceSeconds'],
    ['tolerance', 'toleranceSeconds'],
    ['tolerence', 'toleranceSeconds'],
    ['toleranceseconds', 'toleranceSeconds'],
    ['maxBodyByte', 'maxBodyBytes'],
    ['secrets', 'secret'],
    ['sceret', 'secret'],
  ])('%s', (given, meant) => {
    expect(() => checkOptions({ [given]: 1 }, names, 'hmac')).toThrow(
      new TypeError(`hmac has no option ${given}: did you mean ${meant}?`),
    )
  })

  it('nothing is meant by a name that is near to none', () => {
    expect(() => checkOptions({ colour: 1 }, names, 'hmac')).toThrow(
      new TypeError(`hmac has no option colour: it takes ${Object.keys(names).join(', ')}`),
    )
    expect(() => checkOptions({ constructor: 1 }, names, 'hmac')).toThrow('hmac has no option constructor')
  })

  it.each([
    ['abab', 'ababcdab'], // ends as it begins: no letter counts twice
    ['hint', 'hintabcd'],
    ['ab', 'abXab'],
  ])('%s is not meant by %s', (known, given) => {
    expect(() => checkOptions({ [given]: 1 }, { [known]: true }, 'hmac')).toThrow(`it takes ${known}`)
  })

  it.each([undefined, null, 'text', 5, []])('%j is no set of options', async (options) => {
    expect(() => checkOptions(options, names, 'hmac')).toThrow('hmac needs its options, as an object')
    const message = 'createReceiver needs its options, as an object'
    expect(() => tyk.createReceiver(options as never)).toThrow(message)
    await expect(tyk.verify({ headers: {} }, options as never)).rejects.toThrow(message)
  })

  it('in schemes, in receivers, in one-shot calls and in sign', async () => {
    const secret = 'a secret of the portal'
    const misspelt = { secret, maxAgeSecond: 60 }
    expect(() => hmac({ header: 'X', ...misspelt } as never)).toThrow('hmac has no option maxAgeSecond')
    expect(() => urlSecret({ secret, parametre: 'key' } as never)).toThrow('urlSecret has no option parametre')
    expect(() => oauth2({ check: () => true, hints: '' } as never)).toThrow('did you mean hint?')
    expect(() => tyk.createReceiver(misspelt as never)).toThrow(
      'createReceiver has no option maxAgeSecond: did you mean maxAgeSeconds?',
    )
    await expect(tyk.verify({ headers: {} }, misspelt as never)).rejects.toThrow('did you mean maxAgeSeconds?')
    await expect(tyk.sign({}, misspelt as never)).rejects.toThrow('sign has no option maxAgeSecond')
  })

  const schemes = [aws4, authorization, basic, digest, header, hmac, jwt, oauth2, standardWebhooks, token, urlSecret]
  it.each(schemes.map((scheme) => [scheme.name, scheme] as const))('%s names itself', (name, scheme) => {
    const make: (options: never) => unknown = scheme
    expect(() => make({ nonsense: 1 } as never)).toThrow(new RegExp(`^${name} has no option nonsense: it takes \\w+`))
  })

  it("a definition may hand on all of its options: the receiver's and the call's own names stay with the core", async () => {
    const sender = defineProvider({
      scheme: (options: { secret: string }) => hmac({ header: 'X-Sig', ...options }),
      events: {},
      naming: { in: 'body', name: 'event' },
    })
    const options = { secret: 'a secret', maxBodyBytes: 100, strict: false as const, now: () => new Date() }
    const signed = await sender.sign({ event: 'Ping' }, { ...options, url: 'https://receiver.example/p', headers: {} })
    expect((await sender.createReceiver(options).verify(signed)).type).toBe('Ping')
    expect((await sender.verify(signed, options)).type).toBe('Ping')
  })
})

describe('a body and headers in two arguments are a TypeError, not a sender without a header', () => {
  it.each([new Uint8Array(2), '{}', [], { event: 'Ping' }, undefined])('%j', async (body) => {
    const receiver = tyk.createReceiver({ secret: 'a secret of the portal' })
    await expect(receiver.safeVerify(body as never)).rejects.toThrow(/^verify takes the request itself/)
  })

  it.each([
    ['multiValueHeaders alone', { multiValueHeaders: {} }],
    ['headers alone', { headers: {} }],
    ['no headers, as null', { headers: null }],
    ['rawBody alone', { rawBody: '{}' }],
    ['url alone', { url: '/' }],
    ['url, and null as the body', { url: '/', body: null }],
  ])('but a request it is with %s', async (_name, request) => {
    const receiver = tyk.createReceiver({ secret: 'a secret of the portal' })
    await expect(receiver.safeVerify(request as never)).resolves.toMatchObject({ error: { code: 'header_missing' } })
  })

  it.each([
    ['a function, as Hono has', () => undefined],
    ['a text', 'x-signature-sha256: 00'],
  ])('so are headers that are %s', async (_name, headers) => {
    const receiver = tyk.createReceiver({ secret: 'a secret of the portal' })
    await expect(receiver.safeVerify({ headers, body: '{}' } as never)).rejects.toThrow(
      /^verify takes the request itself/,
    )
  })

  it.each(['raw', 'request', 'req'])('and so is a context whose %s is the request', async (name) => {
    const receiver = tyk.createReceiver({ secret: 'a secret of the portal' })
    const context = { [name]: new Request('https://receiver.example/', { method: 'POST', body: '{}' }), url: '/' }
    await expect(receiver.safeVerify(context as never)).rejects.toThrow(
      `hand over the member ${name} of what was given`,
    )
    await expect(receiver.safeVerify({ ...context, headers: {} })).resolves.toMatchObject({ ok: false })
  })
})
