import { finished } from 'node:stream/promises'
import * as tyk from 'countersign/tyk'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { keep, workThrough } from './inbox.ts'
import { work } from './work.ts'

const webhook = tyk.createReceiver({ secret: () => process.env.PORTAL_WEBHOOKS_SECRET })

export const webhooks: FastifyPluginAsync = async (app) => {
  // In this plugin alone: the raw body, up to the limit that the receiver has too.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 1_048_576 }, (_request, body, done) => done(null, body))

  app.addHook('onRequest', async (request, reply) => {
    // Nothing is decompressed: what was signed is what was sent.
    const { 'content-encoding': coding = 'identity' } = request.headers
    if (coding !== 'identity') return reply.code(415).send('body_encoded')
    // Fastify would answer 415 to a content type that it cannot read. It is not signed, and nobody asks for it here.
    request.headers['content-type'] = undefined
  })

  // The rest of a body that is refused is read and dropped: an answer ahead of it can get lost with the connection.
  app.addHook('onSend', async ({ raw }) => {
    if (!raw.complete) await finished(raw.resume()).catch(() => {})
  })

  app.post('/tyk', receive)

  // "Test connection" in the portal's admin UI.
  app.head('/tyk', async (_request, reply) => reply.send())
}

export async function receive(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const result = await webhook.safeVerify(request)
  if (!result.ok) {
    const { code, message, status } = result.error
    request.log.warn({ code }, message) // safe to log
    return reply.code(status).send(code)
  }
  await keep(result.delivery)
  reply.send('ok')
  workThrough(work)
  return reply
}
