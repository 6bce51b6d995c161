/** The headers of a request: a `Headers`, entries, or a record in any case with strings or arrays. */
export type HeadersLike =
  | {
      /** As that of `Headers`. */
      get(name: string): string | null
    }
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | number | undefined>>

/** All values of one header, by its lower-case name; empty where it is absent. */
export type HeaderLookup = (name: string) => readonly string[]

const none: readonly string[] = []

/**
 * Makes one look-up out of headers in any shape; several spellings of one name count as several values. Headers that
 * throw when they are read count as absent.
 */
export function headerLookup(headers: unknown): HeaderLookup {
  const lookup = attempt(() => lookupIn(headers as object)) // throws where it is none
  return (name) => attempt(() => lookup?.(name)) ?? none
}

function attempt<T>(take: () => T): T | undefined {
  try {
    return take()
  } catch {
    return undefined
  }
}

function lookupIn(headers: object): HeaderLookup {
  if (isFetchHeaders(headers)) return (name) => fetchValues(headers, name)
  if (Symbol.iterator in headers) {
    const entries = Array.from(headers as Iterable<unknown>) // just checked; copied, since an iterator gives itself once
    return (name) => entryValues(entries, name)
  }
  return (name) => recordValues(headers as Record<string, unknown>, name) // an object, read by own keys alone
}

function isFetchHeaders(headers: object): headers is { get(name: string): unknown } {
  // A Map has `get` too, but it is case-sensitive: it is read as entries.
  return (
    'get' in headers && typeof headers.get === 'function' && Object.prototype.toString.call(headers) !== '[object Map]'
  )
}

function fetchValues(headers: { get(name: string): unknown }, name: string): readonly string[] {
  const value = headers.get(name)
  return typeof value === 'string' ? [value] : none
}

function entryValues(entries: readonly unknown[], name: string): readonly string[] {
  const values: string[] = []
  for (const entry of entries) {
    if (Array.isArray(entry) && sameName(String(entry[0]), name)) pushValue(values, entry[1])
  }
  return values
}

function recordValues(record: Record<string, unknown>, name: string): readonly string[] {
  const values: string[] = []
  for (const key in record) {
    if (sameName(key, name) && Object.hasOwn(record, key)) pushValue(values, record[key])
  }
  return values
}

function sameName(key: string, name: string): boolean {
  return key.length === name.length && (key === name || key.toLowerCase() === name)
}

function pushValue(values: string[], value: unknown): void {
  if (typeof value === 'string') values.push(value)
  else if (typeof value === 'number') values.push(String(value))
  else if (Array.isArray(value)) for (const item of value) pushValue(values, item)
}
