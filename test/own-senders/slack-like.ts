import { defineProvider } from 'countersign'
import { hmac, type SecretOption } from 'countersign/schemes'
import * as z from 'zod/mini'

const format = { header: 'X-Slack-Signature', prefix: 'v0=', timestampHeader: 'X-Slack-Request-Timestamp' }
const envelope = z.object({ event_id: z.string(), event: z.object({ type: z.string() }) })

/** Signs a version, the time and the body, and wraps every event in one envelope. */
export const slackLike = defineProvider({
  scheme: ({ secret }: { secret: SecretOption }) => hmac({ ...format, signedText: 'v0:{timestamp}:{body}', secret }),
  events: {
    message: z.extend(envelope, { event: z.object({ type: z.literal('message'), text: z.string() }) }),
    team_join: z.extend(envelope, { event: z.object({ type: z.literal('team_join'), user: z.string() }) }),
  },
  envelope,
  naming: { in: 'body', name: (body) => envelope.safeParse(body).data?.event.type },
})
