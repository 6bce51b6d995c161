// The keys of an authorization server, on loopback: what the runtimes' own fetch is tried with.
import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

const issuer = 'https://issuer.example'
const audience = 'https://receiver.example/webhook'

/** Starts the server, and gives its address and a token for each of two clients. */
export async function serveKeys() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'a key', alg: 'ES256', use: 'sig' }
  const port = await listen(createServer((request, response) => answer(request, response, { keys: [key] })))
  const base = `http://127.0.0.1:${port}`
  return {
    origin: `127.0.0.1:${port}`,
    keys: {
      issuer,
      audience,
      url: `${base}/keys`,
      redirectUrl: `${base}/redirect`,
      closedUrl: `${base}/broken`,
      clients: ['the sender', 'another client'].map((clientId) => ({ clientId, token: tokenOf(clientId, privateKey) })),
    },
  }
}

async function listen(server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  return server.address().port
}

function answer({ url, socket }, response, keys) {
  if (url === '/broken') return socket.destroy()
  if (url === '/redirect') return response.writeHead(302, { location: '/keys' }).end()
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(keys))
}

/** Good on the day at whose start the contract signs. */
function tokenOf(clientId, privateKey) {
  const iat = Date.UTC(2026, 0, 1) / 1000
  const claims = { iss: issuer, aud: audience, client_id: clientId, iat, exp: iat + 86_400 }
  const header = { alg: 'ES256', kid: 'a key', typ: 'at+jwt' }
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}
