import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { secrets } from './senders.mjs'

const serve = ['node', 'serve.mjs']

const example = {
  framework: 'Hono',
  package: 'hono',
  sender: 'tightknit',
  path: '/webhooks/tightknit',
  node: 22,
  env: { TIGHTKNIT_WEBHOOK_SECRET: secrets.tightknit },
  async open({ folder, openWith }) {
    const { version } = JSON.parse(readFileSync(join(folder, 'node_modules/workerd/package.json'), 'utf8'))
    example.runtime = `workerd ${version}`
    const server = await openWith(serve)
    return { ...server, send: (request) => sendAgain(server, request) }
  },
  eaten: { command: [...serve, 'src/eaten.ts'], fix: /Hono: hand over c\.req\.raw/ },
  keepsRepetitions: true,
  async more(context) {
    await checkRest(context)
    await checkQueue(context)
    await checkLong(context)
    await checkOthers(context)
  },
}

export default example

/**
 * workerd does not read what is left of a body that it refuses, and resets the connection: at times its answer is lost on
 * the way. On Cloudflare's network the edge stands in between.
 */
async function sendAgain(server, request, tries = 10) {
  const answer = await server.send(request)
  const isLost = answer.status === 0 && request.body.length > 1_048_576 && request.framing !== 'aborted'
  return isLost && tries > 1 ? sendAgain(server, request, tries - 1) : answer
}

/** The rest of the application parses JSON as ever. */
async function checkRest({ check, server }) {
  await check('the other routes parse JSON', async () => {
    const body = Buffer.from('{"greeting":"hello"}')
    const headers = [['content-type', 'application/json']]
    const answer = await server.send({ method: 'POST', path: '/echo', headers, body })
    assert.equal(answer.body, '{"greeting":"hello"}')
  })
}

async function checkQueue({ check, sign, server, project }) {
  await check('a repetition is worked on once', async () => {
    const delivery = await signNew(project)
    const before = worked(server)
    for (let times = 3; times > 0; times -= 1) await server.send({ method: 'POST', ...delivery })
    assert.equal((await server.kept()).length, 3)
    await server.forget() // waits for the work
    await checkWorked(server, before + 1)
  })
  await check('a queue that takes nothing', async () => {
    const [delivery] = await sign()
    await server.forget()
    mkdirSync(project.inbox)
    writeFileSync(join(project.inbox, 'full'), '')
    assert.equal((await server.send({ method: 'POST', ...delivery })).status, 500)
    rmSync(join(project.inbox, 'full'))
    assert.equal((await server.send({ method: 'POST', ...delivery })).status, 200)
    assert.equal((await server.kept()).length, 1)
  })
}

function worked(server) {
  return server.log().match(/work: /g)?.length ?? 0
}

/** As often as that, and not once more. */
async function checkWorked(server, times) {
  for (let tries = 40; tries > 0 && worked(server) < times; tries--) await wait(50)
  await wait(200)
  assert.equal(worked(server), times)
}

/** A message of a queue has at most 128,000 bytes. */
async function checkLong({ check, expect, server, project }) {
  await check('deliveries that are too long for a message', async () => {
    const before = worked(server)
    for (const length of [99_000, 128_000, 1_000_000]) await expect(await signNew(project, length), {}, 200, 1)
    await server.forget()
    await checkWorked(server, before + 3)
    await untilLogged(server.log, /does not show this delivery yet/) // it was asked for again
  })
}

/** With an id that was not there before, and as long as wanted. */
async function signNew({ kit }, length = 0) {
  const [{ payload }] = kit.listSamples(kit.samples.tightknit)
  const long = { ...payload, custom_metadata: { text: 'é'.repeat(length / 2) } }
  const id = { 'webhook-id': `msg_${randomUUID()}` }
  const { headers, body } = await kit.signTightknit(long, { secret: secrets.tightknit, headers: id })
  return { path: example.path, headers: Object.entries(headers).filter(([name]) => name !== 'host'), body }
}

async function checkOthers({ check, sign, project, logs }) {
  const openOther = async (command, action) => {
    const other = await project.openWith(command)
    logs.push(other.log)
    await action(other).finally(() => other.close())
  }
  await check('without its secret it starts, and says what is missing', async () => {
    await openOther(['env', '-u', 'TIGHTKNIT_WEBHOOK_SECRET', ...serve], async (other) => {
      const [delivery] = await sign({ origin: other.origin })
      assert.equal((await other.send({ method: 'POST', ...delivery })).status, 500)
      await untilLogged(other.log, /TypeError: secret/)
    })
  })
  await check("with the APIs of Node.js, which are Cloudflare's default", async () => {
    await openOther([...serve, '', '[]'], async (other) => {
      const deliveries = await sign({ origin: other.origin })
      for (const delivery of deliveries) {
        assert.equal((await other.send({ method: 'POST', ...delivery })).status, 200)
        const body = Buffer.concat([delivery.body, Buffer.from(' ')])
        assert.equal((await other.send({ method: 'POST', ...delivery, body })).status, 401)
      }
      assert.equal((await other.kept()).length, deliveries.length)
      await other.forget()
    })
  })
}

/** What a process prints is on its way for a moment. */
async function untilLogged(log, text) {
  for (let tries = 40; tries > 0 && !text.test(log()); tries--) await wait(50)
  assert.match(log(), text)
}
