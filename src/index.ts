import { verify as verifySighten } from './providers/sighten/index.ts'
import { verify as verifyTight } from './providers/tight/index.ts'
import { verify as verifyTightknit } from './providers/tightknit/index.ts'
import { verify as verifyTyk } from './providers/tyk/index.ts'

export type { MaybePromise } from './core/bytes.ts'
export type {
  ChangedDelivery,
  DeliveryBase,
  DeliveryOf,
  EventMap,
  IdFrom,
  KnownDelivery,
  UnknownDelivery,
  UnlistedDelivery,
  UnreadableDelivery,
} from './core/delivery.ts'
export { type ErrorCode, errorTable, isWebhookError, WebhookError } from './core/errors.ts'
export type { HeadersLike } from './core/headers.ts'
export type { EventNaming } from './core/naming.ts'
export type { EventName } from './core/pipeline.ts'
export {
  type Definition,
  type DeliveryFrom,
  defineProvider,
  type OneShotOptions,
  type Provider,
} from './core/provider.ts'
export type { CallOptions, Receiver, ReceiverOptions, Result, WebhookRequest } from './core/receiver.ts'
export type { InputOf, Issue, Schema } from './core/schema.ts'
export type { Covers, Evidence, Identity, Incoming, Proof, Scheme, SchemeContext, Unsigned } from './core/scheme.ts'
export type { Secret, SecretOption, SecretValue } from './core/secrets.ts'
export type { SignedRequest, SignOptions } from './core/sign.ts'
export { verifySighten, verifyTight, verifyTightknit, verifyTyk }
