import { samples as tyk } from '../providers/tyk/samples.ts'

/** A payload for every event of every built-in sender. */
export const samples = { tyk }
