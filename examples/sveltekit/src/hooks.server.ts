import type { RequestEvent } from '@sveltejs/kit'
import { type Handle, type ServerInit, sequence } from '@sveltejs/kit/hooks'
import { workThrough } from '#lib/server/inbox.ts'
import { work } from '#lib/server/work.ts'
import { building } from '$app/env'

export const init: ServerInit = () => {
  if (!building) workThrough(work) // what waits since the last time
}

/** Method, path and status. No query, no header, no body: these may hold secrets. */
const logRequests: Handle = async ({ event, resolve }) => {
  const response = await resolve(event)
  console.log(event.request.method, event.url.pathname, response.status)
  return response
}

/** SvelteKit's check against forged forms, for all routes but the webhooks: these have no origin, and a signature. */
const refuseForgedForms: Handle = ({ event, resolve }) => {
  const forged = !event.route.id?.startsWith('/webhooks/') && isFormOfAnotherOrigin(event)
  return forged ? new Response('Cross-site form submissions are forbidden', { status: 403 }) : resolve(event)
}

export const handle = sequence(logRequests, refuseForgedForms)

const formTypes = [
  '',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
  'application/x-sveltekit-formdata',
]

function isFormOfAnotherOrigin({ request, url }: RequestEvent): boolean {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';')
  return (
    ['POST', 'PUT', 'PATCH', 'DELETE'].includes(request.method) &&
    formTypes.includes(type.trim().toLowerCase()) &&
    request.headers.get('origin') !== url.origin
  )
}
