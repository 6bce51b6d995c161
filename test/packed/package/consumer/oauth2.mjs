// The scheme oauth2 as a bundle has it. It loads what it needs with the first token, so that a bundle can lack it.
import assert from 'node:assert/strict'
import { generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { tamper } from 'countersign/testing'
import { checkError } from './guards.mjs'
import subjects from './subjects.cjs'

const [issuer, audience, clientId] = ['https://issuer.example', 'https://receiver.example', 'the sender']
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' }

/** Of a bundle of `define`, with the scheme oauth2. */
export function oauth2Tests({ define }) {
  const provider = define(subjects.definition)
  const receive = (jwksUri) => provider.createReceiver({ jwksUri, issuer, audience, algorithms: ['ES256'], clientId })
  return [
    ['verifies a token and refuses tampered ones', () => withKeys((uri) => checkTokens(receive(uri)))],
    ['refuses a symmetric algorithm', () => refusesOption(provider, { algorithms: ['HS256'] })],
    ['refuses a plain http: endpoint', () => refusesOption(provider, { jwksUri: 'http://issuer.example/jwks' })],
    ['refuses to let any client send', () => refusesOption(provider, { clientId: undefined })],
    ['refuses a misspelt option', () => refusesOption(provider, { clientID: 'x' })],
  ]
}

function refusesOption({ createReceiver }, wrong) {
  const options = { jwksUri: 'https://issuer.example/jwks', issuer, audience, algorithms: ['ES256'], clientId }
  createReceiver(options)
  assert.throws(() => createReceiver({ ...options, ...wrong }), { name: 'TypeError' })
}

async function withKeys(use) {
  const server = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] }))).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  try {
    await use(`http://127.0.0.1:${server.address().port}/jwks`)
  } finally {
    server.close()
  }
}

async function checkTokens(receiver) {
  const genuine = requestWith(token({}))
  assert.equal((await receiver.verify(genuine)).known, true)
  for (const { name, request } of tamper(genuine).filter(({ fault }) => fault === 'proof')) {
    await refuses(receiver, request, name)
  }
  const past = Math.floor(Date.now() / 1000) - 60
  const wrong = { iss: 'https://other.example', aud: 'https://other.example', client_id: 'another', exp: past }
  for (const [claim, value] of Object.entries(wrong)) {
    await refuses(receiver, requestWith(token({ [claim]: value })), claim)
    await refuses(receiver, requestWith(token({ [claim]: undefined })), `no ${claim}`)
  }
}

async function refuses(receiver, request, name) {
  const { ok, error } = await receiver.safeVerify(request)
  assert.equal(ok, false, `accepted: ${name}`)
  checkError(error)
}

function requestWith(bearer) {
  const body = new TextEncoder().encode('{"type":"order.paid","order":"A-1"}')
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` }
  return { method: 'POST', url: 'https://receiver.example/hooks', headers, body, authHeaders: ['authorization'] }
}

function token(claims) {
  const now = Math.floor(Date.now() / 1000)
  const all = { iss: issuer, aud: audience, client_id: clientId, iat: now, exp: now + 300, ...claims }
  const parts = [{ alg: 'ES256', kid: 'one', typ: 'at+jwt' }, all]
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = signBytes('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}
