import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { secrets } from './senders.mjs'

export default {
  framework: 'Fastify',
  package: 'fastify',
  sender: 'tyk',
  path: '/webhooks/tyk',
  node: 22, // what Fastify brings asks for it
  env: { PORTAL_WEBHOOKS_SECRET: secrets.tyk },
  eaten: {
    command: ['node', 'dist/eaten.js'],
    fix: /Fastify: in the route's own plugin, app\.removeAllContentTypeParsers/,
  },
  impossible: { stale: 'Tyk signs no time' },
  async more(context) {
    for (const checks of [checkRest, checkHeaders, checkPrinted, checkSetUp]) await checks(context)
  },
}

/** The route's parser is its own: the rest of the application has Fastify's. */
async function checkRest({ check, server }) {
  await check('the other routes parse JSON', async () => {
    const echo = { method: 'POST', path: '/echo', body: Buffer.from('{"greeting":"hello"}') }
    const json = await server.send({ ...echo, headers: [['content-type', 'application/json']] })
    assert.equal(json.body, '{"greeting":"hello"}')
    const xml = await server.send({ ...echo, headers: [['content-type', 'text/xml']] })
    assert.equal(xml.status, 415)
  })
  await check('other methods and paths', async () => {
    for (const [method, path] of [
      ['PUT', '/webhooks/tyk'],
      ['POST', '/webhooks/other'],
    ]) {
      const { status } = await server.send({ method, path, headers: [], body: new Uint8Array() })
      assert.equal(status, 404, `${method} ${path}`)
    }
  })
}

async function checkHeaders({ check, sign, expect }) {
  for (const type of ['json', ''])
    await check(`a content type that is none: "${type}"`, async () => {
      const [delivery] = await sign()
      const others = delivery.headers.filter(([name]) => name !== 'content-type')
      await expect(delivery, { headers: [...others, ['content-type', type]] }, 200, 1)
    })
  await check('encodings by their names', async () => {
    const [delivery] = await sign()
    const encoded = (coding) => ({ headers: [...delivery.headers, ['content-encoding', coding]] })
    await expect(delivery, encoded('br'), 415, 0)
    await expect(delivery, encoded('identity'), 200, 1)
  })
  await check('an encoded body of 2 MiB: the answer arrives', async () => {
    const [delivery] = await sign()
    const headers = [...delivery.headers, ['content-encoding', 'gzip']]
    await expect(delivery, { headers, body: new Uint8Array(2 * 1024 * 1024), framing: 'chunked' }, 415, 0)
  })
}

/** Not even what Fastify itself prints of a request that has no route, or a URL that cannot be read. */
async function checkPrinted({ check, server }) {
  await check('prints no query and no header', async () => {
    const headers = ['cookie', 'accept-version', 'request-id', 'x-forwarded-for'].map((name) => [name, 'in-a-header'])
    for (const path of ['/webhooks/tyk', '/%zz', '/no-route'])
      await server.send({ method: 'POST', path: `${path}?key=in-a-query`, headers, body: new Uint8Array() })
    await untilPrinted(server, /"path":"\/no-route"/)
    assert.doesNotMatch(server.log(), /in-a-query|in-a-header/)
  })
}

/** The same server, with another environment. */
async function checkSetUp({ check, sign, project, logs }) {
  const fail = async (assignment, message) => {
    const server = await project.openWith(['node', '--eval', `${assignment}; import('./dist/server.js')`])
    logs.push(server.log)
    try {
      const [delivery] = await sign({ origin: server.origin })
      const { status, body } = await server.send({ method: 'POST', ...delivery })
      assert.equal(status, 500)
      assert.equal(body, 'Internal Server Error')
      await untilPrinted(server, message)
    } finally {
      await server.close()
    }
  }
  await check('without a secret', () =>
    fail('delete process.env.PORTAL_WEBHOOKS_SECRET', /secret is undefined: is the environment variable set\?/),
  )
  await check('a delivery that cannot be kept', () => fail("process.env.INBOX = 'package.json'", /ENOTDIR/))
}

/** Fastify's logger writes a little later than it answers. */
async function untilPrinted(server, pattern) {
  for (let tries = 40; tries > 0 && !pattern.test(server.log()); tries--) await wait(50)
  assert.match(server.log(), pattern)
}
