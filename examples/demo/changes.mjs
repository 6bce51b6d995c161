// @ts-check
import { randomBytes } from 'node:crypto'
import { tamper } from 'countersign/testing'

/** @import { SignedRequest } from 'countersign' */
/** @import { Shipment } from './deliver.mjs' */

/**
 * As a sender tests the connection: without a body and without a proof.
 *
 * @param {SignedRequest} request
 * @returns {Shipment}
 */
export function headOf({ url }) {
  return { method: 'HEAD', url, headers: {}, body: new Uint8Array() }
}

/**
 * One of the test kit's single faults.
 *
 * @param {SignedRequest} request
 * @param {RegExp} name
 * @param {'proof'} [kind] a header that carries the proof, whatever it is called
 * @returns {Shipment}
 */
export function fault(request, name, kind) {
  const found = tamper(request).find((one) => name.test(one.name) && (kind ?? one.fault) === one.fault)
  if (found === undefined) throw new Error(`the test kit has no fault ${name}`)
  return found.request
}

/**
 * The request with another proof.
 *
 * @param {SignedRequest} request
 * @param {(value: string) => string} change
 * @returns {Shipment}
 */
export function withProof({ authHeaders, headers, ...request }, change) {
  const changed = Object.entries(headers).map(([name, value]) => [
    name,
    authHeaders.includes(name) ? change(value) : value,
  ])
  return { ...request, headers: Object.fromEntries(changed) }
}

/**
 * Random bytes in the shape of the signature at the end of a header, whatever stands before it.
 *
 * @param {string} value
 */
export function randomProof(value) {
  const isHex = /[0-9a-f]{64}$/.test(value)
  const forged = randomBytes(32).toString(isHex ? 'hex' : 'base64url')
  return value.slice(0, -forged.length) + forged
}

/** @param {string} token */
export function algNone(token) {
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
  return token.replace(/^[^.]*/, header)
}

/**
 * Another letter or digit in place of the last: the body stays JSON.
 *
 * @param {Uint8Array} body
 */
export function changeLast(body) {
  const text = new TextDecoder().decode(body)
  return new TextEncoder().encode(text.replace(/[0-9a-z](?=[^0-9a-z]*$)/i, (last) => (last === '1' ? '2' : '1')))
}
