import { after, type Bytes, constantTimeEqual, isLater, type MaybePromise } from '../../core/bytes.ts'
import type { Crypto } from '../../core/crypto.ts'
import type { Evidence, Proof } from '../../core/scheme.ts'
import type { Credential } from '../../core/secrets.ts'
import { labelled } from './labelled.ts'

/** Covers nothing: a credential that is sent as it is says who sent the request, and nothing about the request. */
export const coversNothing = /* @__PURE__ */ Object.freeze({ body: false, url: false, time: false } as const)

/** Compares digests, so that neither the length nor the beginning of a secret can be found out by timing. */
export function sameSecret(crypto: Crypto, received: Bytes, expected: Bytes): MaybePromise<boolean> {
  return after(digestOf(crypto, received), (digest) =>
    after(digestOf(crypto, expected), (other) => constantTimeEqual(digest, other)),
  )
}

/** The first credential whose secret was received. All are compared, whichever it is. */
export function findCredential(
  crypto: Crypto,
  received: Bytes,
  credentials: MaybePromise<readonly Credential[]>,
): MaybePromise<Credential | undefined> {
  return after(credentials, (list) =>
    after(digestOf(crypto, received), (digest) => {
      const matches = list.map(({ bytes }) =>
        after(digestOf(crypto, bytes), (expected) => constantTimeEqual(digest, expected)),
      )
      return matches.some(isLater)
        ? Promise.all(matches).then((all) => list[all.indexOf(true)])
        : list[matches.indexOf(true)]
    }),
  )
}

function digestOf(crypto: Crypto, bytes: Bytes): MaybePromise<string> {
  return crypto.sha256([bytes], 'hex')
}

/** Evidence of a credential that covers nothing; with its label, where it has one. */
export function credentialEvidence<P extends Proof>(
  proof: Omit<P, 'credential'>,
  label: string | undefined,
): Evidence<P> {
  return { proof: labelled<P>(proof, label), identity: { from: 'body' } }
}
