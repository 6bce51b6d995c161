import type { Delivery } from 'countersign/sighten'

/** What this server does with an event. It may be called twice for one delivery: `delivery.id` tells. */
export async function work(delivery: Delivery): Promise<void> {
  if (!delivery.known) {
    console.log('not in the shape that these types know:', delivery.reason) // authentic: look at it, do not drop it
    return
  }
  switch (delivery.type) {
    case 'Contract Status Change':
      console.log('work:', delivery.type, 'is now', delivery.payload.status)
      break
    default:
      console.log('work:', delivery.type)
  }
}
