import { defineProvider } from 'countersign'
import { hmac, type SecretOption } from 'countersign/schemes'
import * as z from 'zod'

const event = <Type extends string, Item extends z.ZodType>(type: Type, object: Item) =>
  z.object({ id: z.string(), type: z.literal(type), data: z.object({ object }) })

/** Signs time and body, and writes both into one header: `t=…,v1=…`. */
export const stripeLike = defineProvider({
  scheme: ({ secret }: { secret: SecretOption }) =>
    hmac({ header: 'Stripe-Signature', fields: { timestamp: 't', signature: 'v1' }, secret }),
  events: {
    'customer.created': event('customer.created', z.object({ id: z.string(), email: z.string() })),
    'invoice.paid': event('invoice.paid', z.object({ id: z.string(), amount_paid: z.number() })),
  },
  naming: { in: 'body', name: 'type' },
})
