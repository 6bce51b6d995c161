import type { Proof, Scheme } from '../core/scheme.ts'

/** Nothing was proved. */
export interface UnauthenticatedProof extends Proof {
  readonly scheme: 'unauthenticated'
  readonly authenticated: false
  readonly covers: { readonly body: false; readonly url: false; readonly time: false }
}

/**
 * No authentication: anyone who knows the URL can send anything. For a sender that offers nothing else, behind
 * something that does authenticate.
 */
export function dangerouslyUnauthenticated(): Scheme<UnauthenticatedProof> {
  const covers = { body: false, url: false, time: false } as const
  return {
    verify: () => ({ proof: { scheme: 'unauthenticated', authenticated: false, covers }, identity: { from: 'body' } }),
    sign: () => ({}),
  }
}
