import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { checkFresh, milliseconds, parseTimestamp, readClock, readTolerance } from '../../src/core/time.ts'

describe('readTolerance', () => {
  it.each([0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%d is a TypeError', (value) => {
    expect(() => readTolerance(value)).toThrow(new TypeError('toleranceSeconds must be a positive number of seconds'))
  })

  it('names the option it was given for, and is 300 unless told', () => {
    expect(() => readTolerance(0, 'maxAgeSeconds')).toThrow('maxAgeSeconds')
    expect(readTolerance(undefined)).toBe(300)
    expect(readTolerance(0.5)).toBe(0.5)
  })
})

describe('parseTimestamp', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    ['1700000000', 1_700_000_000],
    ['999999999999', 999_999_999_999],
  ])('reads %s', (text, seconds) => {
    expect(parseTimestamp(text)).toBe(seconds)
  })

  it.each(['', '00', '01', '-1', '+1', '1.0', '1e3', '0x1', ' 1', '1 ', '1\n', '1000000000000', '١'])(
    'refuses %j',
    (text) => {
      expect(() => parseTimestamp(text)).toThrow(expect.objectContaining({ code: 'timestamp_malformed' }))
    },
  )
})

describe('checkFresh', () => {
  const now = 1_700_000_000_999
  it.each([1_700_000_000 - 299, 1_700_000_000, 1_700_000_300, 1_700_000_000.5, 1_699_999_700.5])(
    '%d is fresh',
    (signed) => {
      expect(checkFresh(signed, now, 300)).toBeUndefined()
    },
  )

  it.each([
    [1_700_000_000 - 300, 'timestamp_too_old'],
    [0, 'timestamp_too_old'],
    [Number.MIN_SAFE_INTEGER, 'timestamp_too_old'],
    [1_700_000_301, 'timestamp_too_new'],
    [1_700_000_300.5, 'timestamp_too_new'],
    [Number.MAX_VALUE, 'timestamp_too_new'],
  ])('%d is %s', (signed, code) => {
    expect(() => checkFresh(signed, now, 300)).toThrow(expect.objectContaining({ code }))
  })
})

describe('clocks', () => {
  it.each([0, null, '2026-11-03', {}, new Date('no date'), Number.NaN])('%j is no time', (value) => {
    expect(() => milliseconds(value)).toThrow(new TypeError('now must be a valid Date'))
  })

  it('a Date of another realm is a time', () => {
    expect(milliseconds(runInNewContext('new Date(5)'))).toBe(5)
  })

  it('a receiver takes a function, and reads it anew each time', () => {
    let time = 1
    const clock = readClock(() => new Date(time))
    expect(clock()).toBe(1)
    time = 2
    expect(clock()).toBe(2)
    expect(() => readClock(new Date())).toThrow(TypeError)
    expect(() => readClock(() => 5)()).toThrow(TypeError)
  })

  it('is the real one unless told', () => {
    const before = Date.now()
    const time = readClock(undefined)()
    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThanOrEqual(Date.now())
  })
})
