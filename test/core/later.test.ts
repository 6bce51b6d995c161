import { describe, expect, it } from 'vitest'
import { concat, after as goOn, isLater, tryEach } from '../../src/core/bytes.ts'

const thenable: Promise<number> = Object.defineProperty(Object.create(null), 'then', {
  value: (give: (value: number) => void) => give(5),
})

describe('what is there at once is not awaited', () => {
  it.each([0, '', 'then', null, undefined, false, {}, () => undefined])('%s', (value) => {
    expect(isLater(value)).toBe(false)
    expect(goOn(value, (one) => [one])).toEqual([value])
  })

  it.each<[string, unknown]>([
    ['a promise', Promise.resolve(5)],
    ['a thenable', thenable],
    ['a thenable function', Object.defineProperty(() => undefined, 'then', { value: thenable.then })],
  ])('%s is', async (_name, value) => {
    expect(isLater(value)).toBe(true)
    const later = goOn(value as never as Promise<number>, (one) => one + 1)
    expect(later).toBeInstanceOf(Promise)
    expect(await later).toBe(6)
  })
})

describe('tryEach', () => {
  const tried: number[] = []
  const at = (wanted: number, wait: boolean) => (item: number) => {
    tried.push(item)
    const found = item === wanted ? `found ${item}` : undefined
    return wait ? Promise.resolve(found) : found
  }

  it.each([
    [1, [1]],
    [2, [1, 2]],
    [4, [1, 2, 3, 4]],
  ])('stops at the first that fits: %d', async (wanted, due) => {
    for (const wait of [false, true]) {
      tried.length = 0
      const found = tryEach([1, 2, 3, 4], at(wanted, wait))
      expect(isLater(found)).toBe(wait)
      expect(await found).toBe(`found ${wanted}`)
      expect(tried).toEqual(due)
    }
  })

  it('gives undefined where none fits, and where there is none', async () => {
    for (const wait of [false, true]) {
      tried.length = 0
      expect(await tryEach([1, 2, 3], at(9, wait))).toBeUndefined()
      expect(tried).toEqual([1, 2, 3])
      expect(tryEach([], at(9, wait))).toBeUndefined()
    }
  })
})

describe('concat', () => {
  it('does not copy a single part', () => {
    const part = Uint8Array.of(1, 2)
    expect(concat([part])).toBe(part)
    expect(concat([part, Uint8Array.of(3)])).toEqual(Uint8Array.of(1, 2, 3))
    expect(concat([])).toEqual(new Uint8Array(0))
  })
})
