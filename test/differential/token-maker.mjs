// Tokens as an attacker, a careless sender or a broken proxy might send them: each is a genuine one, changed at any of
// its layers, in most cases signed after the change, so that only the rule in question can refuse it.
import { createHash, createHmac } from 'node:crypto'
import { createRandom } from './random.mjs'

export const claimName = 'request_body_sha256'
const secrets = ['the secret of these tokens, 32 bytes', 'short', 'ein langes Geheimnis,'.repeat(4), 'ключ 🔑']
const bodies = [
  '{"userId":"fake_userId","type":"ENTITY_UPDATE","entities":["bankTransfer"]}',
  '{"company":{"id":"co_1234"},"type":"LIFECYCLE","event":"bankAccountCreated","datetime":"2025-04-01T11:31:04.1Z"}',
  '{"type":"LIFECYCLE","event":"Größe $& $1 \\u0000"}',
  '{}',
]
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const strange = [...' \t\n\r\0\f\v=.,+/~%"\'{}[]\\', '\u00a0', '\ufeff', '\u2028', 'é', 'а', 'ⅰ', '🔑', '\ud800']

/**
 * One case: the token, the body it came with, and what it is verified by.
 *
 * @param {number} seed
 * @param {number} number
 */
export function makeToken(seed, number) {
  const random = createRandom(seed, 'token', number)
  const now = new Date(1_793_700_000_000 + random.int(1e10))
  const [secret, body] = [random.pick(secrets), random.pick(bodies)]
  const seconds = Math.floor(now.getTime() / 1000)
  const header = encodePart(random, changedText(random, writeObject(random, headerMembers(random))))
  const claims = encodePart(random, changedText(random, writeObject(random, claimMembers(random, seconds, body))))
  const input = `${header}.${claims}`
  const text = changedToken(random, join(random, input, signatureOf(random, input, secret)))
  return { text, body, secret, now, header: random.weighted(headerNames) }
}

/** The names under which the token comes; with two of them, it comes under both. */
const headerNames = [
  [6, ['tight-verification']],
  [2, ['hurdlr-verification']],
  [1, ['Tight-Verification', 'HURDLR-VERIFICATION']],
]

/** Members as texts of JSON, so that a name may stand there twice or be spelt by escapes. */
function headerMembers(random) {
  const members = [['alg', random.weighted(algs)]]
  if (random.chance(0.4)) members.push(['typ', random.pick(['"JWT"', '"jwt"', '"at+jwt"', '5', 'null', '{}'])])
  if (random.chance(0.06)) members.push(['crit', random.pick(crits)])
  if (random.chance(0.06)) members.push(['b64', random.pick(['true', 'false', 'null', '"false"', '0', '[]'])])
  if (random.chance(0.03)) members.push(['crit', '["b64"]'], ['b64', random.pick(['true', 'true', 'false'])])
  if (random.chance(0.12)) members.push(random.pick(ignored))
  if (random.chance(0.04)) members.push(['alg', random.weighted(algs)])
  if (random.chance(0.02)) members.push(['__proto__', '{"alg":"HS256","crit":["b64"]}'])
  if (random.chance(0.02)) members.shift()
  return members
}

const algs = [
  [40, '"HS256"'],
  [1, '"none"'],
  [1, '"None"'],
  [1, '"NONE"'],
  [1, '"hs256"'],
  [1, '"HS256 "'],
  [1, '"HS384"'],
  [1, '"HS512"'],
  [1, '"RS256"'],
  [1, '"ES256"'],
  [1, '"PS256"'],
  [1, '"EdDSA"'],
  [1, '"dir"'],
  [1, '"A256KW"'],
  [1, '["HS256"]'],
  [1, '{"toString":"HS256"}'],
  [1, '256'],
  [1, 'null'],
  [1, '""'],
  [1, '"__proto__"'],
  [1, '"HS256\\u0000"'],
  [2, '"HS\\u003256"'],
]
const crits = ['["b64"]', '[]', 'null', '"b64"', '["exp"]', '["alg"]', '["b64","b64"]', '{}', '[1]', '[""]']
const ignored = [
  ['kid', "\"1' OR '1'='1' --\""],
  ['kid', '"../../../../dev/null"'],
  ['kid', '["a",1]'],
  ['jwk', '{"kty":"oct","k":"YXR0YWNrZXI"}'],
  ['jku', '"https://keys.example/jwks.json"'],
  ['x5u', '"https://keys.example/cert"'],
  ['x5c', '["MIIB"]'],
  ['cty', '"JWT"'],
  ['zip', '"DEF"'],
  ['enc', '"A256GCM"'],
  ['p2c', '1e9'],
  ['constructor', '{"prototype":{"alg":"HS256"}}'],
]

function claimMembers(random, seconds, body) {
  const members = [['iat', timeOf(random, seconds, 0.2)]]
  if (random.chance(0.85)) members.push([claimName, hashOf(random, body)])
  for (const claim of ['exp', 'nbf'])
    if (random.chance(0.15)) members.push([claim, timeOf(random, seconds + (claim === 'exp' ? 60 : -60), 0.5)])
  if (random.chance(0.1)) members.push(random.pick(otherClaims(seconds)))
  if (random.chance(0.03)) members.push(['iat', timeOf(random, seconds, 0.5)])
  if (random.chance(0.03)) members.push([claimName, hashOf(random, body)])
  if (random.chance(0.02)) members.shift()
  return random.chance(0.3) ? random.shuffled(members) : members
}

/** A time as JSON writes it, or what takes its place; `odd` is how often it is not simply near the base. */
function timeOf(random, base, odd) {
  if (!random.chance(odd)) return String(base + random.int(41) - 20)
  return random.weighted([
    [4, String(base + random.pick([-1, 1]) * random.pick([1, 59, 60, 61, 299, 300, 301, 359, 360, 361]))],
    [2, String(base - random.pick([300, 60]))],
    [2, `${base + random.pick([-300, -299, -60, 0, 60, 299, 300])}.${random.int(1000)}`],
    [1, `${base}000`],
    [1, `"${base}"`],
    [1, `[${base}]`],
    [1, `{"valueOf":${base}}`],
    [1, random.pick(['null', 'true', 'false', '""', '{}', '[]', 'NaN', 'Infinity', '01', '+1', '0x1', '1.', '.5'])],
    [1, random.pick(['0', '-0', '-1', `-${base}`, '9007199254740992', '9007199254740993', '1e308', '5e-324'])],
    [2, random.pick(['1e400', '-1e400', '1e99999'])],
    [1, `${base / 1e9}e9`],
    [1, `${base}.0`],
    [1, `${base}E0`],
  ])
}

function hashOf(random, body) {
  const digest = (bytes, encoding = 'base64') => createHash('sha256').update(bytes).digest(encoding)
  const right = digest(body)
  if (!random.chance(0.15)) return JSON.stringify(right)
  return random.pick([
    JSON.stringify(digest(body, 'hex')),
    JSON.stringify(digest(body, 'base64url')),
    JSON.stringify(right.slice(0, -1)),
    JSON.stringify(`${right}=`),
    JSON.stringify(` ${right}`),
    JSON.stringify(`${right}\n`),
    JSON.stringify(right.toLowerCase()),
    JSON.stringify(`sha256=${right}`),
    JSON.stringify(digest(`${body}\n`)),
    JSON.stringify(digest('')),
    JSON.stringify(otherBits(right)),
    JSON.stringify(right.slice(4)),
    JSON.stringify([right]),
    JSON.stringify({ toString: right }),
    '""',
    'null',
    'true',
    '0',
    `"\\u00${right.charCodeAt(0).toString(16)}${right.slice(1)}"`, // the same text, spelt otherwise
  ])
}

/** The last digit ahead of one `=` has two bits that no byte uses. */
function otherBits(hash) {
  const standard = `${digits.slice(0, 62)}+/`
  return `${hash.slice(0, -2)}${standard.charAt(standard.indexOf(hash.charAt(hash.length - 2)) ^ 1)}=`
}

const otherClaims = (seconds) => [
  ['__proto__', `{"iat":${seconds},"${claimName}":"x"}`],
  ['constructor', `{"prototype":{"iat":${seconds}}}`],
  ['toString', '1'],
  ['hasOwnProperty', '"x"'],
  ['iss', '"anyone"'],
  ['aud', '["https://receiver.example"]'],
  ['jti', '"\\ud800"'],
  ['deep', `${'['.repeat(900)}${']'.repeat(900)}`],
  ['deep', `${'{"a":'.repeat(400)}1${'}'.repeat(400)}`],
  ['long', `"${'x'.repeat(5900)}"`],
  ['longer', `"${'x'.repeat(6100)}"`],
  ['text', '"Grüße, 世界 🔑 \\u0000"'],
  [`i\\u0061t`, String(seconds)],
]

function writeObject(random, members) {
  const space = () => (random.chance(0.03) ? random.pick([' ', '\n', '\t', '\r\n  ']) : '')
  const list = members.map(([name, value]) => `${space()}"${name}"${space()}:${space()}${value}${space()}`)
  return `${space()}{${list.join(',')}}${space()}`
}

/** A text as bytes, now and then no JSON object, not in UTF-8, or with something around it. */
function changedText(random, text) {
  if (!random.chance(0.06)) return Buffer.from(text)
  return random.pick([
    () => Buffer.from(`\ufeff${text}`),
    () => Buffer.from(`\ufeff\ufeff${text}`),
    () => Buffer.from(`${text}\ufeff`),
    () => Buffer.from(`${text}{}`),
    () => Buffer.from(`${text}\0`),
    () => Buffer.from(`[${text}]`),
    () => Buffer.from(JSON.stringify(text)),
    () => Buffer.from(text.slice(0, random.int(text.length))),
    () => Buffer.from(text.replaceAll('"', "'")),
    () => Buffer.from(text.replace('}', ',}')),
    () => Buffer.from(random.pick(['null', '1', '"x"', '[]', '{}', '', ' ', 'true'])),
    () => Buffer.from('{"a":'.repeat(random.pick([500, 1000, 100_000]))),
    () => Buffer.from(text.replace('{', '{/**/')),
    () => Buffer.from(text, 'utf16le'),
    () => withByte(random, Buffer.from(text)),
    () => Buffer.from(text.replace('}', ',"x":"\x7f\\ud800"}')),
    () => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"x":"'), Buffer.of(0xff), Buffer.from('"}')]),
  ])()
}

function withByte(random, bytes) {
  if (bytes.length > 0) bytes[random.int(bytes.length)] = random.int(256)
  return bytes
}

/** Base64url, now and then in another spelling, which is then what is signed. */
function encodePart(random, bytes) {
  const text = bytes.toString('base64url')
  if (!random.chance(0.06)) return text
  return random.pick([
    () => `${text}${'='.repeat((4 - (text.length % 4)) % 4)}`,
    () => `${text}=`,
    () => bytes.toString('base64'),
    () => insert(random, text, random.pick([' ', '\t', '\n', '\r\n', '\f', '\v', '\u00a0'])),
    () => insert(random, text, random.pick(strange)),
    () => ` ${text}`,
    () => `${text} `,
    () => `${text}A`,
    () => text.slice(0, -1),
    () => lastDigit(random, text),
    () => bytes.toString('hex'),
    () => text.toLowerCase(),
    () => `${text}.`,
    () => '',
  ])()
}

function insert(random, text, what) {
  const at = random.int(text.length + 1)
  return text.slice(0, at) + what + text.slice(at)
}

/** Another last digit: of the four, or sixteen, that stand for the same bytes where there are such, or any. */
function lastDigit(random, text) {
  const last = digits.indexOf(text.slice(-1))
  const unused = text.length % 4 === 3 ? 4 : text.length % 4 === 2 ? 16 : 64
  return text.slice(0, -1) + digits.charAt((last - (last % unused) + random.int(unused)) % 64)
}

function signatureOf(random, input, secret) {
  const mac = (key = secret, hash = 'sha256', what = input) => createHmac(hash, key).update(what).digest()
  const right = mac().toString('base64url')
  if (!random.chance(0.2)) return right
  return random.pick([
    () => `${right}=`,
    () => `${right}==`,
    () => insert(random, right, random.pick([' ', '\t', '\n', '\r\n'])),
    () => `${right}${random.pick([' ', '\t', '\n', '\r\n', '\0', '%3D'])}`,
    () => ` ${right}`,
    () => lastDigit(random, right),
    () => lastDigit(random, right),
    () => mac().toString('base64'),
    () => right.replaceAll('-', '+'),
    () => right.replaceAll('_', '/'),
    () => mac().toString('hex'),
    () => mac().toString('hex').slice(0, 43),
    () => right.slice(0, random.int(43)),
    () => right + right,
    () => `${right}A`,
    () => `A${right}`,
    () => '',
    () => 'A'.repeat(43),
    () => Buffer.from(right).toString('base64url'),
    () => insert(random, right.slice(1), random.pick(strange)),
    () => mac(secret, 'sha384').toString('base64url'),
    () => mac(secret, 'sha512').subarray(0, 32).toString('base64url'),
    () => mac(random.pick(['', 'attacker', 'null', 'undefined', `${secret} `])).toString('base64url'),
    () => mac(secret, 'sha256', input.split('.')[1] ?? '').toString('base64url'),
    () => mac(secret, 'sha256', input.replaceAll(/[\s=]/g, '')).toString('base64url'),
    () => mac(Buffer.from(secret, 'base64')).toString('base64url'),
    () => right.toLowerCase(),
  ])()
}

function join(random, input, signature) {
  if (!random.chance(0.02)) return `${input}.${signature}`
  const [header = '', claims = ''] = input.split('.')
  return random.pick([
    `${input}..${signature}`,
    `.${input}.${signature}`,
    `${input}.${signature}.`,
    `${input}.${signature}.${signature}`,
    `${input}.${claims}.${header}.${signature}`,
    `${header}..${signature}`,
    `..${signature}`,
    `${input}`,
    `${header}.${signature}`,
    JSON.stringify({ protected: header, payload: claims, signature }),
    JSON.stringify({ payload: claims, signatures: [{ protected: header, signature }] }),
    `${input}\u3002${signature}`,
    '..',
    '',
  ])
}

/** The token as a whole, changed after it was signed. */
function changedToken(random, text) {
  if (!random.chance(0.12)) return text
  const at = random.int(text.length + 1)
  return random.pick([
    () => `Bearer ${text}`,
    () => `"${text}"`,
    () => `${text},${text}`,
    () => `${text}, ${text}`,
    () => ` ${text}`,
    () => `${text} `,
    () => `\ufeff${text}`,
    () => text.toUpperCase(),
    () => encodeURIComponent(text.toWellFormed()),
    () => text.slice(0, at),
    () => text.slice(at),
    () => text.slice(0, at) + text.slice(at + 1),
    () => insert(random, text, random.pick(strange)),
    () => insert(random, text, random.pick(digits)),
    () => text.slice(0, at) + random.pick(digits) + text.slice(at + 1),
    () => text.slice(0, at) + random.pick(digits) + text.slice(at + 1),
    () => text.slice(0, at) + random.pick(strange) + text.slice(at + 1),
    () => text + 'A'.repeat(random.pick([1, 8192, 200_000])),
    () => random.text(random.int(60), `${digits}..`),
  ])()
}
