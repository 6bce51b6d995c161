// What is sent to every example, and what must come of it.
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { secrets, signAll } from './senders.mjs'

/** The usual answers. An example whose platform answers otherwise says so. */
const usual = {
  ok: 200,
  head: 200,
  tampered: 401,
  stale: 401,
  bare: 401,
  large: 413,
  gzip: 415,
  eaten: 500,
}

/**
 * What the checks of one example share, and what an example's own checks get.
 *
 * @typedef {object} Context
 * @property {import('./run.mjs').Example} example
 * @property {import('./project.mjs').Project} project
 * @property {import('./project.mjs').Server} server
 * @property {typeof usual} status
 * @property {(() => string)[]} logs what was printed, also by servers beside the main one
 * @property {(title: string, action: () => Promise<void>) => Promise<void>} check runs one check under a name
 * @property {(options?: { now?: Date, only?: string }) => Promise<import('./senders.mjs').Delivery[]>} sign one delivery
 *   of each event
 * @property {(delivery: object, change: object, status: number, kept: number) => Promise<void>} expect sends a delivery,
 *   changed; sees the status, and how many deliveries were kept
 */

/**
 * Opens the example's server, sends everything and gives the number of checks that passed.
 *
 * @param {{ name: string, example: import('./run.mjs').Example, project: import('./project.mjs').Project, report: object }} subject
 */
export async function checkExample({ name, example, project, report }) {
  const server = await project.open()
  const count = { passed: 0 }
  const signed = []
  const logs = [() => server.log()]
  const impossible = example.impossible ?? {}

  const check = async (title, action) => {
    if (title in impossible) return console.log(`${name}: ${title}: cannot be: ${impossible[title]}`)
    if (await report.check(`${name}: ${title}`, action)) count.passed += 1
    else console.error(`what the server printed:\n${server.log().slice(-3000)}`)
  }
  const sign = async (options) => {
    const deliveries = await signAll(project.kit, example, { origin: server.origin, ...options })
    signed.push(...deliveries)
    return deliveries
  }
  const expect = async (delivery, change, due, kept) => {
    await server.forget()
    const { status, body } = await server.send({ method: 'POST', ...delivery, ...change })
    assert.equal(status, due, `status, with ${JSON.stringify(body.slice(0, 500))}`)
    assert.equal((await server.kept()).length, kept, 'deliveries kept')
  }

  const status = { ...usual, ...example.status }
  const context = { example, project, server, status, logs, check, sign, expect }
  try {
    for (const checks of [checkGenuine, checkForms, checkRefused, checkSizes, checkEaten]) await checks(context)
    await example.more?.(context)
    await check('prints requests, and no secret, proof or body', async () => checkLog(logs, signed))
  } finally {
    await server.close()
  }
  return count.passed
}

async function checkGenuine({ check, sign, expect, server, status, example }) {
  await check('every event, kept and worked on', async () => {
    for (const delivery of await sign()) {
      await expect(delivery, {}, status.ok, 1)
      const [{ type }] = await server.kept()
      assert.equal(type, delivery.type)
    }
  })
  await check('a repetition', async () => {
    const [delivery] = await sign()
    await expect(delivery, {}, status.ok, 1)
    const { status: again } = await server.send({ method: 'POST', ...delivery })
    assert.equal(again, status.ok)
    const ids = new Set((await server.kept()).map(({ id }) => id))
    assert.equal(ids.size, 1, 'both have one id')
    if (!example.keepsRepetitions) assert.equal((await server.kept()).length, 1, 'deliveries kept')
  })
  await check('HEAD', async () => {
    const [{ path }] = await sign()
    await expect({ path, headers: [], body: new Uint8Array() }, { method: 'HEAD' }, status.head, 0)
  })
}

/** Genuine deliveries in unusual forms. */
async function checkForms({ check, sign, expect, status }) {
  await check('chunked', async () => {
    const [delivery] = await sign()
    await expect(delivery, { framing: 'chunked' }, status.ok, 1)
  })
  const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'no/such; ?']
  for (const type of [...types, undefined])
    await check(`content type ${type}`, async () => {
      const [delivery] = await sign()
      const others = without(delivery.headers, ['content-type'])
      await expect(delivery, { headers: type ? [...others, ['content-type', type]] : others }, status.ok, 1)
    })
}

async function checkRefused({ check, sign, expect, status }) {
  await check('tampered', async () => {
    const [delivery] = await sign()
    const body = Uint8Array.from(delivery.body)
    body[body.length >> 1] ^= 1
    await expect(delivery, { body }, status.tampered, 0)
    await expect(delivery, { body: Buffer.concat([delivery.body, Buffer.from(' ')]) }, status.tampered, 0)
  })
  await check('stale', async () => {
    const [delivery] = await sign({ now: new Date(Date.now() - 3600_000) })
    await expect(delivery, {}, status.stale, 0)
  })
  await check('without the header', async () => {
    const [delivery] = await sign()
    await expect(delivery, { headers: without(delivery.headers, delivery.authHeaders) }, status.bare, 0)
  })
  await check('gzip-encoded', async () => {
    const [delivery] = await sign()
    const headers = [...delivery.headers, ['content-encoding', 'gzip']]
    await expect(delivery, { headers, body: gzipSync(delivery.body) }, status.gzip, 0)
  })
}

async function checkSizes({ check, sign, expect, server, status }) {
  const large = new Uint8Array(2 * 1024 * 1024).fill(0x20)
  await check('2 MiB', async () => expect((await sign())[0], { body: large }, status.large, 0))
  await check('2 MiB, chunked', async () => {
    await expect((await sign())[0], { body: large, framing: 'chunked' }, status.large, 0)
  })
  await check('1 MiB less a little', async () => {
    // Not signed: it must come as far as the check of its signature.
    await expect((await sign())[0], { body: large.subarray(0, 1_048_000) }, status.tampered, 0)
  })
  await check('aborted', async () => {
    await server.forget()
    const [delivery] = await sign()
    await server.send({ method: 'POST', ...delivery, framing: 'aborted' })
    await wait(200)
    assert.equal((await server.kept()).length, 0)
    await expect(delivery, {}, status.ok, 1)
  })
}

/** A parser ahead of the route is the most common mistake: it must show at the first delivery, with the way out. */
async function checkEaten({ check, sign, status, server, example, project, logs }) {
  const { command, path, fix } = example.eaten
  await check('a body that a parser has eaten', async () => {
    const target = command ? await project.openWith(command) : server
    if (command) logs.push(target.log)
    try {
      await target.forget()
      const [delivery] = await sign({ origin: target.origin })
      const {
        status: answer,
        ms,
        body,
      } = await target.send({ method: 'POST', ...delivery, path: path ?? delivery.path })
      assert.equal(answer, status.eaten, body)
      assert.equal((await target.kept()).length, 0)
      assert(ms < 3000, `the answer took ${ms} ms`)
      // What it prints is on its way for a moment.
      for (let tries = 20; tries > 0 && !fix.test(target.log()); tries--) await wait(50)
      assert.match(target.log(), /countersign needs the raw body/)
      assert.match(target.log(), fix)
    } finally {
      if (command) await target.close()
    }
  })
}

/** @param {(() => string)[]} logs @param {import('./senders.mjs').Delivery[]} signed */
function checkLog(logs, signed) {
  const log = logs.map((read) => read()).join('\n')
  assert.match(log, /\b401\b/, 'requests are logged, with their status')
  for (const text of Object.values(secrets)) assert(!log.includes(text), 'the log has a secret')
  for (const { headers, authHeaders, body } of signed) {
    const proofs = headers.flatMap(([name, value]) =>
      authHeaders.includes(name) ? [value, ...value.split(/[,. =]/)] : [],
    )
    // Short parts and times stand in logs without harm.
    for (const proof of proofs) assert(proof.length < 20 || !log.includes(proof), 'the log has a proof')
    const text = Buffer.from(body).toString()
    for (let at = 0; at + 24 <= text.length; at += 8)
      assert(!log.includes(text.slice(at, at + 24)), 'the log has a part of a body')
  }
}

function without(headers, names) {
  return headers.filter(([name]) => !names.includes(name))
}
