import { createHmac } from 'node:crypto'
import { WebhookError, type WebhookRequest } from 'countersign'
import { type HmacOptions, hmac, type SecretOption, standardWebhooks } from 'countersign/schemes'
import * as tightknit from 'countersign/tightknit'
import * as tyk from 'countersign/tyk'
import { describe, expect, it, vi } from 'vitest'
import { ping, receiverOf, verifyBy } from '../support/tiny-sender.ts'
import { caught, untyped, verdict } from '../support/verdict.ts'

const signatureRow =
  'signature with odd length, non-hex characters anywhere (zz…, inserted junk), whitespace, 0x, prefix where none is configured, every truncation, 33 bytes'
const secretRow =
  "secret '', whsec_, undefined, zero bytes, whitespace around it, undecodable base64, decoded under 16 bytes (whsec_)"

const secret = 'a secret of the hmac rows'
const now = new Date('2026-11-03T10:20:30.500Z')
const seconds = Math.floor(now.getTime() / 1000)

type Format = Omit<HmacOptions, 'secret' | 'header'>

function mac(signed: string | Uint8Array, encoding: 'hex' | 'base64' | 'base64url' = 'hex'): string {
  return createHmac('sha256', secret).update(signed).digest(encoding)
}

function check(headers: WebhookRequest['headers'], body: unknown = ping, format: Format = {}) {
  const scheme = hmac({ header: 'X-Sig', secret, ...format })
  return verdict(verifyBy(scheme, untyped({ headers, body }), { now }))
}

const right = mac(ping)

describe(`${signatureRow}: signature_malformed`, () => {
  it.each([
    ['odd length', right.slice(1)],
    ['odd length, longer', `${right}0`],
    ['zz in front', `zz${right.slice(2)}`],
    ['zz alone', 'zz'],
    ['zz for all of it', 'z'.repeat(64)],
    ['zz behind', `${right}zz`],
    ['zz inserted', `${right.slice(0, 32)}zz${right.slice(32)}`],
    ['junk inserted', `${right.slice(0, 10)}-_!${right.slice(10)}`],
    ['g at the end', `${right.slice(0, 63)}g`],
    ['space in front', ` ${right}`],
    ['space behind', `${right} `],
    ['space inside', `${right.slice(0, 32)} ${right.slice(32)}`],
    ['0x in front', `0x${right}`],
    ['0x for the first two', `0x${right.slice(2)}`],
    ['a prefix', `sha256=${right}`],
    ['another prefix', `v1=${right}`],
    ['33 bytes', `${right}00`],
    ['33 bytes, in front', `00${right}`],
    ['twice', right + right],
    ['base64', mac(ping, 'base64')],
    ['base64url', mac(ping, 'base64url')],
    ['quotes', `"${right}"`],
    ['full-width digits', right.replaceAll(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))],
  ])('%s', async (_name, signature) => {
    expect(await check({ 'x-sig': signature })).toBe('signature_malformed')
  })
})

describe(`${signatureRow}: and control characters, and one digit changed`, () => {
  it.each([
    ['tab behind', `${right}\t`],
    ['newline behind', `${right}\n`],
    ['carriage return in front', `\r${right}`],
    ['NUL behind', `${right}\0`],
    ['DEL inside', `${right.slice(0, 9)}\x7f${right.slice(9)}`],
  ])('%s: no header has control characters', async (_name, signature) => {
    expect(await check({ 'x-sig': signature })).toBe('header_malformed')
  })

  it('every truncation', async () => {
    for (let length = 1; length < 64; length += 1) {
      expect(await check({ 'x-sig': right.slice(0, length) })).toBe('signature_malformed')
      expect(await check({ 'x-sig': right.slice(length) })).toBe('signature_malformed')
    }
  })

  it('one digit changed, wherever it stands', async () => {
    for (let at = 0; at < 64; at += 1) {
      const digit = right.charAt(at) === '0' ? '1' : '0'
      expect(await check({ 'x-sig': right.slice(0, at) + digit + right.slice(at + 1) })).toBe('signature_mismatch')
    }
  })

  it('of another secret, of another body, of nothing', async () => {
    const others = [createHmac('sha256', 'other').update(ping).digest('hex'), mac(`${ping} `), mac(''), '0'.repeat(64)]
    for (const other of others) expect(await check({ 'x-sig': other })).toBe('signature_mismatch')
  })
})

describe(`${signatureRow}: and in base64 or base64url`, () => {
  const base64 = mac(ping, 'base64')
  const next = (text: string, at: number): string => {
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    return digits.charAt(digits.indexOf(text.charAt(at)) ^ 1)
  }
  it.each([
    ['as it should be', base64, 'accepted'],
    ['unpadded', base64.slice(0, -1), 'signature_malformed'],
    ['padded twice', `${base64}=`, 'signature_malformed'],
    ['other last bits', `${base64.slice(0, 42)}${next(base64, 42)}=`, 'signature_mismatch'],
    ['space behind', `${base64} `, 'signature_malformed'],
    ['newline inside', `${base64.slice(0, 20)}\n${base64.slice(20)}`, 'header_malformed'],
    ['hex', right, 'signature_malformed'],
    ['lower case', base64.toLowerCase(), 'signature_mismatch'],
  ])('base64: %s', async (_name, signature, code) => {
    expect(await check({ 'x-sig': signature }, ping, { encoding: 'base64' })).toBe(code)
  })

  it.each([
    ['as it should be', mac(ping, 'base64url'), 'accepted'],
    ['padded', `${mac(ping, 'base64url')}=`, 'signature_malformed'],
    ['other last bits', mac(ping, 'base64url').slice(0, 42) + next(base64, 42), 'signature_mismatch'],
  ])('base64url: %s', async (_name, signature, code) => {
    expect(await check({ 'x-sig': signature }, ping, { encoding: 'base64url' })).toBe(code)
  })

  it('neither takes the other alphabet', async () => {
    const body = [...Array(200).keys()]
      .map((n) => `{"event":"Ping","n":${n}}`)
      .find((text) => /[+].*\//.test(mac(text, 'base64')))
    const url = mac(body ?? '', 'base64url')
    expect(await check({ 'x-sig': `${url}=` }, body, { encoding: 'base64' })).toBe('signature_malformed')
    expect(await check({ 'x-sig': mac(body ?? '', 'base64').slice(0, 43) }, body, { encoding: 'base64url' })).toBe(
      'signature_malformed',
    )
    expect(await check({ 'x-sig': url }, body, { encoding: 'base64url' })).toBe('accepted')
  })
})

describe('upper-case hex', () => {
  it.each([right.toUpperCase(), right.slice(0, 32).toUpperCase() + right.slice(32)])('%s is accepted', async (text) => {
    expect(await check({ 'x-sig': text })).toBe('accepted')
  })

  it('is accepted by a Tyk receiver', async () => {
    const receiver = tyk.createReceiver({ secret })
    const request = { headers: { 'X-Signature-SHA256': right.toUpperCase() }, body: ping }
    expect(await verdict(receiver.verify(request))).toBe('accepted')
  })
})

describe('non-ASCII signature (é in the header)', () => {
  it.each(['é', `${right.slice(0, 63)}é`, `${right}é`, 'é'.repeat(64), '\u{1f600}'.repeat(32), '\ud800'.repeat(64)])(
    '%j',
    async (signature) => {
      expect(await check({ 'x-sig': signature })).toBe('signature_malformed')
      expect(await check({ 'x-sig': `v1=${signature}` }, ping, { fields: { signature: 'v1' } })).toBe(
        'signature_malformed',
      )
    },
  )
})

describe('header missing, empty, array of two, joined by a comma, present under two names with different values', () => {
  it.each([
    ['no headers', undefined, 'header_missing'],
    ['null headers', null, 'header_missing'],
    ['an empty record', {}, 'header_missing'],
    ['undefined', { 'x-sig': undefined }, 'header_missing'],
    ['null', { 'x-sig': null }, 'header_missing'],
    ['an object', { 'x-sig': { 0: right } }, 'header_missing'],
    ['inherited', Object.create({ 'x-sig': right }), 'header_missing'],
    ['another name', { 'x-sig-2': right }, 'header_missing'],
    ['empty', { 'x-sig': '' }, 'header_missing'],
    ['an array of none', { 'x-sig': [] }, 'header_missing'],
    ['an array of two', { 'x-sig': [right, 'x'] }, 'header_malformed'],
    ['an array of two, both right', { 'x-sig': [right, right] }, 'header_malformed'],
    [
      'two entries',
      [
        ['x-sig', right],
        ['X-Sig', right],
      ],
      'header_malformed',
    ],
    ['joined by a comma', { 'x-sig': `${right},${right}` }, 'signature_malformed'],
    ['joined as fetch does', { 'x-sig': `${right}, ${right}` }, 'signature_malformed'],
    ['two spellings, different values', { 'x-sig': right, 'X-Sig': 'x' }, 'header_malformed'],
    ['two spellings, one value', { 'x-sig': right, 'X-Sig': right }, 'header_malformed'],
    ['one of two empty', { 'x-sig': right, 'X-SIG': '' }, 'header_malformed'],
    ['longer than 8192 characters', { 'x-sig': 'a'.repeat(8193) }, 'header_malformed'],
  ])('%s', async (_name, headers, code) => {
    expect(await check(headers)).toBe(code)
  })

  it('says which header is missing, and what to look at', async () => {
    const error = await caught(tyk.verify({ headers: {}, body: '{}' }, { secret }))
    expect(error).toBeInstanceOf(WebhookError)
    expect(String(error)).toContain('no X-Signature-SHA256 header: is PORTAL_WEBHOOKS_SECRET set in the portal?')
  })
})

describe('body changed in one byte, truncated, re-serialised, BOM added or removed, FF for FE, lone surrogates', () => {
  const body = Buffer.from('{ "event": "Ping", "text": "\u00e9\u20ac", "n": 1.0 }')
  const bom = Buffer.from('efbbbf', 'hex')
  const headers = { 'x-sig': mac(body) }

  it('changed in one byte, wherever it stands', async () => {
    expect(await check(headers, body)).toBe('accepted')
    for (let at = 0; at < body.length; at += 1) {
      const other = Buffer.from(body)
      other[at] = (other[at] ?? 0) ^ 1
      expect(await check(headers, other)).toBe('signature_mismatch')
    }
  })

  it.each([
    ['truncated by one', body.subarray(0, -1)],
    ['without its first byte', body.subarray(1)],
    ['empty', Buffer.alloc(0)],
    ['a newline behind', Buffer.concat([body, Buffer.from('\n')])],
    ['a NUL behind', Buffer.concat([body, Buffer.of(0)])],
    ['re-serialised', JSON.stringify(JSON.parse(body.toString()))],
    ['escaped', Buffer.from(body.toString().replace('\u00e9', '\\u00e9'))],
    ['decomposed', Buffer.from(body.toString().normalize('NFD'))],
    ['in Latin-1', Buffer.from(body.toString().replace('\u20ac', ''), 'latin1')],
    ['BOM added', Buffer.concat([bom, body])],
  ])('%s', async (_name, other) => {
    expect(await check(headers, other)).toBe('signature_mismatch')
  })

  it('BOM removed', async () => {
    const signature = mac(Buffer.concat([bom, body]))
    expect(await check({ 'x-sig': signature }, body)).toBe('signature_mismatch')
  })

  it('FF for FE: two bytes that a lossy decoder takes for one character', async () => {
    const [ff, fe] = [0xff, 0xfe].map((byte) =>
      Buffer.concat([Buffer.from('{"a":"'), Buffer.of(byte), Buffer.from('"}')]),
    )
    expect(ff?.toString()).toBe(fe?.toString())
    expect(await check({ 'x-sig': mac(ff ?? '') }, fe)).toBe('signature_mismatch')
    expect(await check({ 'x-sig': mac(ff ?? '') }, ff?.toString())).toBe('signature_mismatch')
  })

  it.each(['\ud800', '\udc00', 'a\ud800b', '\udc00\ud800'])('lone surrogates in text: %j', async (text) => {
    const replaced = Buffer.from(`{"a":"${text}"}`)
    expect(await check({ 'x-sig': mac(replaced) }, `{"a":"${text}"}`)).toBe('body_malformed')
  })
})

describe('body with BOM, with a NUL, with invalid UTF-8, empty, signed as sent', () => {
  const part = (...bytes: number[]) =>
    Buffer.concat([Buffer.from('{"event":"'), Buffer.of(...bytes), Buffer.from('"}')])
  const bom = Buffer.from('efbbbf', 'hex')
  it.each([
    ['BOM', Buffer.concat([bom, Buffer.from(ping)]), 'accepted'],
    ['BOM as text', `\u{feff}${ping}`, 'accepted'],
    ['two BOMs', Buffer.concat([bom, bom, Buffer.from(ping)]), 'body_malformed'],
    ['BOM and nothing else', bom, 'body_malformed'],
    ['BOM of UTF-16', Buffer.from('\u{feff}{}', 'utf16le'), 'body_malformed'],
    ['NUL inside a string', part(0), 'body_malformed'],
    ['NUL behind', Buffer.concat([Buffer.from(ping), Buffer.of(0)]), 'body_malformed'],
    ['NUL, escaped', '{"event":"\\u0000"}', 'accepted'],
    ['FF', part(0xff), 'body_malformed'],
    ['a continuation byte alone', part(0x80), 'body_malformed'],
    ['an overlong slash', part(0xc0, 0xaf), 'body_malformed'],
    ['an encoded surrogate', part(0xed, 0xa0, 0x80), 'body_malformed'],
    ['past U+10FFFF', part(0xf4, 0x90, 0x80, 0x80), 'body_malformed'],
    ['a character cut short', part(0xe2, 0x82), 'body_malformed'],
    ['a surrogate, escaped', '{"event":"\\ud800"}', 'accepted'],
    ['empty', '', 'body_malformed'],
    ['white space', ' \n', 'body_malformed'],
    ['no JSON', 'event=Ping', 'body_malformed'],
    ['JSON and more', `${ping}${ping}`, 'body_malformed'],
    ['NaN', '{"event":"Ping","n":NaN}', 'body_malformed'],
  ])('%s', async (_name, body, code) => {
    expect(await check({ 'x-sig': mac(body) }, body)).toBe(code)
    expect(await check({ 'x-sig': mac(`${body}x`) }, body)).toBe('signature_mismatch')
  })

  it('a body with a BOM parses, and keeps its bytes', async () => {
    const body = Buffer.concat([bom, Buffer.from(ping)])
    const scheme = hmac({ header: 'X-Sig', secret })
    const delivery = await verifyBy(scheme, { headers: { 'x-sig': mac(body) }, body })
    expect(delivery).toMatchObject({ known: true, type: 'Ping', payload: { event: 'Ping' } })
    expect(Buffer.from(delivery.body)).toEqual(body)
  })

  it('what came before does not change how a body is read', async () => {
    const receiver = receiverOf(hmac({ header: 'X-Sig', secret }))
    const bodies = [part(0xe2, 0x82), Buffer.concat([bom, Buffer.from(ping)]), part(0xff), Buffer.from(ping)]
    const verdicts: string[] = []
    for (const body of [...bodies, ...bodies]) {
      verdicts.push(await verdict(receiver.verify({ headers: { 'x-sig': mac(body) }, body })))
    }
    const round = ['body_malformed', 'accepted', 'body_malformed', 'accepted']
    expect(verdicts).toEqual([...round, ...round])
  })
})

describe('body containing $&, $$, $1', () => {
  const stamped = { timestampHeader: 'X-Time', signedText: 'v0:{timestamp}:{body}' }
  it.each(['$&', '$$', '$1', "$'", '$`', '$<a>', '{body}', '{timestamp}', '\\0', '%s'])('%s', async (text) => {
    const body = JSON.stringify({ event: 'Ping', text })
    const headers = { 'x-time': String(seconds), 'x-sig': mac(`v0:${seconds}:${body}`) }
    expect(await check(headers, body, stamped)).toBe('accepted')
    expect(await check({ 'x-sig': mac(body) }, body)).toBe('accepted')
  })

  it('in what is fixed in the signed text', async () => {
    const signedText = '$&{body}$1$$'
    expect(await check({ 'x-sig': mac(`$&${ping}$1$$`) }, ping, { signedText })).toBe('accepted')
  })
})

/** One delivery with its timestamp in a header of its own, one with it in the signature's header; both rightly signed. */
async function checkTimestamp(timestamp: string): Promise<string[]> {
  const signature = mac(`${timestamp}.${ping}`)
  const own = { 'x-time': timestamp, 'x-sig': signature }
  const field = { 'x-sig': `t=${timestamp},v1=${signature}` }
  return [
    await check(own, ping, { timestampHeader: 'X-Time' }),
    await check(field, ping, { fields: { timestamp: 't', signature: 'v1' } }),
  ]
}

describe('timestamp 1700000000junk,  1700000000, 1700000000.9, 1e9, 0x…, empty, negative, in milliseconds', () => {
  it.each([
    `${seconds}junk`,
    `junk${seconds}`,
    `${seconds}.9`,
    `${seconds}.`,
    `${seconds}n`,
    '1e9',
    '1.7e9',
    `0x${seconds.toString(16)}`,
    `0b${seconds.toString(2)}`,
    `-${seconds}`,
    `+${seconds}`,
    `0${seconds}`,
    `${seconds}000`,
    `${seconds}_0`,
    '9'.repeat(400),
    'Infinity',
    'NaN',
    '١٧٠٠٠٠٠٠٠٠',
    now.toISOString(),
    now.toUTCString().replaceAll(/[ ,]/g, '_'),
  ])('%j', async (timestamp) => {
    expect(await checkTimestamp(timestamp)).toEqual(['timestamp_malformed', 'timestamp_malformed'])
  })

  it.each([` ${seconds}`, `${seconds} `])('%j', async (timestamp) => {
    expect(await checkTimestamp(timestamp)).toEqual(['timestamp_malformed', 'signature_malformed'])
  })

  it.each([`\t${seconds}`, `${seconds}\n`, `${seconds}\0`])('%j', async (timestamp) => {
    expect(await checkTimestamp(timestamp)).toEqual(['header_malformed', 'header_malformed'])
  })

  it('empty', async () => {
    expect(await checkTimestamp('')).toEqual(['header_missing', 'timestamp_malformed'])
  })
})

describe('timestamp missing, without value, twice, or not signed', () => {
  it.each([
    ['missing', `v1=${mac(ping)}`],
    ['without value', `t,v1=${mac(`${seconds}.${ping}`)}`],
    ['twice', `t=${seconds},t=${seconds},v1=${mac(`${seconds}.${ping}`)}`],
    ['twice, with different values', `t=${seconds},v1=${mac(`${seconds}.${ping}`)},t=1`],
    ['under another name', `T=${seconds},v1=${mac(`${seconds}.${ping}`)}`],
  ])('%s', async (_name, text) => {
    const format = { fields: { timestamp: 't', signature: 'v1' } }
    expect(await check({ 'x-sig': text }, ping, format)).toBe('timestamp_malformed')
  })

  it('a timestamp that was not signed', async () => {
    const headers = { 'x-time': String(seconds + 1), 'x-sig': mac(`${seconds}.${ping}`) }
    expect(await check(headers, ping, { timestampHeader: 'X-Time' })).toBe('signature_mismatch')
  })
})

describe('timestamp one second inside or outside each edge, past and future', () => {
  it.each([
    [-301, 'timestamp_too_old'],
    [-300, 'timestamp_too_old'],
    [-299, 'accepted'],
    [0, 'accepted'],
    [299, 'accepted'],
    [300, 'accepted'],
    [301, 'timestamp_too_new'],
    [-seconds, 'timestamp_too_old'],
  ])('%d s from now', async (offset, code) => {
    expect(await checkTimestamp(String(seconds + offset))).toEqual([code, code])
  })

  it.each([
    ['2026-11-03T10:20:30.000Z', 'accepted'],
    ['2026-11-03T10:20:30.999Z', 'accepted'],
    ['2026-11-03T10:20:31.000Z', 'timestamp_too_old'],
  ])('at %s, 300 s after the second in which it counts as signed', async (time, code) => {
    const stamp = String(Date.parse('2026-11-03T10:15:31Z') / 1000)
    const scheme = hmac({ header: 'X-Sig', secret, timestampHeader: 'X-Time' })
    const request = { headers: { 'x-time': stamp, 'x-sig': mac(`${stamp}.${ping}`) }, body: ping }
    expect(await verdict(verifyBy(scheme, request, { now: new Date(time) }))).toBe(code)
  })
})

const list = { fields: { timestamp: 't', signature: 'v1' } }
const good = `v1=${mac(`${seconds}.${ping}`)}`
const bad = `v1=${'0'.repeat(64)}`

describe('v1 list: valid one first, last, among 32; unknown versions; v1 without value; 33 or 10,000 entries', () => {
  it.each([
    ['alone', [good], 'accepted'],
    ['first', [good, bad], 'accepted'],
    ['last', [bad, good], 'accepted'],
    ['first of 32', [good, ...Array<string>(31).fill(bad)], 'accepted'],
    ['last of 32', [...Array<string>(31).fill(bad), good], 'accepted'],
    ['among unknown versions', ['v0=1', 'v2=x', good, 'v10=y', 'scheme'], 'accepted'],
    ['beside longer names', ['ts=1', 'tt=2', 'v11=x', good], 'accepted'],
    ['beside v1 without value', ['v1=', 'v1', good], 'accepted'],
    ['none right', [bad, bad], 'signature_mismatch'],
    ['under an unknown version', [good.replace('v1', 'v2')], 'signature_malformed'],
    ['under an unknown version, beside a wrong one', [good.replace('v1', 'v0'), bad], 'signature_mismatch'],
    ['under a longer name', [good.replace('v1', 'v11'), good.replace('v1', 'xv1')], 'signature_malformed'],
    ['in upper case', [good.replace('v1', 'V1')], 'signature_malformed'],
    ['v1 without value', ['v1='], 'signature_malformed'],
    ['v1 without sign', ['v1'], 'signature_malformed'],
    ['no v1', [], 'signature_malformed'],
    ['33 entries', [good, ...Array<string>(32).fill(bad)], 'signature_malformed'],
    ['33 entries without value', [good, ...Array<string>(32).fill('v1=')], 'signature_malformed'],
    ['10,000 entries', [good, ...Array<string>(9999).fill(bad)], 'header_malformed'],
    ['10,000 entries without value', [good, ...Array<string>(9999).fill('v1=')], 'header_malformed'],
    ['10,000 commas', [good, ','.repeat(9999)], 'header_malformed'],
  ])('%s', async (_name, entries, code) => {
    expect(await check({ 'x-sig': [`t=${seconds}`, ...entries].join() }, ping, list)).toBe(code)
  })

  it('is refused before anything is hashed', async () => {
    const giveSecret = vi.fn(() => secret)
    const scheme = hmac({ header: 'X-Sig', ...list, secret: giveSecret })
    const entries = [`t=${seconds}`, ...Array<string>(33).fill(good)].join()
    const answer = verifyBy(scheme, { headers: { 'x-sig': entries }, body: ping }, { now })
    expect(await verdict(answer)).toBe('signature_malformed')
    expect(giveSecret).not.toHaveBeenCalled()
  })

  it('two copies of the header, joined, are not mixed', async () => {
    const [first, second] = [`t=${seconds},${bad}`, `t=${seconds - 1},${good}`]
    expect(await check({ 'x-sig': `${first}, ${second}` }, ping, list)).toBe('signature_malformed')
    expect(await check({ 'x-sig': `${first},${second}` }, ping, list)).toBe('timestamp_malformed')
  })
})

describe(`${secretRow}: hmac`, () => {
  const rows: [string, unknown, RegExp][] = [
    ["''", '', /empty/],
    ['undefined', undefined, /environment variable/],
    ['null', null, /environment variable/],
    ['zero bytes', new Uint8Array(0), /empty/],
    ['a zero-byte Buffer', Buffer.alloc(0), /empty/],
    ['a space behind', `${secret} `, /white space/],
    ['a newline behind', `${secret}\n`, /white space/],
    ['a tab in front', `\t${secret}`, /white space/],
    ['white space alone', ' ', /white space/],
    ['a no-break space', `\u00a0${secret}`, /white space/],
    ['a BOM in front', `\u{feff}${secret}`, /white space/],
    ['a lone surrogate', 'a\ud800', /Unicode/],
    ['a number', 5, /string, bytes/],
    ['an object', {}, /string, bytes/],
    ['an empty list', [], /empty list/],
    ['a list with an empty one', [secret, ''], /empty/],
    ['a list with undefined', [secret, undefined], /environment variable/],
    ['one secret twice', [secret, Buffer.from(secret)], /twice/],
    ['an empty label', { label: '', value: secret }, /label/],
    ['a label and an empty value', { label: 'a', value: '' }, /empty/],
    ['more than 64', Array.from({ length: 65 }, (_, n) => `secret ${n}`), /more than 64/],
  ]
  it.each(rows)('%s: TypeError when the receiver is made', (_name, value, message) => {
    const option = value as SecretOption // what untyped callers hand over
    expect(() => hmac({ header: 'X-Sig', secret: option })).toThrow(TypeError)
    expect(() => tyk.createReceiver({ secret: option })).toThrow(message)
    expect(String(caughtNow(() => tyk.createReceiver({ secret: option })))).not.toContain(secret)
  })

  it.each(rows.filter(([, value]) => value !== null))(
    '%s from a function: at first use',
    async (_n, value, message) => {
      const receiver = tyk.createReceiver({ secret: async () => value as string }) // what untyped callers give
      const request = { headers: { 'x-signature-sha256': right }, body: ping }
      const error = await caught(receiver.safeVerify(request))
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).toMatch(message)
    },
  )
})

const whsecRows: readonly (readonly [string, unknown, RegExp])[] = [
  ["''", '', /empty/],
  ['whsec_', 'whsec_', /empty/],
  ['undefined', undefined, /environment variable/],
  ['zero bytes', new Uint8Array(0), /empty/],
  ['whitespace around it', ` whsec_${'A'.repeat(32)} `, /white space/],
  ['undecodable base64', 'whsec_????', /not whsec_ and base64/],
  ['undecodable base64: one digit of four', `whsec_${'A'.repeat(33)}`, /not whsec_ and base64/],
  ['decoded under 16 bytes (whsec_)', `whsec_${Buffer.alloc(15, 7).toString('base64')}`, /shorter than 16 bytes/],
]

describe(`${secretRow}: standardWebhooks`, () => {
  it.each(whsecRows)('%s: TypeError when the receiver is made', (_name, value, message) => {
    const option = value as SecretOption // what untyped callers hand over
    expect(() => standardWebhooks({ secret: option })).toThrow(TypeError)
    expect(() => tightknit.createReceiver({ secret: option })).toThrow(message)
  })

  it('decoded to 16 bytes, it is taken', () => {
    const option = `whsec_${Buffer.alloc(16, 7).toString('base64')}`
    expect(() => tightknit.createReceiver({ secret: option })).not.toThrow()
  })
})

function caughtNow(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
