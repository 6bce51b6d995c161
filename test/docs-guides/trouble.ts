import type { SignedRequest } from 'countersign'

/** One row of docs/troubleshooting.md: what goes wrong, and, where the receiver can be mended, the same thing mended. */
export interface Trouble {
  readonly broken: () => Promise<unknown>
  readonly mended?: () => Promise<unknown>
}

/** The page's rows by heading and first cell. */
export type Troubles = Readonly<Record<string, Readonly<Record<string, Trouble>>>>

export const secret = 'a secret for tests'
export const host = 'hooks.example.com'
export const url = `https://${host}/webhooks/sender`

/** The same request with other headers; `undefined` takes one away. */
export function withHeaders(
  signed: SignedRequest,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
) {
  return { ...signed, headers: { ...signed.headers, ...headers } }
}

/** What a middleware leaves of a body that it parsed, and that somebody put together again. */
export function reserialized({ body, ...rest }: SignedRequest) {
  return { ...rest, body: JSON.stringify(JSON.parse(new TextDecoder().decode(body)), null, 2) }
}

export function secondsFrom(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000)
}
