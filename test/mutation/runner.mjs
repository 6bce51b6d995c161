// vitest for Stryker, but a mutant that keeps a test file from loading is killed. The stock runner looks at tests alone: where none
// was collected none has failed, and it says that the mutant survived.
import { PluginKind } from '@stryker-mutator/api/plugin'
import { TestStatus } from '@stryker-mutator/api/test-runner'
import { strykerPlugins as stockPlugins } from '@stryker-mutator/vitest-runner'

const { factory: stock } = stockPlugins.find(({ name }) => name === 'vitest')

function createRunner(injector) {
  const runner = stock(injector)
  const run = runner.run.bind(runner)
  runner.run = async (options) => {
    const result = await run(options)
    const broken = runner.ctx.state
      .getFiles()
      .find(({ result: end, tasks }) => end?.state === 'fail' && tasks.length === 0)
    if (broken === undefined || result.tests === undefined) return result
    const failed = { id: broken.filepath, name: broken.name, timeSpentMs: 0, status: TestStatus.Failed }
    return { ...result, tests: [...result.tests, { ...failed, failureMessage: 'it does not load' }] }
  }
  return runner
}
createRunner.inject = stock.inject

export const strykerPlugins = [{ kind: PluginKind.TestRunner, name: 'vitest-that-loads', factory: createRunner }]
