// Named checks that end in one plain line, `N passed, N failed`, and in the exit code.

/** @param {string} title of the suite */
export function createReport(title) {
  const count = { passed: 0, failed: 0 }
  return {
    /** Runs one check; it fails by throwing, or by not ending in time. */
    async check(name, action, timeoutMs = 30_000) {
      try {
        await inTime(action(), timeoutMs)
        count.passed += 1
        return true
      } catch (error) {
        count.failed += 1
        console.error(`\nFAILED ${name}\n${error instanceof Error ? (error.stack ?? error.message) : error}`)
        return false
      }
    },
    end() {
      if (count.passed === 0) count.failed += 1 // a run without a check is no success
      console.log(`\n${title}: ${count.passed} passed, ${count.failed} failed`)
      process.exitCode = count.failed > 0 ? 1 : 0
    },
  }
}

async function inTime(promise, timeoutMs) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
