// Keeps deliveries on the disk, one file each. Yours may be a table or a queue: what matters is the order. First keep
// the delivery, then answer 2xx, then work from what was kept.
import { createHash, randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const inbox = process.env.INBOX ?? 'inbox'
const done = join(inbox, 'done')

/** Writes a delivery to the disk. A repetition of it is kept once: its type and id are the same. */
export async function keep(delivery: { readonly type: string; readonly id: string }): Promise<void> {
  await mkdir(done, { recursive: true })
  const name = `${createHash('sha256').update(`${delivery.type}/${delivery.id}`).digest('hex')}.json`
  if (await exists(join(done, name))) return
  const draft = join(inbox, `${randomUUID()}.draft`)
  const file = await open(draft, 'wx')
  try {
    await file.writeFile(JSON.stringify(delivery))
    await file.sync()
    await link(draft, join(inbox, name)) // whole or not at all
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await file.close()
    await rm(draft)
  }
}

let turn = Promise.resolve()

/**
 * Does the work of every delivery that waits, one after the other. Call it when the server starts and after each
 * delivery: what a crash or an error interrupted is taken up again. Work may happen twice, and is never lost.
 */
export function workThrough<Delivery>(work: (delivery: Delivery) => Promise<void>): void {
  turn = turn.then(() => workOnce(work)).catch(console.error)
}

async function workOnce<Delivery>(work: (delivery: Delivery) => Promise<void>): Promise<void> {
  await mkdir(done, { recursive: true })
  for (const name of await readdir(inbox)) {
    if (!name.endsWith('.json')) continue
    await work(JSON.parse(await readFile(join(inbox, name), 'utf8')))
    await rename(join(inbox, name), join(done, name)) // delete it there when its sender no longer repeats it
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
