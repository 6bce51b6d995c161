import * as tight from 'countersign/tight'
import express from 'express'
import { keep, workThrough } from './inbox.ts'
import { work } from './work.ts'

const webhook = tight.createReceiver({ secret: () => process.env.TIGHT_WEBHOOK_SECRET })

export const webhooks = express.Router()

// No parser ahead of it: the receiver reads the body as it came, whatever its content type, up to its own limit.
webhooks.post('/tight', async (request, response) => {
  const result = await webhook.safeVerify(request)
  if (!result.ok) {
    console.warn(result.error.code, result.error.message) // safe to log
    response.status(result.error.status).send(result.error.code)
    return
  }
  await keep(result.delivery)
  response.sendStatus(200)
  workThrough(work)
})

webhooks.head('/tight', (_request, response) => {
  response.sendStatus(200)
})
