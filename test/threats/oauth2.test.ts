import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { type OAuth2Options, oauth2, type Scheme, token as tokenScheme } from 'countersign/schemes'
import fc from 'fast-check'
import { exportSPKI, generateKeyPair } from 'jose'
import { customFetch } from 'oauth4webapi'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createWebhook } from '../../examples/oauth2-introspection/receiver.mjs'
import { leaksInto, shown } from '../support/leaks.ts'
import {
  type Answer,
  accessToken,
  audience,
  base64url,
  body,
  goodClaims,
  type IssuerKey,
  issuer,
  judgeOf,
  judgeWith,
  jwtScheme,
  keySet,
  makeKey,
  seconds,
  sender,
  serveKeys,
  signedText,
  tokenTime,
} from '../support/oauth.ts'
import { ping, receiverOf } from '../support/tiny-sender.ts'
import { caught, verdict } from '../support/verdict.ts'
import { errorsRow } from './rows.ts'

const jwtRow =
  'JWT: alg not in the list, HS256 against a JWKS, use: enc, unknown kid, wrong iss, wrong aud, expired, no exp, embedded keys'
const endpointRow = 'JWKS endpoint hangs, redirects, answers HTML, 500, 10 MB'

let key: IssuerKey
let otherKey: IssuerKey
let rsaKey: IssuerKey
let attacker: IssuerKey

beforeAll(async () => {
  const made = [makeKey('key-1'), makeKey('key-2'), makeKey('rsa-1', 'RS256'), makeKey('key-1')] as const
  ;[key, otherKey, rsaKey, attacker] = await Promise.all(made)
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Moves the clock that the cool-down goes by; the network stays real. */
function setClock(secondsLater: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: tokenTime.getTime() + secondsLater * 1000 })
}

/** Time that passes at once, for what waits. The network stays real. */
function fakeTime(): void {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
}

const header = (more: object = {}) => JSON.stringify({ alg: 'ES256', kid: 'key-1', ...more })

describe('a genuine token', () => {
  it('is accepted', async () => {
    const judge = await judgeWith([key])
    expect(await judge(await accessToken(key))).toBe('accepted')
    expect(await judge(signedText(key, header(), JSON.stringify(goodClaims)))).toBe('accepted')
  })

  it('is refused where one character of any part is another', async () => {
    const judge = await judgeWith([key])
    const text = await accessToken(key)
    const changedAt = (at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
    expect(await judge(changedAt(3))).toBe('token_malformed') // its header is no JSON any more
    expect(await judge(changedAt(text.indexOf('.') + 3))).toBe('signature_mismatch')
    expect(await judge(changedAt(text.lastIndexOf('.') + 3))).toBe('signature_mismatch')
  })
})

describe(`${jwtRow}: alg not in the list, and no key is fetched for it`, () => {
  const algorithms = ['"none"', '"None"', '"HS256"', '"HS512"', '"RS256"', '"PS256"', '"ES384"', '"EdDSA"', '"es256"']
  it.each([...algorithms, '"ES256 "', '"__proto__"'])('%s', async (alg) => {
    const server = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(server.url))
    expect(await judge(signedText(key, `{"alg":${alg},"kid":"key-1"}`, JSON.stringify(goodClaims)))).toBe(
      'algorithm_refused',
    )
    expect(server.requests).toBe(0)
  })

  it.each([
    '',
    '"alg":null,',
    '"alg":["ES256"],',
    '"alg":{},',
    '"alg":256,',
    '"alg":"",',
    '"__proto__":{"alg":"ES256"},',
  ])('none that is a name: {%s…}', async (member) => {
    const judge = await judgeWith([key])
    expect(await judge(signedText(key, `{${member}"kid":"key-1"}`, JSON.stringify(goodClaims)))).toBe('token_malformed')
  })

  it('an algorithm of the key set that the option leaves out', async () => {
    const text = await accessToken(rsaKey)
    expect(await (await judgeWith([key, rsaKey]))(text)).toBe('algorithm_refused')
    expect(await (await judgeWith([key, rsaKey], { algorithms: ['ES256', 'RS256'] }))(text)).toBe('accepted')
  })

  it('an algorithm of the option that the key is not for', async () => {
    const judge = await judgeWith([{ ...rsaKey.publicJwk, alg: 'PS256' }], { algorithms: ['RS256', 'PS256'] })
    expect(await judge(await accessToken(rsaKey))).toBe('signature_mismatch')
  })
})

describe(`${jwtRow}: HS256 against a JWKS, signed with what everybody can read`, () => {
  it('the public key in every spelling', async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true })
    const pem = await exportSPKI(publicKey)
    const judge = await judgeWith([key, rsaKey], { algorithms: ['ES256', 'RS256'] })
    const secrets = [
      pem,
      pem.trim(),
      JSON.stringify(key.publicJwk),
      key.publicJwk.x ?? '',
      rsaKey.publicJwk.n ?? '',
      '',
    ]
    for (const secret of secrets) {
      for (const kid of ['key-1', 'rsa-1', undefined]) {
        const input = `${base64url(JSON.stringify({ alg: 'HS256', kid }))}.${base64url(JSON.stringify(goodClaims))}`
        const mac = createHmac('sha256', secret).update(input).digest('base64url')
        expect(await judge(`${input}.${mac}`)).toBe('algorithm_refused')
      }
    }
  })

  it.each(['HS256', 'HS384', 'HS512', 'none', 'dir', 'A256GCM', 'RS1', 'RS255', 'ES256K', 'rs256', '', 'EdDSA '])(
    'the option cannot list %s',
    (algorithm) => {
      expect(() => jwtScheme('https://issuer.example/jwks', { algorithms: ['RS256', algorithm] })).toThrow(TypeError)
    },
  )
})

describe(`${jwtRow}: use: enc, and keys that are not for verifying`, () => {
  it.each<[string, object, string]>([
    ['use: sig', { use: 'sig' }, 'accepted'],
    ['use: enc', { use: 'enc' }, 'signature_mismatch'],
    ['use: something else', { use: 'other' }, 'signature_mismatch'],
    ['key_ops: verify', { key_ops: ['verify'] }, 'accepted'],
    ['key_ops: sign', { key_ops: ['sign'] }, 'signature_mismatch'],
    ['key_ops: none', { key_ops: [] }, 'signature_mismatch'],
    ['alg: another', { alg: 'ES384' }, 'signature_mismatch'],
    ['kty: another', { kty: 'OKP' }, 'signature_mismatch'],
    ['crv: another', { crv: 'P-384' }, 'signature_mismatch'],
  ])('%s', async (_name, members, expected) => {
    const judge = await judgeWith([{ ...key.publicJwk, ...members }])
    expect(await judge(await accessToken(key))).toBe(expected)
  })
})

describe(`${jwtRow}: unknown kid, and kids that are none`, () => {
  it.each<[string, unknown, string]>([
    ['unknown', 'key-9', 'signature_mismatch'],
    ['in another case', 'KEY-1', 'signature_mismatch'],
    ['empty', '', 'signature_mismatch'],
    ['SQL', "' OR '1'='1' --", 'signature_mismatch'],
    ['a path', '../../../../dev/null', 'signature_mismatch'],
    ['a number', 1, 'signature_mismatch'],
    ['an array', ['key-1'], 'signature_mismatch'],
    ['null', null, 'signature_mismatch'],
    ['absent, with one key that fits', undefined, 'accepted'],
  ])('%s', async (_name, kid, expected) => {
    const judge = await judgeWith([key, rsaKey])
    expect(await judge(signedText(key, header({ kid }), JSON.stringify(goodClaims)))).toBe(expected)
  })

  it("signed with another's key under a kid of the set", async () => {
    const judge = await judgeWith([key, otherKey])
    expect(await judge(await accessToken(attacker))).toBe('signature_mismatch')
    expect(await judge(await accessToken(otherKey, {}, { kid: 'key-1' }))).toBe('signature_mismatch')
  })
})

describe(`${jwtRow}: several keys and no kid in the token`, () => {
  const noKid = { kid: undefined }
  it('each is tried, wherever the right one stands', async () => {
    const { kid: _kid, ...bare } = key.publicJwk
    for (const keys of [
      [bare, otherKey],
      [otherKey, bare],
      [otherKey, key, rsaKey],
    ]) {
      const judge = await judgeWith(keys)
      expect(await judge(await accessToken(key, {}, noKid))).toBe('accepted')
      expect(await judge(await accessToken(attacker, {}, noKid))).toBe('signature_mismatch')
    }
  })

  it('a right signature with a wrong claim is refused for the claim', async () => {
    const judge = await judgeWith([otherKey, key])
    expect(await judge(await accessToken(key, { exp: seconds - 1 }, noKid))).toBe('timestamp_too_old')
    expect(await judge(await accessToken(key, { aud: 'another' }, noKid))).toBe('claim_invalid')
  })

  it('a key that cannot be used does not hide the right one', async () => {
    const broken = { ...otherKey.publicJwk, x: 'AAAA' }
    expect(await (await judgeWith([broken, key]))(await accessToken(key, {}, noKid))).toBe('accepted')
    const weak = { ...rsaKey.publicJwk, kid: 'weak', n: 'AQ' }
    const judge = await judgeWith([weak, rsaKey], { algorithms: ['RS256'] })
    expect(await judge(await accessToken(rsaKey, {}, noKid))).toBe('accepted')
  })

  it('causes no more fetches than one with a kid', async () => {
    const served = await serveKeys(keySet(otherKey, key))
    const judge = judgeOf(jwtScheme(served.url))
    const token = await accessToken(key, {}, noKid)
    for (const secondsLater of [0, 31]) {
      setClock(secondsLater)
      expect(await judge(token)).toBe('accepted')
    }
    expect(served.requests).toBe(1)
  })

  it('two keys of one kid', async () => {
    const judge = await judgeWith([attacker, key])
    expect(await judge(await accessToken(key))).toBe('accepted')
    expect(await judge(await accessToken(otherKey, {}, { kid: 'key-1' }))).toBe('signature_mismatch')
  })
})

describe(`${jwtRow}: wrong iss, wrong aud`, () => {
  it.each<[string, object, string]>([
    ['another issuer', { iss: 'https://evil.example' }, 'claim_invalid'],
    ['the issuer with a slash', { iss: `${issuer}/` }, 'claim_invalid'],
    ['the issuer in another case', { iss: issuer.toUpperCase() }, 'claim_invalid'],
    ['a list of issuers', { iss: [issuer] }, 'claim_invalid'],
    ['no issuer', { iss: undefined }, 'claim_invalid'],
    ['another audience', { aud: 'https://another.example' }, 'claim_invalid'],
    ['an audience that begins so', { aud: `${audience}/more` }, 'claim_invalid'],
    ['the right one in one text with another', { aud: `${audience} https://another.example` }, 'claim_invalid'],
    ['the right one among others', { aud: ['https://another.example', audience] }, 'accepted'],
    ['the client instead', { aud: sender }, 'claim_invalid'],
    ['no audience', { aud: undefined }, 'claim_invalid'],
    ['an empty list', { aud: [] }, 'claim_invalid'],
    ['an object', { aud: { [audience]: audience } }, 'claim_invalid'],
  ])('%s', async (_name, claims, expected) => {
    expect(await (await judgeWith([key]))(await accessToken(key, claims))).toBe(expected)
  })

  it('one of several audiences is enough', async () => {
    const judge = await judgeWith([key], { audience: ['https://a.example', 'https://b.example'] })
    expect(await judge(await accessToken(key, { aud: 'https://b.example' }))).toBe('accepted')
    expect(await judge(await accessToken(key))).toBe('claim_invalid')
  })
})

describe(`${jwtRow}: expired, no exp, not valid yet`, () => {
  it.each<[string, string, string]>([
    ['a second to go', `${seconds + 1}`, 'accepted'],
    ['this second', `${seconds}`, 'timestamp_too_old'],
    ['a second ago', `${seconds - 1}`, 'timestamp_too_old'],
    ['negative', '-1', 'timestamp_too_old'],
    ['a text', `"${seconds + 300}"`, 'claim_invalid'],
    ['null', 'null', 'claim_invalid'],
    ['a list', `[${seconds + 300}]`, 'claim_invalid'],
    ['beyond all numbers', '1e400', 'claim_invalid'],
  ])('exp: %s', async (_name, exp, expected) => {
    const claims = JSON.stringify({ ...goodClaims, exp: 0 }).replace('"exp":0', `"exp":${exp}`)
    expect(await (await judgeWith([key]))(signedText(key, header(), claims))).toBe(expected)
  })

  it('exp: missing, or only inside __proto__', async () => {
    const judge = await judgeWith([key])
    expect(await judge(await accessToken(key, { exp: undefined }))).toBe('claim_invalid')
    const { exp, ...rest } = goodClaims
    const inherited = JSON.stringify({ ...rest, x: 0 }).replace('"x":0', `"__proto__":{"exp":${exp}}`)
    expect(await judge(signedText(key, header(), inherited))).toBe('claim_invalid')
  })

  it.each<[string, unknown, string]>([
    ['this second', seconds, 'accepted'],
    ['in a second', seconds + 1, 'timestamp_too_new'],
    ['a text', `${seconds}`, 'claim_invalid'],
    ['null', null, 'claim_invalid'],
  ])('nbf: %s', async (_name, nbf, expected) => {
    expect(await (await judgeWith([key]))(await accessToken(key, { nbf }))).toBe(expected)
  })

  it("goes by the receiver's clock, not by the machine's", async () => {
    const { url } = await serveKeys(keySet(key))
    const text = await accessToken(key)
    const later = new Date((goodClaims.exp + 1) * 1000)
    expect(await judgeOf(jwtScheme(url), later)(text)).toBe('timestamp_too_old')
    const receiver = receiverOf(jwtScheme(url), { now: () => tokenTime })
    expect(await verdict(receiver.verify({ headers: { authorization: `Bearer ${text}` }, body: ping }))).toBe(
      'accepted',
    )
  })
})

describe(`${jwtRow}: embedded keys are ignored, and nothing is fetched from where they point`, () => {
  it.each(['jwk', 'jku', 'x5u', 'x5c'])('%s', async (member) => {
    const evil = await serveKeys(keySet(attacker))
    const genuine = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(genuine.url))
    const value = { jwk: attacker.publicJwk, jku: evil.url, x5u: evil.url, x5c: ['MIIB'] }[member]
    expect(await judge(signedText(attacker, header({ [member]: value }), JSON.stringify(goodClaims)))).toBe(
      'signature_mismatch',
    )
    expect(
      await judge(signedText(attacker, header({ [member]: value, kid: 'evil' }), JSON.stringify(goodClaims))),
    ).toBe('signature_mismatch')
    expect(await judge(signedText(key, header({ [member]: value }), JSON.stringify(goodClaims)))).toBe('accepted')
    expect([evil.requests, genuine.requests]).toEqual([0, 1])
  })
})

it('keys are asked for as JSON, and no redirect is followed', async () => {
  const fetching = vi.spyOn(globalThis, 'fetch')
  const judge = await judgeWith([key])
  expect(await judge(await accessToken(key))).toBe('accepted')
  const headers = { accept: 'application/json, application/jwk-set+json' }
  expect(fetching.mock.calls.map(([, init]) => init)).toEqual([
    expect.objectContaining({ redirect: 'manual', headers }),
  ])
})

describe('crit and b64, and what is no JWT', () => {
  it.each<[string, object, string]>([
    ['crit that nobody knows', { crit: ['exp'], exp: 1 }, 'algorithm_refused'],
    ['crit empty', { crit: [] }, 'token_malformed'],
    ['b64 false', { crit: ['b64'], b64: false }, 'token_malformed'],
  ])('%s', async (_name, more, expected) => {
    expect(await (await judgeWith([key]))(signedText(key, header(more), JSON.stringify(goodClaims)))).toBe(expected)
  })

  it.each<[string, (text: string) => string, string]>([
    ['two parts', (text) => text.slice(0, text.lastIndexOf('.')), 'token_malformed'],
    ['an empty signature', (text) => text.slice(0, text.lastIndexOf('.') + 1), 'token_malformed'],
    ['four parts', (text) => `${text}.x`, 'token_malformed'],
    ['five parts, as a JWE has', (text) => `${text}.x.x`, 'token_malformed'],
    ['an empty header', (text) => text.slice(text.indexOf('.')), 'token_malformed'],
    ['padding', (text) => `${text}==`, 'token_malformed'],
    ['the other alphabet', (text) => `${text.slice(0, -1)}+`, 'token_malformed'],
    ['an opaque token', () => 'Oot008r9GJgylgPNgEMLIA7UJXSuYwTG6', 'token_malformed'],
    ['Bearer left in', (text) => `Bearer ${text}`, 'header_malformed'],
    ['two joined by a comma', (text) => `${text}, Bearer ${text}`, 'header_malformed'],
    ['JSON', (text) => `{"token":"${text}"}`, 'header_malformed'],
    ['a NUL', (text) => `${text}\0`, 'header_malformed'],
    ['a signature cut short', (text) => text.slice(0, -4), 'signature_mismatch'],
    ['a signature doubled', (text) => text + text.slice(text.lastIndexOf('.') + 1), 'signature_mismatch'],
    ['over 8192 characters', (text) => text + 'x'.repeat(8192), 'header_malformed'],
  ])('%s', async (_name, change, expected) => {
    expect(await (await judgeWith([key]))(change(await accessToken(key)))).toBe(expected)
  })

  it.each(['null', '[]', '"x"', '1', '', '{', '{}}'])('claims that are no object: %s', async (claims) => {
    expect(await (await judgeWith([key]))(signedText(key, header(), claims || ' '))).toBe('token_malformed')
  })
})

describe('a genuine token of another client of the same issuer', () => {
  const others = { client_id: 'another', sub: 'another', scope: 'hooks' }
  it.each<[string, object, object, string]>([
    ['clientId', { clientId: sender }, { client_id: 'another' }, 'claim_invalid'],
    ['clientId in another case', { clientId: sender }, { client_id: sender.toUpperCase() }, 'claim_invalid'],
    ['clientId missing', { clientId: sender }, { client_id: undefined }, 'claim_invalid'],
    ['clientId as a list', { clientId: sender }, { client_id: [sender] }, 'claim_invalid'],
    ['azp where there is no client_id', { clientId: sender }, { client_id: undefined, azp: sender }, 'accepted'],
    ['azp beside another client_id', { clientId: sender }, { client_id: 'another', azp: sender }, 'claim_invalid'],
    ['a clientId that all objects have', { clientId: 'constructor' }, { client_id: undefined }, 'claim_invalid'],
    ['subject', { clientId: undefined, subject: sender }, { ...others, client_id: sender }, 'claim_invalid'],
    ['subject, right', { clientId: undefined, subject: sender }, { client_id: 'another' }, 'accepted'],
    ['scope missing', { clientId: undefined, scope: 'hooks' }, { scope: undefined }, 'claim_invalid'],
    ['scope, another', { clientId: undefined, scope: 'hooks' }, { scope: 'hook hooks2' }, 'claim_invalid'],
    ['scope, one of two', { clientId: undefined, scope: 'hooks more' }, { scope: 'hooks' }, 'claim_invalid'],
    ['scope, in another order', { clientId: undefined, scope: 'hooks more' }, { scope: 'more x hooks' }, 'accepted'],
    ['scope as a list', { clientId: undefined, scope: 'hooks' }, { scope: ['hooks'] }, 'claim_invalid'],
    ['scope as an object', { clientId: undefined, scope: 'hooks' }, { scope: { toString: 1 } }, 'claim_invalid'],
    ['all three, right', { subject: sender, scope: 'hooks' }, {}, 'accepted'],
    ['all three, one wrong', { subject: sender, scope: 'hooks' }, { sub: 'another' }, 'claim_invalid'],
  ])('%s', async (_name, more, claims, expected) => {
    const server = await serveKeys(keySet(key))
    const options = { jwksUri: server.url, issuer, audience, algorithms: ['ES256'], clientId: sender, ...more }
    const defined = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
    // An option that is undefined is one that is not given.
    const scheme = oauth2(defined as unknown as OAuth2Options)
    expect(await judgeOf(scheme)(await accessToken(key, claims))).toBe(expected)
  })

  it.each<[string, object]>([
    ['none of clientId, subject and scope', {}],
    ['an empty clientId', { clientId: '' }],
    ['an empty scope', { scope: '' }],
    ['a scope that every token has', { scope: ' ' }],
    ['a scope with two spaces', { scope: 'a  b' }],
    ['clientId null, as from an environment', { clientId: null }],
    ['a list of clients', { clientId: [sender] }],
  ])('%s is a TypeError', (_name, client) => {
    const options = { jwksUri: 'https://issuer.example/jwks', issuer, audience, algorithms: ['ES256'], ...client }
    expect(() => oauth2(options as OAuth2Options)).toThrow(TypeError) // what the compiler would refuse
  })

  it('an options object that is filled anew for the next organization changes nothing', async () => {
    const { url } = await serveKeys(keySet(key))
    const options = { jwksUri: url, issuer, audience, algorithms: ['ES256'], clientId: sender }
    const judge = judgeOf(oauth2(options))
    options.clientId = 'another'
    options.algorithms.length = 0
    expect(await judge(await accessToken(key))).toBe('accepted')
    expect(await judge(await accessToken(key, { client_id: 'another' }))).toBe('claim_invalid')
  })
})

/** Ends a connection without an answer. */
const hangUp: Answer = (response) => response.destroy()

describe('JWKS endpoint failing: 50 tokens caused 50 requests in jose: one request a cool-down here, and a 503', () => {
  it.each<[string, Answer]>([
    ['answers 500', body({}, 500)],
    ['hangs up', hangUp],
  ])('it %s: 50 tokens one after the other', async (_name, answer) => {
    setClock(0)
    const server = await serveKeys(answer)
    const judge = judgeOf(jwtScheme(server.url))
    const verdicts = new Set<string>()
    for (let round = 0; round < 50; round += 1) verdicts.add(await judge(await accessToken(key, { round })))
    expect([[...verdicts], server.requests]).toEqual([['verifier_unavailable'], 1])

    setClock(29.999)
    expect(await judge(await accessToken(key))).toBe('verifier_unavailable')
    expect(server.requests).toBe(1)
    setClock(30)
    server.answer = keySet(key)
    expect(await judge(await accessToken(key))).toBe('accepted')
    expect(server.requests).toBe(2)
  })

  it('50 tokens at one time', async () => {
    const server = await serveKeys(body({}, 500))
    const judge = judgeOf(jwtScheme(server.url))
    const text = await accessToken(key)
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => judge(text)))
    expect([[...new Set(verdicts)], server.requests]).toEqual([['verifier_unavailable'], 1])
  })

  it('the first 50 tokens share one request that succeeds', async () => {
    const server = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(server.url))
    const text = await accessToken(key)
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => judge(text)))
    expect([[...new Set(verdicts)], server.requests]).toEqual([['accepted'], 1])
  })

  it('junk causes none', async () => {
    const server = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(server.url))
    for (const junk of ['x', 'a.b.c', `${base64url('{}')}.e30.x`]) expect(await judge(junk)).toBe('token_malformed')
    expect(await judge(signedText(key, '{"alg":"none"}', '{}'))).toBe('algorithm_refused')
    expect(server.requests).toBe(0)
  })

  it('keys are kept for ten minutes, also while the endpoint is down, and no longer', async () => {
    setClock(0)
    const server = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(server.url))
    const text = await accessToken(key)
    expect(await judge(text)).toBe('accepted')
    server.answer = hangUp
    setClock(599.999)
    expect([await judge(text), server.requests]).toEqual(['accepted', 1])
    setClock(600)
    expect([await judge(text), server.requests]).toEqual(['verifier_unavailable', 2])
    expect([await judge(text), server.requests]).toEqual(['verifier_unavailable', 2])
  })

  it('a key that its issuer has taken back is good for ten minutes at the most', async () => {
    setClock(0)
    const server = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(server.url))
    const text = await accessToken(key)
    expect(await judge(text)).toBe('accepted')
    server.answer = keySet(otherKey)
    setClock(600)
    expect(await judge(text)).toBe('signature_mismatch')
  })

  it('a clock that is set back neither stretches the cool-down nor keeps old keys', async () => {
    setClock(0)
    const server = await serveKeys(hangUp)
    const judge = judgeOf(jwtScheme(server.url))
    expect(await judge(await accessToken(key))).toBe('verifier_unavailable')
    server.answer = keySet(key)
    setClock(-86_400)
    expect(await judge(await accessToken(key))).toBe('accepted')
    server.answer = keySet(otherKey)
    setClock(-2 * 86_400)
    expect(await judge(await accessToken(key))).toBe('signature_mismatch')
  })
})

describe('unknown-kid flood: no extra fetches inside the cool-down', () => {
  it('one after the other, and at one time', async () => {
    setClock(0)
    const server = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(server.url))
    expect(await judge(await accessToken(key))).toBe('accepted')
    const flood = await Promise.all(Array.from({ length: 50 }, (_, at) => accessToken(attacker, {}, { kid: `${at}` })))
    for (const text of flood) expect(await judge(text)).toBe('signature_mismatch')
    expect(server.requests).toBe(1)

    setClock(30)
    expect(new Set(await Promise.all(flood.map(judge)))).toEqual(new Set(['signature_mismatch']))
    expect(server.requests).toBe(2)
    setClock(59.999)
    for (const text of flood) expect(await judge(text)).toBe('signature_mismatch')
    expect(server.requests).toBe(2)
    expect(await judge(await accessToken(key))).toBe('accepted')
  })

  it('with the endpoint down, the keys that are known go on, and an unknown one is to be tried again', async () => {
    setClock(0)
    const server = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(server.url))
    expect(await judge(await accessToken(key))).toBe('accepted')
    server.answer = hangUp
    setClock(30)
    const unknown = await accessToken(otherKey)
    expect(await judge(unknown)).toBe('verifier_unavailable')
    expect(await judge(unknown)).toBe('verifier_unavailable')
    expect(await judge(await accessToken(key))).toBe('accepted')
    expect(server.requests).toBe(2)
  })
})

describe('key rotation', () => {
  it('a new key is found after the cool-down, and an old one that is gone is refused from then on', async () => {
    setClock(0)
    const server = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(server.url))
    const [old, rotated] = await Promise.all([accessToken(key), accessToken(otherKey)])
    expect(await judge(old)).toBe('accepted')
    server.answer = keySet(otherKey)
    setClock(29)
    expect(await judge(rotated)).toBe('signature_mismatch')
    setClock(31)
    expect(await judge(rotated)).toBe('accepted')
    expect(await judge(old)).toBe('signature_mismatch')
    expect(server.requests).toBe(2)
  })

  it('all tokens of the new key that arrive while it is fetched are accepted', async () => {
    setClock(0)
    const server = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(server.url))
    expect(await judge(await accessToken(key))).toBe('accepted')
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    server.answer = async (response, request) => {
      await held
      await keySet(otherKey)(response, request)
    }
    setClock(30)
    const rotated = await accessToken(otherKey)
    const first = judge(rotated)
    await server.asked(2)
    const later = Array.from({ length: 10 }, () => judge(rotated))
    release()
    expect(new Set(await Promise.all([first, ...later]))).toEqual(new Set(['accepted']))
    expect(server.requests).toBe(2)
  })
})

describe(`${endpointRow}: hangs, bounded in time`, () => {
  const beginnings: readonly (readonly [string, Answer])[] = [
    ['before it answers', () => {}],
    ['behind its headers', (response) => response.writeHead(200).flushHeaders()],
    ['in the middle of the body', (response) => response.writeHead(200).write('{"keys":[')],
    [
      'in the middle of a body whose length is known',
      (response) => response.writeHead(200, { 'content-length': 99 }).write('{'),
    ],
  ]
  it('in the middle of an error: refused at once, and the rest is not waited for', async () => {
    const server = await serveKeys((response) => response.writeHead(500).write('x'))
    expect(await judgeOf(jwtScheme(server.url))(await accessToken(key))).toBe('verifier_unavailable')
    await vi.waitFor(() => expect(server.abandoned).toBe(1))
  })

  it.each(beginnings)('%s', async (_name, answer) => {
    fakeTime()
    const server = await serveKeys(answer)
    const judge = judgeOf(jwtScheme(server.url))
    const answers = Promise.all([judge(await accessToken(key)), judge(await accessToken(key))])
    await server.asked(1)
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
    await vi.advanceTimersByTimeAsync(5000)
    expect(await answers).toEqual(['verifier_unavailable', 'verifier_unavailable'])
    expect(server.requests).toBe(1)
    vi.useRealTimers()
    // Nothing is left pending: the request is given up from this side.
    await vi.waitFor(() => expect(server.abandoned).toBe(1))
  })

  it('in time it is bounded as a whole: a byte now and then does not keep it alive', async () => {
    fakeTime()
    const server = await serveKeys((response) => response.writeHead(200).write('{'))
    const judge = judgeOf(jwtScheme(server.url))
    let drip: (() => void) | undefined
    server.answer = (response) => {
      response.writeHead(200)
      drip = () => response.write(' ')
    }
    const answer = judge(await accessToken(key))
    await server.asked(1)
    for (let second = 0; second < 5; second += 1) {
      drip?.()
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(await answer).toBe('verifier_unavailable')
  })

  it('a fetch that heeds no signal is left behind, and the next one is made after the cool-down', async () => {
    fakeTime()
    const stuck = vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => {}))
    const judge = judgeOf(jwtScheme('https://issuer.example/jwks'))
    const text = await accessToken(key)
    const first = judge(text)
    await vi.waitFor(() => expect(stuck).toHaveBeenCalledTimes(1))
    await vi.advanceTimersByTimeAsync(5000)
    expect(await first).toBe('verifier_unavailable')
    vi.setSystemTime(Date.now() + 30_000)
    stuck.mockImplementation(async () => Response.json({ keys: [key.publicJwk] }))
    expect(await judge(text)).toBe('accepted')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a fetch whose request went away, and its timer with it, holds up nobody for longer', async () => {
    fakeTime()
    const stuck = vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => {}))
    const judge = judgeOf(jwtScheme('https://issuer.example/jwks'))
    const text = await accessToken(key)
    void judge(text)
    await vi.waitFor(() => expect(stuck).toHaveBeenCalledTimes(1))
    vi.clearAllTimers() // as some runtimes do when the request that started them has ended
    const second = judge(text)
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
    await vi.advanceTimersByTimeAsync(5000)
    expect(await second).toBe('verifier_unavailable')
    vi.setSystemTime(Date.now() + 30_000)
    stuck.mockImplementation(async () => Response.json({ keys: [key.publicJwk] }))
    expect(await judge(text)).toBe('accepted')
  })
})

describe(`${endpointRow}: and truncated JSON, and what is no key set`, () => {
  /** A good key set, with white space ahead of it up to this length. */
  const padded = (length: number): Buffer => {
    const text = JSON.stringify({ keys: [key.publicJwk] })
    return Buffer.from(text.padStart(length))
  }
  const answers: readonly (readonly [string, Answer])[] = [
    ['HTML', body('<!doctype html><title>Sign in</title>', 200, { 'content-type': 'text/html' })],
    ['500 with a key set', (response, request) => body({ keys: [key.publicJwk] }, 500)(response, request)],
    ['404', body('', 404)],
    ['204', (response) => response.writeHead(204).end()],
    ['206 with a key set', (response, request) => body({ keys: [key.publicJwk] }, 206)(response, request)],
    ['nothing', body('')],
    ['10 MB', (response, request) => body(padded(10_000_000))(response, request)],
    ['a byte over 1 MiB', (response, request) => body(padded(1_048_577))(response, request)],
    ['10 MB of an error', (response, request) => body(padded(10_000_000), 500)(response, request)],
    [
      '50 MB out of few bytes',
      (response, request) => body(gzipSync(padded(50_000_000)), 200, { 'content-encoding': 'gzip' })(response, request),
    ],
    ['a coding that is none', body('{}', 200, { 'content-encoding': 'gzip' })],
    ['truncated JSON', (response) => response.end(JSON.stringify({ keys: [key.publicJwk] }).slice(0, -3))],
    [
      'less than it announced',
      (response) => response.writeHead(200, { 'content-length': 999 }).write('{"keys":[]}', () => response.destroy()),
    ],
    [
      'invalid UTF-8',
      (response) => response.end(Buffer.from(JSON.stringify({ keys: [key.publicJwk], x: '\xff' }), 'latin1')),
    ],
    ['deep JSON', body(`${'['.repeat(400_000)}${']'.repeat(400_000)}`)],
    ['a deep key', body(`{"keys":[{"kty":"EC","x":${'['.repeat(400_000)}${']'.repeat(400_000)}}]}`)],
    ...['null', '[]', '1', '"x"', '{}', '{"keys":{}}', '{"keys":null}', '{"keys":[null]}', '{"keys":["x"]}'].map(
      (text) => [`no key set: ${text}`, body(text)] as const,
    ),
    ['no key at all', keySet()],
    [
      'more keys than anybody needs',
      (response, request) => keySet(...Array.from({ length: 65 }, () => key))(response, request),
    ],
    ['a private key', (response, request) => keySet(key, otherKey.privateJwk)(response, request)],
    ['the private half of the right key', (response, request) => keySet(key.privateJwk)(response, request)],
    ['a symmetric key', (response, request) => keySet(key, { kty: 'oct', k: 'c2VjcmV0' })(response, request)],
    [
      'a private key of a kind to come',
      (response, request) => keySet(key, { kty: 'AKP', priv: 'AA' })(response, request),
    ],
  ]
  it.each(answers)('%s', async (_name, answer) => {
    const server = await serveKeys(answer)
    const judge = judgeOf(jwtScheme(server.url))
    const start = performance.now()
    expect(await judge(await accessToken(key))).toBe('verifier_unavailable')
    expect(performance.now() - start).toBeLessThan(4000) // well before the time limit: it was the size, or what it said
    expect(await judge(await accessToken(key))).toBe('verifier_unavailable')
    expect(server.requests).toBe(1)
  })

  it.each([301, 302, 303, 307, 308])('%i: not followed', async (status) => {
    const target = await serveKeys(keySet(key))
    const server = await serveKeys((response) => response.writeHead(status, { location: target.url }).end())
    expect(await judgeOf(jwtScheme(server.url))(await accessToken(key))).toBe('verifier_unavailable')
    expect([server.requests, target.requests]).toEqual([1, 0])
  })

  it('nobody listens, or there is no such host', async () => {
    const text = await accessToken(key)
    expect(await judgeOf(jwtScheme('http://127.0.0.1:1/jwks'))(text)).toBe('verifier_unavailable')
    expect(await judgeOf(jwtScheme('https://['))(text)).toBe('verifier_unavailable')
  })

  it('1 MiB is not too much', async () => {
    const server = await serveKeys(body(padded(1_048_576)))
    expect(await judgeOf(jwtScheme(server.url))(await accessToken(key))).toBe('accepted')
  })

  it('64 keys, a byte order mark and another content type are fine', async () => {
    const keys = [key.publicJwk, ...Array.from({ length: 63 }, (_, at) => ({ ...otherKey.publicJwk, kid: `${at}` }))]
    const server = await serveKeys(body(`\ufeff${JSON.stringify({ keys })}`, 200, { 'content-type': 'text/plain' }))
    expect(await judgeOf(jwtScheme(server.url))(await accessToken(key))).toBe('accepted')
  })

  it.each<[string, object]>([
    ['a point that is on no curve', { x: 'AAAA' }],
    ['a coordinate that is no text', { x: 7 }],
    ['a coordinate missing', { y: undefined }],
  ])('a key that cannot be used, %s: 503 for its tokens, and the others go on', async (_name, members) => {
    const judge = await judgeWith([{ ...key.publicJwk, ...members }, otherKey])
    expect(await judge(await accessToken(key))).toBe('verifier_unavailable')
    expect(await judge(await accessToken(otherKey))).toBe('accepted')
  })

  it('an RSA key of less than 2048 bits', async () => {
    const weak = { kty: 'RSA', kid: 'rsa-1', e: 'AQAB', n: Buffer.alloc(128, 0xff).toString('base64url') }
    const judge = await judgeWith([weak], { algorithms: ['RS256'] })
    expect(await judge(await accessToken(rsaKey))).toBe('verifier_unavailable')
  })
})

/** A function in `oauth2` and in `token`, which share its bounds. */
const checkers: readonly (readonly [string, (check: (token: string) => unknown) => Scheme])[] = [
  ['oauth2', (check) => oauth2({ check })],
  ['token', (check) => tokenScheme({ key: 'Bearer', check })],
  ['token in a header', (check) => tokenScheme({ key: 'Authorization', in: 'header', check })],
]

/** What a library of its own promises would give. */
function thenable(then: PropertyDescriptor): object {
  return Object.defineProperty({}, 'then', then)
}

function fail(): never {
  throw new Error('down')
}

describe.each(checkers)("the caller's function (introspection): in %s", (_scheme, make) => {
  it.each<[string, unknown]>([
    ['1', 1],
    ["'true'", 'true'],
    ['{}', {}],
    ['[true]', [true]],
    ['Object(true)', Object(true)],
    ['{ active: true }', { active: true }],
    ['a symbol', Symbol('true')],
    ['a function', () => true],
    ['undefined', undefined],
    ['null', null],
    ['false', false],
    ['0', 0],
    ["''", ''],
  ])('only true passes: %s, at once or later, does not', async (_name, value) => {
    expect(await judgeOf(make(() => value))('x')).toBe('credential_mismatch')
    expect(await judgeOf(make(async () => value))('x')).toBe('credential_mismatch')
  })

  it('true passes, at once or later', async () => {
    expect(await judgeOf(make(() => true))('x')).toBe('accepted')
    expect(await judgeOf(make(async () => true))('x')).toBe('accepted')
    const later = thenable({ value: (resolve: (value: boolean) => void) => resolve(true) })
    expect(await judgeOf(make(() => later))('x')).toBe('accepted')
  })

  it.each<[string, () => unknown]>([
    ['throws', fail],
    [
      'throws nothing',
      () => {
        throw undefined
      },
    ],
    [
      'throws true',
      () => {
        throw true
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['rejects with true', () => Promise.reject(true)],
    [
      'throws a TypeError',
      () => {
        throw new TypeError('a mistake in it')
      },
    ],
    ['gives a thenable that throws', () => thenable({ value: fail })],
    ['gives a thenable that cannot be read', () => thenable({ get: fail })],
  ])('one that %s gives 503', async (_name, check) => {
    expect(await judgeOf(make(check))('x')).toBe('verifier_unavailable')
  })

  it('one that hangs gives 503 after 5 s, and its timer is cleared', async () => {
    fakeTime()
    let settled: string | undefined
    const answer = judgeOf(make(() => new Promise(() => {})))('x').then((code) => {
      settled = code
    })
    await vi.advanceTimersByTimeAsync(4999)
    expect(settled).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    await answer
    expect([settled, vi.getTimerCount()]).toEqual(['verifier_unavailable', 0])
  })

  it('the timer is cleared however it ends', async () => {
    fakeTime()
    for (const check of [() => true, () => false, () => Promise.reject(new Error('down'))]) {
      await judgeOf(make(check))('x')
      expect(vi.getTimerCount()).toBe(0)
    }
  })

  it('one that rejects after its time leaves no rejection unhandled', async () => {
    const unhandled: unknown[] = []
    const record = (reason: unknown): void => {
      unhandled.push(reason)
    }
    process.on('unhandledRejection', record)
    fakeTime()
    let rejectLate = (): void => {}
    const answer = judgeOf(
      make(
        () =>
          new Promise((_resolve, reject) => {
            rejectLate = () => reject(new Error('late'))
          }),
      ),
    )('x')
    await vi.advanceTimersByTimeAsync(5000)
    expect(await answer).toBe('verifier_unavailable')
    rejectLate()
    vi.useRealTimers()
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.off('unhandledRejection', record)
    expect(unhandled).toEqual([])
  })

  it('64 at one time, 503 at once beyond; a place is free again when its check ends', async () => {
    const ends: (() => void)[] = []
    const judge = judgeOf(make(() => new Promise((resolve) => ends.push(() => resolve(true)))))
    const first = Array.from({ length: 64 }, () => judge('x'))
    await vi.waitFor(() => expect(ends).toHaveLength(64))
    expect(await judge('x')).toBe('verifier_unavailable')
    expect(await judge('x')).toBe('verifier_unavailable')
    expect(ends).toHaveLength(64)

    ends.shift()?.()
    expect(await first.shift()).toBe('accepted')
    const next = judge('x')
    await vi.waitFor(() => expect(ends).toHaveLength(64))
    expect(await judge('x')).toBe('verifier_unavailable')
    for (const end of ends) end()
    expect(new Set(await Promise.all([...first, next]))).toEqual(new Set(['accepted']))
  })

  it('those that hang keep their places, but not for good', async () => {
    fakeTime()
    const check = vi.fn<() => unknown>(() => new Promise(() => {}))
    const judge = judgeOf(make(check))
    const first = Promise.all(Array.from({ length: 64 }, () => judge('x')))
    await vi.advanceTimersByTimeAsync(5000)
    expect(new Set(await first)).toEqual(new Set(['verifier_unavailable']))
    expect(await judge('x')).toBe('verifier_unavailable')
    expect(check).toHaveBeenCalledTimes(64)

    check.mockImplementation(() => true)
    await vi.advanceTimersByTimeAsync(54_999)
    expect(await judge('x')).toBe('verifier_unavailable')
    await vi.advanceTimersByTimeAsync(1)
    expect(await judge('x')).toBe('accepted')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('64 that fail leave no place taken', async () => {
    const judge = judgeOf(make(() => Promise.reject(new Error('down'))))
    for (let round = 0; round < 130; round += 1) await judge('x')
    expect(new Set(await Promise.all(Array.from({ length: 64 }, () => judge('x'))))).toEqual(
      new Set(['verifier_unavailable']),
    )
    const good = vi.fn(() => true)
    const again = judgeOf(make(good))
    for (let round = 0; round < 130; round += 1) expect(await again('x')).toBe('accepted')
  })
})

describe('introspection guide: active anything but boolean true; exp, nbf, iss, aud, scope', () => {
  const now = Math.floor(tokenTime.getTime() / 1000)
  const good = { active: true, client_id: sender, iss: issuer, aud: audience, scope: 'hooks other', exp: now + 600 }

  /** How the guide's receiver ends where its authorization server answers so. `undefined` takes a member away. */
  function judgeAnswer(members: object): Promise<string> {
    vi.useFakeTimers({ toFake: ['Date'], now: tokenTime })
    const env = {
      OAUTH_ISSUER: issuer,
      OAUTH_INTROSPECTION_ENDPOINT: `${issuer}/introspect`,
      OAUTH_CLIENT_ID: 'the-receiver',
      OAUTH_CLIENT_SECRET: 'the secret of the receiver',
      WEBHOOK_SENDER_CLIENT_ID: sender,
      WEBHOOK_AUDIENCE: audience,
      WEBHOOK_SCOPE: 'hooks',
    }
    const webhook = createWebhook(env, { [customFetch]: async () => Response.json({ ...good, ...members }) })
    const request = { headers: { authorization: 'Bearer an-opaque-token' }, body: '{}' }
    return verdict(webhook.verify(request, { event: 'Stage Transition' }))
  }

  it.each<[string, object]>([
    ['active: true, and the rest as it should be', {}],
    ['nbf: now', { nbf: now }],
    ['aud: one of several', { aud: ['https://another.example', audience] }],
  ])('%s: accepted', async (_name, members) => {
    expect(await judgeAnswer(members)).toBe('accepted')
  })

  it.each<[string, unknown]>([
    ['"true"', 'true'],
    ['1', 1],
    ['null', null],
    ['{}', {}],
    ['[true]', [true]],
    ['missing', undefined],
  ])('active: %s, which is no answer: 503', async (_name, active) => {
    expect(await judgeAnswer({ active })).toBe('verifier_unavailable')
  })

  it.each<[string, object]>([
    ['active: false', { active: false }],
    ['exp: now', { exp: now }],
    ['exp: missing', { exp: undefined }],
    ['exp: a text', { exp: `${now + 600}` }],
    ['nbf: in a second', { nbf: now + 1 }],
    ['nbf: a text', { nbf: '0' }],
    ['iss: another', { iss: 'https://evil.example' }],
    ['iss: missing', { iss: undefined }],
    ['aud: another', { aud: 'https://another.example' }],
    ['aud: one that begins so', { aud: `${audience}/more` }],
    ['aud: missing', { aud: undefined }],
    ['scope: another', { scope: 'hooks2 other' }],
    ['scope: a list', { scope: ['hooks'] }],
    ['scope: missing', { scope: undefined }],
    ['client_id: another', { client_id: 'another' }],
  ])('%s: refused', async (_name, members) => {
    expect(await judgeAnswer(members)).toBe('credential_mismatch')
  })
})

describe('plain http: endpoints: a TypeError unless loopback or allowed by name', () => {
  const make = (jwksUri: unknown, dangerouslyAllowHttp?: unknown) => () =>
    jwtScheme(jwksUri as string, {
      ...(dangerouslyAllowHttp ? { dangerouslyAllowHttp: dangerouslyAllowHttp as [] } : {}),
    }) // as untyped callers do

  it.each([
    'https://issuer.example/jwks',
    'https://issuer.example',
    'https://issuer.example:8443/jwks?a=b',
    'http://localhost:8080/jwks',
    'http://localhost/jwks',
    'http://127.0.0.1:8080/jwks',
    'http://127.1.2.3/jwks',
    'http://127.100.20.30/jwks',
    'http://[::1]:8080/jwks',
  ])('%s is taken', (jwksUri) => {
    expect(make(jwksUri)).not.toThrow()
  })

  it.each([
    'http://issuer.example/jwks',
    'http://localhost.evil.example/jwks',
    'http://evil-localhost/jwks',
    'http://evil127.0.0.1/jwks',
    'http://evil.example/localhost',
    'http://127.0.0.1.evil.example/jwks',
    'http://127.0.0.1@evil.example/jwks',
    'http://127.0.0.1:80@evil.example/jwks',
    'http://evil.example#@localhost/',
    'http://evil.example\\@localhost/',
    'http://localhost\\.evil.example/jwks',
    'http://10.0.0.1/jwks',
    'http://0.0.0.0/jwks',
    'http://[::2]/jwks',
    'https://user:password@issuer.example/jwks',
    ' https://issuer.example/jwks',
    'https://issuer.example/jwks\n',
    'https:issuer.example/jwks',
    'https://',
    '//issuer.example/jwks',
    'file:///etc/jwks.json',
    'data:application/json,{"keys":[]}',
    'ftp://issuer.example/jwks',
    '',
    undefined,
    null,
    7,
    new URL('https://issuer.example/jwks'),
  ])('%s is refused', (jwksUri) => {
    expect(make(jwksUri)).toThrow(TypeError)
    expect(make(jwksUri)).toThrow(/jwksUri must be/)
  })

  it('a host is allowed by its whole name and port', () => {
    expect(make('http://issuer.internal/jwks', ['issuer.internal'])).not.toThrow()
    expect(make('http://issuer.internal:8080/jwks', ['issuer.internal:8080'])).not.toThrow()
    for (const allowed of [['issuer'], ['internal'], ['issuer.internal:8080'], ['*'], ['http://issuer.internal'], []]) {
      expect(make('http://issuer.internal/jwks', allowed)).toThrow(/jwksUri must be/)
    }
    expect(make('http://issuer/jwks', 'issuer.internal')).toThrow(/dangerouslyAllowHttp must be a list/)
    expect(make('no URL', [''])).toThrow(/jwksUri must be/)
  })
})

describe('nothing but a WebhookError, whatever the token', () => {
  it('any text, and any header and claims rightly signed', async () => {
    const judge = await judgeWith([key, { ...otherKey.publicJwk, x: 'AAAA' }, rsaKey])
    const json = fc.json({ maxDepth: 3 })
    const members = fc.dictionary(
      fc.constantFrom('alg', 'kid', 'crit', 'b64', 'typ', 'x'),
      fc.jsonValue({ maxDepth: 1 }),
    )
    const claims = fc.dictionary(
      fc.constantFrom(...Object.keys(goodClaims), 'nbf', 'azp'),
      fc.jsonValue({ maxDepth: 2 }),
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary-ascii', minLength: 1 }).map((part) => `${base64url(part)}.${base64url(part)}.AAAA`),
      fc.tuple(json, json).map(([first, second]) => signedText(key, first, second)),
      members.map((more) => signedText(key, header(more), JSON.stringify(goodClaims))),
      claims.map((more) => signedText(key, header(), JSON.stringify({ ...goodClaims, ...more }))),
      fc.uint8Array({ minLength: 1 }).map((bytes) => signedText(key, header(), bytes)),
      fc.constantFrom('key-2', 'rsa-1').map((kid) => signedText(key, header({ kid }), JSON.stringify(goodClaims))),
    )
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(text, async (token) => void seen.add(await judge(token))),
      { numRuns: 300 },
    )
    expect([...seen]).toEqual(expect.arrayContaining(['header_malformed', 'token_malformed', 'claim_invalid']))
  }, 30_000)

  it('claims as deep as a header can hold', async () => {
    const judge = await judgeWith([key], { clientId: sender })
    const deep = JSON.stringify({ ...goodClaims, x: 0 }).replace(
      '"x":0',
      `"scope":${'['.repeat(2500)}${']'.repeat(2500)}`,
    )
    expect(await judge(signedText(key, header(), deep))).toBe('accepted')
  })
})

describe('an endpoint that is down is told from a key that cannot be used', () => {
  it.each<[string, () => Answer, RegExp]>([
    ['down', () => hangUp, /keys could not be fetched or used: is jwksUri right/],
    ['no key set', () => body('{}'), /keys could not be fetched or used: is jwksUri right/],
    ['a broken key', () => keySet({ ...key.publicJwk, x: 'AAAA' }), /the key that the token names cannot be used/],
  ])('%s', async (_name, answer, message) => {
    const { url } = await serveKeys(answer())
    const request = { headers: { authorization: `Bearer ${await accessToken(key)}` }, body: ping }
    const error = await caught(receiverOf(jwtScheme(url)).verify(request, { now: tokenTime }))
    expect(String(error)).toMatch(message)
  })
})

describe(`${errorsRow}: oauth2`, () => {
  it.each<[string, () => string | Promise<string>, Answer | undefined]>([
    ['another signature', () => accessToken(attacker), undefined],
    ['another audience', () => accessToken(key, { aud: 'Rx7Qm2Lz9Wt4Vb' }), undefined],
    ['another client', () => accessToken(key, { client_id: 'Rx7Qm2Lz9Wt4Vb' }), undefined],
    ['expired', () => accessToken(key, { exp: 1, sub: 'Rx7Qm2Lz9Wt4Vb' }), undefined],
    ['an unknown kid', () => accessToken(key, {}, { kid: 'Rx7Qm2Lz9Wt4Vb' }), undefined],
    ['crit', () => signedText(key, header({ crit: ['Rx7Qm2Lz9Wt4Vb'], Rx7Qm2Lz9Wt4Vb: 1 }), '{}'), undefined],
    ['malformed', () => 'Rx7Qm2Lz9Wt4Vb', undefined],
    ['an answer that is no JSON', () => accessToken(key), body('Rx7Qm2Lz9Wt4Vb')],
    ['an endpoint that is down', () => accessToken(key, { sub: 'Rx7Qm2Lz9Wt4Vb' }), hangUp],
  ])('%s', async (_name, make, answer) => {
    const server = await serveKeys(answer ?? keySet(key))
    const receiver = receiverOf(jwtScheme(server.url))
    const text = await make()
    const request = { headers: { authorization: `Bearer ${text}` }, body: ping }
    const error = await caught(receiver.verify(request, { now: tokenTime }))
    expect(error).toMatchObject({ name: 'WebhookError' })
    expect(error).not.toHaveProperty('cause')
    expect(Object.keys(error as object).sort()).toEqual(['code', 'retryable', 'status'])
    for (const part of [...text.split('.'), 'Rx7Qm2Lz9Wt4Vb', server.url]) {
      expect(leaksInto(shown(error), part)).toBe(false)
    }
  })
})
