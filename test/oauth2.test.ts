import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { setImmediate as immediate } from 'node:timers/promises'
import { WebhookError } from 'countersign'
import { anyOf, type OAuth2Options, oauth2, type Scheme } from 'countersign/schemes'
import { exportJWK } from 'jose'
import { allowInsecureRequests } from 'oauth4webapi'
import type { Configuration } from 'oidc-provider'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createWebhook } from '../examples/oauth2-introspection/receiver.mjs'
import {
  type Answer,
  accessToken,
  body,
  type IssuerKey,
  judgeOf,
  jwtScheme,
  keySet,
  listenOn,
  makeKey,
  serveKeys,
} from './support/oauth.ts'
import {
  type AuthorizationServer,
  audiences,
  clientSecret,
  clients,
  startAuthorizationServer,
} from './support/oauth-provider.ts'
import { exchange, head, open, serve } from './support/servers.ts'
import { ping, receiverOf, tinySender, verifyBy } from './support/tiny-sender.ts'
import { caught, verdict } from './support/verdict.ts'

const loaded = vi.hoisted((): string[] => [])
vi.mock('jose/jwt/verify', async (original) => {
  loaded.push('jose/jwt/verify')
  return original()
})
vi.mock('jose/jwks/local', async (original) => {
  loaded.push('jose/jwks/local')
  return original()
})

let server: AuthorizationServer

beforeAll(async () => {
  server = await startAuthorizationServer()
})

afterAll(() => {
  server.close()
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('jose is loaded when it is first used', () => {
  it('not with the schemes, not with a receiver, not for junk; with the first token', async () => {
    const key = await makeKey('key')
    const { url } = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(url))
    await judge('junk')
    await judgeOf(oauth2({ check: () => true }))('x')
    expect(loaded).toEqual([])
    expect(await judge(await accessToken(key))).toBe('accepted')
    expect([...loaded].sort()).toEqual(['jose/jwks/local', 'jose/jwt/verify'])
  })
})

/** A scheme for the JWTs of the real server. */
function jwtOfServer(more: Partial<Exclude<OAuth2Options, { check: unknown }>> = {}): Scheme {
  const { issuer, jwksUri } = server
  return oauth2({ issuer, jwksUri, audience: audiences.jwt, algorithms: ['ES256'], clientId: clients.sender, ...more })
}

describe('JWTs of a real authorization server, by client credentials', () => {
  it('over a real socket: accepted, and the proof covers nothing', async () => {
    const receiver = receiverOf(jwtOfServer())
    const route = await serve((request) => receiver.verify(request))
    const token = await server.token(clients.sender, audiences.jwt)
    const connection = await open(route.port)
    await connection.send([head({ Authorization: `Bearer ${token}`, 'Content-Length': ping.length }), ping])
    expect(await route.ended()).toEqual(['accepted'])

    const delivery = await receiver.verify({ headers: { authorization: `bearer ${token}` }, body: ping })
    const covers = { body: false, url: false, time: false }
    expect(delivery.proof).toEqual({ scheme: 'oauth2', authenticated: true, covers, coversType: false })
    expect(delivery.idFrom).toBe('body')
  })

  it('a genuine token of another client is refused, by whichever option says who may send', async () => {
    const [own, other] = await Promise.all([
      server.token(clients.sender, audiences.jwt),
      server.token(clients.other, audiences.jwt, 'other'),
    ])
    const { issuer, jwksUri } = server
    const rules = { issuer, jwksUri, audience: audiences.jwt, algorithms: ['ES256'] }
    for (const who of [{ clientId: clients.sender }, { subject: clients.sender }, { scope: 'hooks' }]) {
      const judge = judgeOf(oauth2({ ...rules, ...who }), new Date())
      expect(await judge(own)).toBe('accepted')
      expect(await judge(other)).toBe('claim_invalid')
    }
  })

  it('an opaque token is no JWT, and a token of another issuer, audience or time is refused', async () => {
    const token = await server.token(clients.sender, audiences.jwt)
    const now = new Date()
    expect(await judgeOf(jwtOfServer(), now)(await server.token(clients.sender, audiences.opaque))).toBe(
      'token_malformed',
    )
    expect(await judgeOf(jwtOfServer({ issuer: 'https://issuer.example' }), now)(token)).toBe('claim_invalid')
    expect(await judgeOf(jwtOfServer({ audience: audiences.opaque }), now)(token)).toBe('claim_invalid')
    expect(await judgeOf(jwtOfServer({ algorithms: ['RS256'] }), now)(token)).toBe('algorithm_refused')
    expect(await judgeOf(jwtOfServer(), new Date(now.getTime() + 601_000))(token)).toBe('timestamp_too_old')
    expect(await judgeOf(jwtOfServer(), now)(token)).toBe('accepted')
  })

  it.each(['RS256', 'PS256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'])('tokens signed with %s', async (alg) => {
    const [key, other] = await Promise.all([makeKey('key', alg), makeKey('key', alg)])
    const { url } = await serveKeys(keySet(key))
    const judge = judgeOf(jwtScheme(url, { algorithms: [alg] }))
    expect(await judge(await accessToken(key))).toBe('accepted')
    expect(await judge(await accessToken(other))).toBe('signature_mismatch')
  })
})

/** What a real authorization server needs to give JWTs by client credentials, signed with the first of its keys. */
async function configurationOf(keys: readonly IssuerKey[]): Promise<Configuration> {
  const jwks = keys.map(async ({ privateKey, kid }) => ({ ...(await exportJWK(privateKey)), kid, use: 'sig' }))
  return {
    clients: [
      {
        client_id: clients.sender,
        client_secret: clientSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: await Promise.all(jwks) },
    ttl: { ClientCredentials: 3600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, audience) => {
          return { scope: '', audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }
        },
      },
    },
  }
}

/** A real authorization server whose operator changes its keys. */
async function startRotatingServer() {
  // It tells how its memory is kept.
  for (const name of ['warn', 'info'] as const) vi.spyOn(console, name).mockImplementation(() => {})
  const { Provider } = await import('oidc-provider')
  const http = createServer()
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  const issuer = `http://127.0.0.1:${await listenOn(http)}`
  const rotate = async (...keys: readonly IssuerKey[]): Promise<void> => {
    const provider = new Provider(issuer, await configurationOf(keys))
    http.removeAllListeners('request').on('request', provider.callback())
  }
  const token = async (): Promise<string> => {
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clients.sender}:${encodeURIComponent(clientSecret)}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: audiences.jwt }),
    })
    const { access_token: text } = (await response.json()) as { access_token: string } // RFC 6749, section 5.1
    return text
  }
  return { issuer, rotate, token }
}

describe('key rotation of a real authorization server', () => {
  it('a new key is taken up within 30 s, both are good meanwhile, and the old one ends ten minutes after', async () => {
    const start = Date.now()
    const setClock = (later: number) => vi.useFakeTimers({ toFake: ['Date'], now: start + later * 1000 })
    const { issuer, rotate, token } = await startRotatingServer()
    const [old, next] = await Promise.all([makeKey('old'), makeKey('next')])
    const scheme = jwtOfServer({ issuer, jwksUri: `${issuer}/jwks` })
    const judge = (text: string) => judgeOf(scheme, new Date())(text)

    await rotate(old)
    const first = await token()
    expect(await judge(first)).toBe('accepted')

    await rotate(next, old)
    const second = await token()
    expect([await judge(first), await judge(second)]).toEqual(['accepted', 'signature_mismatch'])
    setClock(31)
    expect([await judge(second), await judge(first)]).toEqual(['accepted', 'accepted'])

    await rotate(next)
    setClock(600)
    expect([await judge(first), await judge(second)]).toEqual(['accepted', 'accepted'])
    setClock(632)
    expect([await judge(first), await judge(second)]).toEqual(['signature_mismatch', 'accepted'])
  })
})

describe('the error says what to do', () => {
  it('where the header is missing, and where it says something else', async () => {
    const scheme = oauth2({ check: () => true, hint: 'is the credential of type OAuth2?' })
    const missing = await caught(verifyBy(scheme, { headers: {}, body: ping }))
    expect(String(missing)).toBe('WebhookError: no Authorization header: is the credential of type OAuth2?')
    const basic = await caught(verifyBy(scheme, { headers: { authorization: 'Basic eDp5' }, body: ping }))
    expect(String(basic)).toBe('WebhookError: Authorization does not say Bearer')
  })

  it('where a claim is wrong, it names the claim', async () => {
    const headers = { authorization: `Bearer ${await server.token(clients.sender, audiences.jwt)}` }
    const error = await caught(verifyBy(jwtOfServer({ audience: 'https://a.example' }), { headers, body: ping }))
    expect(error).toBeInstanceOf(WebhookError)
    expect(String(error)).toBe('WebhookError: the token is genuine, but its aud is not as it must be')
  })
})

describe('oauth2: a wrong option is a TypeError at once', () => {
  const good = {
    jwksUri: 'https://issuer.example/jwks',
    issuer: 'https://issuer.example',
    audience: 'https://receiver.example',
    algorithms: ['RS256'],
    clientId: 'sender',
  }
  it.each<[string, object, RegExp]>([
    ['nothing', {}, /jwksUri must be/],
    ['jwksUri undefined', { ...good, jwksUri: undefined }, /jwksUri must be/],
    ['issuer undefined', { ...good, issuer: undefined }, /issuer, audience/],
    ['issuer empty', { ...good, issuer: '' }, /issuer, audience/],
    ['a list of issuers', { ...good, issuer: ['https://issuer.example'] }, /issuer, audience/],
    ['audience undefined', { ...good, audience: undefined }, /issuer, audience/],
    ['no audience', { ...good, audience: [] }, /issuer, audience/],
    ['an audience that is empty', { ...good, audience: ['https://receiver.example', ''] }, /issuer, audience/],
    ['algorithms undefined', { ...good, algorithms: undefined }, /algorithms must list/],
    ['no algorithms', { ...good, algorithms: [] }, /algorithms must list/],
    ['a name that ends like one', { ...good, algorithms: ['XRS256'] }, /algorithms must list/],
    ['algorithms as a text', { ...good, algorithms: 'RS256' }, /algorithms must list/],
    ['algorithms in a list of lists', { ...good, algorithms: [['RS256']] }, /algorithms must list/],
    ['no client', { ...good, clientId: undefined }, /oauth2 needs clientId, subject or scope/],
    ['check no function', { check: 'yes' }, /check must be a function/],
    ['check null', { check: null }, /check must be a function/],
    ['both: the rules for JWTs would not be looked at', { ...good, check: () => true }, /either jwksUri or check/],
  ])('%s', (_name, options, message) => {
    const make = () => oauth2(options as OAuth2Options) // what the compiler would refuse
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  it('what is no JWT is said to be none', async () => {
    const error = await caught(verifyBy(oauth2(good), { headers: { authorization: 'Bearer ~a.b.c' }, body: ping }))
    expect(error).toMatchObject({ code: 'token_malformed', message: 'the bearer token is no JWT in three parts' })
  })

  it('only the authorization server can sign', async () => {
    expect(await caught(tinySender(jwtOfServer()).sign(ping, {}))).toBeInstanceOf(TypeError)
    expect(await caught(tinySender(oauth2({ check: () => true })).sign(ping, {}))).toBeInstanceOf(TypeError)
  })
})

describe('several organizations at one route', () => {
  it('the proof says whose token it was', async () => {
    const scheme = anyOf({ a: jwtOfServer(), b: jwtOfServer({ clientId: clients.other }) })
    for (const [label, client] of [
      ['a', clients.sender],
      ['b', clients.other],
    ] as const) {
      const headers = { authorization: `Bearer ${await server.token(client, audiences.jwt)}` }
      expect((await verifyBy(scheme, { headers, body: ping })).proof.credential).toBe(label)
    }
    const headers = { authorization: `Bearer ${await server.token(clients.receiver, audiences.jwt)}` }
    expect(await verdict(verifyBy(scheme, { headers, body: ping }))).toBe('claim_invalid')
  })

  it('another audience, client, subject or scope is another sender, and so is every function', () => {
    const others = [{ audience: audiences.opaque }, { clientId: 'b' }, { subject: 'b' }, { scope: 'b' }]
    for (const more of others) expect(() => anyOf({ a: jwtOfServer(), b: jwtOfServer(more) })).not.toThrow()
    for (const name of ['subject', 'scope']) {
      const [a, b] = ['a', 'b'].map((value) => jwtOfServer({ [name]: value }))
      expect(() => anyOf({ a: a as Scheme, b: b as Scheme })).not.toThrow()
    }
    const check = () => true
    expect(() => anyOf({ a: oauth2({ check }), b: oauth2({ check }) })).not.toThrow()
  })

  it('the same client under two labels is a TypeError', () => {
    expect(() => anyOf({ a: jwtOfServer(), b: jwtOfServer() })).toThrow(/a and b have the same credential/)
    expect(() => anyOf({ a: jwtOfServer(), b: jwtOfServer({ audience: [audiences.jwt] }) })).toThrow(TypeError)
  })

  it('where one server is down the sender shall try again, unless another member matches', async () => {
    const { url } = await serveKeys(body({}, 500))
    const down = jwtOfServer({ jwksUri: url, clientId: clients.other })
    const judge = judgeOf(anyOf({ down, up: jwtOfServer() }), new Date())
    expect(await judge(await server.token(clients.sender, audiences.jwt))).toBe('accepted')
    expect(await judge(await server.token(clients.receiver, audiences.jwt))).toBe('verifier_unavailable')
  })
})

/** The guide's receiver, as its files stand, for the real server or for an endpoint that is not. */
function guideReceiver(endpoint = server.introspectionEndpoint, secret = clientSecret) {
  const env = {
    OAUTH_ISSUER: server.issuer,
    OAUTH_INTROSPECTION_ENDPOINT: endpoint,
    OAUTH_CLIENT_ID: clients.receiver,
    OAUTH_CLIENT_SECRET: secret,
    WEBHOOK_SENDER_CLIENT_ID: clients.sender,
    WEBHOOK_AUDIENCE: audiences.opaque,
    WEBHOOK_SCOPE: 'hooks',
  }
  return createWebhook(env, { [allowInsecureRequests]: true })
}

/** Gives the guide's verdict on a token. */
function guide(endpoint?: string, secret?: string) {
  const webhook = guideReceiver(endpoint, secret)
  return (token: string) => {
    const request = { headers: { authorization: `Bearer ${token}` }, body: '{}' }
    return verdict(webhook.verify(request, { event: 'Stage Transition' }))
  }
}

describe('the guide to introspection, with a real authorization server', () => {
  it('an opaque token of the sender is accepted, until it is revoked', async () => {
    const judge = guide()
    const token = await server.token(clients.sender, audiences.opaque)
    expect(token).not.toContain('.')
    expect([await judge(token), await judge(token)]).toEqual(['accepted', 'accepted'])
    await server.revoke(clients.sender, token)
    expect(await judge(token)).toBe('credential_mismatch')
  })

  it.each<[string, () => string | Promise<string>]>([
    ['another client', () => server.token(clients.other, audiences.opaque)],
    ['another audience', () => server.token(clients.sender, audiences.elsewhere)],
    ['another scope', () => server.token(clients.sender, audiences.opaque, 'other')],
    ['one that is made up', () => 'Oot008r9GJgylgPNgEMLIA7UJXSuYwTG6_8WWB2Q5sS'],
  ])('%s: refused', async (_name, token) => {
    expect(await guide()(await token())).toBe('credential_mismatch')
  })

  it('over a real socket: 200, and 401 once the token is revoked', async () => {
    const webhook = guideReceiver()
    const route = await serve((request) => webhook.verify(request, { event: 'Stage Transition' }))
    const token = await server.token(clients.sender, audiences.opaque)
    const pieces = [head({ Authorization: `Bearer ${token}`, 'Content-Length': 2 }), '{}']
    expect(await exchange(route.port, pieces)).toBe('200 accepted')
    await server.revoke(clients.sender, token)
    expect(await exchange(route.port, pieces)).toBe('401 credential_mismatch')
  })

  it('a JWT passes until it expires, as the guide says: the server has nothing of it to revoke', async () => {
    const token = await server.token(clients.sender, audiences.jwt)
    await expect(server.revoke(clients.sender, token)).rejects.toThrow('unsupported_token_type')
    expect(await judgeOf(jwtOfServer(), new Date())(token)).toBe('accepted')
  })

  it('a client that may not ask gives 503, not a refusal', async () => {
    const token = await server.token(clients.sender, audiences.opaque)
    expect(await guide(undefined, 'another secret of the client')(token)).toBe('verifier_unavailable')
  })

  it('plain http: is refused by oauth4webapi unless allowed', async () => {
    const webhook = createWebhook({
      OAUTH_ISSUER: server.issuer,
      OAUTH_INTROSPECTION_ENDPOINT: server.introspectionEndpoint,
      OAUTH_CLIENT_ID: clients.receiver,
      OAUTH_CLIENT_SECRET: clientSecret,
      WEBHOOK_SENDER_CLIENT_ID: clients.sender,
      WEBHOOK_AUDIENCE: audiences.opaque,
      WEBHOOK_SCOPE: 'hooks',
    })
    const headers = { authorization: `Bearer ${await server.token(clients.sender, audiences.opaque)}` }
    const answer = webhook.verify({ headers, body: '{}' }, { event: 'Stage Transition' })
    expect(await verdict(answer)).toBe('verifier_unavailable')
  })

  it('an environment variable that is not set is a TypeError at start', () => {
    expect(() => createWebhook({ OAUTH_ISSUER: 'https://issuer.example' })).toThrow(
      new TypeError('the environment variable OAUTH_INTROSPECTION_ENDPOINT is not set'),
    )
  })
})

describe('the guide to introspection, with an endpoint that answers as it likes', () => {
  const now = Math.floor(Date.now() / 1000)
  const good = () => ({
    active: true,
    client_id: clients.sender,
    iss: server.issuer,
    aud: audiences.opaque,
    scope: 'hooks',
    exp: now + 600,
  })
  const judgeAnswer = async (answer: Answer) => {
    const { url } = await serveKeys(answer)
    return guide(url)('an-opaque-token')
  }

  it.each<[string, object, string]>([
    ['as it should be', {}, 'accepted'],
    ['active: false', { active: false }, 'credential_mismatch'],
    ['active: "true"', { active: 'true' }, 'verifier_unavailable'],
    ['active: 1', { active: 1 }, 'verifier_unavailable'],
    ['active: null', { active: null }, 'verifier_unavailable'],
    ['active missing', { active: undefined }, 'verifier_unavailable'],
    ['exp in the past', { exp: now - 1 }, 'credential_mismatch'],
    ['exp as a text', { exp: `${now + 600}` }, 'credential_mismatch'],
    ['exp missing', { exp: undefined }, 'credential_mismatch'],
    ['nbf in the past', { nbf: now - 60 }, 'accepted'],
    ['nbf in the future', { nbf: now + 60 }, 'credential_mismatch'],
    ['nbf as a text', { nbf: '0' }, 'credential_mismatch'],
    ['another iss', { iss: 'https://evil.example' }, 'credential_mismatch'],
    ['iss missing', { iss: undefined }, 'credential_mismatch'],
    ['another aud', { aud: audiences.elsewhere }, 'credential_mismatch'],
    ['aud among several', { aud: [audiences.elsewhere, audiences.opaque] }, 'accepted'],
    ['aud missing', { aud: undefined }, 'credential_mismatch'],
    ['another scope', { scope: 'hooks2 other' }, 'credential_mismatch'],
    ['scope among several', { scope: 'other hooks' }, 'accepted'],
    ['scope as a list', { scope: ['hooks'] }, 'credential_mismatch'],
    ['scope missing', { scope: undefined }, 'credential_mismatch'],
    ['another client', { client_id: clients.other }, 'credential_mismatch'],
    ['client missing', { client_id: undefined }, 'credential_mismatch'],
  ])('%s', async (_name, members, expected) => {
    expect(await judgeAnswer(body({ ...good(), ...members }))).toBe(expected)
  })

  it.each<[string, Answer]>([
    ['500', body({ active: true }, 500)],
    ['401', body({ error: 'invalid_client' }, 401)],
    ['a redirect', body('', 302, { location: 'https://issuer.example' })],
    ['HTML', body('<title>Sign in</title>', 200, { 'content-type': 'text/html' })],
    ['truncated JSON', body('{"active":true')],
    ['a list', body('[]')],
    ['null', body('null')],
    ['nothing', body('')],
    ['a broken connection', (response) => response.destroy()],
    ['a signed answer that is not', body('a.b.c', 200, { 'content-type': 'application/token-introspection+jwt' })],
  ])('%s: 503', async (_name, answer) => {
    expect(await judgeAnswer(answer)).toBe('verifier_unavailable')
  })

  it.each([301, 302, 303, 307, 308])('%i to a server that says yes: not followed', async (status) => {
    const other = await serveKeys(body(good()))
    expect(await judgeAnswer(body('', status, { location: other.url }))).toBe('verifier_unavailable')
    expect(other.requests).toBe(0)
  })

  it('10 MB that say yes: 503, and most of it is not read', async () => {
    const endpoint = await serveKeys(async (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      for (let at = 0; at < 160 && !response.destroyed; at += 1) {
        response.write(' '.repeat(2 ** 16))
        await immediate()
      }
      response.end(JSON.stringify(good()))
    })
    expect(await guide(endpoint.url)('an-opaque-token')).toBe('verifier_unavailable')
    await vi.waitFor(() => expect(endpoint.abandoned).toBe(1))
  })

  it('after a failure the next delivery asks again: nothing is remembered', async () => {
    const endpoint = await serveKeys(body({}, 500))
    const judge = guide(endpoint.url)
    expect(await judge('an-opaque-token')).toBe('verifier_unavailable')
    endpoint.answer = body(good())
    expect([await judge('an-opaque-token'), endpoint.requests]).toEqual(['accepted', 2])
  })

  it.each<[string, Answer]>([
    ['at once', () => {}],
    [
      'in the middle of its answer',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write('{"active":true,')
      },
    ],
  ])('one that hangs %s: 503, and the request is given up before our own 5 s are over', async (_name, hang) => {
    const hanging = await serveKeys(hang)
    const limits: number[] = []
    const controller = new AbortController()
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((limit) => {
      limits.push(limit)
      return controller.signal
    })
    const answer = guide(hanging.url)('an-opaque-token')
    await hanging.asked(1)
    controller.abort() // as if that time had passed
    expect(await answer).toBe('verifier_unavailable')
    expect(limits).toEqual([4000])
    await vi.waitFor(() => expect(hanging.abandoned).toBe(1))
  })
})

describe('the guide shows the files that these tests run', () => {
  const page = readFileSync(new URL('../docs/oauth2.md', import.meta.url), 'utf8')
  it.each(['introspection.mjs', 'receiver.mjs'])('%s', (name) => {
    const file = readFileSync(new URL(`../examples/oauth2-introspection/${name}`, import.meta.url), 'utf8')
    expect(page).toContain(`<!-- examples/oauth2-introspection/${name} -->\n\`\`\`js\n${file}\`\`\`\n`)
  })
})
