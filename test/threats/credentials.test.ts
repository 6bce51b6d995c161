import { createHash } from 'node:crypto'
import { basic, header, type Incoming, type Scheme, type SchemeContext, token, urlSecret } from 'countersign/schemes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leaksInto, shown } from '../support/leaks.ts'
import { head, open, serve } from '../support/servers.ts'
import { ping, receiverOf, verifyBy } from '../support/tiny-sender.ts'
import { caught, untyped, verdict } from '../support/verdict.ts'
import { errorsRow } from './rows.ts'

const basicRow =
  'Basic: control characters, NUL, missing padding, url alphabet, two spaces, whitespace around, invalid UTF-8'

const scheme = basic({ username: 'Zoë', password: 'pässword: 16 €' })
const pair = 'Zoë:pässword: 16 €'
const right = `Basic ${Buffer.from(pair).toString('base64')}`

function judge(headers: unknown, by: Scheme = scheme) {
  return verdict(verifyBy(by, untyped({ headers, body: ping })))
}

/** The verdict on a pair of user and password, whatever its bytes. */
function judgePair(bytes: string | Uint8Array, by: Scheme = scheme) {
  return judge({ authorization: `Basic ${Buffer.from(bytes).toString('base64')}` }, by)
}

describe('Basic: first colon splits; colon in password; empty password; UTF-8 password', () => {
  it.each([
    ['UTF-8 and a colon in the password', pair, 'accepted'],
    ['the same characters in latin1', Buffer.from('Zo\xeb:p\xe4ssword: 16 ', 'latin1'), 'header_malformed'],
    ['decomposed, as another keyboard types it', pair.normalize('NFD'), 'credential_mismatch'],
    ['an empty password', 'Zoë:', 'credential_mismatch'],
    ['an empty user', ':pässword: 16 €', 'credential_mismatch'],
    ['a colon alone', ':', 'credential_mismatch'],
    ['no colon', 'Zoë', 'header_malformed'],
    ['no password and no colon', 'Zoëpässword 16 €', 'header_malformed'],
    ['one colon more', 'Zoë::pässword: 16 €', 'credential_mismatch'],
    ['the user in another case', 'zoë:pässword: 16 €', 'credential_mismatch'],
    ['the password in another case', 'Zoë:Pässword: 16 €', 'credential_mismatch'],
    ['a byte order mark in front', `\ufeff${pair}`, 'credential_mismatch'],
    ['white space behind the password', `${pair} `, 'credential_mismatch'],
  ])('%s', async (_name, bytes, expected) => {
    expect(await judgePair(bytes)).toBe(expected)
  })

  it("an empty password passes where it is configured as ''", async () => {
    const empty = basic({ username: 'key', password: '' })
    expect(await judgePair('key:', empty)).toBe('accepted')
    for (const other of ['key: ', 'key::', 'key:x', ':'])
      expect(await judgePair(other, empty)).toBe('credential_mismatch')
    expect(await judgePair('key', empty)).toBe('header_malformed')
  })

  it('of several empty and other passwords, each its own', async () => {
    const both = basic({ username: 'key', password: ['', 'x'] })
    expect(await judgePair('key:', both)).toBe('accepted')
    expect(await judgePair('key:x', both)).toBe('accepted')
    expect(await judgePair('key:y', both)).toBe('credential_mismatch')
  })
})

describe(`${basicRow}: control characters, NUL, invalid UTF-8, and two passwords never collide`, () => {
  const controls = Array.from({ length: 32 }, (_, code) => code).concat(0x7f)
  it.each(controls)('control character %i, in user or password', async (code) => {
    const text = String.fromCharCode(code)
    expect(await judgePair(`Zo${text}ë:pässword: 16 €`)).toBe('header_malformed')
    expect(await judgePair(`${pair}${text}`)).toBe('header_malformed')
  })

  it.each([
    ['a lone continuation byte', [0x80]],
    ['a byte that UTF-8 never has', [0xff]],
    ['cut short', [0xe2, 0x82]],
    ['a slash in two bytes', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ])('invalid UTF-8: %s', async (_name, bytes) => {
    const replaced = basic({ username: 'a', password: '\ufffd' })
    const sent = Buffer.concat([Buffer.from('a:'), Buffer.from(bytes)])
    expect(await judgePair(sent, replaced)).toBe('header_malformed')
    expect(await judgePair('a:\ufffd', replaced)).toBe('accepted')
  })
})

describe(`${basicRow}: the spelling`, () => {
  // In base64 with padding, a plus and a slash: every other spelling of it is wrong.
  const spelt = basic({ username: 'u', password: '~~>?x' })
  const base64 = Buffer.from('u:~~>?x').toString('base64')
  it('the one spelling', async () => {
    expect(base64).toMatch(/^(?=.*\+)(?=.*\/).*==$/)
    expect(await judge({ authorization: `Basic ${base64}` }, spelt)).toBe('accepted')
  })

  it.each([
    ['missing padding', `Basic ${base64.replaceAll('=', '')}`],
    ['half the padding', `Basic ${base64.slice(0, -1)}`],
    ['more padding', `Basic ${base64}==`],
    ['padding in the middle', `Basic ${base64}${base64}`],
    ['the url alphabet', `Basic ${base64.replaceAll('+', '-').replaceAll('/', '_')}`],
    ['other last bits', `Basic ${base64.replace(/.==$/, (end) => `${following(end.charAt(0))}==`)}`],
    ['two spaces', `Basic  ${base64}`],
    ['a tab', `Basic\t${base64}`],
    ['no space', `Basic${base64}`],
    ['white space in front', ` Basic ${base64}`],
    ['white space behind', `Basic ${base64} `],
    ['a newline behind', `Basic ${base64}\n`],
    ['a folded line', `Basic ${base64.slice(0, 4)}\r\n ${base64.slice(4)}`],
    ['white space inside', `Basic ${base64.slice(0, 4)} ${base64.slice(4)}`],
    ['a NUL behind', `Basic ${base64}\0`],
    ['a no-break space', `Basic\u00a0${base64}`],
    ['a parameter', `Basic ${base64}, charset="UTF-8"`],
    ['another scheme', `Bearer ${base64}`],
    ['no scheme', base64],
    ['the scheme alone', 'Basic'],
    ['the scheme and a space', 'Basic '],
    ['the pair as it is', 'Basic u:~~>?x'],
    ['latin1 behind', `Basic ${base64}\xe9`],
    ['a scheme that becomes ASCII in lower case only', `Bas\u0130c ${base64}`],
  ])('%s', async (_name, authorization) => {
    expect(await judge({ authorization }, spelt)).toBe('header_malformed')
  })
})

/** The next digit of base64, which decodes to the same bytes where it is the last one. */
function following(digit: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return alphabet.charAt(alphabet.indexOf(digit) + 1)
}

describe('scheme name in another case: accepted', () => {
  it.each(['Basic', 'basic', 'BASIC', 'bAsIc'])('%s', async (name) => {
    expect(await judge({ authorization: right.replace('Basic', name) })).toBe('accepted')
  })

  it.each(['Bearer', 'bearer', 'BEARER'])('%s', async (name) => {
    expect(await judge({ authorization: `${name} abc` }, token({ key: 'Bearer', value: 'abc' }))).toBe('accepted')
  })

  it('of a key that is another letter in upper case only', async () => {
    const kelvin = token({ key: 'Token', value: 'abc' })
    expect(await judge({ authorization: 'To\u212aen abc' }, kelvin)).toBe('header_malformed')
  })
})

describe('bearer: token68 only, one credential, never from the query or body', () => {
  const bearer = token({ key: 'Bearer', value: 'abc.def-123_~+/==' })
  it.each([
    ['as it is', 'Bearer abc.def-123_~+/==', 'accepted'],
    ['without its padding', 'Bearer abc.def-123_~+/', 'credential_mismatch'],
    ['in another case', 'Bearer ABC.def-123_~+/==', 'credential_mismatch'],
    ['cut short', 'Bearer abc', 'credential_mismatch'],
    ['two credentials', 'Bearer abc.def-123_~+/==, Bearer x', 'header_malformed'],
    ['two words', 'Bearer abc.def-123_~+/== x', 'header_malformed'],
    ['two spaces', 'Bearer  abc.def-123_~+/==', 'header_malformed'],
    ['in quotes', 'Bearer "abc.def-123_~+/=="', 'header_malformed'],
    ['as a parameter', 'Bearer token=abc.def-123_~+/==', 'header_malformed'],
    ['padding in front', 'Bearer ==abc', 'header_malformed'],
    ['padding alone', 'Bearer ==', 'header_malformed'],
    ['percent-encoded', 'Bearer abc.def-123_~%2B/==', 'header_malformed'],
    ['a colon', 'Bearer: abc.def-123_~+/==', 'header_malformed'],
    ['an empty token', 'Bearer ', 'header_malformed'],
    ['the token alone', 'abc.def-123_~+/==', 'header_malformed'],
    ['not ASCII', 'Bearer abc\xe9', 'header_malformed'],
    ['over 8192 characters', `Bearer ${'a'.repeat(8186)}`, 'header_malformed'],
    ['8192 characters', `Bearer ${'a'.repeat(8185)}`, 'credential_mismatch'],
  ])('%s', async (_name, authorization, expected) => {
    expect(await judge({ authorization }, bearer)).toBe(expected)
  })

  it('in the query, in the body, in a cookie or in another header: missing', async () => {
    const value = 'abc.def-123_~+/=='
    const url = `/hook?access_token=${encodeURIComponent(value)}&authorization=${encodeURIComponent(value)}`
    const headers = { 'proxy-authorization': `Bearer ${value}`, 'x-authorization': `Bearer ${value}`, cookie: value }
    for (const body of [ping, `access_token=${encodeURIComponent(value)}`, `{"access_token":"${value}"}`]) {
      expect(await verdict(verifyBy(bearer, { url, headers, body }))).toBe('header_missing')
    }
  })
})

describe('a value whose bytes arrive as latin1 text', () => {
  const value = 'schlüssel-16€'
  const inHeader = token({ key: 'X-Token', in: 'header', value })
  it('over a real socket', async () => {
    const receiver = receiverOf(inHeader)
    const route = await serve((request) => receiver.verify(request))
    const connection = await open(route.port)
    const lines = head({ 'X-Token': 'VALUE', 'Content-Length': ping.length })
    await connection.send([Buffer.from(lines.replace('VALUE', value)), ping])
    expect(await route.ended()).toEqual(['accepted'])
  })

  it('and another one that looks alike where bytes are dropped', async () => {
    const asSent = Buffer.from(value).toString('latin1')
    expect(await judge({ 'x-token': asSent }, inHeader)).toBe('accepted')
    expect(await judge({ 'x-token': value.replaceAll(/[^ -~]/g, '') }, inHeader)).toBe('credential_mismatch')
    expect(await judge({ 'x-token': asSent.replaceAll(/[^ -~]/g, '?') }, inHeader)).toBe('credential_mismatch')
    // The low bytes of U+01C3 and U+01BC are those of the first two that UTF-8 writes for ü.
    expect(await judge({ 'x-token': asSent.replace('\xc3\xbc', '\u01c3\u01bc') }, inHeader)).toBe('credential_mismatch')
  })
})

/** How many digests a scheme asks for. */
async function digests(by: Scheme, authorization: string, source: object = {}): Promise<number> {
  let count = 0
  const sha256 = (parts: readonly Uint8Array[], encoding: 'hex' | 'base64' | 'base64url') => {
    count += 1
    return createHash('sha256').update(Buffer.concat(parts)).digest(encoding)
  }
  const hmac = () => {
    throw new Error('no scheme here needs one')
  }
  const crypto = { backend: 'node:crypto', sha256, hmac, hmacKey: hmac } as const
  const context: SchemeContext = { now: 0, crypto }
  const request: Incoming = { source, header: () => [authorization], body: new Uint8Array() }
  await verdict(Promise.resolve().then(() => by.verify(request, context)))
  return count
}

describe('comparison: over the whole value whatever its length; user and password both compared', () => {
  const several = basic({ username: 'user', password: ['first', 'second', 'third'] })
  const basicHeader = (text: string) => `Basic ${btoa(text)}`
  it('the work is the same whichever of user and password is wrong, and at whatever length', async () => {
    const pairs = ['user:first', 'user:third', 'user:wrong', 'other:first', 'u:x', ':', `user:${'x'.repeat(3000)}`]
    const counts = await Promise.all(pairs.map((text) => digests(several, basicHeader(text))))
    expect(counts).toEqual(pairs.map(() => 6))
  })

  it('and for a token, wherever it stands in the list', async () => {
    const by = token({ key: 'Bearer', value: ['first', 'second', 'third'] })
    const counts = await Promise.all(['first', 'third', 'x'].map((text) => digests(by, `Bearer ${text}`)))
    expect(counts).toEqual([4, 4, 4])
  })

  it('and for a static header, and for a secret in the URL', async () => {
    const values = ['first', 'second', 'third']
    const texts = ['first', 'third', 'x', 'x'.repeat(3000), 'firs', 'first ']
    const inHeader = header({ name: 'X-Static', value: values })
    const inUrl = urlSecret({ secret: values })
    const counts = [
      ...(await Promise.all(texts.map((text) => digests(inHeader, text)))),
      ...(await Promise.all(texts.map((text) => digests(inUrl, '', { url: `/hook/${encodeURIComponent(text)}` })))),
    ]
    expect(counts).toEqual(counts.map(() => 4))
  })

  it('the right user with the password of nobody, and the right password of another user', async () => {
    expect(await judgePair('user:fourth', several)).toBe('credential_mismatch')
    expect(await judgePair('other:first', several)).toBe('credential_mismatch')
    expect(await judgePair('use:rfirst', several)).toBe('credential_mismatch')
    expect(await judgePair('user:second', several)).toBe('accepted')
  })

  it('every beginning and every end of the right value', async () => {
    for (let length = 1; length < pair.length; length += 1) {
      for (const part of [pair.slice(0, length), pair.slice(length)]) {
        expect(await judgePair(part)).toBe(part.includes(':') ? 'credential_mismatch' : 'header_malformed')
      }
    }
  })
})

describe('Authorization twice: Node hands over the first only, Bun, Deno and workerd A, B', () => {
  it.each([
    ['the right one twice', [right, right]],
    ['the right one first', [right, 'Basic eDp5']],
    ['the right one last', ['Basic eDp5', right]],
    ['an empty one behind', [right, '']],
  ])('the joined form is refused: %s', async (_name, values) => {
    const headers = new Headers()
    for (const value of values) headers.append('Authorization', value)
    expect(headers.get('authorization')).toBe(values.join(', '))
    expect(await judge(headers)).toBe('header_malformed')
    expect(await judge({ authorization: values.join(',') })).toBe('header_malformed')
    expect(await judge({ authorization: values })).toBe('header_malformed')
    expect(await judge(values.map((value) => ['Authorization', value]))).toBe('header_malformed')
  })

  it('the joined form of two bearer tokens is refused, and no function sees it', async () => {
    const seen: string[] = []
    const by = token({ key: 'Bearer', check: (text) => seen.push(text) > 0 })
    expect(await judge({ authorization: 'Bearer a, Bearer a' }, by)).toBe('header_malformed')
    expect(await judge({ authorization: 'Bearer a,b' }, by)).toBe('header_malformed')
    expect(seen).toEqual([])
  })

  it('node:http hands over the first alone, so the second counts for nothing', async () => {
    const receiver = receiverOf(scheme)
    const route = await serve((request) => receiver.verify(request))
    const lines = (first: string, second: string) =>
      head({ Authorization: first, authorization: second, 'Content-Length': ping.length })
    const connection = await open(route.port)
    await connection.send([lines(right, 'Basic eDp5'), ping])
    await route.ended(1)
    await connection.send([lines('Basic eDp5', right), ping])
    expect(await route.ended(2)).toEqual(['accepted', 'credential_mismatch'])
  })
})

describe('any Authorization: accepted is the one spelling, anything else a WebhookError', { timeout: 30_000 }, () => {
  it('any text', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String().map((base64) => `Basic ${base64}`),
      fc.string({ unit: 'binary-ascii' }).map((rest) => `${right}${rest}`),
    )
    const property = fc.asyncProperty(text, async (authorization) => {
      expect((await judge({ authorization })) === 'accepted').toBe(authorization === right)
    })
    await fc.assert(property, { numRuns: 300 })
  })

  it('any bytes behind the colon', async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 12 }), async (bytes) => {
      const password = Buffer.from(bytes).toString()
      const isPlain = Buffer.from(password).equals(Buffer.from(bytes)) && /^[^\p{Cc}]*$/u.test(password)
      if (!isPlain || password !== password.trim()) return
      const by = basic({ username: 'u', password })
      expect(await judgePair(Buffer.concat([Buffer.from('u:'), bytes]), by)).toBe('accepted')
      expect(await judgePair(Buffer.concat([Buffer.from('u:x'), bytes]), by)).toBe('credential_mismatch')
    })
    await fc.assert(property, { numRuns: 300 })
  })
})

describe(`${errorsRow}: basic and token`, () => {
  const received = 'Rx7Qm2Lz9Wt4Vb'
  const expected = 'Ej5Kp8Nd3Hs6Yc'
  it.each([
    ['basic', basic({ username: 'the-user', password: expected }), `Basic ${btoa(`the-user:${received}`)}`],
    ['basic, malformed', basic({ username: 'the-user', password: expected }), `Basic ${received}`],
    ['token', token({ key: 'Bearer', value: expected }), `Bearer ${received}`],
    ['token, malformed', token({ key: 'Bearer', value: expected }), `Bearer ${received} ${received}`],
    [
      'a function that throws what it got',
      token({
        key: 'Bearer',
        check: (text) => {
          throw new Error(`${text} is not ${expected}`)
        },
      }),
      `Bearer ${received}`,
    ],
  ])('%s', async (_name, by, authorization) => {
    const error = await caught(verifyBy(by, { headers: { authorization }, body: ping }))
    expect(error).toMatchObject({ name: 'WebhookError' })
    expect(error).not.toHaveProperty('cause')
    for (const secret of [received, expected, btoa(`the-user:${received}`)]) {
      expect(leaksInto(shown(error), secret)).toBe(false)
    }
  })
})
