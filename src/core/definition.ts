import { isObject } from './foreign.ts'
import { checkOptions } from './options.ts'
import { isSchema } from './schema.ts'

const partNames = { scheme: true, optionNames: true, events: true, envelope: true, naming: true, parse: true } as const

/**
 * Refuses a definition with a part that is missing, misspelt or of another kind: with it, every authentic delivery would
 * be `unlisted` or `unreadable`, and nobody would see why.
 *
 * @throws TypeError that names the part
 */
export function checkDefinition(definition: unknown): void {
  checkOptions(definition, partNames, 'defineProvider')
  const { scheme, events, envelope, naming, parse } = definition as Record<string, unknown> // checkOptions has seen an object
  mustBe(typeof scheme === 'function', 'scheme must be a function of the options that makes a scheme')
  mustBe(isObject(events), 'events must be an object with a schema for each event')
  for (const [name, { get, value: entry }] of Object.entries(Object.getOwnPropertyDescriptors(events ?? {}))) {
    // A getter makes its schema when it is first asked for, and not for this check.
    mustBe(
      get !== undefined || isSchema(entry) || isGenerations(entry),
      `the event ${name} must have a schema, or one for each generation`,
    )
  }
  mustBe(envelope === undefined || isSchema(envelope), 'envelope must be a schema')
  mustBe(parse === undefined || typeof parse === 'function', 'parse must be a function')
  mustBe(isNaming(naming), "naming must be { in: 'body' or 'header', name } or { in: 'call', name: a function }")
}

function mustBe(holds: boolean, what: string): void {
  if (!holds) throw new TypeError(`defineProvider: ${what}`)
}

function isGenerations(entry: unknown): boolean {
  return isObject(entry) && Object.keys(entry).length > 0 && Object.values(entry).every(isSchema)
}

function isNaming(naming: unknown): boolean {
  if (!isObject(naming)) return false
  const { in: place, name } = naming
  if (typeof name === 'function') return place === 'body' || place === 'call'
  if (typeof name !== 'string') return false
  // RFC 9110, section 5.1: a header's name is a token.
  return place === 'body' ? name !== '' : place === 'header' && /^[!#$%&'*+.^_`|~\w-]+$/.test(name)
}
