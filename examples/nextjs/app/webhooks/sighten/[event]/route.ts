import { after } from 'next/server'
import { keep, workThrough } from '../../../../lib/inbox.ts'
import { logRequest } from '../../../../lib/log.ts'
import { webhook } from '../../../../lib/webhook.ts'
import { work } from '../../../../lib/work.ts'

interface Context {
  params: Promise<{ event: string }>
}

// Nothing reads the body ahead of the receiver: it takes the bytes as they came, up to 1 MiB.
async function receive(request: Request, { params }: Context): Promise<Response> {
  const { event } = await params
  const result = await webhook.safeVerify(request, { event })
  if (!result.ok) {
    const { code, message, status } = result.error
    console.warn(code, message) // safe to log
    return new Response(code, { status })
  }
  await keep(result.delivery)
  after(() => workThrough(work)) // it may be lost here, since the delivery is kept
  return new Response('ok')
}

/** Logs every answer; what is thrown is logged by Next.js, and answered with 500. */
async function receiveAndLog(request: Request, context: Context): Promise<Response> {
  let status = 500
  try {
    const response = await receive(request, context)
    status = response.status
    return response
  } finally {
    logRequest(request, status)
  }
}

// Sighten sends the method that its form says.
export { receiveAndLog as PATCH, receiveAndLog as POST, receiveAndLog as PUT }

export function HEAD(request: Request): Response {
  logRequest(request, 200)
  return new Response()
}
