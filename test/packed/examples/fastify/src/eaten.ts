// The mistake: the route without its plugin, so that Fastify's own parser takes the JSON.
import Fastify from 'fastify'
import { receive } from './webhooks.ts'

const app = Fastify({ logger: true })
app.post('/webhooks/tyk', receive)
await app.listen({ port: Number(process.env.PORT) })
