// The assertions of the suite.

export function check(holds, message) {
  if (!holds) throw new Error(message)
}

export function checkSame(actual, expected, what) {
  check(Object.is(actual, expected), `${what} is ${String(actual)} and should be ${String(expected)}`)
}

/** What is thrown, and must be. */
export async function caught(attempt) {
  try {
    await attempt()
  } catch (error) {
    return error
  }
  throw new Error('it was accepted')
}
