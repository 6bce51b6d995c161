// The key of an authorization server, on loopback, and one token of it that outlives every run. The key is made of the
// run's seed, so that a run that is made again has the same token.
import { checkPrimeSync, createPrivateKey, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRandom } from './random.mjs'

/** @param {number} seed @returns {Promise<import('./subjects.mjs').Keys>} */
export async function serveKeys(seed) {
  const { n, e, ...secret } = rsaKey(createRandom(seed, 'key'))
  const privateKey = createPrivateKey({ key: { kty: 'RSA', n, e, ...secret }, format: 'jwk' })
  const key = { kty: 'RSA', n, e, kid: 'a key', alg: 'RS256', use: 'sig' }
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [key] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  const rules = { issuer: 'https://issuer.example', audience: 'https://receiver.example', clientId: 'the sender' }
  return { ...rules, jwksUri: `http://127.0.0.1:${server.address().port}/keys`, token: tokenOf(rules, privateKey) }
}

function tokenOf({ issuer, audience, clientId }, privateKey) {
  const parts = [
    { alg: 'RS256', typ: 'at+jwt', kid: 'a key' },
    { iss: issuer, aud: audience, client_id: clientId, sub: clientId, iat: 1_700_000_000, exp: 4_000_000_000 },
  ]
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
}

/** RFC 8017, section 3.2, as a JWK, with e = 65537. */
function rsaKey(random) {
  const e = 65537n
  const [p, q] = [primeOf(random), primeOf(random)]
  const d = inverse(e, (p - 1n) * (q - 1n))
  const numbers = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, base64url(value)]))
}

/** The next prime of 1024 bits, of which two have a product of 2048. */
function primeOf(random) {
  const hex = Buffer.from(random.bytes(128)).toString('hex')
  let candidate = BigInt(`0x${hex}`) | (3n << 1022n) | 1n
  while (!checkPrimeSync(candidate) || candidate % 65537n === 1n) candidate += 2n
  return candidate
}

/** By the extended algorithm of Euclid. */
function inverse(value, modulus) {
  let [rest, next, factor, nextFactor] = [modulus, value % modulus, 0n, 1n]
  while (next !== 0n) {
    const quotient = rest / next
    ;[rest, next, factor, nextFactor] = [next, rest - quotient * next, nextFactor, factor - quotient * nextFactor]
  }
  return ((factor % modulus) + modulus) % modulus
}

function base64url(number) {
  const hex = number.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}
