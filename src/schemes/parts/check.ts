import { refuse } from '../../core/errors.ts'
import { hasPassed, withinTime } from './within-time.ts'

/** The caller's own check of a token: only `true` passes. */
export type TokenCheck = (token: string) => unknown

const maxConcurrent = 64
const abandonedMilliseconds = 60_000
const message = 'the function that checks the token threw, or took longer than 5 s'

/**
 * Bounds a check in time and number, since a sender can cause as many as it likes.
 *
 * @throws TypeError where it is no function
 * @throws WebhookError `verifier_unavailable` (from the result) where the check throws, takes over 5 s, or 64 are under way
 */
export function boundCheck(check: unknown): (token: string) => Promise<boolean> {
  if (typeof check !== 'function') throw new TypeError('check must be a function of the token')
  const places = new Set<{ readonly since: number }>()
  return async (token) => {
    // A check that goes on after its 5 s keeps its place; one that never ends must not keep it for good.
    const [oldest] = places
    if (oldest !== undefined && hasPassed(abandonedMilliseconds, oldest.since)) places.delete(oldest)
    if (places.size >= maxConcurrent) {
      refuse('verifier_unavailable', `${maxConcurrent} checks of tokens are under way already`)
    }
    const place = { since: Date.now() }
    places.add(place)
    const outcome = Promise.resolve(token).then((text) => check(text))
    // Without the cause: what was thrown may quote the token.
    const checked = outcome.catch(() => refuse('verifier_unavailable', message)).finally(() => places.delete(place))
    return (await withinTime(checked, message)) === true
  }
}
