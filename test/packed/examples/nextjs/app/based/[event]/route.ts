// Under a basePath: Next.js cuts off what was signed, so that it is put back.
import { webhook } from '../../../lib/webhook.ts'

export async function POST(request: Request, { params }: { params: Promise<{ event: string }> }): Promise<Response> {
  const { event } = await params
  const { method, headers, body } = request
  const { pathname, search } = new URL(request.url)
  const result = await webhook.safeVerify({ method, url: `/base${pathname}${search}`, headers, body }, { event })
  return result.ok
    ? new Response(result.delivery.type)
    : new Response(result.error.code, { status: result.error.status })
}
