import { type Bytes, constantTimeEqual } from '../../core/bytes.ts'
import type { Crypto } from '../../core/crypto.ts'
import type { Evidence, Proof } from '../../core/scheme.ts'
import type { Credential } from '../../core/secrets.ts'

/** Covers nothing: a credential that is sent as it is says who sent the request, and nothing about the request. */
export const coversNothing = /* @__PURE__ */ Object.freeze({ body: false, url: false, time: false } as const)

/** Compares digests, so that neither the length nor the beginning of a secret can be found out by timing. */
export async function sameSecret(crypto: Crypto, received: Bytes, expected: Bytes): Promise<boolean> {
  return constantTimeEqual(await digestOf(crypto, received), await digestOf(crypto, expected))
}

/** The first credential whose secret was received. All are compared, whichever it is. */
export async function findCredential(
  crypto: Crypto,
  received: Bytes,
  credentials: readonly Credential[],
): Promise<Credential | undefined> {
  const digest = await digestOf(crypto, received)
  let found: Credential | undefined
  for (const credential of credentials) {
    if (constantTimeEqual(digest, await digestOf(crypto, credential.bytes))) found ??= credential
  }
  return found
}

async function digestOf(crypto: Crypto, bytes: Bytes): Promise<string> {
  return await crypto.sha256([bytes], 'hex')
}

/** Evidence of a credential that covers nothing; with its label, where it has one. */
export function credentialEvidence<P extends Proof>(
  proof: Omit<P, 'credential'>,
  label: string | undefined,
): Evidence<P> {
  // The label is optional in every proof, which the compiler does not see through a type parameter.
  const labelled = (label === undefined ? proof : { ...proof, credential: label }) as P
  return { proof: labelled, identity: { from: 'body' } }
}
