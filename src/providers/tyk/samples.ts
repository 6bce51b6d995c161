import type { SamplesOf } from '../../core/samples.ts'
import type { events } from './events.ts'

export const samples = {} as SamplesOf<typeof events>
