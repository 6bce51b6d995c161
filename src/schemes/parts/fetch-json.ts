import { readWebStream } from '../../core/streams.ts'
import { withinTime } from './within-time.ts'

/** Fetches a JSON document: at most 5 s and 1 MiB, no redirect followed. It rejects whatever goes wrong. */
export async function fetchJson(url: string): Promise<unknown> {
  const controller = new AbortController()
  try {
    return await withinTime(load(url, controller.signal), 'the document took longer than 5 s')
  } finally {
    // Ends what is still under way: a connection that hangs, or a body that nobody wants.
    controller.abort()
  }
}

async function load(url: string, signal: AbortSignal): Promise<unknown> {
  // `manual`, since not every runtime knows `error`: a redirect then fails by its status.
  const response = await fetch(url, { redirect: 'manual', signal, headers: { accept } })
  if (response.status !== 200 || response.body === null) unusable()
  const body = await readWebStream(response.body, limits)
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
}

const accept = 'application/json, application/jwk-set+json'

/** Nobody sees it: the sender is told that there are no keys. */
function unusable(): never {
  throw new Error('the document cannot be used')
}

const limits = { limit: 1_048_576, declared: 0, tooLarge: unusable, incomplete: unusable, parsedBody: unusable }

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/

/** @throws TypeError where an endpoint is neither https, nor loopback, nor on a host that is allowed by name */
export function checkEndpoint(url: unknown, name: string, allowHttp: unknown = []): asserts url is string {
  if (!Array.isArray(allowHttp)) throw new TypeError('dangerouslyAllowHttp must be a list of hosts')
  const [, scheme, host = ''] =
    /^(https?):\/\/([^\s/?#@\\]+)(?:[/?#]\S*)?$/.exec(typeof url === 'string' ? url : '') ?? []
  if (scheme === 'https' || (scheme === 'http' && (loopback.test(host) || allowHttp.includes(host)))) return
  throw new TypeError(`${name} must be an https: URL; http: only on loopback or a host in dangerouslyAllowHttp`)
}
