import { refuse } from '../../core/errors.ts'
import { fetchJson } from './fetch-json.ts'

const maxAgeMilliseconds = 600_000
const coolDownMilliseconds = 30_000

/** Gives the keys; with `renew`, newer ones if they may be asked for, else `undefined`. */
export type KeySource<Keys> = (renew: boolean) => Promise<Keys | undefined>

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
  let lastTry = Number.NEGATIVE_INFINITY
  let pending: Promise<Keys> | undefined

  const load = async (): Promise<Keys> => {
    lastTry = Date.now()
    const keys = await prepare(await fetchJson(url)).catch(() => unavailable())
    current = { keys, since: Date.now() }
    return keys
  }
  const loadOnce = (): Promise<Keys> => {
    pending ??= load().finally(() => {
      pending = undefined
    })
    return pending
  }
  return async (renew) => {
    const cooling = Date.now() - lastTry < coolDownMilliseconds
    const fresh = current !== undefined && Date.now() - current.since < maxAgeMilliseconds
    if (renew) return cooling ? undefined : loadOnce()
    if (fresh) return current?.keys
    return pending === undefined && cooling ? unavailable() : loadOnce()
  }
}

function unavailable(): never {
  refuse(
    'verifier_unavailable',
    "the authorization server's keys could not be fetched or used; the next try is in 30 s",
  )
}
