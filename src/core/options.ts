import { isObject, own } from './foreign.ts'

/** The names of a set of options; the type keeps the list whole. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>

/**
 * Refuses options that are not there, and names that nobody reads: a misspelt `toleranceSeconds` would leave the
 * default in force without a word.
 *
 * @param options as the user gave them
 * @param names the names that are read; any where it is not known
 * @param where what takes them, for the message
 * @throws TypeError with the name that was probably meant, or else all of them
 */
export function checkOptions(options: unknown, names: Readonly<Record<string, true>> | undefined, where: string): void {
  if (!isObject(options)) throw new TypeError(`${where} needs its options, as an object`)
  if (names === undefined) return
  for (const name of Object.keys(options)) {
    if (own(names, name) === true) continue
    const known = Object.keys(names)
    const meant = known.find((one) => isNear(one.toLowerCase(), name.toLowerCase()))
    const hint = meant === undefined ? `it takes ${known.join(', ')}` : `did you mean ${meant}?`
    throw new TypeError(`${where} has no option ${name}: ${hint}`)
  }
}

/** Whether two names begin alike, or differ in one place by two letters at the most. */
function isNear(known: string, given: string): boolean {
  let [start, end] = [0, 0]
  while (start < known.length && known[start] === given[start]) start += 1
  while (end < known.length - start && known.at(-1 - end) === given.at(-1 - end)) end += 1
  return start >= 5 || Math.max(known.length, given.length) - start - end <= 2
}
