import { STATUS_CODES } from 'node:http'
import Fastify, { type FastifyError } from 'fastify'
import { workThrough } from './inbox.ts'
import { webhooks } from './webhooks.ts'
import { work } from './work.ts'

const app = Fastify({
  // Method and path. No query, no header: these may hold secrets, and Fastify's own line has the query and the host.
  logger: { serializers: { req: ({ method, url }) => ({ method, path: url.split('?', 1)[0] }) } },
  requestTimeout: 30_000, // without it a request may take for ever
})

// What Fastify refuses has a status: 413 for a body over the limit, 400 for one that breaks off. A mistake in the set-up
// has none: its message says what to do, and belongs into the log and not into the answer.
app.setErrorHandler<FastifyError>((error, request, reply) => {
  const status = error.statusCode ?? 500
  if (status < 500) request.log.info(error.message)
  else request.log.error(error)
  return reply.code(status).send(STATUS_CODES[status])
})

// Fastify's own would log the query.
app.setNotFoundHandler((_request, reply) => reply.code(404).send('Not Found'))

app.register(webhooks, { prefix: '/webhooks' })
app.post('/echo', async (request) => request.body)

workThrough(work) // what waits since the last time
await app.listen({ port: Number(process.env.PORT ?? 3000), host: '0.0.0.0' })
