import type { DeliveryBase } from '../core/delivery.ts'
import type { CallOptions, ReceiverOptions, Result, WebhookRequest } from '../core/receiver.ts'
import type { Issue } from '../core/schema.ts'
import type { Covers } from '../core/scheme.ts'
import type { SecretOption } from '../core/secrets.ts'
import type { SignedRequest, SignOptions } from '../core/sign.ts'
import type { ListedSample, SampleTree } from './samples.ts'

/** The functions of a test runner that the contract suite needs. */
export interface Runner {
  /** Groups tests under a name. */
  readonly describe: (name: string, body: () => void) => unknown
  /** Registers one test; it fails where its promise rejects. */
  readonly it: (name: string, body: () => Promise<void>) => unknown
}

/** A delivery of any sender. */
export interface AnyDelivery extends DeliveryBase {
  /** Whether it is an event of the provider, in its shape. */
  readonly known: boolean
  /** The event's name; empty where nothing names it. */
  readonly type: string
  /** The original JSON. */
  readonly payload: unknown
  /** Where the sender has generations of its payloads. */
  readonly generation?: string
  /** Why it is not known. */
  readonly reason?: 'unlisted' | 'changed' | 'unreadable'
  /** Where it differs from the shape that is known. */
  readonly issues?: readonly Issue[]
}

/** A receiver of any sender. */
export interface AnyReceiver {
  /** As `Receiver.verify`. */
  verify(request: WebhookRequest, context?: CallOptions): Promise<AnyDelivery>
  /** As `Receiver.safeVerify`. */
  safeVerify(request: WebhookRequest, context?: CallOptions): Promise<Result<AnyDelivery>>
}

/** What the suite uses of a provider: anything that `defineProvider` made has it, and so has a built-in sender. */
export interface ContractProvider<Options extends object> {
  /** As `Provider.createReceiver`. */
  createReceiver(options: Options & ReceiverOptions): AnyReceiver
  /** As `Provider.sign`. */
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
  /** Stands in the tests' names. */
  readonly name: string
  /** What is tested. */
  readonly provider: ContractProvider<Options>
  /** Options to sign and to verify with. */
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
