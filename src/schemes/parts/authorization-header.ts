import { refuse } from '../../core/errors.ts'
import type { Incoming } from '../../core/scheme.ts'
import { createHeaderReader } from './header-reader.ts'

/**
 * Makes the reader of `Authorization: <scheme> <credentials>` (RFC 9110, section 11.6.2): the scheme in any case, one
 * space, one token68. A second header joined by a comma is no token68.
 */
export function createAuthorizationReader(scheme: string, hint?: string): (request: Incoming) => string {
  const readHeader = createHeaderReader('Authorization', hint)
  const start = `${scheme.toLowerCase()} `
  return (request) => {
    const value = readHeader(request)
    if (!value.toLowerCase().startsWith(start)) refuse('header_malformed', `Authorization does not say ${scheme}`)
    const credentials = value.slice(start.length)
    if (!/^[A-Za-z0-9._~+/-]+=*$/.test(credentials))
      refuse('header_malformed', `Authorization holds no one ${scheme} credential`)
    return credentials
  }
}
