// @ts-check
import { plain } from './style.mjs'
import { coveredParts, eventName, saysOf } from './verdict.mjs'

/** @import { WebhookError } from 'countersign' */
/** @import { AnyDelivery } from 'countersign/testing' */
/** @import { Outcome } from './server.mjs' */
/** @import { Paint } from './style.mjs' */
/** @import { FullProof } from './verdict.mjs' */

const partNames = new Map([
  ['body', 'the body'],
  ['url', 'the URL'],
  ['time', 'the time of signing'],
  ['type', "the event's name"],
])

/** @type {Partial<Record<WebhookError['code'], string>>} */
const advice = {
  header_missing: 'see whether the sender signs at all, and whether a proxy drops the header',
  signature_mismatch: "compare the secret with the sender's; verify before anything parses the body",
  credential_mismatch: "compare the value with the sender's",
  claim_invalid: "compare the option that the message names with the token's claims",
  host_mismatch: 'let the proxy pass the Host header on, or name the host in the options',
  body_hash_mismatch: 'verify before anything parses or rewrites the body',
  timestamp_too_old: 'sign it anew: a captured request is not good for long',
  timestamp_too_new: 'compare both clocks',
  body_too_large: 'raise maxBodyBytes if the sender really sends that much',
  event_unlisted: 'compare the path with eventSlug, or name a newer event in additionalEvents',
  verifier_unavailable: "see whether the authorization server's keys can be fetched",
  body_encoded: 'tell the sender or the proxy not to compress',
}

/**
 * Explains one delivery to a person: verdict, code, what was proved, what to do next.
 *
 * @param {Outcome} outcome
 * @param {readonly string[]} paths that the server knows
 * @param {Paint} paint
 * @returns {string}
 */
export function explain(outcome, paths, paint) {
  const { method, path, status, ms } = outcome
  const verdict = paint(status === 200 ? 'green' : 'yellow', `${status} ${saysOf(outcome)}`)
  const title = `${plain(method)} ${plain(path)}  ${verdict}  ${paint('dim', `${ms.toFixed(1)} ms`)}`
  return [title, ...details(outcome, paths).map((line) => `    ${line}`)].join('\n')
}

/**
 * @param {Outcome} outcome
 * @param {readonly string[]} paths
 * @returns {string[]}
 */
function details({ route, status, result, duplicate }, paths) {
  if (route === undefined) return [`No sender delivers here. Paths: ${paths.join(' ')}`]
  if (result === undefined)
    return [status === 200 ? 'A test of the connection: nothing to verify.' : 'The route failed.']
  return result.ok ? acceptedDetails(result.delivery, duplicate) : refusedDetails(result.error)
}

/**
 * @param {AnyDelivery} delivery
 * @param {boolean} duplicate
 */
function acceptedDetails(delivery, duplicate) {
  return [
    `Event:      ${delivery.type === '' ? 'none that can be read' : plain(eventName(delivery))}`,
    `Proved:     ${provedText(delivery.proof)}`,
    `Id:         ${plain(delivery.id, 13)} (from the ${delivery.idFrom})`,
    `Next:       ${duplicate ? 'seen before: answer 200, do nothing' : keepText(delivery)}`,
  ]
}

/** @param {AnyDelivery} delivery */
function keepText({ known }) {
  return known ? 'keep it under its id, answer 200, work on it later' : 'authentic but not known: keep it loosely typed'
}

/** @param {FullProof} proof */
function provedText(proof) {
  if (!proof.authenticated) return 'nothing: this route takes deliveries from anyone'
  const parts = coveredParts(proof)
  /** @param {boolean} wanted */
  const names = (wanted) => parts.filter(([, covered]) => covered === wanted).map(([name]) => partNames.get(name))
  const missing = names(false)
  const sender = proof.credential === undefined ? 'the sender' : `the sender (${plain(proof.credential)})`
  return [sender, ...names(true)].join(', ') + (missing.length > 0 ? `; not ${missing.join(', ')}` : '')
}

/** @param {WebhookError} error */
function refusedDetails({ code, message, status, retryable }) {
  return [
    `Because:    ${message}`,
    'Proved:     nothing',
    `Next:       answer ${status}; ${advice[code] ?? 'see the message'}`,
    `Retry:      ${retryable ? 'the next try may pass' : 'the same request will be refused again'}`,
  ]
}
