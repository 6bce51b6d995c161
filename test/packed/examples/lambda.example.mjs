import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { checkExample } from './cases.mjs'
import { startFunction } from './lambda/function.mjs'
import { sqsEvent, startQueue } from './lambda/queue.mjs'
import { sources } from './lambda/sources.mjs'
import { secrets } from './senders.mjs'

const [first, ...others] = Object.keys(sources)
const buffered = 'there is no event before the whole body has arrived, and none tells how it came'

const example = {
  framework: 'AWS Lambda',
  package: 'node',
  sender: 'tight',
  path: '/webhooks/tight',
  node: 22,
  env: {
    TIGHT_WEBHOOK_SECRET: secrets.tight,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'the key of the function, for tests of examples',
  },
  open: (project) => openSource(project, first),
  eaten: { path: '/eaten', fix: /Lambda: hand over the event itself/ },
  keepsRepetitions: true,
  impossible: { chunked: buffered, '2 MiB, chunked': buffered, aborted: buffered },
  async more(context) {
    for (const source of others) await checkSource(context, source)
    await checkQueue(context)
    await checkWorker(context)
    await checkSetUp(context)
  },
}

export default example

/** The functions as AWS runs them, and requests through one of the services that call them. */
async function openSource(project, name) {
  const { toEvent, toAnswer } = sources[name]
  const worker = await startFunction(project, 'dist/worker.handler')
  const queue = await startQueue(worker.invoke)
  const env = { ...project.env, QUEUE_URL: queue.url, AWS_ENDPOINT_URL_SQS: new URL(queue.url).origin }
  const webhook = await startFunction({ ...project, env }, 'dist/webhook.handler')
  return {
    origin: 'https://receiver.example',
    async send(request) {
      const started = Date.now()
      const event = request.path === '/eaten' ? parsed(toEvent(request)) : toEvent(request)
      return { ...toAnswer(await webhook.invoke(event)), ms: Date.now() - started }
    },
    kept: async () => queue.kept(),
    forget: () => queue.forget(),
    log: () => webhook.log() + worker.log(),
    close: async () => {
      for (const { close } of [webhook, worker, queue]) await close()
    },
    webhook,
    worker,
    queue,
  }
}

/** The mistake: a body that is no longer text, as a mapping template or a test event has it. */
function parsed({ body, isBase64Encoded, ...event }) {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
  return { ...event, body: JSON.parse(text), isBase64Encoded: false }
}

/** Everything once more, from another source. */
async function checkSource({ project, check }, source) {
  const report = {
    async check(title, action) {
      let passed = false
      await check(title, async () => {
        await action()
        passed = true
      })
      return passed
    },
  }
  const impossible = { ...example.impossible, ...(source.startsWith('load') ? { '2 MiB': balancerLimit } : {}) }
  const open = () => openSource(project, source)
  const subject = { ...example, impossible, more: undefined }
  await checkExample({ name: source, example: subject, project: { ...project, open }, report })
}

const balancerLimit = 'a load balancer hands no more than 1 MB to a function, and answers 413 itself'

async function checkQueue({ check, sign, expect, server }) {
  await check('a queue that takes nothing', async () => {
    const [delivery] = await sign()
    server.queue.refuses = true
    await expect(delivery, {}, 500, 0)
    await untilLogged(server.log, /OverLimit/)
    for (const proof of ['AWS4-HMAC-SHA256', example.env.AWS_SECRET_ACCESS_KEY]) assert(!server.log().includes(proof))
    server.queue.refuses = false
    await expect(delivery, {}, 200, 1)
  })
}

async function checkWorker({ check, sign, server }) {
  await check('work that fails comes again, and no other', async () => {
    const [delivery] = await sign()
    await server.forget()
    await server.send({ method: 'POST', ...delivery })
    const [kept] = await server.kept()
    const event = sqsEvent([JSON.stringify(kept), 'null', JSON.stringify(kept)])
    const { result } = await server.worker.invoke(event)
    assert.deepEqual(result, { batchItemFailures: [{ itemIdentifier: event.Records[1].messageId }] })
  })
}

async function checkSetUp({ check, sign, server, project, logs }) {
  await check('an event that is nothing but a parsed body', async () => {
    const before = server.webhook.log().length
    const { result } = await server.webhook.invoke({ body: { type: 'ENTITY_UPDATE' } })
    assert.equal(result.statusCode, 500)
    await untilLogged(() => server.webhook.log().slice(before), example.eaten.fix)
  })
  await check('without its secret it starts, and says what is missing', async () => {
    const env = { ...project.env, TIGHT_WEBHOOK_SECRET: undefined }
    const other = await openSource({ ...project, env }, first)
    logs.push(other.log)
    try {
      const [delivery] = await sign()
      assert.equal((await other.send({ method: 'POST', ...delivery })).status, 500)
      await untilLogged(other.log, /TypeError: secret/)
    } finally {
      await other.close()
    }
  })
}

/** What a process prints is on its way for a moment. */
async function untilLogged(log, text) {
  for (let tries = 40; tries > 0 && !text.test(log()); tries--) await wait(50)
  assert.match(log(), text)
}
