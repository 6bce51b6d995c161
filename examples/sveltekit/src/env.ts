import { defineEnvVars } from '@sveltejs/kit/env'
import { building } from '$app/env'

export const variables = defineEnvVars({
  TIGHTKNIT_WEBHOOK_SECRET: { schema: neededToRun, description: "The endpoint's secret, from the webhooks portal." },
})

/** The server does not start without it; it builds without it. */
function neededToRun(value: string | undefined): string | undefined {
  if (!value && !building) throw new Error('is missing')
  return value
}
