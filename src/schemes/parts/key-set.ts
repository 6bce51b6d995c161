import { refuse } from '../../core/errors.ts'
import { fetchJson } from './fetch-json.ts'
import { hasPassed, withinTime } from './within-time.ts'

const maxAgeMilliseconds = 600_000
const coolDownMilliseconds = 30_000
const message =
  "the authorization server's keys could not be fetched or used: is jwksUri right, and is it up? The next try is in 30 s"

/** Gives the keys; with `renew`, the newest that may be asked for. */
export type KeySource<Keys> = (renew: boolean) => Promise<Keys>

/**
 * Keeps a remote key set for ten minutes. It is fetched at most once in 30 s, however many tokens ask for it, and
 * whether the fetch succeeds or not.
 *
 * @param url where the keys are
 * @param prepare makes keys of the document, or throws
 * @throws WebhookError `verifier_unavailable` (from the result) where there are no keys
 */
export function createKeySource<Keys>(url: string, prepare: (document: unknown) => Promise<Keys>): KeySource<Keys> {
  let current: { readonly keys: Keys; readonly since: number } | undefined
  let latest: { readonly keys: Promise<Keys>; readonly since: number } | undefined

  const load = async (since: number): Promise<Keys> => {
    const keys = await prepare(await fetchJson(url))
    current = { keys, since }
    return keys
  }
  /** The latest try, under way, done or failed; another one where the cool-down is over. */
  const loadOnce = (): Promise<Keys> => {
    const now = Date.now()
    if (latest === undefined || hasPassed(coolDownMilliseconds, latest.since)) latest = { keys: load(now), since: now }
    return latest.keys
  }
  return async (renew) => {
    if (!renew && current !== undefined && !hasPassed(maxAgeMilliseconds, current.since)) return current.keys
    return withinTime(loadOnce().catch(unavailable), message)
  }
}

function unavailable(): never {
  refuse('verifier_unavailable', message)
}
