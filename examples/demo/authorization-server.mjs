// @ts-check
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
// The package's main file adds nothing that is needed here, and prints a warning on older versions of Node.js.
import { Provider } from 'oidc-provider/lib/provider.js'
import { close, listenOn } from './loopback.mjs'

/** @import { AdapterFactory, Configuration } from 'oidc-provider' */

/**
 * A server that gives out tokens, and what a receiver has to know of it.
 *
 * @typedef {object} AuthorizationServer
 * @property {string} issuer
 * @property {string} jwksUri
 * @property {(client: string) => Promise<string>} token a token for a client, as the client fetches it over HTTP
 * @property {() => Promise<string>} expiredToken a token of the sender that was good for a second, when that is over
 * @property {() => Promise<void>} close
 */

/** The client that may send, and another one of the same server. */
export const clients = { sender: 'sender-of-the-demo', other: 'another-client' }
export const audience = 'https://receiver.example'
export const algorithm = 'ES256'
export const tokenSeconds = 600

/** The scope of tokens that end after a second. */
const brief = 'brief'
const patienceMs = 5000

/**
 * Starts a real authorization server on loopback, for client credentials and JWT access tokens (RFC 6749, section 4.4;
 * RFC 8707; RFC 9068). Its keys and secrets end with this run.
 *
 * @returns {Promise<AuthorizationServer>}
 */
export async function startAuthorizationServer() {
  const server = createServer()
  const issuer = await listenOn(server, 0)
  const secret = randomBytes(32).toString('base64url')
  server.on('request', new Provider(issuer, configure(secret)).callback())

  const token = (/** @type {string} */ client, scope = '') => fetchToken(`${issuer}/token`, client, secret, scope)
  const expired = token(clients.sender, brief).then((value) => delay(1100, value, { ref: false }))
  expired.catch(() => {}) // whoever asks for it is told
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    token: (client) => token(client),
    expiredToken: () => expired,
    close: () => close(server),
  }
}

/**
 * @param {string} client_secret
 * @returns {Configuration}
 */
function configure(client_secret) {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const grant = { grant_types: ['client_credentials'], redirect_uris: [], response_types: /** @type {[]} */ ([]) }
  return {
    adapter: keepNothing,
    clients: Object.values(clients).map((client_id) => ({ client_id, client_secret, ...grant })),
    clientDefaults: { id_token_signed_response_alg: algorithm },
    jwks: { keys: [{ ...key, alg: algorithm, use: 'sig', kid: 'of-this-run' }] },
    scopes: [brief],
    ttl: { ClientCredentials: (_context, { scope }) => (scope === brief ? 1 : tokenSeconds) },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: brief,
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: algorithm } },
        }),
      },
    },
  }
}

/**
 * Signed tokens carry all that there is to know of them, so that nothing has to be kept.
 *
 * @type {AdapterFactory}
 */
function keepNothing() {
  const nothing = async () => undefined
  return {
    upsert: nothing,
    find: nothing,
    findByUserCode: nothing,
    findByUid: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  }
}

/**
 * Fetches a token as a sender does.
 *
 * @param {string} url
 * @param {string} client
 * @param {string} secret
 * @param {string} scope
 * @returns {Promise<string>}
 */
async function fetchToken(url, client, secret, scope) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience, scope }),
    signal: AbortSignal.timeout(patienceMs),
  })
  if (!response.ok) throw new Error(`the authorization server answers ${response.status}`)
  const { access_token: token } = await response.json()
  return token
}
