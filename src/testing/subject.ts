import type { DeliveryBase } from '../core/delivery.ts'
import type { CallOptions, ReceiverOptions, Result, WebhookRequest } from '../core/receiver.ts'
import type { Issue } from '../core/schema.ts'
import type { Covers } from '../core/scheme.ts'
import type { SecretOption } from '../core/secrets.ts'
import type { SignedRequest, SignOptions } from '../core/sign.ts'
import type { ListedSample, SampleTree } from './samples.ts'

/** The functions of a test runner that the contract suite needs. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: () => Promise<void>) => unknown
}

/** A delivery of any sender. */
export interface AnyDelivery extends DeliveryBase {
  readonly known: boolean
  readonly type: string
  readonly payload: unknown
  readonly generation?: string
  readonly reason?: 'unlisted' | 'changed' | 'unreadable'
  readonly issues?: readonly Issue[]
}

/** A receiver of any sender. */
export interface AnyReceiver {
  verify(request: WebhookRequest, context?: CallOptions): Promise<AnyDelivery>
  safeVerify(request: WebhookRequest, context?: CallOptions): Promise<Result<AnyDelivery>>
}

/** What the suite uses of a provider: anything that `defineProvider` made has it, and so has a built-in sender. */
export interface ContractProvider<Options extends object> {
  createReceiver(options: Options & ReceiverOptions): AnyReceiver
  sign(payload: unknown, options: Options & SignOptions): Promise<SignedRequest>
}

/** How the suite sets the secret. */
export interface ContractSecrets<Options extends object> {
  /** The secret in `options`. */
  readonly value: string
  /** The secret in `otherOptions`. */
  readonly other: string
  /** The options with this in the place of the secret. */
  readonly use: (secret: SecretOption) => Options
  /** Whether the empty text is a secret like any other, as RFC 7617 allows for passwords. */
  readonly mayBeEmpty?: boolean
}

/** What is tested, and what it promises. */
export interface ContractSubject<Options extends object> {
  readonly name: string
  readonly provider: ContractProvider<Options>
  readonly options: Options
  /** The same with another secret: nothing signed with these may be accepted. */
  readonly otherOptions: Options
  /** At least two samples; a sender's samples, or a list. */
  readonly samples: SampleTree | readonly ListedSample[]
  /** What the sender's proof covers. */
  readonly covers: Covers
  /** Where the proof stands: in headers unless told. */
  readonly proofIn?: 'headers' | 'url'
  /** How far the signed time may be off, in seconds, where it is covered: 300 unless told. */
  readonly toleranceSeconds?: number
  /** For a sender whose events the caller names: what to give `verify` with a sample, for example `{ event }`. */
  readonly contextOf?: (sample: ListedSample) => object
  /** For a sender that names its events in a header: what to give `sign` with a sample. */
  readonly signOptionsOf?: (sample: ListedSample) => SignOptions
  /** For a sender whose body spells an event in another way than `delivery.type`: the name as the body has it. */
  readonly wireNameOf?: (sample: ListedSample) => string
  /** How the suite sets the secret: by the option `secret` unless told, `'none'` where there is none to set. */
  readonly secrets?: ContractSecrets<Options> | 'none'
}
