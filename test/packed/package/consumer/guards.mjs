// Guards beyond the contract: mistakes in the set-up are TypeErrors at once, and errors are what the docs say they are.
// A minifier or a wrong `sideEffects` may drop such a guard without a trace: what it guards against is rare.
import assert from 'node:assert/strict'
import { isWebhookError, WebhookError } from 'countersign'

/** Of a subject of the contract suite. */
export function guardTests({ provider: { createReceiver, sign }, options, samples, contextOf = () => ({}) }) {
  const [[type, sample]] = Object.entries(samples)
  const payload = (sample.payload === undefined ? Object.values(sample)[0] : sample).payload
  const context = contextOf({ type })
  const receiver = createReceiver(options)
  const wrongOptions = {
    'a misspelt option': [{ ...options, toleranceSecond: 60 }, /no option toleranceSecond/],
    'no options': [undefined, /options/],
    'a limit of nothing': [{ ...options, maxBodyBytes: 0 }, /maxBodyBytes/],
    'a limit that is no number': [{ ...options, maxBodyBytes: Number.NaN }, /maxBodyBytes/],
    'a clock that stands still': [{ ...options, now: new Date(0) }, /now/],
  }
  return [
    ...Object.entries(wrongOptions).map(([name, [wrong, message]]) => [
      `refuses ${name}`,
      () => assert.throws(() => createReceiver(wrong), { name: 'TypeError', message }),
    ]),
    ...(options.secret === undefined ? [] : secretTests(createReceiver, options)),
    ['refuses a parsed body', () => refusesParsedBody(receiver, { headers: {}, body: payload }, context)],
    [
      'refuses the body in the place of the request',
      () => refusesParsedBody(receiver, JSON.stringify(payload), context),
    ],
    ['gives errors that are WebhookErrors', async () => checkError(await refusal(receiver, context))],
    ['keeps the body out of JSON', async () => checkDelivery(receiver, await sign(payload, options), context)],
  ]
}

function secretTests(createReceiver, options) {
  return ['', undefined, ' padded'].map((secret) => [
    `refuses the secret ${JSON.stringify(secret)}`,
    () => assert.throws(() => createReceiver({ ...options, secret }), { name: 'TypeError' }),
  ])
}

/** A TypeError from safeVerify too, so that it ends in the framework's error handler. */
async function refusesParsedBody({ verify, safeVerify }, request, context) {
  await assert.rejects(verify(request, context), { name: 'TypeError' })
  await assert.rejects(safeVerify(request, context), { name: 'TypeError' })
}

async function refusal({ safeVerify }, context) {
  const { ok, error } = await safeVerify({ method: 'POST', url: '/elsewhere', headers: {}, body: '{}' }, context)
  assert.equal(ok, false)
  return error
}

/** @param {unknown} error of any copy of the package */
export function checkError(error) {
  assert.equal(isWebhookError(error), true, 'isWebhookError does not know it')
  assert.equal(error instanceof WebhookError, true, 'instanceof does not know it')
  assert.equal(error.status, 401)
  assert.match(String(error), /^WebhookError: \S/)
  const shown = JSON.parse(JSON.stringify(error))
  assert.deepEqual(Object.keys(shown).sort(), ['code', 'message', 'name', 'retryable', 'status'])
  assert.deepEqual([shown.name, shown.code], ['WebhookError', error.code])
}

async function checkDelivery(receiver, signed, context) {
  const delivery = await receiver.verify(signed, context)
  assert.deepEqual([...delivery.body], [...signed.body])
  assert.equal('body' in JSON.parse(JSON.stringify(delivery)), false)
}
