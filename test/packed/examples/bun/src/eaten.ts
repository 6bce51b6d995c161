// The mistake: the body is read ahead of the handler.
import { receive } from './webhooks.ts'

Bun.serve({
  port: Number(process.env.PORT),
  async fetch(request) {
    await request.json()
    return receive(request)
  },
})
