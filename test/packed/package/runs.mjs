// The package as it runs for users: compiled consumers and several copies under each Node.js, with require() of ES
// modules on and off, and the contract of every sender under two test runners.
import assert from 'node:assert/strict'
import { cpSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { run } from '../tools/exec.mjs'
import { installNode } from '../tools/nodes.mjs'
import { assertNone, here, inPairs, providerNames, readJson } from './setup.mjs'
import { compiledConsumers } from './types.mjs'

const majors = [20, 22, 24]

export async function checkRuns({ check }, { folder }) {
  const second = join(folder, 'second')
  await check('a second copy is installed', async () =>
    cpSync(join(folder, 'node_modules'), join(second, 'node_modules'), { recursive: true }),
  )
  for (const major of majors) {
    await check(`Node.js ${major} runs the package`, () => runUnder(major, folder, second), 600_000)
  }
  await check('Jest runs the contract in CommonJS, without a transform', () => runJest(folder), 120_000)
}

/** A new Node.js must be installed first, which may take its time. */
async function runUnder(major, folder, second) {
  const node = await installNode(major)
  const settings = await requireSettings(node)
  const consumers = settings.flatMap((flags) => compiledConsumers.map((file) => [...flags, file]))
  const complaints = await inPairs(consumers, (args) => complaintOf(node, args, folder, /^verified\n$/))
  complaints.push(await complaintOf(node, ['copies.mjs', second], folder, /^agreed \d{3,} times\n$/))
  assertNone(complaints.filter(Boolean), 'not as expected')
  await runNodeTest(node, folder)
}

/** As it comes; and with require() of ES modules off, where it can be turned off. */
async function requireSettings({ path }) {
  const script = "console.log(process.allowedNodeEnvironmentFlags.has('--experimental-require-module'))"
  const { stdout } = await run(path, ['--eval', script])
  assert.equal(
    stdout,
    'true\n',
    'this Node.js has no --no-experimental-require-module: take it out where it should not',
  )
  return [[], ['--no-experimental-require-module']]
}

async function complaintOf({ path }, args, cwd, expected) {
  try {
    const { stdout, stderr } = await run(path, args, { cwd })
    return expected.test(stdout) && stderr === '' ? undefined : `${args.join(' ')}: ${stdout}${stderr}`
  } catch ({ message }) {
    return message
  }
}

/** How many tests the contract has, counted without a test runner. */
function countTests(folder) {
  const { registerContract } = createRequire(join(folder, 'from.cjs'))('./contract.cjs')
  const require = createRequire(join(folder, 'from.cjs'))
  let count = 0
  const runner = { describe: (_name, body) => body(), it: () => (count += 1) }
  registerContract(runner, Object.fromEntries(providerNames().map((name) => [name, require(`countersign/${name}`)])))
  assert(count > 300, `the contract has ${count} tests only`)
  return count
}

const brokenPromise = { BROKEN_PROMISE: 'Tyk' }

async function runNodeTest({ path }, cwd) {
  const args = ['--test', '--test-reporter=tap', 'contract.test.mjs']
  const { stdout } = await run(path, args, { cwd })
  assert.deepEqual(tapCounts(stdout), { pass: countTests(cwd), fail: 0 })
  await assert.rejects(run(path, args, { cwd, env: brokenPromise }), /^# fail [1-9]/m, 'a broken promise is not seen')
}

function tapCounts(output) {
  const count = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(output)?.[1])
  return { pass: count('pass'), fail: count('fail') }
}

/** The tests of contract.test.cjs beside the contract. */
const routeTests = 2

async function runJest(cwd) {
  const config = {
    testMatch: ['**/contract.test.cjs'],
    transform: {},
    roots: [cwd],
    modulePathIgnorePatterns: ['second'],
  }
  writeFileSync(join(cwd, 'jest.config.json'), JSON.stringify(config))
  const jest = join(here, 'node_modules/jest/bin/jest.js')
  const args = (name) => [jest, '--ci', '--config=jest.config.json', '--json', `--outputFile=${name}.json`]
  await run(process.execPath, args('jest-right'), { cwd })
  const { numPassedTests, numTotalTests } = readJson(cwd, 'jest-right.json')
  assert.deepEqual([numPassedTests, numTotalTests], Array(2).fill(countTests(cwd) + routeTests))
  await assert.rejects(run(process.execPath, args('jest-wrong'), { cwd, env: brokenPromise }))
  assert(readJson(cwd, 'jest-wrong.json').numFailedTests > 0, 'a broken promise is not seen')
}
