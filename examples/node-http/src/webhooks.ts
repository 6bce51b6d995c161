import * as sighten from 'countersign/sighten'
import { answer, type Request, type Response } from './answer.ts'
import { keep, workThrough } from './inbox.ts'
import { work } from './work.ts'

const { SIGHTEN_CLIENT_ID: clientId, SIGHTEN_HOST: host } = process.env
if (clientId === undefined || host === undefined) throw new Error('SIGHTEN_CLIENT_ID or SIGHTEN_HOST is not set')

// Signed are method, URL and host. The host is what Sighten addresses: the header Host, or :authority in HTTP/2.
const webhook = sighten.createReceiver({
  auth: sighten.hmac({
    format: 'authorization',
    clientId,
    clientSecret: () => process.env.SIGHTEN_CLIENT_SECRET,
    host,
  }),
})

const methods = ['POST', 'PUT', 'PATCH'] // as the admin chose

/** Takes a delivery of the event that the path names: `contract-status-change` and the like. */
export async function receive(request: Request, response: Response, event: string): Promise<void> {
  if (request.method === 'HEAD') return answer(request, response, 200)
  if (!methods.includes(request.method ?? '')) {
    response.setHeader('allow', [...methods, 'HEAD'].join(', '))
    return answer(request, response, 405)
  }
  // The request itself: nothing has read its body, and its method, URL and host are as they were sent.
  const result = await webhook.safeVerify(request, { event })
  if (!result.ok) {
    console.warn(result.error.code, result.error.message) // safe to log
    return answer(request, response, result.error.status, result.error.code)
  }
  await keep(result.delivery)
  await answer(request, response, 200)
  workThrough(work)
}
