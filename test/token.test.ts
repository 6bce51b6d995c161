import { createHmac } from 'node:crypto'
import { anyOf, type Scheme, type TokenOptions, token } from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import { ping, receiverOf, tinySender, verifyBy } from './support/tiny-sender.ts'
import { caught, verdict } from './support/verdict.ts'

const covers = { body: false, url: false, time: false }
const value = 'abc.DEF_123~+/-=='

function send(scheme: Scheme, headers: Record<string, string>) {
  return verifyBy(scheme, { headers, body: ping })
}

/** As an untyped caller gives them. */
function make(options: unknown): Scheme {
  return token(options as TokenOptions) // the point of these tests is what the compiler would refuse
}

describe('token of a fixed value', () => {
  it.each([
    ['Token', `Token ${value}`],
    ['Bearer', `Bearer ${value}`],
    ['Bearer', `bEARER ${value}`],
    ["X-Own!#$%&'*+.^_`|~", `X-OWN!#$%&'*+.^_\`|~ ${value}`],
  ])('Authorization, with the key %s: "%s"', async (key, authorization) => {
    expect(await verdict(send(token({ key, value }), { authorization }))).toBe('accepted')
  })

  it('in a header of its own, of any text', async () => {
    const text = 'a value: 16 €'
    const scheme = token({ key: 'X-Token', in: 'header', value: text })
    const asSent = Buffer.from(text).toString('latin1')
    expect(await verdict(send(scheme, { 'x-token': asSent }))).toBe('accepted')
    expect(await verdict(send(scheme, { 'x-token': text }))).toBe('accepted')
    expect(await verdict(send(scheme, { 'x-token': `Bearer ${asSent}` }))).toBe('credential_mismatch')
    expect(await verdict(send(scheme, { authorization: `X-Token ${asSent}` }))).toBe('header_missing')
  })

  it('proves who sent it, and covers nothing', async () => {
    const scheme = token({ key: 'Token', value: [{ label: 'new', value: 'n' }, 'o'] })
    const { proof, idFrom } = await send(scheme, { authorization: 'Token n' })
    expect(proof).toEqual({ scheme: 'token', authenticated: true, covers, credential: 'new', coversType: false })
    expect(idFrom).toBe('body')
    expect((await send(scheme, { authorization: 'Token o' })).proof.credential).toBe('1')
  })

  it.each([
    [{ key: 'Token' }, 'authorization', `Token ${value}`],
    [{ key: 'X-Token', in: 'header' } as const, 'x-token', value],
  ])('sign is the inverse: %o', async (place, name, expected) => {
    const scheme = token({ ...place, value: [value, 'another'] })
    const request = await tinySender(scheme).sign(ping, {})
    expect([request.headers[name], request.authHeaders]).toEqual([expected, [name]])
    expect(await verdict(receiverOf(scheme).verify(request))).toBe('accepted')
  })
})

describe('token that a function checks', () => {
  /** A value that is itself signed: what the function is for. */
  const signed = (day: string) => `${day}.${createHmac('sha256', 'k').update(day).digest('base64url')}`
  const check = (text: string) => text === signed(text.slice(0, text.indexOf('.')))

  it('gets the token alone, and passes with true', async () => {
    const scheme = token({ key: 'Token', check })
    expect(await verdict(send(scheme, { authorization: `token ${signed('monday')}` }))).toBe('accepted')
    expect(await verdict(send(scheme, { authorization: `Token ${signed('monday').replace('m', 's')}` }))).toBe(
      'credential_mismatch',
    )
  })

  it('in a header of its own it gets the whole value, as it arrived', async () => {
    const seen: string[] = []
    const scheme = token({ key: 'X-Token', in: 'header', check: async (text) => seen.push(text) === 1 })
    expect(await verdict(send(scheme, { 'x-token': 't=1,v1=Zo\xeb' }))).toBe('accepted')
    expect(seen).toEqual(['t=1,v1=Zo\xeb'])
  })

  it('is not called for what is no token', async () => {
    const seen: string[] = []
    const scheme = token({ key: 'Token', check: (text) => seen.push(text) > 0 })
    expect(await verdict(send(scheme, { authorization: 'Token a, Token b' }))).toBe('header_malformed')
    expect(await verdict(send(scheme, { authorization: 'Bearer a' }))).toBe('header_malformed')
    expect(seen).toEqual([])
  })

  it('has no label to show, and cannot be signed here', async () => {
    const scheme = token({ key: 'Token', check: () => true })
    const { proof } = await send(scheme, { authorization: 'Token x' })
    expect(proof).toEqual({ scheme: 'token', authenticated: true, covers, coversType: false })
    expect(await caught(tinySender(scheme).sign(ping, {}))).toBeInstanceOf(TypeError)
  })
})

describe('tokens of several organizations at one route', () => {
  it('the proof says whose function or value it was; the key is the same in any case', async () => {
    const a = token({ key: 'Token', check: (text) => text === 'a' })
    const both = anyOf({ a, b: token({ key: 'TOKEN', check: (text) => text === 'b' }) })
    expect((await send(both, { authorization: 'token b' })).proof.credential).toBe('b')
    expect(await verdict(send(both, { authorization: 'token c' }))).toBe('credential_mismatch')
  })

  it('another place, another key, and one value under two labels are TypeErrors', () => {
    const a = token({ key: 'Token', value })
    expect(() => anyOf({ a, b: token({ key: 'Token', in: 'header', value: 'b' }) })).toThrow(TypeError)
    expect(() => anyOf({ a, b: token({ key: 'Bearer', value: 'b' }) })).toThrow(TypeError)
    expect(() => anyOf({ a, b: token({ key: 'token', value }) })).toThrow(/a and b have the same credential/)
  })
})

describe('token: a wrong option is a TypeError at once', () => {
  it.each([
    ['neither value nor check', { key: 'Token' }, /value is undefined/],
    ['both', { key: 'Token', value, check: () => true }, /either value or check/],
    ['check null', { key: 'Token', check: null }, /check must be a function/],
    ['check no function', { key: 'Token', check: true }, /check must be a function/],
    ['value empty', { key: 'Token', value: '' }, /value is empty/],
    ['a value that no Authorization header can hold', { key: 'Token', value: 'a b' }, /value must be/],
    ['such a value in a list', { key: 'Token', value: ['ok', { label: 'x', value: 'a,b' }] }, /value\[1\] must be/],
    ['key undefined', { value }, /key must be/],
    ['key empty', { key: '', value }, /key must be/],
    ['key of two words', { key: 'Token token', value }, /key must be/],
    ['key with a colon', { key: 'Token:', value }, /key must be/],
    ['key not ASCII', { key: 'To\u212aen', value }, /key must be/],
    ['a header of no name', { key: '', in: 'header', value }, /header name/],
    ['a header that is none', { key: 'X Token', in: 'header', value }, /header name/],
    ['in a place where tokens leak', { key: 'token', in: 'query', value }, /in must be/],
    ['in the body', { key: 'token', in: 'body', value }, /in must be/],
  ])('%s', (_name, options, message) => {
    expect(() => make(options)).toThrow(TypeError)
    expect(() => make(options)).toThrow(message)
  })

  it('no message holds the value', () => {
    expect(() => make({ key: 'Token', value: 'hunter2 hunter2' })).toThrow(/^(?!.*hunter2)/)
  })
})
