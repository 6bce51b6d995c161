// Random choices that can be made again: every case has a generator of its own, of the run's seed and the case's number.

/** @typedef {ReturnType<typeof createRandom>} Random */

/**
 * @param {...(string | number)} seeds equal ones give equal choices
 */
export function createRandom(...seeds) {
  const next = sfc32(hashOf(seeds.join('/')))
  /** @param {number} limit a whole number from 0 to below it */
  const int = (limit) => Math.floor(next() * limit)
  /** @template T @param {ArrayLike<T>} list @returns {T} */
  const pick = (list) => /** @type {T} */ (list[int(list.length)])
  return {
    int,
    pick,
    /** @param {number} probability */
    chance: (probability) => next() < probability,
    /** One of the values, each as often as its weight says. @template T @param {readonly (readonly [number, T])[]} choices */
    weighted(choices) {
      let rest = next() * choices.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, value] of choices) {
        rest -= weight
        if (rest < 0) return value
      }
      throw new Error('nothing to choose from')
    },
    /** @param {number} length */
    bytes: (length) => Uint8Array.from({ length }, () => int(256)),
    /** @param {number} length @param {string} alphabet */
    text: (length, alphabet) => Array.from({ length }, () => pick(alphabet)).join(''),
    /** The same elements in another order. @template T @param {readonly T[]} list */
    shuffled: (list) =>
      list
        .map((value) => ({ value, place: next() }))
        .sort((one, other) => one.place - other.place)
        .map(({ value }) => value),
  }
}

/** Four words of a text, by FNV-1a with four offsets. @param {string} text */
function hashOf(text) {
  return [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((offset) => {
    let hash = offset
    for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    return hash
  })
}

/** Chris Doty-Humphrey's small fast counting generator, of 32 bits. @param {number[]} words */
function sfc32([a = 0, b = 0, c = 0, counter = 1]) {
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round += 1) next()
  return next
}
