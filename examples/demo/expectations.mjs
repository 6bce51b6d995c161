// @ts-check

/** @import { Covers } from 'countersign' */

/**
 * What the server must say: the status on the wire, and the error's code or the kind of delivery that it kept; what the
 * proof must cover, where it is not what the scheme covers otherwise.
 *
 * @typedef {{ readonly status: number, readonly says: string, readonly covers?: Covers }} Expected
 */

/**
 * What the proof must say, no more and no less.
 *
 * @typedef {object} ExpectedProof
 * @property {string} proof the scheme
 * @property {boolean} [authenticated] `true` unless told
 * @property {Covers} covers
 */

/**
 * What must be answered to each fault. Where there is no answer, the fault cannot be made.
 *
 * @typedef {object} Answers
 * @property {Expected} changedBody
 * @property {Expected} cutBody
 * @property {Expected} stranger
 * @property {Expected} [unlisted] `200 unlisted` unless told
 * @property {Expected} [forged]
 * @property {Expected} [elsewhere]
 * @property {Expected} [cutProof]
 * @property {Expected} [secondProof]
 * @property {Expected} [noProof]
 * @property {Expected} [otherUrl]
 * @property {Expected} [otherEvent]
 * @property {Expected} [stale]
 * @property {Expected} [postDated]
 */

/** @typedef {ExpectedProof & Answers} Expectations */

export const accepted = { status: 200, says: 'known' }
/** What was delivered before, byte for byte: where no time is covered, an old delivery is one of these. */
export const duplicate = { status: 200, says: 'duplicate' }
export const unlisted = { status: 200, says: 'unlisted' }
/** Taken for an event, and not in its shape. */
export const changed = { status: 200, says: 'changed' }
export const unreadable = { status: 200, says: 'unreadable' }
export const notDispatched = { status: 200, says: 'not dispatched' }

/** @type {(status: number, code: string) => Expected} */
export const refused = (status, code) => ({ status, says: code })

const nothing = { body: false, url: false, time: false }
const mismatch = refused(401, 'signature_mismatch')
const malformed = refused(401, 'signature_malformed')
const wrong = refused(401, 'credential_mismatch')
const missing = { noProof: refused(401, 'header_missing'), stranger: refused(401, 'header_missing') }

const signature = {
  ...missing,
  forged: mismatch,
  elsewhere: mismatch,
  changedBody: mismatch,
  cutBody: mismatch,
  cutProof: malformed,
  secondProof: malformed,
  otherUrl: duplicate,
  otherEvent: accepted,
}
// Proves who sent it and nothing else: a changed body passes, and the table shows that it does.
const credential = {
  ...missing,
  forged: wrong,
  elsewhere: wrong,
  changedBody: accepted,
  cutBody: refused(400, 'body_malformed'),
  cutProof: wrong,
  secondProof: wrong,
  otherUrl: duplicate,
  otherEvent: accepted,
  covers: nothing,
}
const timed = { stale: refused(401, 'timestamp_too_old'), postDated: refused(401, 'timestamp_too_new') }
const untimed = { stale: duplicate, postDated: duplicate }
const bodyHash = refused(401, 'body_hash_mismatch')
const byBodyHash = { changedBody: bodyHash, cutBody: bodyHash }
const urlSigned = { otherUrl: mismatch, otherEvent: mismatch }
// Of two Authorization headers Node.js hands over the first: the second is never seen.
const inAuthorization = { secondProof: duplicate }
const everything = { body: true, url: true, time: true }

/** @satisfies {Record<string, Expectations>} */
export const expectations = {
  jwt: {
    ...signature,
    ...timed,
    ...byBodyHash,
    proof: 'jwt',
    covers: { body: true, url: false, time: true },
    secondProof: refused(401, 'token_malformed'),
  },
  hmac: { ...signature, ...untimed, proof: 'hmac', covers: { body: true, url: false, time: false } },
  timedHmac: { ...signature, ...timed, proof: 'hmac', covers: { body: true, url: false, time: true } },
  standardWebhooks: {
    ...signature,
    ...timed,
    proof: 'standardWebhooks',
    covers: { body: true, url: false, time: true },
  },
  authorization: {
    ...signature,
    ...timed,
    ...urlSigned,
    ...byBodyHash,
    ...inAuthorization,
    proof: 'authorization',
    covers: everything,
  },
  digest: { ...signature, ...timed, ...urlSigned, proof: 'digest', covers: { body: true, url: false, time: true } },
  aws4: {
    ...signature,
    ...timed,
    ...urlSigned,
    ...byBodyHash,
    ...inAuthorization,
    proof: 'aws4',
    covers: everything,
  },
  header: { ...credential, ...untimed, proof: 'header' },
  basic: {
    ...credential,
    ...untimed,
    ...inAuthorization,
    proof: 'basic',
    cutProof: refused(401, 'header_malformed'),
  },
  token: { ...credential, ...untimed, ...inAuthorization, proof: 'token' },
  // A token has a time of its own, which is not that of the delivery.
  oauth2: {
    ...credential,
    ...inAuthorization,
    proof: 'oauth2',
    forged: mismatch,
    elsewhere: refused(401, 'claim_invalid'),
    cutProof: refused(401, 'token_malformed'),
  },
  urlSecret: {
    ...credential,
    ...untimed,
    proof: 'urlSecret',
    noProof: wrong,
    stranger: wrong,
    otherUrl: wrong,
  },
  unauthenticated: {
    proof: 'unauthenticated',
    authenticated: false,
    covers: nothing,
    changedBody: accepted,
    cutBody: refused(400, 'body_malformed'),
    stranger: changed,
    otherUrl: duplicate,
    otherEvent: accepted,
  },
}
