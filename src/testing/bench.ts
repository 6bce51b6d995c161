import type { ReceiverOptions, WebhookRequest } from '../core/receiver.ts'
import type { Covers } from '../core/scheme.ts'
import type { SecretOption } from '../core/secrets.ts'
import type { SignedRequest, SignOptions } from '../core/sign.ts'
import { type ListedSample, listSamples } from './samples.ts'
import type { AnyDelivery, AnyReceiver, ContractSecrets, ContractSubject, Runner } from './subject.ts'

/** How one verification differs from the usual one. */
export interface Verification {
  /** The sample whose event it is, where the caller names it; the first unless told. */
  readonly sample?: ListedSample | undefined
  /** How long after the signing, in seconds. */
  readonly seconds?: number
  /** The receiver; one with the subject's options unless told. */
  readonly by?: AnyReceiver
}

/** The subject with its signing and verifying at one moment: what every part of the suite works with. */
export interface Bench {
  readonly it: Runner['it']
  readonly covers: Covers
  readonly proofIn: 'headers' | 'url'
  readonly toleranceSeconds: number
  /** Where an event is named: by the caller, in a header that is signed with it, or in the body. */
  readonly naming: 'call' | 'header' | 'body'
  readonly samples: readonly ListedSample[]
  /** The sample that stands for all where one is enough. */
  readonly first: ListedSample
  readonly secrets: SecretBench | undefined
  /** The moment of signing. */
  readonly now: Date
  /** A receiver of the subject's options. */
  receiver(extra?: ReceiverOptions): AnyReceiver
  /** A receiver with the other secret. */
  otherReceiver(): AnyReceiver
  sign(sample: ListedSample, options?: SignOptions): Promise<SignedRequest>
  signWithOther(sample: ListedSample): Promise<SignedRequest>
  verify(request: WebhookRequest, how?: Verification): Promise<AnyDelivery>
  /** The event's name as the body has it. */
  wireNameOf(sample: ListedSample): string
  /** What to give a receiver with a request. */
  contextOf(sample: ListedSample, seconds?: number): { readonly now: Date }
}

/** The secrets, and a receiver with any. */
export interface SecretBench {
  readonly value: string
  readonly other: string
  readonly mayBeEmpty: boolean
  /** @throws TypeError as `createReceiver` does */
  receiver(secret: SecretOption): AnyReceiver
}

/** Everything is signed at one moment. */
const signedAt = /* @__PURE__ */ Date.UTC(2026, 0, 1)

/** Binds the subject to one moment. @throws TypeError where the subject lacks something */
export function createBench<Options extends object>({ it }: Runner, subject: ContractSubject<Options>): Bench {
  const { provider, options, otherOptions, covers, toleranceSeconds = 300, contextOf, signOptionsOf } = subject
  const samples = isList(subject.samples) ? subject.samples : listSamples(subject.samples)
  const [first] = samples
  if (first === undefined || samples.length < 2) throw new TypeError('samples must hold at least two')

  const now = new Date(signedAt)
  const receiver = (extra: ReceiverOptions = {}): AnyReceiver => provider.createReceiver({ ...options, ...extra })
  const usual = once(() => receiver())
  const signing = (sample: ListedSample): SignOptions => ({ now, ...signOptionsOf?.(sample) })
  const context = (sample: ListedSample, seconds = 0) => ({
    ...contextOf?.(sample),
    now: new Date(signedAt + seconds * 1000),
  })
  return {
    it,
    covers,
    proofIn: subject.proofIn ?? 'headers',
    toleranceSeconds,
    naming: contextOf !== undefined ? 'call' : signOptionsOf !== undefined ? 'header' : 'body',
    samples,
    first,
    secrets: secretBench(subject),
    now,
    receiver,
    otherReceiver: () => provider.createReceiver(otherOptions),
    sign: (sample, extra) => provider.sign(sample.payload, { ...options, ...signing(sample), ...extra }),
    signWithOther: (sample) => provider.sign(sample.payload, { ...otherOptions, ...signing(sample) }),
    verify: async (request, { sample = first, seconds = 0, by = usual() } = {}) =>
      by.verify(request, context(sample, seconds)),
    wireNameOf: subject.wireNameOf ?? (({ type }) => type),
    contextOf: context,
  }
}

function isList(samples: ContractSubject<object>['samples']): samples is readonly ListedSample[] {
  return Array.isArray(samples)
}

function secretBench<Options extends object>(subject: ContractSubject<Options>): SecretBench | undefined {
  const secrets = subject.secrets ?? optionSecrets(subject)
  if (secrets === 'none') return undefined
  const { value, other, use, mayBeEmpty = false } = secrets
  return { value, other, mayBeEmpty, receiver: (secret) => subject.provider.createReceiver(use(secret)) }
}

function optionSecrets<Options extends object>(subject: ContractSubject<Options>): ContractSecrets<Options> {
  const { options, otherOptions } = subject
  const value = 'secret' in options && options.secret
  const other = 'secret' in otherOptions && otherOptions.secret
  if (typeof value === 'string' && typeof other === 'string') {
    return { value, other, use: (secret) => ({ ...options, secret }) }
  }
  throw new TypeError("options.secret is no text: say by `secrets` how to set the secret, or that there is 'none'")
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
