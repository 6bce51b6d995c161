import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { findIssues, type Issue, type Schema } from '../../src/core/schema.ts'

const leak = 'value-that-must-not-leak'

function standard(validate: Schema['~standard']['validate']): Schema {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

describe('issues in the words of any validator', () => {
  const issuesOf = (expected: unknown, value: unknown) =>
    findIssues(
      standard(() => ({ issues: [{ message: leak, path: ['at'], expected } as never] })),
      { at: value },
    )

  it.each([
    ['string', 5, 'type', 'string'],
    ['String', 5, 'type', 'string'],
    ['string', 'text', 'value', 'string'],
    ['string', undefined, 'missing', 'string'],
    ['number', 5, 'value', 'number'],
    ['boolean', true, 'value', 'boolean'],
    ['array', [], 'value', 'array'],
    ['array', {}, 'type', 'array'],
    ['object', {}, 'value', 'object'],
    ['object', [], 'type', 'object'],
    ['object', null, 'type', 'object'],
    ['null', null, 'value', 'null'],
    ['null', 'null', 'type', 'null'],
    ['record', {}, 'value', 'record'],
    ['record', [], 'type', 'record'],
    ['uuid', 'text', 'value', 'other'],
    [undefined, 5, 'value', 'other'],
  ])('%s expected, %j there: %s', (expected, value, code, word) => {
    expect(issuesOf(expected, value)).toEqual([{ path: ['at'], code, expected: word }])
  })
})

describe('issues with zod: path, code and expected, in our words', () => {
  const schema = z.object({
    name: z.string(),
    list: z.array(z.object({ n: z.number() })),
    kind: z.enum(['a', 'b']),
    map: z.record(z.string(), z.boolean()),
    short: z.string().max(3),
    either: z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]),
  })
  const valid = { name: 'n', list: [{ n: 1 }], kind: 'a', map: { x: true }, short: 'abc', either: { a: 'a' } }

  it.each<[string, object, Issue]>([
    ['another type', { name: 5 }, { path: ['name'], code: 'type', expected: 'string' }],
    ['null', { name: null }, { path: ['name'], code: 'type', expected: 'string' }],
    ['absent', { name: undefined }, { path: ['name'], code: 'missing', expected: 'string' }],
    ['deep in a list', { list: [{ n: 1 }, { n: leak }] }, { path: ['list', 1, 'n'], code: 'type', expected: 'number' }],
    ['a list for an object', { list: [[]] }, { path: ['list', 0], code: 'type', expected: 'object' }],
    ['outside an enum', { kind: leak }, { path: ['kind'], code: 'value', expected: 'other' }],
    ['in a record', { map: { [leak]: 1 } }, { path: ['map', leak], code: 'type', expected: 'boolean' }],
    ['too long', { short: leak }, { path: ['short'], code: 'value', expected: 'other' }],
    ['in a union', { either: { a: 1, leak } }, { path: ['either'], code: 'value', expected: 'other' }],
  ])('%s', async (_name, change, issue) => {
    expect(await findIssues(schema, { ...valid, ...change })).toEqual([issue])
  })

  it('none for what is valid, extra members and all', async () => {
    expect(await findIssues(schema, { ...valid, more: leak })).toBeUndefined()
  })

  it('hold no value, even where the validator quotes it', async () => {
    const quoting = z.string().refine(() => false, { error: ({ input }) => `not ${String(input)}` })
    const issues = await findIssues(z.object({ a: quoting, b: z.literal('x') }), { a: leak, b: leak })
    expect(issues).toHaveLength(2)
    expect(JSON.stringify(issues)).not.toContain(leak)
  })

  it('at most 20', async () => {
    const list = Array.from({ length: 500 }, () => leak)
    expect(await findIssues(z.array(z.number()), list)).toHaveLength(20)
  })

  it('a schema that answers later', async () => {
    const later = z.string().refine(async (text) => text === 'right')
    expect(await findIssues(later, 'right')).toBeUndefined()
    expect(await findIssues(later, leak)).toEqual([{ path: [], code: 'value', expected: 'other' }])
  })
})

const other = { path: [], code: 'value', expected: 'other' }

describe('issues with a schema written by hand', () => {
  it('paths of keys, or of objects with a key, and messages with values', async () => {
    const message = `expected string, received "${leak}"`
    const path = [{ key: 'a', value: leak, input: leak }, 0, { key: 'b' }]
    const schema = standard(() => ({ issues: [{ message, path, expected: 'string', received: leak, input: leak }] }))
    const issue = { path: ['a', 0, 'b'], code: 'type', expected: 'string' }
    expect(await findIssues(schema, { a: [{ b: 5 }] })).toEqual([issue])
  })

  it('an expectation that quotes a value is not repeated', async () => {
    const schema = standard(() => ({ issues: [{ message: leak, path: ['a'], expected: `"${leak}"` }] }))
    expect(await findIssues(schema, { a: 1 })).toEqual([{ ...other, path: ['a'] }])
  })

  it('symbols in a path are written out', async () => {
    const schema = standard(() => ({ issues: [{ message: '', path: [Symbol('s'), { key: Symbol('t') }] }] }))
    expect(await findIssues(schema, {})).toEqual([{ ...other, path: ['Symbol(s)', 'Symbol(t)'], code: 'missing' }])
  })

  it.each([
    ['has no own member for it', {}, 'missing'],
    ['has it', { a: 1 }, 'value'],
    ['inherits it', Object.create({ a: 1 }), 'missing'],
  ])('%#: missing or not, where the payload %s', async (_name, payload, code) => {
    const schema = standard(() => ({ issues: [{ message: '', path: ['a'] }] }))
    expect(await findIssues(schema, payload)).toEqual([{ path: ['a'], code, expected: 'other' }])
  })

  it.each(['__proto__', 'constructor', 'toString'])('%s in a path is a name like any other', async (key) => {
    const schema = standard(() => ({ issues: [{ message: '', path: [key] }] }))
    expect(await findIssues(schema, {})).toEqual([{ path: [key], code: 'missing', expected: 'other' }])
  })
})

describe('a schema written by hand may answer late, oddly or not at all', () => {
  it('takes result objects with issues: undefined as valid', async () => {
    // Standard Schema allows it, though our narrower type does not.
    const schema = standard((value) => ({ value, issues: undefined }) as { value: unknown })
    expect(await findIssues(schema, 1)).toBeUndefined()
  })

  it('a schema that throws says nothing about the sender', async () => {
    const thrower = standard(() => {
      throw new Error(leak)
    })
    expect(await findIssues(thrower, 1)).toEqual([other])
    expect(
      await findIssues(
        standard(() => Promise.reject(new Error(leak))),
        1,
      ),
    ).toEqual([other])
    const broken = standard(() => undefined as never) // what an untyped schema may answer
    expect(await findIssues(broken, 1)).toEqual([other])
  })

  it('a schema that answers later is waited for', async () => {
    const later = standard(async (value) => (value === 1 ? { value } : { issues: [{ message: leak }] }))
    expect(await findIssues(later, 1)).toBeUndefined()
    expect(await findIssues(later, 2)).toEqual([other])
  })
})

it('a validator that throws gives each delivery issues of its own', async () => {
  const throwing = standard(() => {
    throw new Error(leak)
  })
  const [one, other] = [await findIssues(throwing, {}), await findIssues(throwing, {})]
  expect(one).toEqual([{ path: [], code: 'value', expected: 'other' }])
  expect(other).toEqual(one)
  expect(other).not.toBe(one)
  expect(other?.[0]).not.toBe(one?.[0])
})

it('a validator that answers with a function that has `then` is waited for', async () => {
  const later = Object.assign(() => {}, {
    // biome-ignore lint/suspicious/noThenProperty: that is what is tested
    then: (resolve: (result: object) => void) => resolve({ issues: [{ message: leak }] }),
  })
  expect(
    await findIssues(
      standard(() => later as never),
      {},
    ),
  ).toHaveLength(1)
})
