import { createHash, createHmac } from 'node:crypto'
import { ping } from './tiny-sender.ts'

// Signers of the two HMAC formats with a canonical string, written from the description of each format.

export const clientId = 'test-client-id'
export const clientSecret = 'test-client-secret'

export function base64Sha256(body: string): string {
  return createHash('sha256').update(body).digest('base64')
}

function base64Hmac(secret: string | Buffer, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64')
}

/** What a request in the format `authorization` says, and what is signed where that is something else. */
export interface AuthorizationParts {
  readonly method?: string
  readonly url?: string
  readonly host?: string
  readonly signedHost?: string
  readonly date?: string
  readonly body?: string
  readonly declaredHash?: string
  readonly dateHeader?: string
  readonly signedHeaders?: string
  /** `null` for an `Authorization` that names no credential. */
  readonly credential?: string | null
  readonly secret?: string | Buffer
}

export const httpDate = 'Tue, 03 Nov 2026 10:20:30 GMT'

export function authorized(parts: AuthorizationParts = {}) {
  const { method = 'POST', url = '/hook?env=test', host = 'hooks.example.com', date = httpDate, body = ping } = parts
  const { dateHeader = 'x-ms-date', credential = clientId, secret = clientSecret } = parts
  const hash = base64Sha256(body)
  const signature = base64Hmac(secret, `${method}\n${url}\n${date};${parts.signedHost ?? host};${hash}`)
  const members = [
    ...(credential === null ? [] : [`Credential=${credential}`]),
    `SignedHeaders=${parts.signedHeaders ?? `${dateHeader};host;x-ms-content-sha256`}`,
    `Signature=${signature}`,
  ]
  const headers: Record<string, string | string[]> = {
    host,
    [dateHeader]: date,
    'x-ms-content-sha256': parts.declaredHash ?? hash,
    authorization: `HMAC-SHA256 ${members.join('&')}`,
  }
  return { method, url, headers, body }
}

/** What a request in the format `digest` says, and what is signed where that is something else. */
export interface DigestParts {
  readonly url?: string
  readonly path?: string
  readonly id?: string
  readonly requestId?: string
  readonly timestamp?: string
  readonly body?: string
  /** The signed Digest line; `null` for none. */
  readonly digest?: string | null
  readonly secret?: string
}

export const utcTime = '2026-11-03T10:20:30Z'

export function digested(parts: DigestParts = {}) {
  const { url = '/hook', id = clientId, requestId = '3f2504e0', timestamp = utcTime, body = ping } = parts
  const digest = parts.digest === undefined ? base64Sha256(body) : parts.digest
  const lines = [
    `Client-Id:${id}`,
    `Request-Id:${requestId}`,
    `Request-Timestamp:${timestamp}`,
    `Request-Target:${parts.path ?? url.replace(/\?.*/, '')}`,
    ...(digest === null ? [] : [`Digest:${digest}`]),
  ]
  const headers: Record<string, string | string[]> = {
    'client-id': id,
    'request-id': requestId,
    'request-timestamp': timestamp,
    signature: `HMACSHA256=${base64Hmac(parts.secret ?? clientSecret, lines.join('\n'))}`,
  }
  return { method: 'POST', url, headers, body }
}
