// @ts-check
import { defineProvider } from 'countersign'
import { header, hmac, jwt } from 'countersign/schemes'
import * as z from 'zod/mini'
import { expectations } from './expectations.mjs'

/** @import { Scheme } from 'countersign' */

const order = z.object({ id: z.string(), total: z.int() })

/**
 * A sender that is in no list, defined in a few lines: how its deliveries are proved, its events, and where they are
 * named.
 *
 * @param {(secret: string) => Scheme} scheme
 */
export const ownProvider = (scheme) =>
  defineProvider({
    scheme: (/** @type {{ secret: string }} */ { secret }) => scheme(secret),
    events: {
      'order.paid': z.object({ type: z.literal('order.paid'), order }),
      'order.shipped': z.object({ type: z.literal('order.shipped'), order }),
    },
    naming: { in: 'body', name: 'type' },
  })

export const ownSamples = ['order.paid', 'order.shipped'].map((type) => ({
  type,
  payload: { type, order: { id: 'order_1', total: 4200 } },
}))

/** The plain schemes, as `countersign/schemes` has them. */
export const ownSchemes = [
  {
    scheme: 'jwt',
    path: '/own/jwt',
    expected: expectations.jwt,
    make: (/** @type {string} */ secret) => jwt({ header: 'X-Token', secret, bodyHashClaim: 'body_sha256' }),
  },
  {
    scheme: 'hmac',
    path: '/own/hmac',
    expected: expectations.hmac,
    make: (/** @type {string} */ secret) => hmac({ header: 'X-Signature', prefix: 'sha256=', secret }),
  },
  {
    scheme: 'hmac t=',
    path: '/own/hmac-timestamp',
    expected: expectations.timedHmac,
    make: (/** @type {string} */ secret) =>
      hmac({ header: 'X-Signature', fields: { timestamp: 't', signature: 'v1' }, secret }),
  },
  {
    scheme: 'header',
    path: '/own/header',
    expected: expectations.header,
    make: (/** @type {string} */ secret) => header({ name: 'X-Webhook-Secret', value: secret }),
  },
]
