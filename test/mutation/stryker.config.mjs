// What run.mjs hands to Stryker, whose command line knows most of it by no other way.
import { fileURLToPath } from 'node:url'

const { MUTATE = '' } = process.env

export default {
  plugins: ['@stryker-mutator/vitest-runner', fileURLToPath(new URL('runner.mjs', import.meta.url))],
  testRunner: 'vitest-that-loads',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  inPlace: true, // in the copy that run.mjs makes
  mutate: MUTATE.split('\n'),
  concurrency: 2,
  timeoutMS: 10_000,
  timeoutFactor: 3,
  disableTypeChecks: false, // it would write into files that tests read
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: 'reports/mutation.json' },
  warnings: { slow: false },
}
