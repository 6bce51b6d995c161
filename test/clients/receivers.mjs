// Real servers, with the receivers of the installed package behind them.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'

export const credential = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'eu-central-1',
  service: 'execute-api',
}

/** How a receiver can be told that a path is signed. */
export const settings = {
  double: {},
  single: { pathEncoding: 'single' },
  'double, resolved': { normalizePath: true },
  'single, resolved': { pathEncoding: 'single', normalizePath: true },
}

const anything = { '~standard': { version: 1, vendor: 'clients', validate: (value) => ({ value }) } }

/**
 * @param {Record<'' | '/schemes' | '/sighten', object>} library the subpaths of the installed package
 */
export function createReceivers(library) {
  const { defineProvider } = library['']
  const own = defineProvider({
    scheme: (options) => library['/schemes'].aws4(options),
    events: { Ping: anything },
    naming: { in: 'body', name: 'event' },
  })
  /** The two that guard a route with AWS4: a sender of one's own, and Sighten by its own authentication type. */
  const makers = {
    own: (options, shared) => own.createReceiver({ ...options, ...shared }),
    sighten: (options, shared) =>
      library['/sighten'].createReceiver({ auth: library['/sighten'].aws4(options), ...shared }),
  }
  /** Gives a function from a request to a delivery, or to the code of its refusal. */
  const receiver = (sender = 'own', more = {}, shared = {}) => {
    const made = makers[sender]({ ...credential, host: '127.0.0.1', ...more }, shared)
    const call = sender === 'sighten' ? { event: 'Contract Status Change' } : undefined
    return async (request) => {
      const result = await made.safeVerify(request, call)
      return result.ok ? { answer: 'accepted', status: 200, ...pick(result.delivery) } : refusal(result.error)
    }
  }
  return { receiver, senders: Object.keys(makers) }
}

function pick({ id, proof }) {
  return { id, proof }
}

function refusal({ code, status }) {
  return { answer: code, status }
}

/** What has arrived at any server, in order. */
export const arrivals = []

/**
 * Starts a server on loopback, which answers with the number of the arrival and the verdict. With `keepsIds`, a delivery that
 * was accepted before is `repeated`, as a route that keeps the ids says.
 */
export async function serve(verify, { http2 = false, keepsIds = false } = {}) {
  const seen = new Set()
  const server = (http2 ? createHttp2Server : createServer)(async (request, response) => {
    const { method, url, rawHeaders } = request
    const arrival = { method, url, rawHeaders, headers: distinct(rawHeaders) }
    const number = arrivals.push(arrival) - 1
    Object.assign(arrival, await verify(request))
    if (keepsIds && arrival.answer === 'accepted' && seen.has(arrival.id)) arrival.answer = 'repeated'
    seen.add(arrival.id)
    response.statusCode = arrival.status
    response.end(`${number} ${arrival.answer}`)
  })
  server.unref()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server.address().port
}

/** Every line of a header, under its lower-case name. */
function distinct(rawHeaders) {
  const lines = {}
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at].toLowerCase()
    lines[name] = [...(lines[name] ?? []), rawHeaders[at + 1]]
  }
  return lines
}

/** What a client was answered, as the arrival it was the answer to; none where it sent nothing or HTTP refused it. */
export function arrivalOf({ status, text }) {
  const [, number, answer] = /^(\d+) (\w+)$/.exec(text) ?? []
  const arrival = arrivals[Number(number)]
  if (arrival === undefined) return { answer: status === 0 ? 'not sent' : `HTTP ${status}` }
  if (arrival.answer !== answer || arrival.status !== status) throw new Error('the answer is of another request')
  return arrival
}
