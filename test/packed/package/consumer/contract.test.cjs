// Under Jest, in CommonJS and without a transform.
const { isWebhookError, WebhookError } = require('countersign')
const { samples, signTyk, tamper } = require('countersign/testing')
const { registerContract } = require('./contract.cjs')

const modules = Object.fromEntries(
  Object.keys(require('./subjects.cjs').providers).map((name) => [name, require(`countersign/${name}`)]),
)
registerContract({ describe, it }, modules)

describe('a test of a webhook route', () => {
  const secret = 'a secret for tests'
  const webhook = modules.tyk.createReceiver({ secret })

  it('sends a genuine delivery', async () => {
    const { payload } = samples.tyk.UserRegistered
    const delivery = await webhook.verify(await signTyk(payload, { secret }))
    expect(delivery).toMatchObject({ known: true, type: 'UserRegistered', payload })
  })

  it('sends tampered ones', async () => {
    const signed = await signTyk(samples.tyk.UserRegistered.payload, { secret })
    const faults = tamper(signed).filter(({ fault }) => fault !== 'url')
    expect(faults.length).toBeGreaterThan(10)
    for (const { request } of faults) {
      const { ok, error } = await webhook.safeVerify(request)
      expect([ok, isWebhookError(error), error instanceof WebhookError, error.status]).toEqual([false, true, true, 401])
    }
  })
})
