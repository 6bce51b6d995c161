// The worker, with a queue that tells what is put into it and what was worked through, and a store that shows a new
// delivery only when it is asked again, as a distant one may.
import { env, withEnv } from 'cloudflare:workers'
import worker from './worker.js'

const { DELIVERIES, RECORDER, STORE } = env
const asked = new Set()
const recorded = { ...env, DELIVERIES: { send }, STORE: { get, put: (...args) => STORE.put(...args) } }

export default {
  fetch: (request, _env, context) => withEnv(recorded, () => worker.fetch(request, recorded, context)),
  async queue({ messages, queue }, _env, context) {
    const done = []
    const watched = messages.map((message) => watch(message, () => done.push(message.body)))
    await withEnv(recorded, () => worker.queue({ queue, messages: watched }, recorded, context))
    for (const body of done) await tell('done', body)
  },
}

async function send(message, options) {
  await tell('kept', message)
  await DELIVERIES.send(message, options)
}

async function get(key, type) {
  const value = await STORE.get(key, type)
  if (!key.startsWith('delivery/') || asked.has(key)) return value
  asked.add(key)
  return null
}

function watch(message, onAck) {
  const ack = () => {
    message.ack()
    onAck()
  }
  return { body: message.body, ack, retry: (options) => message.retry(options) }
}

async function tell(what, { delivery, stored }) {
  const body = delivery ? JSON.stringify(delivery) : await STORE.get(stored)
  const { ok, status } = await RECORDER.fetch(`http://recorder/${what}`, { method: 'POST', body })
  if (!ok) throw new Error(`the queue answers ${status}`)
}
