import { once } from 'node:events'
import { type IncomingMessage, request as sendRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { Sha256 } from '@aws-crypto/sha256-js'
import { buildQueryString, HttpRequest, parseQueryString } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import { sign as signAws4 } from 'aws4'
import { AwsClient } from 'aws4fetch'
import type { Aws4Options } from 'countersign/schemes'
import { ping } from './tiny-sender.ts'

export const accessKeyId = 'AKIDEXAMPLE'
export const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const region = 'eu-central-1'
const service = 'execute-api'
/** What the receiver is told of these clients. Their host is a loopback server on any port. */
export const awsOptions: Aws4Options = { accessKeyId, secretAccessKey, region, service, host: '127.0.0.1' }
/** When they sign. */
export const awsTime = new Date('2026-11-03T10:20:30.500Z')
const longDate = '20261103T102030Z'

/** How a client is set up; `single` is what each of them calls otherwise. */
export interface ClientSettings {
  readonly single?: boolean
  /** Headers beside those that a client adds itself. */
  readonly headers?: Record<string, string>
  /** The host to address, where it is not the one that is connected to. */
  readonly host?: string
  readonly service?: string
  readonly sessionToken?: string
}

/** Signs a delivery to a target as it stands in a program or a form, sends it, and gives the answer and the signature. */
type Client = (port: number, target: string, settings?: ClientSettings) => Promise<Sent>

export interface Sent {
  readonly answer: string
  readonly signature: string
}

const json = { 'content-type': 'application/json' }

/** Sends what was signed, to any path. */
export async function send(port: number, path: string, headers: Record<string, string>): Promise<Sent> {
  const outgoing = sendRequest({ host: '127.0.0.1', port, method: 'POST', path, headers })
  outgoing.end(ping)
  const [response]: IncomingMessage[] = await once(outgoing, 'response')
  return { answer: response === undefined ? '' : await text(response), signature: signatureIn(headers) }
}

function signatureIn(headers: Record<string, string>): string {
  const header = headers['Authorization'] ?? headers['authorization'] ?? ''
  return header.slice(header.indexOf('Signature=') + 'Signature='.length)
}

const sendByAws4: Client = async (port, target, settings = {}) => {
  const { single = false, headers = {}, host, sessionToken = '' } = settings
  const { path = '', headers: signed = {} } = signAws4(
    {
      host: host ?? `127.0.0.1:${port}`,
      method: 'POST',
      path: target,
      headers: { ...json, 'X-Amz-Date': longDate, ...headers },
      body: ping,
      region,
      service: settings.service ?? service,
      // Not in the types: the path is signed as it is, like S3's.
      ...{ doNotEncodePath: single },
    },
    { accessKeyId, secretAccessKey, sessionToken },
  )
  const lines = Object.entries(signed).map(([name, value]) => [name, String(value)])
  return send(port, path, Object.fromEntries(lines))
}

const sendByAws4Fetch: Client = async (port, target, settings = {}) => {
  const { single = false, headers = {}, host, sessionToken = '' } = settings
  const scope = { region, service: settings.service ?? service }
  const client = new AwsClient({ accessKeyId, secretAccessKey, sessionToken, ...scope })
  const signed = await client.sign(`http://${host ?? `127.0.0.1:${port}`}${target}`, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: ping,
    aws: { datetime: longDate, singleEncode: single, allHeaders: Object.keys(headers).length > 0 },
  })
  const response = await fetch(signed)
  return { answer: await response.text(), signature: signatureIn(Object.fromEntries(signed.headers)) }
}

const sendBySmithy: Client = async (port, target, settings = {}) => {
  const { single = false, headers = {}, host, sessionToken = '' } = settings
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    region,
    service: settings.service ?? service,
    sha256: Sha256,
    uriEscapePath: !single,
  })
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/.exec(target) ?? []
  const request = new HttpRequest({
    method: 'POST',
    path,
    query: parseQueryString(query),
    headers: { ...json, host: host ?? `127.0.0.1:${port}`, ...headers },
    body: ping,
  })
  const signed = await signer.sign(request, { signingDate: awsTime })
  // As its own HTTP handler writes the request line.
  const line = buildQueryString(signed.query ?? {})
  return send(port, line === '' ? signed.path : `${signed.path}?${line}`, signed.headers)
}

export const awsClients = { aws4: sendByAws4, aws4fetch: sendByAws4Fetch, smithy: sendBySmithy }
export type ClientName = keyof typeof awsClients
export const clientNames: readonly ClientName[] = ['aws4', 'aws4fetch', 'smithy']
