import { refuse } from '../../core/errors.ts'

/** An HTTP date (RFC 9110, section 5.6.7: IMF-fixdate only) in seconds since 1970. */
export function parseHttpDate(text: string): number {
  const time = Date.parse(text)
  // Date.parse is lenient; its inverse is not, and a day that the calendar does not have comes back as another.
  if (Number.isNaN(time) || new Date(time).toUTCString() !== text) {
    refuse('timestamp_malformed', 'the date is not an HTTP date, such as Tue, 09 Nov 2021 18:46:04 GMT')
  }
  return time / 1000
}

/** `YYYY-MM-DDTHH:MM:SSZ` in seconds since 1970. */
export function parseUtcTime(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time) || formatUtcTime(time) !== text) {
    refuse('timestamp_malformed', 'the time is not in UTC, such as 2021-11-09T18:46:04Z')
  }
  return time / 1000
}

/** The inverse of {@link parseUtcTime}, of milliseconds. */
export function formatUtcTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`
}
