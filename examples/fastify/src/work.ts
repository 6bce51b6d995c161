import type { Delivery } from 'countersign/tyk'

/** What this server does with an event. It may be called twice for one delivery: `delivery.id` tells. */
export async function work(delivery: Delivery): Promise<void> {
  if (!delivery.known) {
    console.log('not an event that these types know:', delivery.reason) // authentic: look at it, do not drop it
    return
  }
  switch (delivery.type) {
    case 'AccessRequestCreated':
      console.log('work:', delivery.type, 'of application', delivery.payload.Message.AppID)
      break
    default:
      console.log('work:', delivery.type)
  }
}
