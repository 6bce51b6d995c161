import { createBench } from './bench.ts'
import { deliveryContract } from './contract-deliveries.ts'
import { freshnessContract } from './contract-freshness.ts'
import { leakContract } from './contract-leaks.ts'
import { payloadContract } from './contract-payloads.ts'
import { refusalContract } from './contract-refusals.ts'
import { secretContract } from './contract-secrets.ts'
import { shapeContract } from './contract-shapes.ts'
import type { ContractSubject, Runner } from './subject.ts'

/**
 * Registers the tests that every provider must pass, built-in or defined by a user.
 *
 * @param runner `describe` and `it` of any test runner
 * @param subject the provider, two sets of options, samples, and what its proof covers
 * @throws TypeError where the subject lacks something
 */
export function contractSuite<Options extends object>(runner: Runner, subject: ContractSubject<Options>): void {
  const bench = createBench(runner, subject)
  runner.describe(`${subject.name} keeps the contract`, () => {
    deliveryContract(bench)
    shapeContract(bench)
    refusalContract(bench)
    freshnessContract(bench)
    payloadContract(bench)
    secretContract(bench)
    leakContract(bench)
  })
}
