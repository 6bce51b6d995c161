import { createHash, createHmac } from 'node:crypto'
import type { Aws4Options } from 'countersign/schemes'
import { ping } from './tiny-sender.ts'

// A signer of AWS Signature Version 4 that shares nothing with the one under test. What is signed can be given as text, so
// that every request here is rightly signed, whatever else is wrong with it.

export const awsSecret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
export const options: Aws4Options = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: awsSecret,
  region: 'us-east-1',
  service: 'execute-api',
  host: 'hooks.example.com',
}
/** Half a second past a whole one: what is compared must be whole seconds. */
export const now = new Date('2026-11-03T10:20:30.500Z')
export const amzDate = '20261103T102030Z'

export type Line = readonly [name: string, value: string]

/** What a request says, and what is signed where that is something else. */
export interface Parts {
  readonly method?: string
  readonly url?: string
  /** Canonical path and query, where they are not the URL's. */
  readonly uri?: string
  readonly query?: string
  readonly body?: string
  readonly date?: string
  readonly host?: string
  /** Headers beside host, date and content hash. */
  readonly headers?: readonly Line[]
  /** The content hash as the header says it; `null` for no such header. */
  readonly declaredHash?: string | null
  /** The canonical request's last line. */
  readonly payloadHash?: string
  readonly signedHeaders?: readonly string[]
  /** The values that are signed, by name, where they are not those of the headers. */
  readonly signedValues?: Readonly<Record<string, string>>
  readonly scope?: string
  readonly secret?: string
  readonly accessKeyId?: string
  /** Changes the finished `Authorization`. */
  readonly edit?: (authorization: string) => string
}

export interface Signed {
  readonly method: string
  readonly url: string
  readonly headers: readonly Line[]
  readonly body: string
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** A rightly signed delivery, in which something was changed. */
export function signed(parts: Parts = {}): Signed {
  const { method = 'POST', url = '/hook', body = ping, date = amzDate } = parts
  const headers = headersOf(parts)
  const names = parts.signedHeaders ?? [...new Set(headers.map(([name]) => name.toLowerCase()))].sort()
  const scope = parts.scope ?? `${date.slice(0, 8)}/us-east-1/execute-api/aws4_request`
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical(parts, headers, names))].join('\n')
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${parts.secret ?? awsSecret}`)
  const credential = `${parts.accessKeyId ?? 'AKIDEXAMPLE'}/${scope}`
  const signature = hmac(key, text).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { method, url, headers: [...headers, ['Authorization', parts.edit?.(authorization) ?? authorization]], body }
}

function headersOf({ host = 'hooks.example.com', date = amzDate, body = ping, declaredHash, headers = [] }: Parts) {
  const hash: Line[] = declaredHash === null ? [] : [['X-Amz-Content-Sha256', declaredHash ?? sha256(body)]]
  return [['Host', host], ['X-Amz-Date', date], ...hash, ...headers] as const
}

function canonical(parts: Parts, headers: readonly Line[], names: readonly string[]): string {
  const { method = 'POST', url = '/hook', body = ping, signedValues = {} } = parts
  const [path = '', query = ''] = url.split('?')
  const signedValue = (name: string): string =>
    signedValues[name] ??
    headers
      .filter(([other]) => other.toLowerCase() === name)
      .map(([, value]) => value)
      .join(',')
  const lines = names.map((name) => `${name}:${signedValue(name)}\n`).join('')
  const hash = parts.payloadHash ?? sha256(body)
  return [method, parts.uri ?? path, parts.query ?? query, lines, names.join(';'), hash].join('\n')
}
