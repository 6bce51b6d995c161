import type { Delivery } from 'countersign/tightknit'

/** What this worker does with an event. It may be called twice for one delivery: `delivery.id` tells. */
export async function work(delivery: Delivery): Promise<void> {
  if (!delivery.known) {
    console.log('not an event that these types know:', delivery.reason) // authentic: look at it, do not drop it
    return
  }
  switch (delivery.type) {
    case 'user_registered':
      console.log('work:', delivery.type)
      break
    case 'user_unregistered':
      console.log('work:', delivery.type)
      break
  }
}
