import { read } from './foreign.ts'
import type { HeaderLookup } from './headers.ts'

/** The request's method in upper case, or `undefined` where the request has none. */
function requestMethod(request: unknown): string | undefined {
  const method = read(request, 'method')
  return typeof method === 'string' && method !== '' ? method.toUpperCase() : undefined
}

/**
 * The request target's path and query, as text and untouched: `URL` would rewrite what was signed.
 * An absolute form loses its scheme and authority, which say nothing that could be relied on. A fragment stays: no
 * client sends one, and what a router makes of it must not be left out of what was signed.
 */
export function requestTarget(request: unknown): string | undefined {
  const target = read(request, 'originalUrl') ?? read(request, 'url')
  if (typeof target !== 'string') return undefined
  // Without a host it is no authority: URL parsers then take the first part of the path for one.
  const form = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-_~]+)(?::\d*)?(?=[/?]|$)/
  const authority = form.exec(target)?.[0] ?? ''
  const path = target.slice(authority.length)
  return path.startsWith('/') ? path : `/${path}`
}

/**
 * What the sender addressed: the `host` header, or HTTP/2's `:authority`; `undefined` where there are several and they
 * differ. Never `X-Forwarded-Host` or `Forwarded`.
 */
export function requestHost(request: unknown, header: HeaderLookup): string | undefined {
  const [host, ...others] = header('host')
  const authority = read(read(request, 'headers'), ':authority')
  if (others.length > 0) return undefined
  if (typeof authority !== 'string' || host?.toLowerCase() === authority.toLowerCase()) return host
  return host === undefined ? authority : undefined
}

/** What a scheme that covers the URL signs of a request. */
export interface RequestLine {
  readonly method: string
  readonly target: string
}

/** @throws TypeError where the request was handed over without its method or URL */
export function requestLine(request: unknown): RequestLine {
  const [method, target] = [requestMethod(request), requestTarget(request)]
  if (method === undefined || target === undefined) {
    throw new TypeError('this scheme needs the method and the url of the request: hand over the request itself')
  }
  return { method, target }
}
