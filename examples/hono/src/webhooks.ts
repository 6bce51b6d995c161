import { env } from 'cloudflare:workers'
import * as tightknit from 'countersign/tightknit'
import { Hono } from 'hono'
import { keep } from './deliveries.ts'

const webhook = tightknit.createReceiver({ secret: () => env.TIGHTKNIT_WEBHOOK_SECRET })

export const webhooks = new Hono()

webhooks.post('/tightknit', async (c) => {
  // The request itself: its body is read here, as far as 1 MiB, whatever its content type.
  const result = await webhook.safeVerify(c.req.raw)
  if (!result.ok) {
    console.warn(result.error.code, result.error.message) // safe to log
    return new Response(result.error.code, { status: result.error.status })
  }
  await keep(result.delivery)
  return c.body(null, 200)
})

webhooks.get('/tightknit', (c) => c.body(null, 200)) // and HEAD
