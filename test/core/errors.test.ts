import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isWebhookError, refuse, WebhookError } from '../../src/core/errors.ts'

type Errors = typeof import('../../src/core/errors.ts')

/** Loads the module anew: a second copy, as ESM beside CommonJS, or two versions, would be. */
async function loadCopy(): Promise<Errors> {
  vi.resetModules()
  return import('../../src/core/errors.ts')
}

afterEach(() => {
  vi.resetModules()
})

describe('where the engine has no limit for stacks', () => {
  const limit = Error.stackTraceLimit
  afterEach(() => {
    Error.stackTraceLimit = limit
  })

  it('refuses all the same, and adds none', () => {
    Reflect.deleteProperty(Error, 'stackTraceLimit')
    expect(() => refuse('header_missing', 'm')).toThrow('m')
    expect(Object.hasOwn(Error, 'stackTraceLimit')).toBe(false)
  })
})

describe('errors across copies', () => {
  it('isWebhookError and instanceof work from either side', async () => {
    const [one, two] = [await loadCopy(), await loadCopy()]
    expect(one.WebhookError).not.toBe(two.WebhookError)
    for (const { WebhookError } of [one, two]) {
      const error = new WebhookError('header_missing', 'm')
      expect([one.isWebhookError(error), two.isWebhookError(error)]).toEqual([true, true])
      expect([error instanceof one.WebhookError, error instanceof two.WebhookError]).toEqual([true, true])
      expect(error).toBeInstanceOf(Error)
    }
  })

  it('a subclass claims its own errors and no others', async () => {
    const [one, two] = [await loadCopy(), await loadCopy()]
    class Mine extends one.WebhookError {}
    class Theirs extends two.WebhookError {}
    const [mine, theirs] = [new Mine('header_missing', 'm'), new Theirs('header_missing', 'm')]
    expect([mine instanceof Mine, theirs instanceof Theirs]).toEqual([true, true])
    expect([mine instanceof Theirs, theirs instanceof Mine]).toEqual([false, false])
    expect(new one.WebhookError('header_missing', 'm') instanceof Mine).toBe(false)
    expect([mine instanceof two.WebhookError, theirs instanceof one.WebhookError]).toEqual([true, true])
  })

  it('in another realm the brand is the same', async () => {
    const { WebhookError, isWebhookError } = await loadCopy()
    const error: unknown = runInNewContext(
      `Object.assign(new Error('m'), { [Symbol.for('countersign.WebhookError')]: true })`,
    )
    expect(error instanceof Error).toBe(false)
    expect([isWebhookError(error), error instanceof WebhookError]).toEqual([true, true])
  })
})

describe('what is no WebhookError', () => {
  it.each([
    ['an Error', new Error('m')],
    ['a TypeError', new TypeError('m')],
    ['an object that looks like one', { name: 'WebhookError', code: 'header_missing', status: 401 }],
    ['parsed JSON', JSON.parse('{"countersign.WebhookError":true,"Symbol(countersign.WebhookError)":true}')],
    ['a brand that is not true', { [Symbol.for('countersign.WebhookError')]: 1 }],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('m')
          },
        },
      ),
    ],
    ['null', null],
    ['undefined', undefined],
    ['text', 'WebhookError'],
    ['a function', () => {}],
  ])('%s is none', async (_name, value) => {
    const { WebhookError, isWebhookError } = await loadCopy()
    expect([isWebhookError(value), value instanceof WebhookError]).toEqual([false, false])
  })
})

describe('a WebhookError', () => {
  it('has the status of its code, from one table', async () => {
    const { WebhookError, errorTable } = await loadCopy()
    const codes = Object.keys(errorTable) as (keyof typeof errorTable)[] // the keys of the table are its codes
    expect(codes).toContain('body_too_large')
    for (const code of codes) {
      expect(new WebhookError(code, 'm')).toMatchObject({
        code,
        ...errorTable[code],
        message: 'm',
        name: 'WebhookError',
      })
      expect(errorTable[code].status).toBeGreaterThanOrEqual(400)
    }
  })

  it.each([
    ['header_missing', 401, false],
    ['signature_mismatch', 401, false],
    ['timestamp_too_old', 401, true],
    ['body_malformed', 400, false],
    ['body_incomplete', 400, true],
    ['body_too_large', 413, false],
    ['body_encoded', 415, false],
    ['payload_invalid', 422, false],
    ['secret_unavailable', 503, true],
  ] as const)('%s answers %d', async (code, status, retryable) => {
    const { WebhookError } = await loadCopy()
    expect(new WebhookError(code, 'm')).toMatchObject({ status, retryable })
  })

  it('is written out in full by JSON.stringify, and reads well in a log', async () => {
    const { WebhookError } = await loadCopy()
    const error = new WebhookError('body_too_large', 'the message')
    const json = { name: 'WebhookError', code: 'body_too_large', status: 413, retryable: false, message: 'the message' }
    expect(JSON.parse(JSON.stringify(error))).toEqual(json)
    expect(String(error)).toBe('WebhookError: the message')
    expect(inspect(error)).toMatch(/^WebhookError: the message\n/)
  })
})

describe('the stack', () => {
  const thrown = (): WebhookError => {
    try {
      return refuse('header_missing', 'no header')
    } catch (error) {
      return error as WebhookError // refuse throws nothing else
    }
  }

  it('is not made for a refusal, and still is for what is thrown next', () => {
    const { stack, message } = thrown()
    expect(message).toBe('no header')
    // Engines differ in the first line; none of them names a file.
    expect(stack ?? '').not.toMatch(/\.(?:ts|m?js)\b/)
    expect(new TypeError('a mistake').stack).toContain('errors.test')
    expect(new WebhookError('header_missing', 'made by a caller').stack).toContain('errors.test')
  })

  it.each([0, 7, Number.POSITIVE_INFINITY, undefined, '10'])('Error.stackTraceLimit is left as it was: %j', (limit) => {
    const descriptor = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
    try {
      Reflect.set(Error, 'stackTraceLimit', limit)
      expect(isWebhookError(thrown())).toBe(true)
      expect(Reflect.get(Error, 'stackTraceLimit')).toBe(limit)
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', descriptor ?? {})
    }
  })

  it('a limit that nobody may change is left alone', () => {
    const descriptor = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
    try {
      Object.defineProperty(Error, 'stackTraceLimit', { value: 5, writable: false })
      expect(isWebhookError(thrown())).toBe(true)
      expect(Error.stackTraceLimit).toBe(5)
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', descriptor ?? {})
    }
  })
})
