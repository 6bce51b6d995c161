import { Logger } from '@nestjs/common'
import type { Delivery } from 'countersign/tyk'

const logger = new Logger('Work')

/** What this server does with an event. It may be called twice for one delivery: `delivery.id` tells. */
export async function work(delivery: Delivery): Promise<void> {
  if (!delivery.known) {
    logger.warn(`not an event that these types know: ${delivery.reason}`) // authentic: look at it, do not drop it
    return
  }
  switch (delivery.type) {
    case 'UserRegistered':
      logger.log(`${delivery.type}: user ${delivery.payload.Message.ID}`)
      break
    default:
      logger.log(delivery.type)
  }
}
