import { after, isLater, type MaybePromise } from './bytes.ts'
import { isObject, own } from './foreign.ts'

/** The part of Standard Schema (version 1) that is used here; every validator that implements it will do. */
export interface Schema<Input = unknown> {
  /** What Standard Schema asks of a validator. */
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => MaybePromise<SchemaResult>
    readonly types?: { readonly input: Input; readonly output: unknown } | undefined
  }
}

type SchemaResult = { readonly value: unknown } | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What a schema takes: the payload is the original JSON, so it is this and not what the schema makes of it. */
export type InputOf<S extends Schema> = NonNullable<S['~standard']['types']>['input']

/** Where a payload differs from the shape that is known. It holds no value of the payload. */
export interface Issue {
  /** The member, from the outermost in; empty where it is the whole payload. */
  readonly path: readonly (string | number)[]
  /** Not there, of another type, or of the right type with another value. */
  readonly code: 'missing' | 'type' | 'value'
  /** The expected type, such as `string` or `array`; `other` where the schema says more than a type. */
  readonly expected: string
}

const maxIssues = 20
const typeWords = new Set(['string', 'number', 'boolean', 'object', 'array', 'null', 'record'])

/** The differences between a value and a schema; `undefined` where there are none. */
export function findIssues(schema: Schema, value: unknown): MaybePromise<readonly Issue[] | undefined> {
  try {
    const result = schema['~standard'].validate(value)
    const issues = after(result, (given) => readIssues(given, value))
    return isLater(issues) ? issues.catch(thrown) : issues
  } catch {
    return thrown()
  }
}

/** A schema that throws says nothing about the sender: the delivery is authentic and must not be lost. */
const thrown = (): readonly Issue[] => [{ path: [], code: 'value', expected: 'other' }]

function readIssues(result: SchemaResult, value: unknown): readonly Issue[] | undefined {
  if (!('issues' in result) || !result.issues) return undefined
  return result.issues.slice(0, maxIssues).map((issue) => inOurWords(issue, value))
}

// Validators put the offending value into their messages, so nothing but the path and the expected type's name is kept.
function inOurWords(issue: SchemaIssue, value: unknown): Issue {
  const path = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part)).map(segment)
  const word = String(own(issue, 'expected')).toLowerCase()
  const expected = typeWords.has(word) ? word : 'other'
  const actual = path.reduce<unknown>((parent, key) => own(parent, String(key)), value)
  return { path, code: actual === undefined ? 'missing' : issueKind(actual, expected), expected }
}

function issueKind(actual: unknown, expected: string): 'type' | 'value' {
  const type = actual === null ? 'null' : Array.isArray(actual) ? 'array' : typeof actual
  return expected === 'other' || type === (expected === 'record' ? 'object' : expected) ? 'value' : 'type'
}

function segment(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key)
}

export function isSchema(value: unknown): value is Schema {
  return (isObject(value) || typeof value === 'function') && '~standard' in value
}
