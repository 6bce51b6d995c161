// The server under load: one receiver a route, each outcome counted by the kind that the client says it is of, and what
// it measures of itself. It is told what to do by messages from run.mjs.
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerMessages } from './messages.mjs'

// Before the library is loaded: its other backend is what is left where no built-in module can be reached.
if (process.argv.includes('webcrypto')) {
  Object.defineProperty(process, 'getBuiltinModule', { value: undefined, configurable: true })
}
const { optionsOf, routes, secret } = await import('./routes.mjs')

const faults = []
for (const event of ['unhandledRejection', 'uncaughtException', 'warning']) {
  process.on(event, (reason) => faults.push(`${event}: ${reason?.stack ?? reason}`))
}

const receivers = Object.fromEntries(
  Object.entries(routes).map(([name, route]) => [name, route.provider.createReceiver(optionsOf(route, secret))]),
)

const outcomes = {}
let pending = 0

function count(kind, outcome) {
  outcomes[kind] ??= {}
  outcomes[kind][outcome] = (outcomes[kind][outcome] ?? 0) + 1
}

async function handle(request, response) {
  const [, name, slug] = request.url.split('/')
  const kind = request.headers['x-soak'] ?? 'none'
  pending += 1
  try {
    const result = await receivers[name].safeVerify(request, slug === undefined ? undefined : { event: slug })
    count(kind, result.ok ? 'accepted' : result.error.code)
    answer(response, result)
  } catch (error) {
    count(kind, 'threw')
    faults.push(`verify threw: ${error?.stack ?? error}`)
    response.writeHead(500, { 'content-length': 0 }).end()
  } finally {
    pending -= 1
  }
}

function answer(response, { ok, delivery, error }) {
  if (response.destroyed) return
  const [status, body] = ok
    ? [200, { type: delivery.type, known: delivery.known }]
    : [error.status, { code: error.code }]
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length }).end(text)
}

const server = createServer(handle)
// Workers of the client that wait for a turn must not find their connection closed.
server.keepAliveTimeout = 600_000
// Unless told, Node.js ends the connection of a sender that has closed its half, without the answer if that takes a while.
server.httpAllowHalfOpen = true

const resolutionMs = 10
const delay = monitorEventLoopDelay({ resolution: resolutionMs })
let peakRss = 0
setInterval(() => (peakRss = Math.max(peakRss, process.memoryUsage.rss())), 100).unref()

/** The timer fires every 10 ms: what it is late by is the delay. */
function delayMs(nanoseconds) {
  return Math.max(0, nanoseconds / 1e6 - resolutionMs)
}

async function measure() {
  for (let turn = 0; turn < 5; turn += 1) {
    globalThis.gc()
    await sleep(20)
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heapUsed, external, rss, peakRss: Math.max(peakRss, rss) }
}

function connections() {
  return new Promise((resolve, reject) =>
    server.getConnections((error, number) => (error ? reject(error) : resolve(number))),
  )
}

answerMessages({
  listen: () => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port))),
  measure,
  async state() {
    return { pending, connections: await connections(), faults, outcomes }
  },
  startDelay() {
    delay.reset()
    delay.enable()
    peakRss = 0
  },
  stopDelay() {
    delay.disable()
    return { p50: delayMs(delay.percentile(50)), p99: delayMs(delay.percentile(99)), max: delayMs(delay.max) }
  },
})
