import express, { type ErrorRequestHandler } from 'express'
import { workThrough } from './inbox.ts'
import { webhooks } from './webhooks.ts'
import { work } from './work.ts'

// What express.json() refuses has a status. A mistake in the set-up has none, and its message says what to do.
const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
  const status = error.status ?? 500
  console.error(status < 500 ? error.message : error)
  response.sendStatus(status)
}

const app = express()

// Method, path and status. No query, no header, no body: these may hold secrets.
app.use(({ method, path }, response, next) => {
  response.on('close', () => console.log(method, path, response.headersSent ? response.statusCode : 'broken off'))
  next()
})
app.use('/webhooks', webhooks) // ahead of express.json()
app.use(express.json())
app.post('/echo', (request, response) => {
  response.json(request.body)
})
app.use(answerError)

workThrough(work) // what waits since the last time
app.listen(Number(process.env.PORT ?? 3000))
