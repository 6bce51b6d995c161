import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import type { default as Provider, ResourceServer } from 'oidc-provider'
import { vi } from 'vitest'
import { listenOn } from './oauth.ts'

/** The client that sends, another client of the same server, and the receiver's own. */
export const clients = { sender: 'a-sender', other: 'another-client', receiver: 'the-receiver' } as const
export const clientSecret = 'a client secret of 32 characters'
/** Tokens for the first are JWTs, for the others opaque. */
export const audiences = {
  jwt: 'https://receiver.example/jwt',
  opaque: 'https://receiver.example/opaque',
  elsewhere: 'https://elsewhere.example/opaque',
} as const

export interface AuthorizationServer {
  readonly issuer: string
  readonly jwksUri: string
  readonly introspectionEndpoint: string
  /** Gets a token by client credentials, as a sender does. */
  token(client: string, resource: string, scope?: string): Promise<string>
  revoke(client: string, token: string): Promise<void>
  close(): void
}

/** It warns of older runtimes when it loads, and of its memory when it starts: neither concerns a test. */
async function quietly<T>(start: () => Promise<T>): Promise<T> {
  const muted = (['warn', 'info'] as const).map((name) => vi.spyOn(console, name).mockImplementation(() => {}))
  try {
    return await start()
  } finally {
    for (const spy of muted) spy.mockRestore()
  }
}

async function createProvider(issuer: string): Promise<Provider> {
  const { Provider } = await import('oidc-provider')
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return new Provider(issuer, {
    clients: Object.values(clients).map((client_id) => ({
      client_id,
      client_secret: clientSecret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
    })),
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'of-the-server' }] },
    scopes: ['hooks', 'other'],
    ttl: { ClientCredentials: 600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
      introspection: { enabled: true, allowedPolicy: (_context, client) => client.clientId === clients.receiver },
      resourceIndicators: { enabled: true, getResourceServerInfo: (_context, audience) => resourceServer(audience) },
    },
  })
}

function resourceServer(audience: string): ResourceServer {
  const isJwt = audience === audiences.jwt
  return {
    scope: 'hooks other',
    audience,
    accessTokenFormat: isJwt ? 'jwt' : 'opaque',
    jwt: { sign: { alg: 'ES256' } },
  }
}

/** Starts a real authorization server on loopback: client credentials, introspection and revocation. */
export async function startAuthorizationServer(): Promise<AuthorizationServer> {
  const server = createServer()
  const issuer = `http://127.0.0.1:${await listenOn(server)}`
  const provider = await quietly(() => createProvider(issuer))
  server.on('request', provider.callback())

  const post = async (path: string, client: string, form: Record<string, string>): Promise<Response> => {
    const authorization = `Basic ${btoa(`${client}:${encodeURIComponent(clientSecret)}`)}`
    const response = await fetch(issuer + path, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams(form),
    })
    if (!response.ok) throw new Error(`the authorization server answers ${response.status}: ${await response.text()}`)
    return response
  }
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    introspectionEndpoint: `${issuer}/token/introspection`,
    token: async (client, resource, scope = 'hooks') => {
      const response = await post('/token', client, { grant_type: 'client_credentials', resource, scope })
      const { access_token: token } = (await response.json()) as { access_token: string } // RFC 6749, section 5.1
      return token
    },
    revoke: async (client, token) => {
      await post('/token/revocation', client, { token })
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
