import { refuse } from './errors.ts'

/** Seconds that a signed time may lie behind or ahead of the clock when nothing else is said. */
const defaultToleranceSeconds = 300

/** @throws TypeError where the option is not a positive, finite number of seconds. */
export function readTolerance(option: number | undefined, name = 'toleranceSeconds'): number {
  const seconds = option ?? defaultToleranceSeconds
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new TypeError(`${name} must be a positive number of seconds`)
  }
  return seconds
}

/** A receiver's clock, in milliseconds. @throws TypeError for a fixed Date: every later delivery would look stale. */
export function readClock(option: unknown): () => number {
  if (option === undefined) return Date.now
  if (typeof option !== 'function') throw new TypeError('now must be a function on a receiver; a Date goes to one call')
  return () => milliseconds(option())
}

/** @throws TypeError where the value is not a valid Date. */
export function milliseconds(now: unknown): number {
  const time = Object.prototype.toString.call(now) === '[object Date]' ? Number(now) : Number.NaN
  if (Number.isNaN(time)) throw new TypeError('now must be a valid Date')
  return time
}

/** Reads a timestamp header: whole seconds since 1970 in plain decimal digits, nothing around them. */
export function parseTimestamp(text: string): number {
  // Twelve digits reach the year 33658; thirteen are milliseconds, sent by mistake.
  if (!/^(?:0|[1-9]\d{0,11})$/.test(text))
    refuse('timestamp_malformed', 'the timestamp is not in whole seconds since 1970')
  return Number(text)
}

/**
 * Refuses what is not fresh. Exactly the tolerance old counts as too old.
 *
 * @param seconds the signed time, in seconds since 1970
 * @param now the receiver's clock, in milliseconds
 * @param tolerance in seconds, in both directions
 */
export function checkFresh(seconds: number, now: number, tolerance: number): void {
  // Whole seconds on both sides of the comparison, as senders count.
  const age = Math.floor(now / 1000) - seconds
  if (age >= tolerance) {
    refuse('timestamp_too_old', `signed more than ${tolerance} s ago: is it a replay, or is this clock ahead?`)
  }
  if (-age > tolerance) {
    refuse('timestamp_too_new', `signed more than ${tolerance} s in the future: is this clock behind?`)
  }
}
