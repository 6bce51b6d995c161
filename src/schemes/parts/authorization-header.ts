import { refuse } from '../../core/errors.ts'
import type { Incoming } from '../../core/scheme.ts'
import { createHeaderReader } from './header-reader.ts'

/** Whether a text is a token68 (RFC 9110, section 11.2): the one form in which a credential is a single word. */
export function isToken68(text: string): boolean {
  return /^[A-Za-z0-9._~+/-]+=*$/.test(text)
}

/**
 * Makes the reader of `Authorization: <scheme> <credentials>` (RFC 9110, section 11.6.2): the scheme in any case, one
 * space, one token68. A second header joined by a comma is no token68.
 *
 * @throws TypeError where the scheme is not one word
 */
export function createAuthorizationReader(scheme: string, hint?: string): (request: Incoming) => string {
  if (typeof scheme !== 'string' || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(scheme)) {
    throw new TypeError('key must be the one word ahead of the token, such as Bearer')
  }
  const readHeader = createHeaderReader('Authorization', hint)
  const wanted = scheme.toLowerCase()
  return (request) => {
    // In ASCII alone: some other letters turn into ASCII in lower case.
    const [, name, credentials = ''] = /^([!-~]+) (.*)$/s.exec(readHeader(request)) ?? []
    if (name?.toLowerCase() !== wanted) refuse('header_malformed', `Authorization does not say ${scheme}`)
    if (!isToken68(credentials)) refuse('header_malformed', `Authorization holds no one ${scheme} credential`)
    return credentials
  }
}
