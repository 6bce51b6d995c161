import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { run } from '../tools/exec.mjs'
import { secrets } from './senders.mjs'

/** Sighten's part of the installed package. */
let sighten
const appRouter = '/webhooks/sighten'
const pagesRouter = '/api/webhooks/sighten'
/** The routes that deliveries are signed for. */
let routes = appRouter

export default {
  framework: 'Next.js',
  package: 'next',
  sender: 'sighten',
  path: (event) => `${routes}/${sighten.eventSlug(event)}`,
  signOptions: () => ({ auth: withoutContentType(aws4()) }),
  env: { SIGHTEN_SECRET_KEY: secrets.sighten, WEBHOOK_HOST: '127.0.0.1', NEXT_TELEMETRY_DISABLED: '1' },
  async open({ folder, openWith }) {
    sighten = await import(pathToFileURL(join(folder, 'node_modules/countersign/dist/sighten.js')).href)
    return openWith(['npm', 'start'])
  },
  eaten: { path: '/eaten/site-archived', fix: /Next\.js: App Router: hand over the Request/ },
  async more(context) {
    await checkPagesRouter(context)
    for (const router of [appRouter, pagesRouter]) await checkRouter(context, router)
    for (const checks of [checkAuthorization, checkEdge, checkRest, checkStart, checkBuilds]) await checks(context)
  },
}

function aws4() {
  const options = { accessKeyId: 'sighten', region: 'us-east-1', service: 'webhooks', host: '127.0.0.1' }
  return sighten.aws4({ ...options, secretAccessKey: secrets.sighten })
}

/** Leaves the content type unsigned, so that a delivery with another one is genuine. */
function withoutContentType(scheme) {
  const sign = ({ headers: { 'content-type': _type, ...headers }, ...request }, context) =>
    scheme.sign({ ...request, headers }, context)
  return { ...scheme, sign }
}

/** What the App Router's route was sent, once more for the API route of the Pages Router. */
async function checkPagesRouter(context) {
  routes = pagesRouter
  for (const checks of [checkGenuine, checkRefused, checkLarge, checkCutOff, checkEaten]) await checks(context)
  routes = appRouter
}

async function checkGenuine({ check, sign, expect, server, status }) {
  await check('Pages Router: every event, and a repetition', async () => {
    for (const delivery of await sign()) {
      await expect(delivery, {}, status.ok, 1)
      const [{ type }] = await server.kept()
      assert.equal(type, delivery.type)
      assert.equal((await server.send({ method: 'POST', ...delivery })).status, status.ok)
      assert.equal((await server.kept()).length, 1)
    }
  })
  await check('Pages Router: HEAD', async () => {
    const [{ path }] = await sign()
    await expect({ path, headers: [], body: new Uint8Array() }, { method: 'HEAD' }, status.head, 0)
  })
  await check('Pages Router: chunked, and other content types', async () => {
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'no/such; ?']
    for (const type of [...types, undefined]) {
      const [delivery] = await sign()
      const headers = delivery.headers.filter(([name]) => name !== 'content-type')
      if (type) headers.push(['content-type', type])
      await expect(delivery, { headers }, status.ok, 1)
      await expect(delivery, { headers, framing: 'chunked' }, status.ok, 1)
    }
  })
}

async function checkRefused({ check, sign, expect, status }) {
  await check('Pages Router: tampered, stale, without the header, gzip-encoded', async () => {
    const [delivery] = await sign()
    const [stale] = await sign({ now: new Date(Date.now() - 3600_000) })
    const body = Uint8Array.from(delivery.body)
    body[body.length >> 1] ^= 1
    const bare = delivery.headers.filter(([name]) => !delivery.authHeaders.includes(name))
    const encoded = [...delivery.headers, ['content-encoding', 'gzip']]
    await expect(delivery, { body }, status.tampered, 0)
    await expect(stale, {}, status.stale, 0)
    await expect(delivery, { headers: bare }, status.bare, 0)
    await expect(delivery, { headers: encoded, body: gzipSync(delivery.body) }, status.gzip, 0)
  })
}

async function checkLarge({ check, sign, expect, status }) {
  await check('Pages Router: 2 MiB, and 1 MiB less a little', async () => {
    const large = new Uint8Array(2 * 1024 * 1024).fill(0x20)
    const [delivery] = await sign()
    await expect(delivery, { body: large }, status.large, 0)
    await expect(delivery, { body: large, framing: 'chunked' }, status.large, 0)
    await expect(delivery, { body: large.subarray(0, 1_048_000) }, status.tampered, 0)
  })
}

async function checkCutOff({ check, sign, expect, server, status }) {
  await check('Pages Router: aborted', async () => {
    await server.forget()
    const [delivery] = await sign()
    await server.send({ method: 'POST', ...delivery, framing: 'aborted' })
    await wait(200)
    assert.equal((await server.kept()).length, 0)
    await expect(delivery, {}, status.ok, 1)
  })
}

async function checkEaten({ check, sign, expect, server, status }) {
  await check('Pages Router: a body that a parser has eaten', async () => {
    const before = server.log().length
    const [delivery] = await sign()
    await expect(delivery, { path: '/api/eaten/site-archived' }, status.eaten, 0)
    await untilPrinted(server, /Pages Router: export const config = \{ api: \{ bodyParser: false \} \}/, before)
  })
}

/** What is on its way for a moment. */
async function untilPrinted({ log }, pattern, from = 0) {
  for (let tries = 40; tries > 0 && !pattern.test(log().slice(from)); tries--) await wait(50)
  assert.match(log().slice(from), pattern)
}

/** Method, URL and host are signed: as Next.js hands them over, and as they were sent. */
async function checkRouter(context, router) {
  const { check, expect } = context
  await check(`${router}: PUT and PATCH, and a content type that was signed`, async () => {
    for (const method of ['PUT', 'PATCH']) {
      const headers = { 'content-type': 'multipart/form-data; boundary=x' }
      await expect(await signOne(context, `${router}/site-archived`, { method, headers }), { method }, 200, 1)
    }
  })
  await check(`${router}: a method, path, query or host that was not signed`, async () => {
    const delivery = await signOne(context, `${router}/site-archived`)
    await expect(delivery, { method: 'PUT' }, 401, 0)
    await expect(delivery, { path: `${router}/proposal-action` }, 401, 0)
    await expect(delivery, { path: `${router}/site-archived?more` }, 401, 0)
    await expect(delivery, { headers: [...delivery.headers, ['host', 'other.example']] }, 401, 0)
    // What Next.js itself puts into a query: it takes such names out again, and they choose no event.
    await expect(delivery, { path: `${router}/site-archived?nxtPevent=proposal-action` }, 200, 1)
    const [{ type }] = await context.server.kept()
    assert.equal(type, 'Site Archived')
  })
  await check(`${router}: a query, however Next.js writes it, and only in the request`, async () => {
    for (const query of ['env=test', 'b=2&a=x%20y', 'a=~&b', 'token=one+that+must+not+be+logged', '%C3%A9=1', '']) {
      await expect(await signOne(context, `${router}/site-archived?${query}`), {}, 200, 1)
    }
    assert.doesNotMatch(context.server.log(), /must.not.be.logged/)
  })
  await check(`${router}: an event that is not listed, another method, a slash at the end`, async () => {
    await expect(await signOne(context, `${router}/no-such-event`), {}, 404, 0)
    await expect(await signOne(context, `${router}/site-archived`, { method: 'DELETE' }), { method: 'DELETE' }, 405, 0)
    await expect(await signOne(context, `${router}/site-archived/`), {}, 308, 0)
  })
}

/** One delivery for any target, with the content type signed. */
async function signOne({ project, server }, path, { auth = aws4(), ...options } = {}) {
  const { signSighten, samples } = project.kit
  const { payload } = samples.sighten['Site Archived']
  const { headers, body } = await signSighten(payload, { auth, url: server.origin + path, ...options })
  return { path, headers: Object.entries(headers).filter(([name]) => name !== 'host'), body }
}

async function checkAuthorization(context) {
  const { check, expect } = context
  await check('HMAC-SHA256 in the format authorization signs the query as text', async () => {
    const options = { clientId: 'sighten', clientSecret: secrets.sighten, host: '127.0.0.1' }
    const auth = sighten.hmac({ format: 'authorization', ...options })
    const due = { '': 200, '?env=test': 200, '?a=x+y': 200, '?a=x%20y': 401, '?a=~': 401, '?a': 401 }
    for (const [query, status] of Object.entries(due))
      await expect(await signOne(context, `/authorization/site-archived${query}`, { auth }), {}, status, 0)
  })
}

async function checkEdge(context) {
  const { check, expect, server } = context
  const path = '/edge/site-archived'
  await check('an edge route', async () => {
    const delivery = await signOne(context, path)
    const { status, body } = await server.send({ method: 'POST', ...delivery })
    assert.equal(status, 200)
    assert.match(body, /Site Archived/)
    await expect(delivery, { framing: 'chunked' }, 200, 0)
    await expect(delivery, { body: Buffer.from('{}') }, 401, 0)
    await expect(delivery, { body: new Uint8Array(2 * 1024 * 1024) }, 413, 0)
  })
  await check('an edge route with a dynamic segment gets another URL', async () => {
    await expect(await signOne(context, '/edge/proposal-action'), {}, 401, 0)
  })
}

async function checkRest({ check, server }) {
  await check('the other routes parse JSON', async () => {
    const request = { headers: [['content-type', 'application/json']], body: Buffer.from('{"greeting":"hello"}') }
    for (const path of ['/echo', '/api/echo']) {
      const answer = await server.send({ method: 'POST', path, ...request })
      assert.match(answer.body, /\{"greeting":"hello"\}/, String(answer.status))
    }
  })
}

/** The same application, with another environment. */
async function openIn({ project, logs }, environment, action) {
  const other = await project.openWith(['env', ...environment, 'npm', 'start'])
  logs.push(other.log)
  try {
    await action(other)
  } finally {
    await other.close()
  }
}

async function checkStart(context) {
  const { check, project, server } = context
  const fail = async (other, message) => {
    for (const router of [appRouter, pagesRouter]) {
      const before = other.log().length
      const delivery = await signOne({ project, server: other }, `${router}/site-archived`)
      assert.equal((await other.send({ method: 'POST', ...delivery })).status, 500)
      await untilPrinted(other, message, before)
    }
  }
  await check('works on what waits when it starts; without a secret', async () => {
    mkdirSync(project.inbox, { recursive: true })
    writeFileSync(join(project.inbox, 'waiting.json'), '{"known":true,"type":"waits since the last time"}')
    await openIn(context, ['--unset=SIGHTEN_SECRET_KEY'], async (other) => {
      await untilPrinted(other, /work: waits since the last time/)
      await server.forget()
      await fail(other, /TypeError: .* is undefined: is the environment variable set\?/)
    })
  })
  await check('a delivery that cannot be kept', () =>
    openIn(context, ['INBOX=package.json'], (other) => fail(other, /ENOTDIR/)),
  )
}

/** `npm run build` has passed; this looks at what it prints, and at what the other bundler does, under a basePath. */
async function checkBuilds(context) {
  const { check, project } = context
  for (const [bundler, base] of Object.entries({ turbopack: '', webpack: '/base' })) {
    const env = { CI: '1', NEXT_TELEMETRY_DISABLED: '1', DIST: `.next-${bundler}`, BASE: base }
    const built = run('npx', ['next', 'build', `--${bundler}`], { cwd: project.folder, env })
    const output = await built.catch((error) => error) // outside of the check, which has less time
    await check(`next build --${bundler}, with an edge route and without a word about the package`, async () => {
      if (output instanceof Error) throw output
      const text = (output.stdout + output.stderr).replaceAll(project.folder, '')
      assert.match(text, /ƒ \/edge\/site-archived/)
      assert.doesNotMatch(text, /countersign|Node\.js (?:module|API)/)
    })
  }
  await check('a basePath is cut off, and can be put back', () =>
    openIn(context, ['DIST=.next-webpack', 'BASE=/base'], async (other) => {
      const due = { [`/base${appRouter}`]: 401, [`/base${pagesRouter}`]: 401, '/base/based': 200 }
      for (const [path, status] of Object.entries(due)) {
        const delivery = await signOne({ project, server: other }, `${path}/site-archived?env=test`)
        assert.equal((await other.send({ method: 'POST', ...delivery })).status, status, path)
      }
    }),
  )
}
