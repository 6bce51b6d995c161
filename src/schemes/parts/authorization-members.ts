import { refuse } from '../../core/errors.ts'

/** What an `Authorization: HMAC-SHA256` header says. */
export interface Members {
  readonly credential: string | undefined
  readonly signedHeaders: string
  readonly signature: string
}

/** @throws WebhookError where it is not in this one form */
export function parseMembers(value: string): Members {
  const match = /^HMAC-SHA256 (?:Credential=([^&\s]+)&)?SignedHeaders=([^&\s]+)&Signature=([A-Za-z0-9+/]{43}=)$/.exec(
    value,
  )
  const [, credential, signedHeaders, signature] = match ?? []
  if (signedHeaders === undefined || signature === undefined) {
    refuse(
      'signature_malformed',
      'Authorization does not hold HMAC-SHA256 with SignedHeaders and a Signature in base64',
    )
  }
  return { credential, signedHeaders, signature }
}
