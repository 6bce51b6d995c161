import { type ErrorCode, isWebhookError, WebhookError, type WebhookRequest } from 'countersign'
import { expect } from 'vitest'

/** How a verification ended: the code of its refusal, or `accepted`. Any other error is thrown on: it must not happen. */
export async function verdict(answer: Promise<unknown>): Promise<ErrorCode | 'accepted'> {
  const error = await caught(answer)
  if (error === undefined) return 'accepted'
  if (isWebhookError(error) && error instanceof WebhookError) return error.code
  throw error
}

/** What a promise was rejected with; `undefined` where it was not. An error without a message helps nobody. */
export async function caught(answer: Promise<unknown>): Promise<unknown> {
  try {
    await answer
  } catch (error) {
    if (isWebhookError(error) && !/^\S.{8}/.test(error.message)) throw new Error(`${error.code} without a message`)
    return error ?? new Error('rejected with nothing')
  }
  return undefined
}

/** That options which cannot work are a TypeError, and that its message names one of them. */
export function expectMistake(make: () => unknown, options: object): void {
  expect(make).toThrow(TypeError)
  expect(make).toThrow(new RegExp(Object.keys(options).join('|')))
  expect(make).not.toThrow(/is not a function|Cannot (read|destructure)/) // the runtime's own words
}

/** A request in a shape that the types do not allow, as untyped callers hand it over. */
export function untyped(request: unknown): WebhookRequest {
  return request as WebhookRequest // the point of these tests is what the compiler would refuse
}
