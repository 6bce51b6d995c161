import { workThrough } from './inbox.ts'
import { answerTest, receive } from './webhooks.ts'
import { work } from './work.ts'

type Handler = (request: Request) => Response | Promise<Response>

/** Prints method, path and status. No query, no header, no body: these may hold secrets. */
function logged(handler: Handler): Handler {
  return async (request) => {
    let status = 500
    try {
      const response = await handler(request)
      status = response.status
      return response
    } finally {
      // `new URL` would throw where the Host header is none.
      const path = URL.parse(request.url)?.pathname ?? ''
      console.log(request.method, path, request.signal.aborted ? 'broken off' : status)
    }
  }
}

async function echo(request: Request): Promise<Response> {
  const json = await request.json().catch(() => undefined)
  return json === undefined ? new Response('Bad Request', { status: 400 }) : Response.json(json)
}

workThrough(work) // what waits since the last time

Bun.serve({
  port: Number(process.env.PORT ?? 3000),
  routes: {
    '/webhooks/tyk': { POST: logged(receive), HEAD: logged(answerTest) },
    '/echo': { POST: logged(echo) },
  },
  fetch: logged(() => new Response('Not Found', { status: 404 })),
  // A mistake in the set-up: its message says what to do. Bun's own page would show it, with code, to whoever asks.
  error(error) {
    console.error(error)
    return new Response('Internal Server Error', { status: 500 })
  },
})
