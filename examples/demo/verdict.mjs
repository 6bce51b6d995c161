// @ts-check

/** @import { Covers, Proof } from 'countersign' */
/** @import { Expected } from './expectations.mjs' */
/** @import { AnyDelivery } from 'countersign/testing' */
/** @import { DemoSample, Route } from './route.mjs' */
/** @import { Outcome } from './server.mjs' */

/** @typedef {Proof & { readonly coversType: boolean }} FullProof */

/**
 * What a status says where nothing was verified.
 *
 * @type {Readonly<Record<number, string>>}
 */
const silence = { 0: 'no answer', 200: 'not dispatched', 404: 'no such route', 500: 'the route failed' }

/**
 * What the server made of a request, in one word.
 *
 * @param {Pick<Outcome, 'status' | 'result' | 'duplicate'>} outcome
 */
export function saysOf({ status, result, duplicate }) {
  if (result === undefined) return silence[status] ?? 'not handled'
  if (!result.ok) return result.error.code
  if (duplicate) return 'duplicate'
  return result.delivery.known ? 'known' : (result.delivery.reason ?? 'unknown')
}

/**
 * The parts that a proof may cover, and whether it does.
 *
 * @param {FullProof} proof
 * @returns {[name: string, covered: boolean][]}
 */
export function coveredParts({ covers, coversType }) {
  return [
    ['body', covers.body],
    ['url', covers.url],
    ['time', covers.time],
    ['type', coversType],
  ]
}

/**
 * How an outcome differs from what was expected: one sentence for each difference, none where all is right.
 *
 * @param {Route} route
 * @param {Expected} expected
 * @param {Outcome} outcome
 * @param {DemoSample} [sample] where the event has to be this one's
 * @returns {string[]}
 */
export function differences(route, expected, outcome, sample) {
  const found = []
  const says = saysOf(outcome)
  if (outcome.status !== expected.status || says !== expected.says) {
    found.push(`expected ${expected.status} ${expected.says}, got ${outcome.status} ${says}`)
  }
  if (!outcome.result?.ok) return found
  const { delivery } = outcome.result
  const ofProof = proofDifferences(route, expected.covers ?? route.expected.covers, delivery.proof)
  return [...found, ...ofProof, ...(sample ? sampleDifferences(sample, delivery) : [])]
}

/**
 * @param {Route} route
 * @param {Covers} covers
 * @param {FullProof} proof
 * @returns {string[]}
 */
function proofDifferences({ expected, otherEvent }, covers, proof) {
  const found = []
  const { authenticated = true } = expected
  if (proof.scheme !== expected.proof) found.push(`the proof is by ${proof.scheme}`)
  if (proof.authenticated !== authenticated) {
    found.push(authenticated ? 'the proof is of nobody' : 'the proof claims the sender')
  }
  // Where the URL names the event, the body cannot cover its name.
  const parts = new Map(coveredParts({ ...proof, covers, coversType: covers.body && otherEvent === undefined }))
  for (const [part, covered] of coveredParts(proof)) {
    if (covered !== parts.get(part)) {
      found.push(covered ? `the proof claims the ${part}` : `the proof does not cover the ${part}`)
    }
  }
  return found
}

/**
 * @param {DemoSample} sample
 * @param {AnyDelivery} delivery
 * @returns {string[]}
 */
function sampleDifferences(sample, delivery) {
  const found = []
  const [name, due] = [eventName(delivery), eventName(sample)]
  if (name !== due) found.push(`expected the event ${due}, got ${name}`)
  const { credential = 'none' } = delivery.proof
  const { credential: label = 'none' } = sample
  if (credential !== label) found.push(`expected the label ${label}, got ${credential}`)
  return found
}

/** @param {Pick<AnyDelivery, 'type' | 'generation'> | DemoSample} named */
export function eventName({ type, generation }) {
  return generation === undefined ? type : `${type} ${generation}`
}
