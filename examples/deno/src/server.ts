import { workThrough } from './inbox.ts'
import { receive } from './webhooks.ts'
import { work } from './work.ts'

async function answer(path: string, request: Request): Promise<Response> {
  switch (`${request.method} ${path}`) {
    case 'POST /webhooks/tight':
      return receive(request)
    case 'HEAD /webhooks/tight':
      return new Response()
    case 'POST /echo':
      return echo(request)
    default:
      return new Response('Not Found', { status: 404 })
  }
}

async function echo(request: Request): Promise<Response> {
  const json = await request.json().catch(() => undefined)
  return json === undefined ? new Response('Bad Request', { status: 400 }) : Response.json(json)
}

workThrough(work) // what waits since the last time

Deno.serve({ hostname: '127.0.0.1', port: Number(Deno.env.get('PORT') ?? 3000) }, async (request) => {
  // `new URL` would throw where the Host header is none, with the query in its message.
  const path = URL.parse(request.url)?.pathname ?? ''
  let status = 500 // what Deno answers when something is thrown: a mistake in the set-up. It prints the error.
  try {
    const response = await answer(path, request)
    status = response.status
    return response
  } finally {
    console.log(request.method, path, status) // no query, no header, no body: these may hold secrets
  }
})
