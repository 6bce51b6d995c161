// Stands in for SQS: takes messages over HTTP, shows them, and hands them to the function that the queue triggers.
import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { listen } from './loopback.mjs'

const longestMessage = 1024 * 1024

/** @param {(event: object) => Promise<{ result?: { batchItemFailures: object[] } }>} trigger */
export async function startQueue(trigger) {
  let messages = []
  let working = Promise.resolve()
  const queue = { refuses: false }
  const work = async (message) => {
    const { result } = await trigger(sqsEvent([message.body]))
    message.done = result?.batchItemFailures.length === 0
  }
  const { host, close } = await listen(async ({ headers }, body) => {
    const { MessageBody: text } = JSON.parse(body)
    const problem = refusal(queue, headers, text)
    if (problem)
      return { status: 400, body: JSON.stringify({ __type: `com.amazonaws.sqs#${problem}`, message: problem }) }
    await wait(20) // an answer that does not wait for this is there before it
    const message = { body: text, done: false }
    messages.push(message)
    working = working.then(() => work(message)).catch(console.error)
    return { body: JSON.stringify({ MessageId: randomUUID(), MD5OfMessageBody: md5(text) }) }
  })
  return Object.assign(queue, {
    url: `http://${host}/123456789012/deliveries`,
    kept: () => messages.map(({ body }) => JSON.parse(body)),
    async forget() {
      await working
      if (messages.some(({ done }) => !done)) throw new Error('what was kept was not worked through')
      messages = []
    },
    close,
  })
}

function refusal({ refuses }, headers, text) {
  if (headers['x-amz-target'] !== 'AmazonSQS.SendMessage') return 'UnknownOperationException'
  if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) return 'MissingAuthenticationToken'
  if (Buffer.byteLength(text) > longestMessage) return 'InvalidParameterValue'
  return refuses ? 'OverLimit' : undefined
}

/** What Lambda makes of messages: see "Using Lambda with Amazon SQS", of its developer guide. */
export function sqsEvent(bodies) {
  const now = String(Date.now())
  return {
    Records: bodies.map((body) => ({
      messageId: randomUUID(),
      receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: now,
        SenderId: 'AIDAIENQZJOLO23YVJ4VO',
        ApproximateFirstReceiveTimestamp: now,
      },
      messageAttributes: {},
      md5OfBody: md5(body),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-2:123456789012:deliveries',
      awsRegion: 'us-east-2',
    })),
  }
}

function md5(text) {
  return createHash('md5').update(text).digest('hex')
}
