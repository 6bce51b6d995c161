import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One case of AWS' signing test suite, version 4. */
export interface AwsCase {
  readonly name: string
  readonly context: {
    readonly credentials: { readonly access_key_id: string; readonly secret_access_key: string }
    readonly normalize: boolean
    readonly region: string
    readonly service: string
    readonly timestamp: string
  }
  readonly canonicalRequest: string
  readonly stringToSign: string
  readonly signature: string
  readonly signedRequest: string
}

/** A request as the suite writes it. */
export interface AwsRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export const vectorFolder = process.env['COUNTERSIGN_VECTORS'] ?? '../shared/vectors'
const file = join(vectorFolder, 'aws-sigv4.json')

/** The cases; none where the folder is absent, as on a user's machine. */
export const awsCases: readonly AwsCase[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).cases : []

/** Reads a request of the suite. A line that begins with white space continues the header before it. */
export function parseRequest(text: string): AwsRequest {
  const [head = '', body = ''] = text.split('\n\n')
  const [line = '', ...lines] = head.split(/\n(?![ \t])/)
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(line) ?? []
  const headers = lines.map((header): [string, string] => {
    const colon = header.indexOf(':')
    return [header.slice(0, colon), header.slice(colon + 1)]
  })
  return { method, target, headers, body }
}

/** What a canonical request consists of, read from its text. */
export function parseCanonical(text: string) {
  const [method = '', uri = '', query = '', ...rest] = text.split('\n')
  const [signedHeaders = '', payloadHash = ''] = rest.slice(-2)
  const headers = rest.slice(0, -3).map((line) => `${line}\n`)
  return { method, uri, query, headers: headers.join(''), signedHeaders, payloadHash }
}
