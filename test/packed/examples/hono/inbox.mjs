// The queue as files: one for each message, moved into `done` when its work was done.
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Response } from 'miniflare'

/** Answers what the worker tells: `/kept` with a delivery, and `/done` with it. A file `full` makes the queue refuse. */
export function createInbox(inbox) {
  const done = join(inbox, 'done')
  return async (request) => {
    if (existsSync(join(inbox, 'full'))) return new Response(null, { status: 503 })
    const delivery = await request.json()
    const start = createHash('sha256').update(delivery.id).digest('hex')
    mkdirSync(done, { recursive: true })
    if (request.url.endsWith('/done')) {
      const name = readdirSync(inbox).find((file) => file.startsWith(start))
      renameSync(join(inbox, name), join(done, name))
    } else {
      await wait(50) // an answer that does not wait for this is there before it
      writeFileSync(join(inbox, `${start}-${randomUUID()}.json`), JSON.stringify(delivery))
    }
    return new Response()
  }
}
