import { generateKeyPairSync, randomBytes, sign as signAsymmetric } from 'node:crypto'
import { isWebhookError } from 'countersign'
import { jwt } from 'countersign/schemes'
import { SignJWT } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ping, receiverOf, verifyBy } from '../support/tiny-sender.ts'
import {
  base64url,
  bestTime,
  bodyHash,
  fresh,
  hs256,
  iat,
  joseVerdict,
  judge,
  signInput,
  token,
  tokenSecret,
  tokenTime,
  tokenVerdict,
} from '../support/tokens.ts'
import { caught, untyped, verdict } from '../support/verdict.ts'

const signatureRow =
  'signature with =, space, tab, newline, another last character (four spellings of one token), +/ alphabet, hex, truncated at every length, doubled, empty'
const bodyHashRow =
  'body-hash claim missing (unless allowed), not a string, hex, base64url, unpadded, other last bits, wrong length, right hash of another body'

const accepted = { ours: 'accepted', jose: 'accepts' }
const bothRefuse = (ours: string) => ({ ours, jose: 'refuses' })
/** The rows marked +: jose accepts, we refuse. */
const onlyWeRefuse = (ours: string) => ({ ours, jose: 'accepts' })

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a genuine token, as jose signs it', () => {
  it('is accepted', async () => {
    const text = await new SignJWT({ iat }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(tokenSecret))
    expect(await judge(text)).toEqual(accepted)
  })

  it('is refused under another secret', async () => {
    expect(await judge(token(hs256, fresh, 'another secret'))).toEqual(bothRefuse('signature_mismatch'))
  })
})

it('each header is looked at, whatever header the token before had', async () => {
  const receiver = receiverOf(jwt({ header: 'X-Token', secret: tokenSecret }))
  const ask = (header: string) =>
    verdict(receiver.verify({ headers: { 'x-token': token(header) }, body: ping }, { now: tokenTime }))
  for (const bad of ['{"alg":"none"}', '{"alg":"HS256","crit":[]}', '{"alg":"HS256","b64":false}']) {
    expect(await ask(hs256)).toBe('accepted')
    expect(await ask(bad)).toBe('algorithm_refused')
    expect(await ask(bad)).toBe('algorithm_refused')
  }
})

describe('alg none in any casing, missing, array, number, object, __proto__, hs256, HS256 , HS384, HS512, RS256, ES256', () => {
  const values = [
    ...['"none"', '"None"', '"NONE"', '"nOnE"', '""', '"hs256"', '"HS256 "', '" HS256"', '"HS256\\u0000"'],
    ...['"HS384"', '"HS512"', '"RS256"', '"ES256"', '"PS256"', '"EdDSA"', '"dir"', '"__proto__"', '"constructor"'],
    ...['null', 'true', '0', '256', '[]', '["HS256"]', '{}', '{"toString":"HS256"}'],
  ]
  it.each(values)('%s, signed as HS256', async (alg) => {
    expect(await judge(token(`{"alg":${alg}}`))).toEqual(bothRefuse('algorithm_refused'))
  })

  it.each(['"none"', '"None"', '"NONE"', '"nOnE"'])('%s with an empty signature', async (alg) => {
    const text = `${base64url(`{"alg":${alg}}`)}.${base64url(fresh)}.`
    expect(await judge(text)).toEqual(bothRefuse('algorithm_refused'))
  })

  it.each(['{}', '{"typ":"JWT"}', '{"__proto__":{"alg":"HS256"}}'])('missing: %s', async (header) => {
    expect(await judge(token(header))).toEqual(bothRefuse('algorithm_refused'))
  })

  it('RS256, signed with a key of its own', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const input = `${base64url('{"alg":"RS256"}')}.${base64url(fresh)}`
    const signature = signAsymmetric('sha256', Buffer.from(input), privateKey).toString('base64url')
    expect(await judge(`${input}.${signature}`)).toEqual(bothRefuse('algorithm_refused'))
  })
})

describe('crit in any form, also ["b64"]; b64 in any form', () => {
  it.each([
    ['"crit":["b64"],"b64":true', 'accepts'],
    ['"crit":["b64"],"b64":false', 'refuses'],
    ['"crit":["b64"]', 'refuses'],
    ['"crit":["exp"],"exp":1', 'refuses'],
    ['"crit":["kid"],"kid":"1"', 'refuses'],
    ['"crit":[]', 'refuses'],
    ['"crit":null', 'refuses'],
    ['"crit":"b64"', 'refuses'],
    ['"crit":{}', 'refuses'],
    ['"b64":true', 'accepts'],
    ['"b64":null', 'accepts'],
    ['"b64":"false"', 'accepts'],
    ['"b64":false', 'accepts'],
  ])('%s', async (members, jose) => {
    expect(await judge(token(`{"alg":"HS256",${members}}`))).toEqual({ ours: 'algorithm_refused', jose })
  })
})

describe('jwk, jku, x5u, x5c, kid as SQL, path or up to the length cap, cty, typ anything', () => {
  const url = 'https://keys.example/jwks.json'
  const headers = [
    { jwk: { kty: 'oct', k: base64url('attacker') } },
    { jku: url },
    { x5u: url },
    { x5c: ['MIIB'] },
    { x5t: 'AAAA', 'x5t#S256': 'AAAA' },
    { kid: "1' OR '1'='1' --" },
    { kid: '../../../../dev/null' },
    { kid: 'k'.repeat(5000) },
    { kid: ['a', 1] },
    { cty: 'JWT' },
    { typ: 'at+jwt' },
    { typ: 5 },
    { zip: 'DEF' },
    { url, nonce: 'n', iss: 'x', ['__proto__']: { alg: 'none' } },
  ]
  it.each(headers.map((more) => ({ names: Object.keys(more).join(), more })))(
    '$names: ignored, and nothing is fetched',
    async ({ more }) => {
      const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network'))
      expect(await judge(token(JSON.stringify({ alg: 'HS256', ...more })))).toEqual(accepted)
      expect(fetched).not.toHaveBeenCalled()
    },
  )

  it.each([
    { jwk: { kty: 'oct', k: base64url('attacker') } },
    { kid: '/dev/null' },
    { jku: url },
    { x5u: url },
    { x5c: [base64url('attacker')] },
  ])('%j: signed with the embedded or named key is refused', async (more) => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network'))
    const header = JSON.stringify({ alg: 'HS256', ...more })
    for (const key of ['attacker', '']) {
      expect(await judge(token(header, fresh, key))).toEqual(bothRefuse('signature_mismatch'))
    }
    expect(fetched).not.toHaveBeenCalled()
  })

  it('kid at the length cap of the header: 8192 characters are read, 8193 are not', async () => {
    const ofLength = (length: number, pad = 0): string => {
      const text = token(`{"alg":"HS256","kid":"${'k'.repeat(pad)}"}`)
      return text.length >= length ? text : ofLength(length, pad + 1)
    }
    const longest = ofLength(8192)
    expect(longest).toHaveLength(8192)
    expect(await judge(longest)).toEqual(accepted)
    expect(await tokenVerdict(`${longest}A`)).toBe('header_malformed')
    expect(await judge(ofLength(8193))).toEqual(onlyWeRefuse('header_malformed'))
  })
})

describe('iat missing, string, null, boolean, array, NaN, negative, −0, 0, 2^53, 1e400, milliseconds', () => {
  it.each([
    ['{}', 'claim_invalid'],
    [`{"iat":"${iat}"}`, 'claim_invalid'],
    ['{"iat":null}', 'claim_invalid'],
    ['{"iat":true}', 'claim_invalid'],
    [`{"iat":[${iat}]}`, 'claim_invalid'],
    ['{"iat":{}}', 'claim_invalid'],
    ['{"iat":NaN}', 'token_malformed'],
    [`{"iat":-${iat}}`, 'claim_invalid'],
    ['{"iat":-0}', 'claim_invalid'],
    ['{"iat":0}', 'claim_invalid'],
    ['{"iat":9007199254740992}', 'timestamp_too_new'],
    ['{"iat":1e400}', 'claim_invalid'],
    ['{"iat":-1e400}', 'claim_invalid'],
    [`{"iat":${iat}000}`, 'timestamp_too_new'],
  ])('%s', async (claims, code) => {
    expect(await judge(token(hs256, claims))).toEqual(bothRefuse(code))
  })
})

describe('iat with a fraction (RFC 7519 NumericDate allows it)', () => {
  it.each([iat - 0.25, iat + 0.25, iat - 299.5, iat + 299.5])('%d is accepted', async (seconds) => {
    expect(await judge(token(hs256, JSON.stringify({ iat: seconds })))).toEqual(accepted)
  })

  it('is the time of the proof', async () => {
    const request = { headers: { 'x-token': token(hs256, `{"iat":${iat - 0.25}}`) }, body: ping }
    const scheme = jwt({ header: 'X-Token', secret: tokenSecret })
    const { proof } = await verifyBy(scheme, request, { now: tokenTime })
    expect(proof.signedAt).toEqual(new Date((iat - 0.25) * 1000))
  })
})

describe('iat older than the tolerance (exactly 300 s counts as expired); newer than the tolerance', () => {
  it.each([
    [-299, accepted],
    [-300, onlyWeRefuse('timestamp_too_old')],
    [-301, bothRefuse('timestamp_too_old')],
    [300, accepted],
    [301, bothRefuse('timestamp_too_new')],
  ])('%d s from now', async (offset, both) => {
    expect(await judge(token(hs256, JSON.stringify({ iat: iat + offset })))).toEqual(both)
  })

  it.each([
    [-59, 'accepted'],
    [-60, 'timestamp_too_old'],
    [60, 'accepted'],
    [61, 'timestamp_too_new'],
  ])('with a tolerance of 60 s, %d s from now', async (offset, ours) => {
    const text = token(hs256, JSON.stringify({ iat: iat + offset }))
    expect(await tokenVerdict(text, { toleranceSeconds: 60 })).toBe(ours)
  })
})

describe('iat only inside __proto__', () => {
  it.each([
    `{"__proto__":{"iat":${iat}}}`,
    `{"__proto__":{"iat":${iat}},"toString":1}`,
    `{"constructor":{"prototype":{"iat":${iat}}}}`,
  ])('%s', async (claims) => {
    expect(await judge(token(hs256, claims))).toEqual(bothRefuse('claim_invalid'))
    expect('iat' in {}).toBe(false)
  })
})

describe('exp or nbf present: wrong type, not finite (+), out of range', () => {
  it.each([
    ['"exp":"1"', bothRefuse('claim_invalid')],
    [`"exp":"${iat + 60}"`, bothRefuse('claim_invalid')],
    ['"exp":null', bothRefuse('claim_invalid')],
    ['"exp":{}', bothRefuse('claim_invalid')],
    ['"nbf":false', bothRefuse('claim_invalid')],
    [`"nbf":[${iat - 60}]`, bothRefuse('claim_invalid')],
    ['"exp":1e400', onlyWeRefuse('claim_invalid')],
    ['"nbf":-1e400', onlyWeRefuse('claim_invalid')],
    [`"exp":${iat - 300}`, bothRefuse('timestamp_too_old')],
    [`"exp":${iat - 1}`, onlyWeRefuse('timestamp_too_old')],
    [`"exp":${iat}`, onlyWeRefuse('timestamp_too_old')],
    ['"exp":0', bothRefuse('timestamp_too_old')],
    [`"nbf":${iat + 1}`, onlyWeRefuse('timestamp_too_new')],
    [`"nbf":${iat + 301}`, bothRefuse('timestamp_too_new')],
    ['"nbf":9007199254740992', bothRefuse('timestamp_too_new')],
    [`"exp":${iat + 1},"nbf":${iat}`, accepted],
  ])('%s', async (claim, both) => {
    expect(await judge(token(hs256, `{"iat":${iat},${claim}}`))).toEqual(both)
  })
})

describe('duplicate members in header or claims, the last one right: the last counts, as for JSON.parse', () => {
  it.each([
    ['{"alg":"none","alg":"HS256"}', fresh, accepted],
    ['{"alg":"HS256","alg":"none"}', fresh, bothRefuse('algorithm_refused')],
    ['{"alg":"HS256","\\u0061lg":"none"}', fresh, bothRefuse('algorithm_refused')],
    [hs256, `{"iat":1,"iat":${iat}}`, accepted],
    [hs256, `{"iat":${iat},"iat":1}`, bothRefuse('timestamp_too_old')],
    [hs256, `{"iat":${iat},"i\\u0061t":1}`, bothRefuse('timestamp_too_old')],
  ])('%s %s', async (header, claims, both) => {
    expect(await judge(token(header, claims))).toEqual(both)
  })
})

/** A genuine token whose signature has both characters in which the two base64 alphabets differ. */
function tokenWithBothSpecials(count = 0): string {
  const text = token(hs256, JSON.stringify({ iat, count }))
  return /\.[^.]*-[^.]*$/.test(text) && /\.[^.]*_[^.]*$/.test(text) ? text : tokenWithBothSpecials(count + 1)
}

const genuine = tokenWithBothSpecials()
const signature = genuine.slice(genuine.lastIndexOf('.') + 1)
const signed = genuine.slice(0, -signature.length)
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The four last characters that give the same 32 bytes. */
function lastCharacters(): string[] {
  const digit = alphabet.indexOf(signature.slice(-1)) & ~3
  return [0, 1, 2, 3].map((bits) => alphabet.charAt(digit + bits))
}

describe(`${signatureRow}: those that jose accepts`, () => {
  it.each([
    ['=', `${signed}${signature}=`, 'token_malformed'],
    ['a space behind', `${signed}${signature} `, 'token_malformed'],
    ['a space inside', `${signed}${signature.slice(0, 20)} ${signature.slice(20)}`, 'token_malformed'],
    ['a space in front', `${signed} ${signature}`, 'token_malformed'],
    ['a tab', `${signed}${signature}\t`, 'header_malformed'],
    ['a newline', `${signed}${signature}\n`, 'header_malformed'],
    ['a carriage return', `${signed}${signature}\r\n`, 'header_malformed'],
  ])('%s', async (_name, text, code) => {
    expect(await judge(text)).toEqual(onlyWeRefuse(code))
  })

  it('one of the four spellings of the last character, and no other', async () => {
    const verdicts = lastCharacters().map((last) => judge(`${signed}${signature.slice(0, -1)}${last}`))
    const others = [0, 1, 2].map(() => onlyWeRefuse('signature_mismatch'))
    expect(await Promise.all(verdicts)).toEqual(expect.arrayContaining([accepted, ...others]))
    expect((await Promise.all(verdicts)).filter(({ ours }) => ours === 'accepted')).toHaveLength(1)
  })
})

describe(`${signatureRow}: the others`, () => {
  const hex = Buffer.from(signature, 'base64url').toString('hex')
  it.each([
    ['+/ alphabet', signature.replaceAll('-', '+').replaceAll('_', '/'), 'token_malformed'],
    ['+ alone', signature.replaceAll('-', '+'), 'token_malformed'],
    ['/ alone', signature.replaceAll('_', '/'), 'token_malformed'],
    ['hex', hex, 'signature_malformed'],
    ['hex cut to the right length', hex.slice(0, 43), 'signature_mismatch'],
    ['doubled', signature + signature, 'signature_malformed'],
    ['empty', '', 'signature_malformed'],
    ['non-ASCII', `${signature.slice(0, 42)}é`, 'token_malformed'],
    ['of another case', signature.toLowerCase(), 'signature_mismatch'],
    ['of random bytes', randomBytes(32).toString('base64url'), 'signature_mismatch'],
  ])('%s', async (_name, other, code) => {
    expect(await judge(`${signed}${other}`)).toEqual(bothRefuse(code))
  })

  it('truncated at every length, and one character too long', async () => {
    for (let length = 0; length < signature.length; length += 1) {
      expect(await judge(`${signed}${signature.slice(0, length)}`)).toEqual(bothRefuse('signature_malformed'))
    }
    expect(await judge(`${signed}${signature}A`)).toEqual(bothRefuse('signature_malformed'))
  })
})

/** A part whose base64 form needs the given padding: 1 or 2 characters. */
function paddedPart(padding: 1 | 2, text: string): string {
  const part = Buffer.from(text).toString('base64')
  return part.endsWith('='.repeat(padding)) && !part.endsWith('='.repeat(padding + 1))
    ? part
    : paddedPart(padding, `${text} `)
}

describe('whitespace, padding or BOM in header or payload, signed as sent', () => {
  const header = base64url(hs256)
  const claims = base64url(fresh)
  const bom = '\u{feff}'
  it.each([
    ['a space in the header', `${header.slice(0, 4)} ${header.slice(4)}.${claims}`, 'accepts'],
    ['a space in the payload', `${header}.${claims.slice(0, 4)} ${claims.slice(4)}`, 'accepts'],
    ['padding of the header', `${paddedPart(2, '{"alg":"HS256"}')}.${claims}`, 'accepts'],
    ['one = on the header', `${paddedPart(1, '{"alg":"HS256"}')}.${claims}`, 'accepts'],
    ['padding of the payload', `${header}.${paddedPart(2, fresh)}`, 'accepts'],
    ['one = on the payload', `${header}.${paddedPart(1, fresh)}`, 'accepts'],
    ['a BOM in the header', `${base64url(bom + hs256)}.${claims}`, 'accepts'],
    ['a BOM in the payload', `${header}.${base64url(bom + fresh)}`, 'accepts'],
    ['two BOMs in the payload', `${header}.${base64url(bom + bom + fresh)}`, 'refuses'],
    ['a BOM behind a space', `${header}.${base64url(` ${bom}${fresh}`)}`, 'refuses'],
    ['a BOM behind the claims', `${header}.${base64url(fresh + bom)}`, 'refuses'],
    ['the other alphabet', `${header}.${Buffer.from(`{"iat":${iat},"x":"??>>"}`).toString('base64')}`, 'refuses'],
  ])('%s', async (_name, input, jose) => {
    expect(await judge(signInput(input))).toEqual({ ours: 'token_malformed', jose })
  })

  it.each([
    ['a newline in the header', `${header}\n.${claims}`],
    ['a tab before the header', `\t${header}.${claims}`],
    ['a newline behind the payload', `${header}.${claims}\r\n`],
  ])('%s', async (_name, input) => {
    expect(await judge(signInput(input))).toEqual(onlyWeRefuse('header_malformed'))
  })

  it('whitespace in the JSON itself is JSON, as RFC 7515 shows it in its first example', async () => {
    const spaced = token('{"typ":"JWT",\r\n "alg":"HS256"}', ` {"iat" : ${iat} }\n`)
    expect(await judge(spaced)).toEqual(accepted)
  })
})

describe('extra dots, five-part JWE, JSON serialisation, array value, Bearer left in, two tokens joined by a comma, NUL', () => {
  const text = token()
  const [header = '', claims = '', mac = ''] = text.split('.')
  it.each([
    ['a dot behind', `${text}.`],
    ['a dot in front', `.${text}`],
    ['two dots together', `${header}..${claims}.${mac}`],
    ['no payload', `${header}..${mac}`],
    ['no header', `.${claims}.${mac}`],
    ['only dots', '..'],
    ['one part', header],
    ['two parts', `${header}.${claims}`],
    ['five parts', `${base64url('{"alg":"dir","enc":"A256GCM"}')}..AAAA.AAAA.AAAA`],
    ['five full parts', `${text}.${claims}.${mac}`],
    ['JSON serialisation', JSON.stringify({ protected: header, payload: claims, signature: mac })],
    ['general JSON', JSON.stringify({ payload: claims, signatures: [{ protected: header, signature: mac }] })],
    ['Bearer left in', `Bearer ${text}`],
    ['two joined by a comma', `${text},${text}`],
    ['two joined as fetch does', `${text}, ${text}`],
    ['quotes', `"${text}"`],
  ])('%s', async (_name, value) => {
    expect(await judge(value)).toEqual(bothRefuse('token_malformed'))
  })

  it.each([
    ['behind', `${text}\0`],
    ['in front', `\0${text}`],
    ['inside', `${header}\0.${claims}.${mac}`],
  ])('NUL %s', async (_name, value) => {
    expect(await judge(value)).toEqual(bothRefuse('header_malformed'))
  })

  it.each([
    [[text, text], 'header_malformed'],
    [[text, 'x'], 'header_malformed'],
    [[], 'header_missing'],
    [[''], 'header_missing'],
    [{ 0: text }, 'header_missing'],
    [null, 'header_missing'],
  ])('a value that is no string: %j', async (value, code) => {
    const scheme = jwt({ header: 'X-Token', secret: tokenSecret })
    const answer = verifyBy(scheme, untyped({ headers: { 'x-token': value }, body: ping }), { now: tokenTime })
    expect(await verdict(answer)).toBe(code)
  })

  it('an array of one is how Lambda writes one value', async () => {
    const scheme = jwt({ header: 'X-Token', secret: tokenSecret })
    const request = { multiValueHeaders: { 'X-Token': [text] }, body: ping }
    expect(await verdict(verifyBy(scheme, request, { now: tokenTime }))).toBe('accepted')
  })
})

describe('payload not a JSON object, invalid UTF-8, depth 100,000, 1 MB', () => {
  const surrogate = Buffer.of(0xed, 0xa0, 0x80)
  const deepClaims = `{"iat":${'{"a":'.repeat(900)}1${'}'.repeat(900)}}`
  it.each([
    ['null', 'null', 'token_malformed'],
    ['a number', '1', 'token_malformed'],
    ['a string', '"x"', 'token_malformed'],
    ['an array', `[{"iat":${iat}}]`, 'token_malformed'],
    ['text', 'iat', 'token_malformed'],
    ['JSON cut short', `{"iat":${iat}`, 'token_malformed'],
    ['JSON with more behind', `{"iat":${iat}}{}`, 'token_malformed'],
    ['invalid UTF-8', Buffer.concat([Buffer.from(`{"iat":${iat},"x":"`), Buffer.of(0xff), Buffer.from('"}')]), ''],
    ['an encoded surrogate', Buffer.concat([Buffer.from(`{"iat":${iat},"x":"`), surrogate, Buffer.from('"}')]), ''],
    ['as deep as the length cap allows', deepClaims, 'claim_invalid'],
    ['arrays as deep as the length cap allows', '['.repeat(4000), 'token_malformed'],
  ])('%s', async (_name, claims, code) => {
    expect(await judge(token(hs256, claims))).toEqual(bothRefuse(code || 'token_malformed'))
  })

  it.each(['null', '1', '"x"', '[]', '["HS256"]', 'alg', '{"alg":"HS256"'])('header %s', async (header) => {
    const { ours, jose } = await judge(token(header))
    expect([ours, jose]).toEqual(['token_malformed', 'refuses'])
  })

  it.each([
    ['depth 100,000', token(hs256, '{"a":'.repeat(100_000))],
    ['depth 100,000 in the header', token('['.repeat(100_000))],
    ['1 MB of payload', token(hs256, `{"iat":${iat},"x":"${'x'.repeat(1_000_000)}"}`)],
    ['1 MB of dots', '.'.repeat(1_000_000)],
    ['1 MB of signature', `${signed}${'A'.repeat(1_000_000)}`],
  ])('%s, in under 50 ms', async (_name, text) => {
    expect(await tokenVerdict(text)).toBe('header_malformed')
    const receiver = receiverOf(jwt({ header: 'X-Token', secret: tokenSecret }))
    const request = { headers: { 'x-token': text }, body: ping }
    expect(await bestTime(() => receiver.verify(request, { now: tokenTime }))).toBeLessThan(50)
  })

  it('8 KiB of hostile text, in under 50 ms', async () => {
    for (const part of ['.', 'A', 'A.', '77u_', '.77u_', '-_', 'A.A.A']) {
      const text = part.repeat(Math.floor(8192 / part.length))
      expect(await tokenVerdict(text)).toBe('token_malformed')
      expect(await bestTime(async () => tokenVerdict(text))).toBeLessThan(50)
    }
  })
})

describe(`${bodyHashRow}: missing`, () => {
  it('is refused', async () => {
    expect(await judge(token(), { bodyHashClaim: 'hash' })).toEqual(onlyWeRefuse('body_hash_missing'))
    const inherited = `{"iat":${iat},"__proto__":{"hash":"${bodyHash(ping)}"}}`
    expect(await judge(token(hs256, inherited), { bodyHashClaim: 'hash' })).toEqual(onlyWeRefuse('body_hash_missing'))
  })

  it('says which option to look at', async () => {
    const scheme = jwt({ header: 'X-Token', secret: tokenSecret, bodyHashClaim: 'hash' })
    const error = await caught(verifyBy(scheme, { headers: { 'x-token': token() }, body: ping }, { now: tokenTime }))
    expect(isWebhookError(error) && error.message).toBe(
      'the token is genuine but carries no hash: see the option bodyHash',
    )
  })

  it('is accepted where that is allowed, and the proof says that no body was covered', async () => {
    const scheme = jwt({ header: 'X-Token', secret: tokenSecret, bodyHashClaim: 'hash', bodyHash: 'ifPresent' })
    const delivery = await verifyBy(scheme, { headers: { 'x-token': token() }, body: ping }, { now: tokenTime })
    expect(delivery.proof.covers).toEqual({ body: false, url: false, time: true })
    expect(delivery.proof.coversType).toBe(false)
    expect(delivery.idFrom).toBe('body')
  })
})

describe(`${bodyHashRow}: not the right one, in the right spelling`, () => {
  const right = bodyHash(ping)
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  // The digit before the padding holds two bits that no byte uses; a lenient decoder gives the same bytes.
  const otherBits = `${right.slice(0, -2)}${digits.charAt(digits.indexOf(right.slice(-2, -1)) + 1)}=`
  it.each([
    ['null', null],
    ['a number', 1],
    ['an array', [right]],
    ['an object', { toString: right }],
    ['empty', ''],
    ['hex', bodyHash(ping, 'hex')],
    ['base64url', bodyHash(ping, 'base64url')],
    ['unpadded', right.slice(0, -1)],
    ['padded twice', `${right}=`],
    ['other last bits', otherBits],
    ['too short', right.slice(4)],
    ['too long', `AAAA${right}`],
    ['white space around it', ` ${right}`],
    ['prefixed', `sha256=${right}`],
    ['of another body', bodyHash('{"event":"pong"}')],
    ['of the body with a newline', bodyHash(`${ping}\n`)],
    ['of nothing', bodyHash('')],
  ])('%s', async (_name, hash) => {
    const text = token(hs256, JSON.stringify({ iat, hash }))
    for (const bodyHash of ['required', 'ifPresent'] as const) {
      expect(await judge(text, { bodyHashClaim: 'hash', bodyHash })).toEqual(onlyWeRefuse('body_hash_mismatch'))
    }
  })

  it('the spelling with other last bits stands for the same bytes, so only its text can tell', () => {
    expect(otherBits).not.toBe(right)
    expect(Buffer.from(otherBits, 'base64')).toEqual(Buffer.from(right, 'base64'))
  })

  it('the right one is accepted, and the proof covers the body', async () => {
    const scheme = jwt({ header: 'X-Token', secret: tokenSecret, bodyHashClaim: 'hash' })
    const text = token(hs256, JSON.stringify({ iat, hash: right }))
    const delivery = await verifyBy(scheme, { headers: { 'x-token': text }, body: ping }, { now: tokenTime })
    expect(delivery.proof.covers).toEqual({ body: true, url: false, time: true })
    expect(delivery.idFrom).toBe('signature')
    expect(await joseVerdict(text)).toBe('accepts')
  })
})

describe('several header names: all that are present must carry the same token', () => {
  const scheme = jwt({ header: ['X-New', 'X-Old'], secret: tokenSecret })
  const other = token(hs256, JSON.stringify({ iat: iat - 1 }))
  it.each([
    [{ 'x-new': token() }, 'accepted'],
    [{ 'x-old': token() }, 'accepted'],
    [{ 'x-new': token(), 'X-OLD': token() }, 'accepted'],
    [{ 'x-new': token(), 'x-old': other }, 'header_malformed'],
    [{ 'x-new': token(), 'x-old': '' }, 'header_malformed'],
    [{ 'x-new': '', 'x-old': '' }, 'header_missing'],
    [{ 'x-new': token(), 'X-New': token() }, 'header_malformed'],
    [{ 'x-newer': token() }, 'header_missing'],
    [{}, 'header_missing'],
  ])('%#: %s', async (headers, code) => {
    expect(await verdict(verifyBy(scheme, { headers, body: ping }, { now: tokenTime }))).toBe(code)
  })
})
