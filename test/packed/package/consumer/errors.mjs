// The class of errors as a bundle has it: its own instances and those of other copies, and nothing else.
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import * as installed from 'countersign'
import { checkError } from './guards.mjs'

/** Of a bundle of `WebhookError`, `isWebhookError` and `errorTable`. */
export function checkErrors(bundle) {
  const { WebhookError, isWebhookError, errorTable } = bundle
  const own = () => new WebhookError('header_missing', 'a message')
  const foreign = () => new installed.WebhookError('header_missing', 'a message')
  return [
    ['makes errors that the installed package knows', () => checkError(own())],
    ['knows its own', () => assert.deepEqual([own() instanceof WebhookError, isWebhookError(own())], [true, true])],
    [
      'knows those of the installed package',
      () => assert.deepEqual([foreign() instanceof WebhookError, isWebhookError(foreign())], [true, true]),
    ],
    [
      'is called by its name in a log',
      () =>
        assert.match(inspect(new installed.WebhookError('header_missing', 'a message')), /^WebhookError: a message/),
    ],
    ['knows no others', () => checkOthers(bundle)],
    [
      'lets a subclass know its own alone',
      () => {
        class Special extends WebhookError {}
        assert.equal(own() instanceof Special, false)
        assert.equal(new Special('header_missing', 'a message') instanceof Special, true)
      },
    ],
    ['has the whole table', () => assert.deepEqual({ ...errorTable }, { ...installed.errorTable })],
  ]
}

function checkOthers({ WebhookError, isWebhookError }) {
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error('looked at')
      },
    },
  )
  const alike = { name: 'WebhookError', code: 'header_missing', status: 401 }
  for (const other of [new Error('x'), new TypeError('x'), alike, hostile, null, undefined, 'WebhookError']) {
    assert.equal(other instanceof WebhookError, false)
    assert.equal(isWebhookError(other), false)
  }
}
