import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { run } from '../tools/exec.mjs'
import { secrets } from './senders.mjs'

const { devDependencies } = JSON.parse(readFileSync(new URL('../../../examples/bun/package.json', import.meta.url)))

export default {
  framework: 'Bun.serve',
  package: 'node', // no version of its own: it is the runtime's
  runtime: `Bun ${devDependencies.bun}`,
  sender: 'tyk',
  path: '/webhooks/tyk',
  env: { PORTAL_WEBHOOKS_SECRET: secrets.tyk },
  eaten: {
    command: ['node_modules/.bin/bun', 'src/eaten.ts'],
    fix: /hand over the Request before anything reads it/,
  },
  open: openForLong,
  impossible: { stale: 'Tyk signs no time' },
  more: checkBun,
}

/** Whatever is longer than the limit comes from a client that keeps its connections open. */
async function openForLong({ openWith }) {
  const server = await openWith(['npm', 'start'])
  const send = (request) => (request.body.length > 1_048_576 ? sendKept(server.origin, request) : server.send(request))
  return { ...server, send }
}

/**
 * Where a request says `Connection: close`, Bun closes as soon as it has answered. A body that is still on its way then
 * breaks the connection, and whether its sender gets to read the answer is chance.
 */
async function sendKept(origin, { path, method, headers, body, framing }) {
  const started = Date.now()
  const content = framing === 'chunked' ? new Blob([body]).stream() : body
  const response = await fetch(origin + path, { method, headers, body: content, duplex: 'half' })
  return { status: response.status, body: await response.text(), ms: Date.now() - started }
}

/** @param {import('./cases.mjs').Context} context */
async function checkBun({ check, sign, expect, server, project: { folder, env } }) {
  await check('the version that the table names', async () => {
    const { stdout } = await run('node_modules/.bin/bun', ['--version'], { cwd: folder })
    assert.equal(stdout.trim(), devDependencies.bun)
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
    await expect(delivery, { path: `${delivery.path}?a-query`, headers }, 200, 1)
    assert(!server.log().includes('a-query'), 'the log has a query')
  })
  await check("the example's own tests", async () => {
    const { stderr } = await run('npm', ['test'], { cwd: folder, env: { ...env, PORTAL_WEBHOOKS_SECRET: undefined } })
    assert.match(stderr, /\n *[1-9]\d+ pass\n *0 fail\n/)
  })
}
