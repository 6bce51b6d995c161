import { createHash } from 'node:crypto'
import { type BasicOptions, basic, type Scheme } from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import { ping, receiverOf, tinySender, verifyBy } from './support/tiny-sender.ts'
import { caught, untyped, verdict } from './support/verdict.ts'

const covers = { body: false, url: false, time: false }

function send(scheme: Scheme, pair: string | Uint8Array) {
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`
  return verifyBy(scheme, { headers: { authorization }, body: ping })
}

/** As an untyped caller gives them. */
function make(options: unknown): Scheme {
  return basic(options as BasicOptions) // the point of these tests is what the compiler would refuse
}

describe('basic: the examples of RFC 7617', () => {
  it('section 2: Aladdin and "open sesame"', async () => {
    const scheme = basic({ username: 'Aladdin', password: 'open sesame' })
    const headers = { authorization: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==' }
    expect(await verdict(verifyBy(scheme, { headers, body: ping }))).toBe('accepted')
  })

  it('section 2.1: test and "123£" in UTF-8', async () => {
    const scheme = basic({ username: 'test', password: '123£' })
    const headers = { authorization: 'Basic dGVzdDoxMjPCow==' }
    expect(await verdict(verifyBy(scheme, { headers, body: ping }))).toBe('accepted')
  })
})

describe('basic: what is proved', () => {
  it('nothing of the request is covered, and the delivery is recognised by its body', async () => {
    const delivery = await send(basic({ username: 'sender', password: 'a password' }), 'sender:a password')
    expect(delivery.proof).toEqual({ scheme: 'basic', authenticated: true, covers, coversType: false })
    expect([delivery.idFrom, delivery.id]).toEqual(['body', createHash('sha256').update(ping).digest('hex')])
  })

  it.each([
    ['sender:new', 'autumn'],
    ['sender:old', '1'],
  ])('while the password is being rotated, %s has the label %s', async (pair, credential) => {
    const password = [{ label: 'autumn', value: 'new' }, 'old']
    const delivery = await send(basic({ username: 'sender', password }), pair)
    expect(delivery.proof).toEqual({ scheme: 'basic', authenticated: true, covers, credential, coversType: false })
  })

  it('a function gives the password for the request that it is handed', async () => {
    const request = { headers: { authorization: `Basic ${btoa('sender:of a tenant')}` }, body: ping }
    const seen: unknown[] = []
    const password = async (source: unknown) => {
      seen.push(source)
      return 'of a tenant'
    }
    expect(await verdict(verifyBy(basic({ username: 'sender', password }), request))).toBe('accepted')
    expect(seen).toEqual([request])
  })

  it('a function that knows no password refuses, and one that throws is to be tried again', async () => {
    const unknown = basic({ username: 'sender', password: () => null })
    expect(await verdict(send(unknown, 'sender:null'))).toBe('credential_mismatch')
    const down = basic({ username: 'sender', password: () => Promise.reject(new Error('the store is down')) })
    expect(await verdict(send(down, 'sender:x'))).toBe('secret_unavailable')
  })
})

describe('basic: sign is the inverse', () => {
  it.each([
    ['sender', 'a password', 'Basic c2VuZGVyOmEgcGFzc3dvcmQ='],
    ['sender', '', 'Basic c2VuZGVyOg=='],
    ['sender', ':a:b:', 'Basic c2VuZGVyOjphOmI6'],
    ['Zoë', '16 €', `Basic ${Buffer.from('Zoë:16 €').toString('base64')}`],
  ])('%s and "%s"', async (username, password, expected) => {
    const scheme = basic({ username, password })
    const request = await tinySender(scheme).sign(ping, {})
    expect(request.headers['authorization']).toBe(expected)
    expect(request.authHeaders).toEqual(['authorization'])
    expect(await verdict(receiverOf(scheme).verify(request))).toBe('accepted')
  })

  it('signs with the first password, as a sender that rotates does', async () => {
    const request = await tinySender(basic({ username: 'sender', password: ['new', 'old'] })).sign(ping, {})
    expect(request.headers['authorization']).toBe(`Basic ${btoa('sender:new')}`)
  })
})

describe('basic: a wrong option is a TypeError at once', () => {
  it.each([
    ['username undefined', { username: undefined, password: 'x' }, /username/],
    ['username null', { username: null, password: 'x' }, /username/],
    ['username empty', { username: '', password: 'x' }, /username/],
    ['username a number', { username: 7, password: 'x' }, /username/],
    ['username with a colon', { username: 'a:b', password: 'x' }, /colon/],
    ['username with a control character', { username: 'a\tb', password: 'x' }, /username has control/],
    ['username with DEL', { username: 'a\x7f', password: 'x' }, /username has control/],
    ['username with a lone surrogate', { username: 'a\ud800', password: 'x' }, /username has .*surrogates/],
    ['password undefined', { username: 'a', password: undefined }, /password is undefined/],
    ['password null', { username: 'a', password: null }, /password is null/],
    ['password with NUL', { username: 'a', password: 'x\0y' }, /password has control/],
    ['password with a newline inside', { username: 'a', password: 'x\ny' }, /password has control/],
    ['password with a lone surrogate', { username: 'a', password: '\udfff' }, /password has .*surrogates/],
    ['password with white space behind', { username: 'a', password: 'x ' }, /password .*white space/],
    ['password a number', { username: 'a', password: 12345678 }, /password must be/],
    ['no password in a list', { username: 'a', password: [] }, /password is an empty list/],
    ['a password twice', { username: 'a', password: ['x', 'x'] }, /password lists one secret twice/],
  ])('%s', (_name, options, message) => {
    expect(() => make(options)).toThrow(TypeError)
    expect(() => make(options)).toThrow(message)
  })

  it('a password that a function gives as undefined is one at first use', async () => {
    const scheme = make({ username: 'a', password: () => undefined })
    expect(await caught(send(scheme, 'a:undefined'))).toBeInstanceOf(TypeError)
  })

  it('no message holds the password', () => {
    for (const password of ['hunter2 ', 'hunter2\0', ['hunter2', 'hunter2']]) {
      expect(() => make({ username: 'a', password })).toThrow(/^(?!.*hunter2)/)
    }
  })
})

describe('basic: the error says what to do', () => {
  it('the header is missing: the hint', async () => {
    const scheme = basic({ username: 'a', password: 'b', hint: 'is the credential of type Basic?' })
    const error = await caught(verifyBy(scheme, { headers: {}, body: ping }))
    expect(String(error)).toBe('WebhookError: no Authorization header: is the credential of type Basic?')
  })

  it('headers in any shape are read', async () => {
    const scheme = basic({ username: 'a', password: 'b' })
    const value = `Basic ${btoa('a:b')}`
    for (const headers of [
      new Headers({ authorization: value }),
      { Authorization: value },
      { AUTHORIZATION: [value] },
      [['authorization', value]],
      new Map([['Authorization', value]]),
    ]) {
      expect(await verdict(verifyBy(scheme, untyped({ headers, body: ping })))).toBe('accepted')
    }
  })
})
