/** Reads a property of an object that is not ours; a getter that throws counts as absent. */
export function read(target: unknown, key: PropertyKey): unknown {
  if ((typeof target !== 'object' && typeof target !== 'function') || target === null) return undefined
  try {
    return Reflect.get(target, key)
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
