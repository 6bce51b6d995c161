import { defineProvider } from 'countersign'
import { hmac, type SecretOption } from 'countersign/schemes'
import * as v from 'valibot'

const repository = v.object({ full_name: v.string() })

/** Signs the body alone, and names the event in a header beside it. */
export const githubLike = defineProvider({
  scheme: ({ secret }: { secret: SecretOption }) => hmac({ header: 'X-Hub-Signature-256', prefix: 'sha256=', secret }),
  events: {
    ping: v.object({ zen: v.string(), repository }),
    push: v.object({ ref: v.string(), repository }),
  },
  naming: { in: 'header', name: 'X-GitHub-Event' },
})
