// The edge runtime, with a dynamic segment: Next.js puts it into the query of request.url.
import { webhook } from '../../../lib/webhook.ts'

export const runtime = 'edge'

export async function POST(request: Request, { params }: { params: Promise<{ event: string }> }): Promise<Response> {
  const { event } = await params
  const result = await webhook.safeVerify(request, { event })
  return result.ok
    ? new Response(result.delivery.type)
    : new Response(result.error.code, { status: result.error.status })
}
