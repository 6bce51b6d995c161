// The other authentication type that signs the URL: its query is signed as text.
import * as sighten from 'countersign/sighten'

const webhook = sighten.createReceiver({
  auth: sighten.hmac({
    format: 'authorization',
    clientId: 'sighten',
    clientSecret: () => process.env.SIGHTEN_SECRET_KEY,
    host: process.env.WEBHOOK_HOST ?? 'localhost',
  }),
})

export async function POST(request: Request, { params }: { params: Promise<{ event: string }> }): Promise<Response> {
  const { event } = await params
  const result = await webhook.safeVerify(request, { event })
  return result.ok
    ? new Response(result.delivery.type)
    : new Response(result.error.code, { status: result.error.status })
}
