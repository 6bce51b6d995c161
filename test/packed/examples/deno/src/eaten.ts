// The mistake: the body is read ahead of the handler.
import { receive } from './webhooks.ts'

Deno.serve({ hostname: '127.0.0.1', port: Number(Deno.env.get('PORT')) }, async (request) => {
  await request.json()
  return receive(request)
})
