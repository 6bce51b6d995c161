// @ts-check
import { randomBytes } from 'node:crypto'
import { tamper } from 'countersign/testing'

/** @import { SignedRequest } from 'countersign' */
/** @import { Shipment } from './deliver.mjs' */

/**
 * As a sender tests the connection: without a body and without a proof.
 *
 * @param {string} url
 * @returns {Shipment}
 */
export function headOf(url) {
  return { method: 'HEAD', url, headers: {}, body: new Uint8Array() }
}

/**
 * One of the test kit's single faults.
 *
 * @param {SignedRequest} request
 * @param {string} name
 * @returns {Shipment}
 */
export function fault(request, name) {
  const found = tamper(request).find((one) => one.name === name)
  if (found === undefined) throw new Error(`the test kit has no fault ${name}`)
  return found.request
}

/**
 * The header with what nobody else can make: not the one with an id, a time or a hash beside it.
 *
 * @param {SignedRequest} request
 */
export function proofHeader({ authHeaders }) {
  const name = authHeaders.find((one) => /authorization|signature/.test(one)) ?? authHeaders[0]
  if (name === undefined) throw new Error('the request has no header with a proof')
  return name
}

/**
 * The request with another proof: another header, or where none carries the proof, another end of the path.
 *
 * @param {SignedRequest} request
 * @param {(value: string) => string} change
 * @returns {Shipment}
 */
export function withProof({ authHeaders, ...request }, change) {
  if (authHeaders.length === 0) return { ...request, url: request.url.replace(/[^/]*$/, change) }
  const name = proofHeader({ authHeaders, ...request })
  return { ...request, headers: { ...request.headers, [name]: change(request.headers[name] ?? '') } }
}

/**
 * Random bytes in the shape of the signature at the end of a header, whatever stands before it; or a random password.
 *
 * @param {string} value
 */
export function randomProof(value) {
  const password = randomBytes(32).toString('base64url')
  if (value.startsWith('Basic ')) return changePair(value, (pair) => pair.replace(/:.*/s, `:${password}`))
  const encoding = /[0-9a-f]{64}$/.test(value) ? 'hex' : value.endsWith('=') ? 'base64' : 'base64url'
  const forged = randomBytes(32).toString(encoding)
  return value.slice(0, -forged.length) + forged
}

/**
 * @param {string} value of a header with Basic authentication
 * @param {(pair: string) => string} change
 */
function changePair(value, change) {
  return `Basic ${btoa(change(atob(value.slice('Basic '.length))))}`
}

/** @param {string} value a token, whatever stands before it */
export function algNone(value) {
  return value.replace(/[\w-]+(?=\.)/, base64url({ alg: 'none', typ: 'JWT' }))
}

/** @param {string} value a token, whatever stands before it */
export function laterExpiry(value) {
  return value.replace(/(?<=\.)[\w-]+(?=\.)/, (claims) => {
    const { exp, ...others } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    return base64url({ ...others, exp: (exp ?? 0) + 3600 })
  })
}

/** @param {object} part */
function base64url(part) {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/**
 * Another letter or digit at the end of the last value: the body stays JSON.
 *
 * @param {Uint8Array} body
 */
export function changeLast(body) {
  const text = new TextDecoder().decode(body)
  const at = [...text.matchAll(/[0-9a-z](?="[,\]}])|[0-9](?=[,\]}])/gi)].at(-1)?.index ?? 0
  return new TextEncoder().encode(text.slice(0, at) + (text.charAt(at) === '1' ? '2' : '1') + text.slice(at + 1))
}
