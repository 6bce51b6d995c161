import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { openHttp2, sendInOne } from './node-http/wire.mjs'
import { secrets } from './senders.mjs'
import { freePort } from './socket.mjs'

const clientId = 'a-client'
/** Sighten's part of the installed package, and the port on which the server speaks HTTP/2. */
let sighten
let http2Port

export default {
  framework: '`node:http` and `node:http2`',
  package: 'node',
  sender: 'sighten',
  path: (event) => `/webhooks/sighten/${sighten.eventSlug(event)}`,
  signOptions: () => ({ auth: auth() }),
  env: { SIGHTEN_CLIENT_ID: clientId, SIGHTEN_CLIENT_SECRET: secrets.sighten, SIGHTEN_HOST: '127.0.0.1' },
  async open({ folder, openWith }) {
    sighten = await import(pathToFileURL(join(folder, 'node_modules/countersign/dist/sighten.js')).href)
    http2Port = await freePort()
    return openWith(['env', `HTTP2_PORT=${http2Port}`, 'npm', 'start'])
  },
  eaten: { command: ['node', 'dist/eaten.js'], fix: /node:http: hand over the request before anything reads it/ },
  async more(context) {
    for (const checks of [checkRoutes, checkCovered, checkConnection, checkSetUp]) await checks(context)
    const session = openHttp2(http2Port)
    try {
      await checkHttp2(context, session)
    } finally {
      session.close()
    }
  },
}

function auth() {
  return sighten.hmac({ format: 'authorization', clientId, clientSecret: secrets.sighten, host: '127.0.0.1' })
}

async function checkRoutes({ check, sign, expect, server }) {
  await check('other methods, paths and events', async () => {
    const [delivery] = await sign()
    await expect(delivery, { method: 'GET' }, 405, 0)
    await expect(delivery, { method: 'DELETE' }, 405, 0)
    await expect(delivery, { path: '/webhooks/sighten' }, 404, 0)
    await expect(delivery, { path: `${delivery.path}/more` }, 404, 0)
  })
  await check('prints no query and no header', async () => {
    const request = { method: 'POST', headers: [['cookie', 'in-a-header']], body: new Uint8Array() }
    for (const path of ['/webhooks/sighten/site-archived', '/no-route'])
      await server.send({ ...request, path: `${path}?key=in-a-query` })
    await server.send({ ...request, method: 'GET', path: '/the-last?key=in-a-query' })
    for (let tries = 40; tries > 0 && !server.log().includes('/the-last'); tries--) await wait(50)
    assert.match(server.log(), /POST \/no-route 404\nGET \/the-last 404\n/)
    assert.doesNotMatch(server.log(), /in-a-query|in-a-header/)
  })
}

/** Method, URL and host are signed. */
async function checkCovered({ check, sign, expect, server, project }) {
  await check('a method, path, query or host that was not signed', async () => {
    const [delivery, other] = await sign()
    await expect(delivery, { method: 'PUT' }, 401, 0)
    await expect(delivery, { path: other.path }, 401, 0)
    await expect(delivery, { path: `${delivery.path}?more` }, 401, 0)
    await expect(delivery, { headers: [...delivery.headers, ['host', 'other.example']] }, 401, 0)
  })
  await check('PUT and PATCH, and a query that was signed', async () => {
    for (const method of ['PUT', 'PATCH']) {
      const path = '/webhooks/sighten/site-archived?account=1'
      const { headers, body } = await sign1(project.kit, { method, url: server.origin + path })
      await expect({ path, headers, body }, { method }, 200, 1)
    }
  })
  await check('an event that is not listed', async () => {
    const path = '/webhooks/sighten/no-such-event'
    const { headers, body } = await sign1(project.kit, { url: server.origin + path })
    await expect({ path, headers, body }, {}, 404, 0)
  })
}

/** One delivery, as this request. */
async function sign1({ signSighten, samples }, options) {
  const { headers, body } = await signSighten(samples.sighten['Site Archived'].payload, { auth: auth(), ...options })
  return { headers: Object.entries(headers), body }
}

/** What is refused leaves nothing behind that the next request of its connection would be taken for. */
async function checkConnection({ check, sign, server }) {
  for (const pipelined of [false, true])
    await check(`one connection for all, ${pipelined ? 'pipelined' : 'one after the other'}`, async () => {
      await server.forget()
      const [first, second] = (await sign()).map((delivery) => ({ method: 'POST', ...delivery }))
      const large = new Uint8Array(2 * 1024 * 1024)
      const all = [
        [200, first],
        [401, { ...first, body: Buffer.from('{}') }],
        [415, { ...first, headers: [...first.headers, ['content-encoding', 'gzip']], body: large }],
        [413, { ...first, body: large }],
        [404, { ...first, path: '/', body: large }],
        [405, { ...first, method: 'DELETE' }],
        [200, { ...first, method: 'HEAD', headers: [], body: new Uint8Array() }],
        [200, second],
      ]
      const requests = all.map(([, request]) => request)
      const statuses = await sendInOne(new URL(server.origin).port, requests, { pipelined })
      assert.deepEqual(
        statuses,
        all.map(([status]) => status),
      )
      assert.equal((await server.kept()).length, 2)
    })
}

/** The same server, with another environment. */
async function checkSetUp({ check, sign, project, logs }) {
  const fail = async (assignment, message) => {
    const script = `process.env.HTTP2_PORT = '0'; ${assignment}; import('./dist/server.js')`
    const server = await project.openWith(['node', '--eval', script])
    logs.push(server.log)
    try {
      const [delivery] = await sign({ origin: server.origin })
      const answer = await server.send({ method: 'POST', ...delivery })
      assert.deepEqual([answer.status, answer.body], [500, ''])
    } finally {
      await server.close()
    }
    assert.match(server.log(), message)
  }
  await check('without a secret', () =>
    fail('delete process.env.SIGHTEN_CLIENT_SECRET', /TypeError: .* is undefined: is the environment variable set\?/),
  )
  await check('a delivery that cannot be kept', () => fail("process.env.INBOX = 'package.json'", /ENOTDIR/))
}

/** What every example is sent, once more over a session of HTTP/2. */
async function checkHttp2({ check, sign, server }, session) {
  const origin = `http://127.0.0.1:${http2Port}`
  const large = new Uint8Array(2 * 1024 * 1024)
  const expect = async (delivery, change, due, kept) => {
    await server.forget()
    const { status, body } = await session.send({ method: 'POST', ...delivery, ...change })
    assert.equal(status, due, `status, with ${body.slice(0, 500)}`)
    assert.equal((await server.kept()).length, kept, 'deliveries kept')
  }
  await check('HTTP/2: every event', async () => {
    for (const delivery of await sign({ origin })) {
      await expect(delivery, {}, 200, 1)
      const [{ type }] = await server.kept()
      assert.equal(type, delivery.type)
    }
  })
  await check('HTTP/2: every event at once', async () => {
    await server.forget()
    const deliveries = await sign({ origin })
    const answers = await Promise.all(deliveries.map((delivery) => session.send({ method: 'POST', ...delivery })))
    for (const { status } of answers) assert.equal(status, 200)
    assert.equal((await server.kept()).length, deliveries.length)
  })
  await check('HTTP/2: no content-length, no content type', async () => {
    const [delivery] = await sign({ origin })
    await expect(delivery, { framing: 'chunked' }, 200, 1)
    const headers = delivery.headers.filter(([name]) => name !== 'content-type')
    await expect(delivery, { headers }, 200, 1)
  })
  await check('HTTP/2: HEAD, other methods and paths', async () => {
    const [delivery] = await sign({ origin })
    const empty = { path: delivery.path, headers: [], body: new Uint8Array() }
    await expect(empty, { method: 'HEAD' }, 200, 0)
    await expect(delivery, { method: 'GET' }, 405, 0)
    await expect(delivery, { path: '/', body: large }, 404, 0)
  })
  await check('HTTP/2: tampered, stale, without the header', async () => {
    const [delivery, other] = await sign({ origin })
    const body = Uint8Array.from(delivery.body)
    body[body.length >> 1] ^= 1
    await expect(delivery, { body }, 401, 0)
    await expect(delivery, { path: other.path }, 401, 0)
    await expect(delivery, { method: 'PUT' }, 401, 0)
    await expect(delivery, { headers: delivery.headers.filter(([name]) => name !== 'authorization') }, 401, 0)
    const [stale] = await sign({ origin, now: new Date(Date.now() - 3600_000) })
    await expect(stale, {}, 401, 0)
  })
  await check('HTTP/2: :authority is the host', async () => {
    const [delivery] = await sign({ origin })
    const withHeader = (name, value) => ({ headers: [...delivery.headers, [name, value]] })
    await expect(delivery, withHeader(':authority', 'other.example'), 401, 0)
    await expect(delivery, withHeader('host', 'other.example'), 401, 0)
    await expect(delivery, withHeader('host', `127.0.0.1:${http2Port}`), 200, 1)
  })
  await check('HTTP/2: 2 MiB, gzip-encoded', async () => {
    const [delivery] = await sign({ origin })
    await expect(delivery, { body: large }, 413, 0)
    await expect(delivery, { body: large, framing: 'chunked' }, 413, 0)
    await expect(delivery, { body: large.subarray(0, 1_048_000) }, 401, 0)
    const headers = [...delivery.headers, ['content-encoding', 'gzip']]
    await expect(delivery, { headers, body: gzipSync(delivery.body) }, 415, 0)
    await expect(delivery, { headers, body: large }, 415, 0)
  })
  await check('HTTP/2: reset in the middle of the body', async () => {
    await server.forget()
    const [delivery] = await sign({ origin })
    await session.send({ method: 'POST', ...delivery, framing: 'aborted' })
    await wait(200)
    assert.equal((await server.kept()).length, 0)
    await expect(delivery, {}, 200, 1) // over the same session
  })
}
