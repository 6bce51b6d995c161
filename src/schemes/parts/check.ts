import { refuse } from '../../core/errors.ts'

/** The caller's own check of a token: only `true` passes. */
export type TokenCheck = (token: string) => unknown

const timeoutMilliseconds = 5000
const maxConcurrent = 64

/**
 * Bounds a check in time and number, since a sender can cause as many as it likes.
 *
 * @throws TypeError where it is no function
 * @throws WebhookError `verifier_unavailable` (from the result) where the check throws, takes over 5 s, or 64 are under way
 */
export function boundCheck(check: unknown): (token: string) => Promise<boolean> {
  if (typeof check !== 'function') throw new TypeError('check must be a function of the token')
  let running = 0
  return async (token) => {
    if (running >= maxConcurrent)
      refuse('verifier_unavailable', `${maxConcurrent} checks of tokens are under way already`)
    running += 1
    const outcome = Promise.resolve(token).then((text) => check(text))
    outcome.catch(() => {}).finally(() => (running -= 1)) // a check that hangs keeps its place until it ends
    return (await withinTime(outcome)) === true
  }
}

async function withinTime(outcome: Promise<unknown>): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(reject, timeoutMilliseconds)
  })
  try {
    return await Promise.race([outcome, late])
  } catch {
    // Without the cause: what was thrown may quote the token.
    refuse('verifier_unavailable', 'the function that checks the token threw, or took longer than 5 s')
  } finally {
    clearTimeout(timer)
  }
}
