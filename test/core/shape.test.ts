import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod/mini'
import { findIssues, type Issue, type Schema } from '../../src/core/schema.ts'
import { lazily, object, record } from '../../src/core/shape.ts'

/** The same schema twice: of our functions, and of those of `zod/mini`. */
function make(one: typeof object, many: (value: z.ZodMiniType) => z.ZodMiniType) {
  const inner = one({ n: z.number(), text: z.optional(z.nullable(z.string())), constructor: z.optional(z.string()) })
  return one({
    kind: z.enum(['a', 'b']),
    list: z.array(inner),
    map: z.optional(many(z.union([z.string(), inner]))),
    any: z.optional(many(z.unknown())),
  })
}
const ours = make(object, record)
const theirs = make(z.object, (value) => z.record(z.string(), value))

const issuesOf = (schema: Schema, json: unknown) => findIssues(schema, json) as readonly Issue[] | undefined // at once
/** What zod expects of a record we expect of an object: one word for both. */
const inOurWords = (issue: Issue) => (issue.expected === 'record' ? { ...issue, expected: 'object' } : issue)

/** Mostly what fits, so that whole values are valid often enough. */
const mostly = <T>(fits: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: fits as fc.Arbitrary<unknown> }, fc.jsonValue())
const inner = fc.record(
  { n: mostly(fc.integer()), text: mostly(fc.oneof(fc.string(), fc.constant(null))), more: fc.jsonValue() },
  { requiredKeys: ['n'] },
)
const value = fc.record(
  {
    kind: mostly(fc.constantFrom('a', 'b')),
    list: mostly(fc.array(mostly(inner), { maxLength: 3 })),
    map: mostly(fc.dictionary(fc.string(), mostly(fc.oneof(fc.string(), inner)), { maxKeys: 3 })),
    any: mostly(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 })),
    more: fc.jsonValue(),
  },
  { requiredKeys: ['kind', 'list'] },
)

describe('object and record', () => {
  it('judge and name the differences as those of zod/mini do', () => {
    let valid = 0
    fc.assert(
      fc.property(mostly(value), (made) => {
        const json: unknown = JSON.parse(JSON.stringify(made))
        const issues = issuesOf(ours, json)
        valid += issues === undefined ? 1 : 0
        expect(issues).toEqual(issuesOf(theirs, json)?.map(inOurWords))
      }),
      { numRuns: 1000 },
    )
    expect(valid).toBeGreaterThan(40)
    expect(valid).toBeLessThan(900)
  })

  it('give the members of a record back, and of an object those that are named', () => {
    expect(z.parse(record(z.string()), { a: 'b' })).toEqual({ a: 'b' })
    expect(z.parse(object({ a: z.string() }), { a: 'b', c: 'd' })).toEqual({ a: 'b' })
  })

  it('are schemas like any other of zod/mini: extended, and told by their class', () => {
    const extended = z.extend(object({ a: z.string() }), { b: z.number() })
    expect(z.safeParse(extended, { a: 'a', b: 1 }).success).toBe(true)
    expect(z.safeParse(extended, { a: 'a' }).success).toBe(false)
    expect(extended).toBeInstanceOf(z.ZodMiniObject)
  })

  it('may wait: a member that is checked later', async () => {
    const schema = object({ a: z.string().check(z.refine(async (text) => text === 'x')) })
    expect(await findIssues(schema as Schema, { a: 'x' })).toBeUndefined()
    expect(await findIssues(schema as Schema, { a: 'y' })).toHaveLength(1)
  })
})

describe('lazily', () => {
  it('makes each schema once, when it is asked for, and shows all names at once', () => {
    const made: string[] = []
    const make = (name: string) => () => {
      made.push(name)
      return object({ name: z.literal(name) })
    }
    const map = lazily({ a: make('a'), b: make('b') })
    expect(Object.keys(map)).toEqual(['a', 'b'])
    expect(made).toEqual([])
    const { a } = map
    expect(map.a).toBe(a)
    expect(made).toEqual(['a'])
    expect(Object.values(map)).toHaveLength(2)
    expect(made).toEqual(['a', 'b'])
  })

  it('is a map that nobody writes to by accident', () => {
    const map: Record<string, unknown> = lazily({ a: () => object({}) })
    expect(() => {
      map['a'] = object({})
    }).toThrow(TypeError)
    expect(map['a']).toBeInstanceOf(z.ZodMiniObject)
    expect(() => {
      map['a'] = object({})
    }).toThrow(TypeError)
  })

  it('makes each once in a map that was frozen, too', () => {
    const make = vi.fn(() => object({}))
    const map = Object.freeze(lazily({ a: make }))
    expect(map.a).toBe(map.a)
    expect(make).toHaveBeenCalledTimes(1)
  })

  it.each(['tight', 'tyk', 'tightknit', 'sighten'])('importing %s makes no schema of an event', async (name) => {
    vi.resetModules() // other files have asked for some
    const { schemas }: { schemas: object } = await import(`../../src/providers/${name}/index.ts`)
    const made = Object.values(Object.getOwnPropertyDescriptors(schemas)).filter(({ get }) => get === undefined)
    expect(Object.keys(schemas).length).toBeGreaterThan(1)
    expect(made).toEqual([])
  })
})

describe('code made from text', () => {
  mkdirSync('node_modules/.cache', { recursive: true })
  const folder = mkdtempSync('node_modules/.cache/shape-') // zod is found from here
  const file = join(folder, 'program.mjs')
  beforeAll(() => {
    const { outputText } = ts.transpileModule(readFileSync('src/core/shape.ts', 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    })
    writeFileSync(join(folder, 'shape.mjs'), outputText)
    const program = `
      let made = 0
      const construct = (target, args) => { made += 1; return Reflect.construct(target, args) }
      globalThis.Function = new Proxy(globalThis.Function, { construct })
      const { object, record } = await import('./shape.mjs')
      const z = await import('zod/mini')
      const schema = object({ a: z.array(object({ n: z.number() })), b: record(z.string()) })
      const atStart = made
      const ask = (value) => z.safeParse(schema, value).error?.issues.map(({ path }) => path.join('.')) ?? 'valid'
      const answers = [{ a: [{ n: 1 }], b: { c: 'd' } }, { a: [{ n: 'x' }], b: { c: 1 } }, {}, 5].map(ask)
      console.log(JSON.stringify({ atStart, later: made > 0, answers }))`
    writeFileSync(file, program)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const answers = ['valid', ['a.0.n', 'b.c'], ['a', 'b'], ['']]
  const run = (...flags: string[]): unknown =>
    JSON.parse(execFileSync(process.execPath, [...flags, file], { encoding: 'utf8' }))

  it('is not tried while a module loads, and used by the first check', () => {
    expect(run()).toEqual({ atStart: 0, later: true, answers })
  })

  it('is not needed: where the runtime forbids it, the answers are the same', () => {
    expect(run('--disallow-code-generation-from-strings')).toMatchObject({ atStart: 0, answers })
  })
})
