// The only file that loads jose's verification, and one that the build keeps apart (see tsup.config.ts): webpack keeps each
// import() of a file from which it takes anything, so that jose would come with every scheme.

/** Loads what finds a key in a set. */
export async function loadKeySets(): Promise<typeof import('jose/jwks/local')> {
  return import('jose/jwks/local')
}

/** Loads what verifies a token. */
export async function loadVerification(): Promise<typeof import('jose/jwt/verify')> {
  return import('jose/jwt/verify')
}
