import { read } from '../../core/foreign.ts'
import type { OptionNames } from '../../core/options.ts'
import type { Proof, Scheme } from '../../core/scheme.ts'
import type { Options } from './deliveries.ts'

/** Of a receiver, and of a call that makes one. */
export const optionNames: OptionNames<Options & { event: string }> = {
  auth: true,
  bodyFormat: true,
  additionalEvents: true,
  event: true,
}

/** The scheme that the caller chose. No missing option stands for one. */
export function scheme({ auth }: Options): Scheme<Proof> {
  if (typeof read(auth, 'verify') === 'function' && typeof read(auth, 'sign') === 'function') return auth
  throw new TypeError(
    "auth must be what one of these gives, as the credential's authentication type is: header(), basic(), token(), " +
      'aws4(), hmac(), oauth2(), or anyOf() of several organizations; ' +
      'a credential without authentication needs the explicit dangerouslyUnauthenticated()',
  )
}
