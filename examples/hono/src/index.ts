import { Hono } from 'hono'
import { type Kept, workThrough } from './deliveries.ts'
import { webhooks } from './webhooks.ts'
import { work } from './work.ts'

const app = new Hono()

// Method, path and status. No query, no header, no body: these may hold secrets. Hono's own logger prints the query.
app.use(async (c, next) => {
  await next()
  console.log(c.req.method, c.req.path, c.res.status)
})
app.route('/webhooks', webhooks)
app.post('/echo', async (c) => c.json(await c.req.json()))

export default {
  fetch: app.fetch,
  queue: (batch) => workThrough(batch, work),
} satisfies ExportedHandler<Env, Kept>
