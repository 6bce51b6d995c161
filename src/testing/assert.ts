import type { Bytes } from '../core/bytes.ts'
import { errorTable, isWebhookError, type WebhookError } from '../core/errors.ts'
import { read } from '../core/foreign.ts'

/** Throws an error with this message where a promise of the contract does not hold. */
export function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message)
}

/** Compares two simple values. */
export function checkSame(actual: unknown, expected: unknown, what: string): void {
  check(Object.is(actual, expected), `${what} is ${JSON.stringify(actual)} and should be ${JSON.stringify(expected)}`)
}

/** Compares two values as JSON, with their keys in the same order. */
export function checkJson(actual: unknown, expected: unknown, what: string): void {
  checkSame(JSON.stringify(actual), JSON.stringify(expected), what)
}

/** Compares bytes. */
export function checkBytes(actual: Bytes, expected: Bytes, what: string): void {
  check(actual.join() === expected.join(), `${what} does not hold the exact bytes`)
}

/** What was thrown, or `undefined` where nothing was. */
export async function thrownBy(attempt: () => unknown): Promise<{ readonly error: unknown } | undefined> {
  try {
    await attempt()
    return undefined
  } catch (error) {
    return { error }
  }
}

async function caught(attempt: () => unknown): Promise<unknown> {
  const thrown = await thrownBy(attempt)
  check(thrown !== undefined, 'it was accepted')
  return thrown.error
}

/** Checks that a request is refused, by an error of the table, and gives the error. */
export async function refusal(attempt: () => unknown, status: number, code?: string): Promise<WebhookError> {
  const error = await caught(attempt)
  check(isWebhookError(error), `${nameOf(error)} was thrown, which is no WebhookError`)
  check(Object.hasOwn(errorTable, error.code), `the code ${error.code} is not in the table`)
  checkSame(error.status, errorTable[error.code].status, `the status of ${error.code}`)
  if (code !== undefined) checkSame(error.code, code, 'the code')
  checkSame(error.status, status, `the status (${error.code})`)
  return error
}

/** Checks that a mistake of the caller is a TypeError, and gives its message. */
export async function typeError(attempt: () => unknown): Promise<string> {
  const error = await caught(attempt)
  check(nameOf(error) === 'TypeError', `${nameOf(error)} was thrown, and it should be a TypeError`)
  return messageOf(error) ?? ''
}

/** Goes through everything in a list before it fails, so that one run shows all that is wrong. */
export async function checkEach<Item>(
  items: readonly Item[],
  nameItem: (item: Item) => string,
  run: (item: Item) => unknown,
): Promise<void> {
  check(items.length > 0, 'there is nothing to check')
  const failures: string[] = []
  for (const item of items) {
    try {
      await run(item)
    } catch (error) {
      failures.push(`${nameItem(item)}: ${messageOf(error) ?? nameOf(error)}`)
    }
  }
  check(failures.length === 0, failures.join('\n'))
}

/** By its members and not by its class: test runners keep several realms. */
function messageOf(error: unknown): string | undefined {
  const message = read(error, 'message')
  return typeof message === 'string' ? message : undefined
}

/** By name and not by class, for the same reason. */
function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : typeof error
}
