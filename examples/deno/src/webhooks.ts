import * as tight from 'countersign/tight'
import { keep, workThrough } from './inbox.ts'
import { work } from './work.ts'

const webhook = tight.createReceiver({ secret: () => Deno.env.get('TIGHT_WEBHOOK_SECRET') })

/** Takes the request as it came: any content type, its body unread. The receiver reads it, up to its own limit. */
export async function receive(request: Request): Promise<Response> {
  const result = await webhook.safeVerify(request)
  if (!result.ok) {
    console.warn(result.error.code, result.error.message) // safe to log
    return new Response(result.error.code, { status: result.error.status })
  }
  await keep(result.delivery)
  workThrough(work)
  return new Response('OK')
}
