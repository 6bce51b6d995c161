import type { Bytes } from '../core/bytes.ts'
import { type ErrorCode, isWebhookError, refuse, type WebhookError } from '../core/errors.ts'
import { isObject } from '../core/foreign.ts'
import type { Evidence, Incoming, Proof, Scheme, SchemeContext, SchemeTraits } from '../core/scheme.ts'

/**
 * Several credentials of one scheme and one format at one route, such as those of several organizations. The proof says
 * by its label whose matched.
 *
 * @param members the schemes by label
 * @throws TypeError where the members differ in more than their credentials, where one authenticates nobody, or where
 * two have the same credential: a delivery must not be able to choose how it is checked, or who it is from
 */
export function anyOf<P extends Proof>(
  members: Readonly<Record<string, Scheme<P>>>,
): Scheme<P & { credential: string }> {
  if (!isObject(members)) throw new TypeError("anyOf takes its members by label: anyOf({ 'Org A': …, 'Org B': … })")
  const entries = Object.entries(members)
  const [first] = entries
  if (first === undefined) throw new TypeError('anyOf needs at least one member')
  const traits = checkMembers(entries)

  return {
    async verify(request, context) {
      // All are asked, and at one time, since one may wait for its authorization server. Where two match, such as two
      // rules that one token fits, nothing says whose delivery it is.
      const answers = await Promise.all(entries.map(([label, scheme]) => ask(label, scheme, request, context)))
      const matches = answers.flatMap((answer) => ('identity' in answer ? [answer] : []))
      if (matches.length > 1)
        refuse('credential_mismatch', 'the delivery fits several members: give each its own credential')
      return matches[0] ?? fail(answers.filter((answer) => isWebhookError(answer)))
    },
    sign: (request, context) => first[1].sign(request, context),
    signUrl: (url) => first[1].signUrl?.(url) ?? url,
    traits: () => traits,
  }
}

/** What a member answers; its refusal as a value. */
async function ask<P extends Proof>(
  label: string,
  scheme: Scheme<P>,
  request: Incoming,
  context: SchemeContext,
): Promise<Evidence<P & { credential: string }> | WebhookError> {
  try {
    return withLabel(await scheme.verify(request, context), label)
  } catch (error) {
    if (isWebhookError(error)) return error
    throw error
  }
}

function withLabel<P extends Proof>(
  { proof, identity }: Evidence<P>,
  label: string,
): Evidence<P & { credential: string }> {
  return {
    proof: { ...proof, credential: label },
    identity: { ...identity, scope: [label, ...(identity.scope ?? [])] },
  }
}

/** What a member answers to another's delivery, the farthest first: the sender is best told what its own member says. */
const foreign: readonly ErrorCode[] = ['host_mismatch', 'credential_mismatch', 'signature_mismatch']

function fail(errors: readonly WebhookError[]): never {
  // A member that could not be asked might have matched: the sender shall try again.
  const unasked = errors.find(({ status }) => status === 503)
  const rank = ({ code }: WebhookError): number => foreign.indexOf(code) + 1 || foreign.length + 1
  throw unasked ?? errors.reduce((best, error) => (rank(error) > rank(best) ? error : best))
}

function checkMembers(entries: readonly (readonly [string, Scheme | null | undefined])[]): SchemeTraits {
  const labels = new Map<string, string>()
  const formats = new Set<string>()
  const credentials: Bytes[] = []
  for (const [label, scheme] of entries) {
    if (label === '') throw new TypeError('anyOf: a member has an empty label')
    const traits = scheme?.traits?.()
    if (traits === undefined) throw new TypeError(`anyOf: ${label} authenticates nobody, or cannot be combined`)
    formats.add(traits.format)
    for (const bytes of traits.credentials) {
      const other = labels.get(bytes.join()) ?? label
      if (other !== label) throw new TypeError(`anyOf: ${other} and ${label} have the same credential`)
      labels.set(bytes.join(), label)
      credentials.push(bytes)
    }
  }
  const [format] = formats
  if (format === undefined || formats.size > 1)
    throw new TypeError('anyOf: the members are of several schemes or formats')
  return { format, credentials }
}
