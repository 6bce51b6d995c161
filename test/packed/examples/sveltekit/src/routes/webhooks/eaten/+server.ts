// The mistake: the body read ahead of its verification.
import * as tightknit from 'countersign/tightknit'
import { TIGHTKNIT_WEBHOOK_SECRET } from '$app/env/private'
import type { RequestHandler } from './$types'

const webhook = tightknit.createReceiver({ secret: () => TIGHTKNIT_WEBHOOK_SECRET })

export const POST: RequestHandler = async ({ request }) => {
  const payload = await request.json()
  await webhook.verify(request)
  return new Response(`thank you for ${typeof payload}`)
}
