import { WebhookError } from '../../core/errors.ts'

const timeoutMilliseconds = 5000

/**
 * Gives what the work gives, if it does so within 5 s. Neither a timer nor a rejection without a listener is left.
 *
 * @throws WebhookError `verifier_unavailable` with this message (from the result) where it takes longer
 */
export async function withinTime<T>(work: Promise<T>, message: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new WebhookError('verifier_unavailable', message)), timeoutMilliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Whether that many milliseconds have passed since a time. A clock that was set back counts as passed. */
export function hasPassed(milliseconds: number, since: number): boolean {
  const elapsed = Date.now() - since
  return elapsed < 0 || elapsed >= milliseconds
}
