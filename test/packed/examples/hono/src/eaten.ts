// The mistake: a middleware that parses every body, ahead of the webhooks.
import { Hono } from 'hono'
import { webhooks } from './webhooks.ts'

const app = new Hono()
app.use(async (c, next) => {
  await c.req.json()
  await next()
})
app.route('/webhooks', webhooks)

export default app
