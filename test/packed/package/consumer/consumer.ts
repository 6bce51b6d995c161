// A user's file, with every subpath: compiled against the packed tarball, and run, as ESM and as CommonJS.
import * as countersign from 'countersign'
import * as schemes from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import * as testing from 'countersign/testing'
import * as tight from 'countersign/tight'
import * as tightknit from 'countersign/tightknit'
import * as tyk from 'countersign/tyk'

const secret = 'a secret of the consumer'

/** Five lines from a request to a typed payload. */
async function accountOf(request: countersign.WebhookRequest): Promise<string | number> {
  const webhook = tight.createReceiver({ secret })
  const delivery = await webhook.verify(request)
  if (!delivery.known) return delivery.reason
  if (delivery.type === 'bankAccountCreated') return delivery.payload.eventData.entityId
  return delivery.type
}

async function emailOf(request: countersign.WebhookRequest): Promise<string> {
  const delivery = await tyk.verify(request, { secret })
  if (!delivery.known) return delivery.reason
  // @ts-expect-error: no event has this name
  if (delivery.type === 'UserRegisterd') return delivery.type
  return delivery.type === 'UserRegistered' ? delivery.payload.Message.Email : delivery.type
}

const auth = sighten.basic({ username: 'sighten', password: secret })

async function siteOf(request: countersign.WebhookRequest): Promise<string> {
  const webhook = sighten.createReceiver({ auth })
  const delivery = await webhook.verify(request, { event: 'Contract Status Change' })
  return delivery.known ? delivery.payload.site : delivery.reason
}

const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

async function actionOf(request: countersign.WebhookRequest): Promise<string> {
  const delivery = await tightknit.createReceiver({ secret: whsec, strict: true }).verify(request)
  return delivery.payload.action
}

// @ts-expect-error: no event has this name
export type Misspelt = tight.Payload<'bankAcountCreated'>
// @ts-expect-error: no payload has this member
export type Missing = tyk.Payload<'UserRegistered'>['Mesage']

const own = countersign.defineProvider({
  scheme: (options: { secret: string }) => schemes.hmac({ header: 'X-Own-Signature', secret: options.secret }),
  events: tyk.schemas,
  naming: { in: 'body', name: 'Event' },
})

function expectEqual(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`expected ${String(expected)} and got ${String(actual)}`)
}

async function run(): Promise<void> {
  const account = testing.samples.tight.bankAccountCreated.v6.payload
  const user = testing.samples.tyk.UserRegistered.payload
  const contract = testing.samples.sighten['Contract Status Change'].payload
  const registration = testing.samples.tightknit.user_registered.app.payload
  expectEqual(await accountOf(await tight.sign(account, { secret })), account.eventData.entityId)
  expectEqual(await emailOf(await tyk.sign(user, { secret })), user.Message.Email)
  expectEqual(await siteOf(await sighten.sign(contract, { auth })), contract.site)
  expectEqual(await actionOf(await tightknit.sign(registration, { secret: whsec })), registration.action)

  const request = await own.sign(user, { secret })
  expectEqual((await own.verify(request, { secret })).known, true)
  const result = await own.createReceiver({ secret }).safeVerify({ ...request, body: `${JSON.stringify(user)} ` })
  expectEqual(result.ok ? undefined : result.error.code, 'signature_mismatch')
  expectEqual(result.ok ? undefined : result.error instanceof countersign.WebhookError, true)
}

run().then(() => console.log('verified'))
