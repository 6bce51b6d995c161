import { sign as signBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { ErrorCode } from 'countersign'
import { type OAuth2Options, oauth2, type Scheme } from 'countersign/schemes'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { onTestFinished } from 'vitest'
import { ping, receiverOf } from './tiny-sender.ts'
import { verdict } from './verdict.ts'

export const issuer = 'https://issuer.example'
export const audience = 'https://receiver.example/hooks'
export const sender = 'the-sender'
/** Half a second past a whole one: what is compared must be whole seconds. */
export const tokenTime = new Date('2026-11-03T10:20:30.500Z')
export const seconds = Math.floor(tokenTime.getTime() / 1000)

/** A key pair of an issuer: what it signs with, and what its key set shows. */
export interface IssuerKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
  readonly privateJwk: JWK
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const [publicJwk, privateJwk] = await Promise.all([exportJWK(publicKey), exportJWK(privateKey)])
  return { alg, kid, privateKey, publicJwk: { ...publicJwk, kid }, privateJwk: { ...privateJwk, kid } }
}

/** The claims of a good token. */
export const goodClaims = {
  iss: issuer,
  aud: audience,
  client_id: sender,
  sub: sender,
  scope: 'hooks other',
  iat: seconds - 60,
  exp: seconds + 300,
}

/** A token, rightly signed; `undefined` takes a claim or a member of the header away. */
export function accessToken(key: IssuerKey, claims: object = {}, header: object = {}): Promise<string> {
  const protectedHeader = plain({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
  // Its `alg` may be taken away or changed by the tests that are about it; those sign in `signedText`.
  return new SignJWT(plain({ ...goodClaims, ...claims }))
    .setProtectedHeader(protectedHeader as { alg: string })
    .sign(key.privateKey)
}

function plain(members: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

export function base64url(part: string | Uint8Array): string {
  return Buffer.from(part).toString('base64url')
}

/** A token of any two texts, JSON or not, rightly signed with an ES256 key. */
export function signedText(key: IssuerKey, header: string, claims: string | Uint8Array): string {
  const input = `${base64url(header)}.${base64url(claims)}`
  const jwk = { key: key.privateJwk, format: 'jwk', dsaEncoding: 'ieee-p1363' } as const
  return `${input}.${signBytes('sha256', Buffer.from(input), jwk).toString('base64url')}`
}

/** How a key server answers. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => unknown

/** Answers with JSON, or with a text as it is. */
export function body(document: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof document === 'string' || Buffer.isBuffer(document) ? document : JSON.stringify(document))
  }
}

/** Answers with a key set of these keys. */
export function keySet(...keys: readonly (IssuerKey | object)[]): Answer {
  return body({ keys: keys.map((key) => ('publicJwk' in key ? key.publicJwk : key)) })
}

export interface KeyServer {
  readonly url: string
  /** How many requests have arrived. */
  readonly requests: number
  /** How many of them the other side gave up before they were answered. */
  readonly abandoned: number
  /** What it answers from now on. */
  answer: Answer
  /** Waits until that many requests have arrived. */
  asked(count: number): Promise<void>
}

/** Listens on loopback, and gives the port. */
export async function listenOn(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port // an object, since the server listens on a port
}

/** Starts an HTTP server on loopback for one test. */
export async function serveKeys(first: Answer): Promise<KeyServer> {
  let requests = 0
  let abandoned = 0
  const server = createServer((request, response) => {
    requests += 1
    response.on('close', () => {
      if (!response.writableFinished) abandoned += 1
    })
    void keys.answer(response, request)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const keys: KeyServer = {
    url: `http://127.0.0.1:${await listenOn(server)}/jwks`,
    get requests() {
      return requests
    },
    get abandoned() {
      return abandoned
    },
    answer: first,
    asked: async (count) => {
      while (requests < count) await delay(2)
    },
  }
  return keys
}

type JwtOptions = Exclude<OAuth2Options, { check: unknown }>

/** A scheme that takes the good token, and whatever differs. */
export function jwtScheme(jwksUri: string, more: Partial<JwtOptions> = {}): Scheme {
  return oauth2({ jwksUri, issuer, audience, algorithms: ['ES256'], clientId: sender, ...more })
}

/** Gives the verdict on one token after the other. */
export function judgeOf(scheme: Scheme, now = tokenTime): (token: string) => Promise<ErrorCode | 'accepted'> {
  const receiver = receiverOf(scheme)
  return (token) => verdict(receiver.verify({ headers: { authorization: `Bearer ${token}` }, body: ping }, { now }))
}

/** A judge whose issuer shows these keys. */
export async function judgeWith(keys: readonly (IssuerKey | object)[], more: Partial<JwtOptions> = {}) {
  const { url } = await serveKeys(keySet(...keys))
  return judgeOf(jwtScheme(url, more))
}
