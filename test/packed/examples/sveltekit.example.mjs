import assert from 'node:assert/strict'
import { run } from '../tools/exec.mjs'
import { secrets } from './senders.mjs'

export default {
  framework: 'SvelteKit',
  package: '@sveltejs/kit',
  sender: 'tightknit',
  path: '/webhooks/tightknit',
  node: 22,
  env: { TIGHTKNIT_WEBHOOK_SECRET: secrets.tightknit },
  eaten: { path: '/webhooks/eaten', fix: /SvelteKit/ },
  impossible: {
    '2 MiB, chunked': 'SvelteKit breaks the connection of a body that is no longer read, before its answer is sent',
  },
  more: checkRest,
}

async function checkRest({ check, server, project }) {
  const echo = (headers, body) => server.send({ method: 'POST', path: '/echo', headers, body: Buffer.from(body) })

  await check('the other routes parse JSON', async () => {
    const answer = await echo([['content-type', 'application/json']], '{"greeting":"hello"}')
    assert.equal(answer.body, '{"greeting":"hello"}', String(answer.status))
  })
  await check('the other routes refuse forms of other origins', async () => {
    const ownOrigin = server.origin.replace('http:', 'https:') // SvelteKit takes the protocol for https unless told
    for (const type of [
      'Text/Plain;charset=utf-8',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      undefined,
    ]) {
      const headers = type ? [['content-type', type]] : []
      for (const origin of [[], [['origin', 'https://other.example']], [['origin', 'null']]])
        assert.equal((await echo([...headers, ...origin], '{}')).status, 403, `${type}, ${origin}`)
      assert.equal((await echo([...headers, ['origin', ownOrigin]], '{}')).status, 200, `${type}, own origin`)
    }
  })
  await check('does not start without its secret, and says so', async () => {
    const env = { ...project.env, TIGHTKNIT_WEBHOOK_SECRET: undefined, PORT: '0' }
    const started = run('node', ['build'], { cwd: project.folder, env, timeoutMs: 10_000 })
    await assert.rejects(started, /TIGHTKNIT_WEBHOOK_SECRET\s+- is missing/)
  })
}
