/** Reads a property of an object that is not ours; a getter that throws counts as absent, and so does all of a non-object. */
export function read(target: unknown, key: PropertyKey): unknown {
  try {
    return Reflect.get(target as object, key) // throws where it is none
  } catch {
    return undefined
  }
}

/** Reads an own property of parsed JSON, so that `__proto__` and `constructor` are names like any other. */
export function own(target: unknown, key: string): unknown {
  return typeof target === 'object' && target !== null && Object.hasOwn(target, key)
    ? Reflect.get(target, key)
    : undefined
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
