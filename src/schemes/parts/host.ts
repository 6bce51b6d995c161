import { refuse } from '../../core/errors.ts'
import type { Incoming } from '../../core/scheme.ts'
import { requestHost } from '../../core/target.ts'

/** The host or hosts that a sender may address, with or without a port. */
export type HostOption = string | readonly string[]

/** Gives the values under which the received host may have been signed; none where the host is not one of ours. */
export type HostReader = (request: Incoming) => readonly string[]

/**
 * Makes the reader of the host. A host without a port in the option stands for any port of it, and may have been signed
 * without its port, as some signers do.
 *
 * @throws TypeError where the option is not a host or a list of them
 */
export function createHostReader(option: HostOption): HostReader {
  const hosts = typeof option === 'string' ? [option] : option
  if (!Array.isArray(hosts) || hosts.length === 0 || !hosts.every(isHost)) {
    throw new TypeError('host must be the host that the sender addresses, or a list of them: no scheme, no path')
  }
  const known = new Set(hosts.map((host) => host.toLowerCase()))
  return (request) => {
    const host = requestHost(request.source, request.header)
    if (host === undefined) refuse('header_missing', 'no Host header, or several: is a proxy stripping it?')
    if (!isHost(host)) return []
    const bare = host.replace(/:\d+$/, '')
    if (known.has(bare.toLowerCase())) return [...new Set([host, bare])]
    return known.has(host.toLowerCase()) ? [host] : []
  }
}

function isHost(host: unknown): boolean {
  return typeof host === 'string' && /^(?:[^\s/@:?#[\]]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?$/.test(host)
}

/** The host of an absolute URL, with its port where it names one; for signing. */
export function hostOfUrl(url: string): string {
  return /^[a-z]+:\/\/([^/?#]*)/i.exec(url)?.[1] ?? ''
}
