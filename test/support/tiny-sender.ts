import { type CallOptions, defineProvider, type ReceiverOptions, type Schema, type WebhookRequest } from 'countersign'
import type { Scheme } from 'countersign/schemes'

/** The smallest body that the tiny sender's receiver knows. */
export const ping = '{"event":"Ping"}'

/** A schema without a library: what `check` says. */
export function schemaOf<Input>(check: (value: unknown) => boolean): Schema<Input> {
  const validate = (value: unknown) => (check(value) ? { value } : { issues: [{ message: 'other' }] })
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

const pingSchema = schemaOf<{ event: 'Ping' }>(() => true)

/** A sender with one event, proved by the scheme that is given. */
export function tinySender(scheme: Scheme) {
  return defineProvider({
    scheme: (_options: object) => scheme,
    events: { Ping: pingSchema },
    naming: { in: 'body', name: 'event' },
  })
}

/** A receiver of the tiny sender. */
export function receiverOf(scheme: Scheme, options: ReceiverOptions<false> = {}) {
  return tinySender(scheme).createReceiver(options)
}

/** Verifies one request by one scheme. */
export function verifyBy(scheme: Scheme, request: WebhookRequest, call: CallOptions = {}) {
  return receiverOf(scheme).verify(request, call)
}
