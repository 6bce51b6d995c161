import { samples as sighten } from '../providers/sighten/samples.ts'
import { samples as tight } from '../providers/tight/samples.ts'
import { samples as tightknit } from '../providers/tightknit/samples.ts'
import { samples as tyk } from '../providers/tyk/samples.ts'

export type { Level, Sample, SamplesOf } from '../core/samples.ts'
export type { SignedRequest, SignOptions } from '../core/sign.ts'
export { sign as signSighten } from '../providers/sighten/index.ts'
export { sign as signTight } from '../providers/tight/index.ts'
export { sign as signTightknit } from '../providers/tightknit/index.ts'
export { sign as signTyk } from '../providers/tyk/index.ts'
export { contractSuite } from './contract.ts'
export { type ListedSample, listSamples, type SampleTree } from './samples.ts'
export type {
  AnyDelivery,
  AnyReceiver,
  ContractProvider,
  ContractSecrets,
  ContractSubject,
  Runner,
} from './subject.ts'
export { type Tampered, type TamperedRequest, tamper } from './tamper.ts'

/** A payload for every event of every built-in sender. */
export const samples = { sighten, tight, tightknit, tyk }
