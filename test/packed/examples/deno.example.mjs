import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { run } from '../tools/exec.mjs'
import { secrets } from './senders.mjs'

const readJson = (name) => JSON.parse(readFileSync(new URL(`../../../examples/deno/${name}`, import.meta.url)))
const { devDependencies } = readJson('package.json')

/** The command of the task that starts the example, with its permissions, for another program. */
function commandFor(program) {
  const [, ...args] = readJson('deno.json').tasks.start.replace('src/server.ts', program).split(' ')
  assert.equal(args.at(-1), program)
  return ['node_modules/.bin/deno', ...args]
}

export default {
  framework: 'Deno.serve',
  package: 'node', // no version of its own: it is the runtime's
  runtime: `Deno ${devDependencies.deno}`,
  sender: 'tight',
  path: '/webhooks/tight',
  env: { TIGHT_WEBHOOK_SECRET: secrets.tight, DENO_NO_UPDATE_CHECK: '1' },
  eaten: { command: commandFor('src/eaten.ts'), fix: /hand over the Request before anything reads it/ },
  more: checkDeno,
}

/** @param {import('./cases.mjs').Context} context */
async function checkDeno({ check, sign, expect, server, project: { folder, env } }) {
  await check('the version that the table names', async () => {
    const { stdout } = await run('node_modules/.bin/deno', ['--version'], { cwd: folder, env })
    assert.equal(stdout.split(' ')[1], devDependencies.deno)
  })
  await check('no permission that is not needed', async () => {
    const [command, ...args] = commandFor('src/permissions.ts')
    const { stdout } = await run(command, args, { cwd: folder, env })
    const states = JSON.parse(stdout)
    assert.deepEqual(new Set(Object.values(states)), new Set(['prompt']), stdout)
  })
  await check('the other routes parse JSON', async () => {
    const body = Buffer.from('{"greeting":"hello"}')
    const headers = [['content-type', 'application/json']]
    const answer = await server.send({ method: 'POST', path: '/echo', headers, body })
    assert.equal(answer.body, '{"greeting":"hello"}')
  })
  await check('another method', async () => {
    await expect({ ...(await sign())[0], body: new Uint8Array() }, { method: 'GET' }, 404, 0)
  })
  await check('a Host header that is none', async () => {
    const [delivery] = await sign()
    const headers = [...delivery.headers, ['host', 'no such host']]
    await expect(delivery, { path: `${delivery.path}?a-query`, headers }, 404, 0)
    assert(!server.log().includes('a-query'), 'the log has a query')
  })
}
