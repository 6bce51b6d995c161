import * as tightknit from 'countersign/tightknit'
import { keep, workThrough } from '#lib/server/inbox.ts'
import { work } from '#lib/server/work.ts'
import { TIGHTKNIT_WEBHOOK_SECRET } from '$app/env/private'
import type { RequestHandler } from './$types'

const webhook = tightknit.createReceiver({ secret: () => TIGHTKNIT_WEBHOOK_SECRET })

export const POST: RequestHandler = async ({ request }) => {
  const result = await webhook.safeVerify(request) // ahead of request.json() and everything else that reads the body
  if (!result.ok) {
    const { code, message, status } = result.error
    console.warn(code, message) // safe to log
    return new Response(code, { status })
  }
  await keep(result.delivery)
  workThrough(work) // not awaited: the answer goes out first
  return new Response()
}

/** For tools that ask whether the address answers. */
export const HEAD: RequestHandler = () => new Response()
