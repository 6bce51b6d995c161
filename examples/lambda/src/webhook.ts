import type { ALBEvent, ALBResult, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda'
import * as tight from 'countersign/tight'
import { keep } from './queue.ts'

/** A REST API, an HTTP API or a function URL, an Application Load Balancer. */
type Event = APIGatewayProxyEvent | APIGatewayProxyEventV2 | ALBEvent

const webhook = tight.createReceiver({ secret: () => process.env.TIGHT_WEBHOOK_SECRET })

export async function handler(event: Event): Promise<ALBResult & { body: string }> {
  const { method, path } = requestLine(event)
  const { status, text } = method === 'HEAD' ? answer(200) : await receive(event)
  console.log(method, path, status) // no query, no header, no body: these may hold secrets
  return { statusCode: status, ...textHeaders, body: text, isBase64Encoded: false }
}

// A load balancer reads the one or the other, as its target group is set.
const textHeaders = { headers: { 'content-type': 'text/plain' }, multiValueHeaders: { 'content-type': ['text/plain'] } }

async function receive(event: Event) {
  if (isEncoded(event)) return answer(415, 'body_encoded') // what was signed cannot be told from it
  try {
    const result = await webhook.safeVerify(event) // the event itself: it says whether its body is in base64
    if (!result.ok) {
      console.warn(result.error.code, result.error.message) // safe to log
      return answer(result.error.status, result.error.code)
    }
    await keep(result.delivery)
    return answer(200)
  } catch (error) {
    console.error(error) // the set-up is wrong, or the queue did not take it: the sender tries again
    return answer(500)
  }
}

function answer(status: number, text = '') {
  return { status, text }
}

function requestLine(event: Event) {
  if ('httpMethod' in event) return { method: event.httpMethod, path: event.path }
  return event.requestContext?.http ?? { method: '?', path: '?' } // an event that somebody wrote by hand
}

function isEncoded(event: Event): boolean {
  const headers = { ...event.headers, ...('multiValueHeaders' in event ? event.multiValueHeaders : {}) }
  return Object.entries(headers).some(
    ([name, value]) => /^content-encoding$/i.test(name) && String(value) !== 'identity',
  )
}
