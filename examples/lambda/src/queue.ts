// Keeps deliveries in an SQS queue. First keep the delivery, then answer 2xx, then work from what was kept.
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'

const sqs = new SQSClient()

/** Puts a delivery into the queue. It is there when this returns. */
export async function keep(delivery: object): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: JSON.stringify(delivery) }))
}
