// The edge runtime: no file system, so the delivery is only verified here.
import { webhook } from '../../../lib/webhook.ts'

export const runtime = 'edge'

export async function POST(request: Request): Promise<Response> {
  const result = await webhook.safeVerify(request, { event: 'Site Archived' })
  return result.ok
    ? new Response(result.delivery.type)
    : new Response(result.error.code, { status: result.error.status })
}
