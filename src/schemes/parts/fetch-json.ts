import { refuse } from '../../core/errors.ts'
import { readWebStream } from '../../core/streams.ts'

const timeoutMilliseconds = 5000
const maxBytes = 1_048_576

/**
 * Fetches a JSON document: at most 5 s and 1 MiB, no redirect followed.
 *
 * @throws WebhookError `verifier_unavailable` whatever goes wrong: the sender shall try again
 */
export async function fetchJson(url: string): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    // `manual`, since not every runtime knows `error`: a redirect then fails by its status.
    const response = await fetch(url, { redirect: 'manual', signal, headers: { accept: 'application/json' } })
    if (response.status !== 200 || response.body === null) {
      response.body?.cancel().catch(() => {})
      unavailable()
    }
    const limits = {
      limit: maxBytes,
      tooLarge: unavailable,
      incomplete: unavailable,
      parsedBody: () => new TypeError(),
    }
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await readWebStream(response.body, limits)))
  } catch {
    unavailable()
  }
}

function unavailable(): never {
  refuse(
    'verifier_unavailable',
    "the authorization server's keys could not be fetched: is jwksUri right, and is it up?",
  )
}

const loopback = /^http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?(?:\/|$)/

/** @throws TypeError where an endpoint is neither https, nor loopback, nor on a host that is allowed by name */
export function checkEndpoint(url: unknown, name: string, allowHttp: readonly string[] = []): asserts url is string {
  const [, scheme, host] = (typeof url === 'string' && /^(https?):\/\/([^\s/?#@]+)(?:[/?#]\S*)?$/.exec(url)) || []
  if (scheme === 'https' || (scheme === 'http' && (loopback.test(String(url)) || allowHttp.includes(host ?? ''))))
    return
  throw new TypeError(`${name} must be an https: URL`)
}
