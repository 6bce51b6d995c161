import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { work } from './work.ts'

/**
 * Does the work of every delivery in a batch. What is named in the answer comes again, and at last into the dead letter
 * queue; without `ReportBatchItemFailures` on the queue's trigger, it would count as done.
 */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchItemFailure[] = []
  for (const { messageId, body } of Records) {
    try {
      await work(JSON.parse(body))
    } catch (error) {
      console.error(error)
      batchItemFailures.push({ itemIdentifier: messageId })
    }
  }
  return { batchItemFailures }
}
