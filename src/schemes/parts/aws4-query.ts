import { uriEncode } from './aws4-canonical.ts'

/** A parameter as one reading of the query signs it, with its name as a server reads it. */
interface Parameter {
  readonly name: string
  readonly key: string
  readonly value: string
}

/** Servers stop reading at some number of parameters, such as 1000, and count empty ones too. */
const maxParameters = 256

/** AWS' canonical query string: names and values decoded and encoded anew, sorted by name and then by value. */
export function canonicalQuery(query: string): string {
  return join(sort(split(query).map(reencoded)))
}

/**
 * What signers are known to sign for a query: AWS' canonical query string, its parameters as they are, sorted, or the
 * query as it is. Those that other spellings of the query share are given only where every server reads them all alike:
 * one signature must not fit two meanings.
 */
export function signedQueries(query: string): readonly string[] {
  // What stands behind a fragment's sign, or behind many others, is not there for some: it must stay where it was signed.
  if (query.includes('#') || query.split('&', maxParameters + 1).length > maxParameters) return [query]
  const sent = split(query)
  const readings = sent.every(isReadAlike) ? [sent.map(reencoded), sent] : [sent]
  return [...new Set([...readings.filter(keepsOrder).map((parameters) => join(sort(parameters))), query])]
}

/** Whether a query has a parameter of this lower-case name, in any spelling. */
export function hasParameter(query: string, name: string): boolean {
  return split(query).some((parameter) => parameter.name.toLowerCase() === name)
}

function split(query: string): readonly Parameter[] {
  const pairs = query.split('&').filter((pair) => pair !== '')
  return pairs.map((pair) => {
    const [, key = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
    return { name: reencode(key), key, value }
  })
}

function reencoded({ name, value }: Parameter): Parameter {
  return { name, key: name, value: reencode(value) }
}

/** A form's decoding, with `+` for a space, and AWS' encoding. */
function reencode(text: string): string {
  return uriEncode(unescaped(text.replaceAll('+', ' ')), false)
}

/** One character a byte. */
function unescaped(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_escape, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}

/** Whether all servers decode a parameter alike. */
function isReadAlike(parameter: Parameter): boolean {
  return isNamedAlike(parameter) && isDecodedAlike(parameter.value)
}

/** Whether all servers read one name: some take what stands behind an empty one, and split `a=b]=c` at its second sign. */
function isNamedAlike({ key, value }: Parameter): boolean {
  return key !== '' && isDecodedAlike(key) && !/(?:\]|%5D)=/i.test(value)
}

/** Escapes that are not UTF-8, and a stray `%` beside escapes, are decoded by some servers and left alone by others. */
function isDecodedAlike(text: string): boolean {
  if (/[^!-~]/.test(text)) return false
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return !/%[0-9A-Fa-f]{2}/.test(text)
  }
}

/**
 * Whether the values of each repeated name stand in the order in which they are signed. They are sorted for signing, so
 * that any order of them has the same signature; and a server that takes the first of them reads another.
 */
function keepsOrder(parameters: readonly Parameter[]): boolean {
  // A name that begins with a bracket, or that servers read in several ways, may be a part of any other: then none may move.
  const isStray = (one: Parameter): boolean => one.name.startsWith('%5B') || !isNamedAlike(one)
  const nameOf = parameters.some(isStray) ? () => '' : baseName
  const signed = groupBy(nameOf, sort(parameters))
  return groupBy(nameOf, parameters).every((parameter, index) => parameter === signed[index])
}

function groupBy(nameOf: typeof baseName, parameters: readonly Parameter[]): readonly Parameter[] {
  const named = parameters.map((parameter) => ({ parameter, name: nameOf(parameter) }))
  return named.sort((one, other) => compare(one.name, other.name)).map(({ parameter }) => parameter)
}

/** `a` of `a[]` and `a[0]`, which some servers read as one list. */
function baseName({ name }: Parameter): string {
  return name.split('%5B', 1)[0] ?? name
}

function sort(parameters: readonly Parameter[]): readonly Parameter[] {
  return [...parameters].sort((one, other) => compare(one.key, other.key) || compare(one.value, other.value))
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function join(parameters: readonly Parameter[]): string {
  return parameters.map(({ key, value }) => `${key}=${value}`).join('&')
}
