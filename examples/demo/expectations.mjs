// @ts-check

/** @import { Covers } from 'countersign' */

/**
 * What the server must say: the status on the wire, and the error's code or the kind of delivery that it kept.
 *
 * @typedef {{ readonly status: number, readonly says: string }} Expected
 */

/**
 * What one scheme must answer to each fault.
 *
 * @typedef {object} Expectations
 * @property {Covers} covers what the proof must say that it covers, no more and no less
 * @property {Expected} wrongSecret
 * @property {Expected} changedBody
 * @property {Expected} cutBody
 * @property {Expected} brokenProof
 * @property {Expected} doubledProof
 * @property {Expected} otherUrl
 * @property {Expected} stale
 * @property {Expected} postDated
 */

export const accepted = { status: 200, says: 'known' }
/** What was delivered before, byte for byte: where no time is covered, an old delivery is one of these. */
export const duplicate = { status: 200, says: 'duplicate' }
export const unlisted = { status: 200, says: 'unlisted' }
export const notDispatched = { status: 200, says: 'not dispatched' }

/** @type {(status: number, code: string) => Expected} */
export const refused = (status, code) => ({ status, says: code })

const signature = {
  wrongSecret: refused(401, 'signature_mismatch'),
  changedBody: refused(401, 'signature_mismatch'),
  cutBody: refused(401, 'signature_mismatch'),
  brokenProof: refused(401, 'signature_malformed'),
  doubledProof: refused(401, 'signature_malformed'),
  otherUrl: duplicate,
}
const timed = { stale: refused(401, 'timestamp_too_old'), postDated: refused(401, 'timestamp_too_new') }
const untimed = { stale: duplicate, postDated: duplicate }
const bodyHash = refused(401, 'body_hash_mismatch')

/** @satisfies {Record<string, Expectations>} */
export const expectations = {
  jwt: {
    ...signature,
    ...timed,
    covers: { body: true, url: false, time: true },
    changedBody: bodyHash,
    cutBody: bodyHash,
    doubledProof: refused(401, 'token_malformed'),
  },
  hmac: { ...signature, ...untimed, covers: { body: true, url: false, time: false } },
  timedHmac: { ...signature, ...timed, covers: { body: true, url: false, time: true } },
  // Proves who sent it and nothing else: a changed body passes, and the table shows that it does.
  header: {
    ...untimed,
    covers: { body: false, url: false, time: false },
    wrongSecret: refused(401, 'credential_mismatch'),
    changedBody: accepted,
    cutBody: refused(400, 'body_malformed'),
    brokenProof: refused(401, 'credential_mismatch'),
    doubledProof: refused(401, 'credential_mismatch'),
    otherUrl: duplicate,
  },
}
