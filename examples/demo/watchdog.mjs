// @ts-check

/**
 * @typedef {object} Watchdog
 * @property {(name: string) => void} begin notes what is being done
 * @property {() => void} end says that all is done: what still keeps the process alive after it is a mistake
 */

/**
 * Bounds the time of the whole run, whatever hangs.
 *
 * @param {number} limitMs
 * @param {(message: string) => void} onLate is called once, when the time is over
 * @returns {Watchdog}
 */
export function startWatchdog(limitMs, onLate) {
  let pending = 'the servers were starting'
  const timer = setTimeout(() => onLate(`no end after ${limitMs / 1000} s: ${pending}`), limitMs)
  return {
    begin: (name) => {
      pending = `waiting for ${name}`
    },
    end: () => {
      pending = 'all was delivered, but something keeps the process alive'
      timer.unref() // does not keep it alive itself
    },
  }
}
