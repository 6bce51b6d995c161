import type { NextApiRequest, NextApiResponse } from 'next'
import { keep, workThrough } from '../../../../lib/inbox.ts'
import { logRequest } from '../../../../lib/log.ts'
import { webhook } from '../../../../lib/webhook.ts'
import { work } from '../../../../lib/work.ts'

// The raw body, whatever its content type: the receiver reads it, up to 1 MiB.
export const config = { api: { bodyParser: false } }

export default async function handle(request: NextApiRequest, response: NextApiResponse): Promise<void> {
  response.on('close', () => logRequest(request, response.headersSent ? response.statusCode : 'broken off'))
  switch (request.method) {
    case 'PATCH':
    case 'POST':
    case 'PUT':
      return receive(request, response) // Sighten sends the method that its form says
    case 'HEAD':
      response.status(200).end()
      return
    default:
      response.status(405).end()
  }
}

async function receive(request: NextApiRequest, response: NextApiResponse): Promise<void> {
  const { event } = request.query
  const result = await webhook.safeVerify(request, { event: String(event) })
  if (!result.ok) {
    const { code, message, status } = result.error
    console.warn(code, message) // safe to log
    response.status(status).send(code)
    return
  }
  await keep(result.delivery)
  response.send('ok')
  workThrough(work)
}
