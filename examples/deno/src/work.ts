import type { Delivery } from 'countersign/tight'

/** What this server does with an event. It may be called twice for one delivery: `delivery.id` tells. */
export async function work(delivery: Delivery): Promise<void> {
  if (!delivery.known) {
    console.log('not an event that these types know:', delivery.reason) // authentic: look at it, do not drop it
    return
  }
  switch (delivery.type) {
    case 'ENTITY_UPDATE':
      console.log('work:', delivery.type)
      break
    case 'bankAccountCreated':
      console.log('work:', delivery.type, 'of entity', delivery.payload.eventData.entityId)
      break
  }
}
