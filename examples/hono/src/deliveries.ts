// Keeps deliveries in a Cloudflare Queue. First keep the delivery, then answer 2xx, then work from what was kept.
import { env } from 'cloudflare:workers'
import type { Delivery } from 'countersign/tightknit'

/** What the queue carries: a delivery, or the name of a longer one in the store. */
export type Kept = { delivery: Delivery } | { stored: string }

/** In bytes. A message may have 128,000, a value of the store 25 MiB. */
const longestMessage = 100_000

/** In seconds: longer than the queue keeps a message, and than the sender repeats a delivery. */
const storeFor = 14 * 24 * 60 * 60

/** Puts a delivery into the queue. It is there when this returns. */
export async function keep(delivery: Delivery): Promise<void> {
  const text = JSON.stringify(delivery)
  if (new TextEncoder().encode(text).length <= longestMessage) return queue({ delivery })
  const stored = `delivery/${delivery.id}`
  await env.STORE.put(stored, text, { expirationTtl: storeFor })
  return queue({ stored })
}

async function queue(kept: Kept): Promise<void> {
  await env.DELIVERIES.send(kept)
}

/**
 * Does the work of every delivery in a batch. What fails comes again, and at last into the dead letter queue. A
 * repetition is worked on once, as far as the store knows: it may be a minute behind, so work may happen twice.
 */
export async function workThrough(
  { messages }: MessageBatch<Kept>,
  work: (delivery: Delivery) => Promise<void>,
): Promise<void> {
  for (const message of messages) {
    try {
      await workOnce(await find(message.body), work)
      message.ack()
    } catch (error) {
      console.error(error)
      message.retry()
    }
  }
}

async function find(kept: Kept): Promise<Delivery> {
  if ('delivery' in kept) return kept.delivery
  const delivery = await env.STORE.get<Delivery>(kept.stored, 'json')
  if (delivery === null) throw new Error('the store does not show this delivery yet')
  return delivery
}

async function workOnce(delivery: Delivery, work: (delivery: Delivery) => Promise<void>): Promise<void> {
  const done = `done/${delivery.id}`
  if ((await env.STORE.get(done)) !== null) return
  await work(delivery)
  await env.STORE.put(done, '', { expirationTtl: storeFor })
}
