import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { secrets } from './senders.mjs'

export default {
  framework: 'NestJS on Express',
  package: '@nestjs/core',
  folder: 'nestjs',
  sender: 'tyk',
  path: '/webhooks/tyk',
  node: 22,
  env: { PORTAL_WEBHOOKS_SECRET: secrets.tyk },
  eaten: { command: ['node', 'dist/without-raw-body-express.js'], fix: /NestJS.*rawBody: true/ },
  impossible: { stale: 'Tyk signs no time' },
  more: checkOnExpress,
}

async function checkOnExpress(context) {
  await checkParsers(context)
  await checkRawBodyAlone(context, 'express', { long: 413, cut: 400, gzip: 200, text: 200, multipart: 200 })
  const { check, sign, expect, status } = context
  // Express takes the path in any case; the parser for webhooks does not, and then rawBody is what is verified.
  await check('the path in capitals', async () => {
    const [delivery] = await sign()
    await expect(delivery, { path: delivery.path.toUpperCase() }, status.ok, 1)
  })
}

/** Nobody parses a webhook before it was verified; the rest of the application parses as ever. */
export async function checkParsers({ check, sign, expect, server, status }) {
  await check('what is not JSON is as wrong as any other body', async () => {
    for (const body of ['{"Event":', '"Event"', '__proto__=1', '']) {
      for (const type of ['application/json', 'application/json; charset=none', 'application/x-www-form-urlencoded']) {
        const [delivery] = await sign()
        await expect(typed(delivery, type), { body: Buffer.from(body) }, status.tampered, 0)
      }
    }
  })
  await check('the other routes parse JSON and forms', async () => {
    const bodies = { 'application/json': '{"greeting":"hello"}', 'application/x-www-form-urlencoded': 'greeting=hello' }
    for (const [type, body] of Object.entries(bodies)) {
      const request = { method: 'POST', path: '/echo', headers: [['content-type', type]], body: Buffer.from(body) }
      const answer = await server.send(request)
      assert.equal(answer.body, '{"greeting":"hello"}', String(answer.status))
    }
  })
}

/** The table in the example's README.md: why webhooks have a parser of their own. */
export async function checkRawBodyAlone({ check, project, logs }, platform, due) {
  await check('rawBody alone does what README.md says', async () => {
    const server = await project.openWith(['node', `dist/raw-body-alone-${platform}.js`])
    logs.push(server.log)
    try {
      const deliveries = await signForms(project.kit, server.origin)
      for (const [form, delivery] of Object.entries(deliveries)) {
        const { status } = await server.send({ method: 'POST', path: '/webhooks/tyk', ...delivery })
        assert.equal(status, due[form], form)
      }
    } finally {
      await server.forget()
      await server.close()
    }
  })
}

async function signForms(kit, origin) {
  const [{ payload }] = kit.listSamples(kit.samples.tyk)
  const sign = async (text) => {
    const { headers, body } = await kit.signTyk(text, { secret: secrets.tyk, url: `${origin}/webhooks/tyk` })
    return { headers: Object.entries(headers).filter(([name]) => name !== 'host' && name !== 'content-length'), body }
  }
  const text = JSON.stringify(payload)
  const usual = await sign(text)
  return {
    long: await sign(text + ' '.repeat(200_000)),
    cut: { ...usual, body: usual.body.subarray(1) },
    gzip: { headers: [...usual.headers, ['content-encoding', 'gzip']], body: gzipSync(usual.body) },
    text: typed(usual, 'text/plain'),
    multipart: typed(usual, 'multipart/form-data; boundary=x'),
  }
}

function typed(delivery, type) {
  const others = delivery.headers.filter(([name]) => name !== 'content-type')
  return { ...delivery, headers: [...others, ['content-type', type]] }
}
