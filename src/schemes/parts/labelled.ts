import type { Proof } from '../../core/scheme.ts'

/** A proof with the label of what matched, where it has one. */
export function labelled<P extends Proof>(proof: Omit<P, 'credential'>, credential: string | undefined): P {
  // Assigned and not spread, which takes Node 20 as long as an HMAC. The label is optional in every proof, which the
  // compiler does not see through a type parameter.
  return (credential === undefined ? proof : Object.assign(proof, { credential })) as P
}
