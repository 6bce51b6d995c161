import type { Delivery } from 'countersign/sighten'

/** What this server does with an event. It may be called twice for one delivery: `delivery.id` tells. */
export async function work(delivery: Delivery): Promise<void> {
  if (!delivery.known) {
    console.log('not in a shape that these types know:', delivery.reason) // authentic: look at it, do not drop it
    return
  }
  switch (delivery.type) {
    case 'Stage Transition':
      console.log('work:', delivery.type, 'to', delivery.payload.stage_name)
      break
    default:
      console.log('work:', delivery.type)
  }
}
