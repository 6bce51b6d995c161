// The senders: as many requests as the machine takes, of every kind, each with the answer that it must get.
import { setTimeout as sleep } from 'node:timers/promises'
import { answerMessages } from './messages.mjs'
import { makePool } from './pool.mjs'
import { randomFrom } from './random.mjs'
import { refusal, routes, secret } from './routes.mjs'
import { chunk, headBytes, open, wholeBytes } from './wire.mjs'

/** A connection is kept by its worker until it breaks or was spoilt. */
const workers = 24
const slowWorkers = 40
/** A pool is signed anew well inside the shortest tolerance. */
const poolLifeMs = 60_000
const pipelined = 8
const limit = 1_048_576

/** What was sent and what came back, by kind. */
let tally = {}
let mistakes = []
let slowCut = 0

function record(kind, label, expected, answer) {
  tally[kind] ??= { sent: 0, right: 0, accepted: 0 }
  tally[kind].sent += 1
  if (expected === undefined ? !(answer?.status < 300) : same(expected, answer)) tally[kind].right += 1
  else if (mistakes.length < 20)
    mistakes.push(`${kind}: ${label}: ${answer ? `${answer.status} ${answer.body}` : 'no answer'}`)
  if (answer?.status === 200) tally[kind].accepted += 1
}

function same(expected, answer) {
  return answer?.status === expected.status && answer.body === expected.body
}

/** One turn of a worker, by how often it comes. */
const turns = [
  [60, single],
  [12, pipeline],
  [8, inChunks],
  [3, tooLongDeclared],
  [2, tooLongChunked],
  [5, halfClosedWhole],
  [5, halfClosedCut],
  [5, aborted],
]
const turnList = turns.flatMap(([weight, turn]) => Array(weight).fill(turn))

/** The kind says on which side the request is; the server counts by it. */
function pick({ random, pool }) {
  const kind = random(2) === 0 ? 'genuine' : 'forged'
  const item = pool()[kind][random(pool()[kind].length)]
  return { kind, ...item }
}

async function single(turn) {
  const { kind, label, request, expected } = pick(turn)
  const connection = turn.connection()
  connection.write(wholeBytes(request, kind))
  record(kind, label, expected, await connection.answer())
}

async function pipeline(turn) {
  const connection = turn.connection()
  const items = Array.from({ length: pipelined }, () => pick(turn))
  connection.write(Buffer.concat(items.map(({ kind, request }) => wholeBytes(request, `pipelined ${kind}`))))
  for (const { kind, label, expected } of items) record(`pipelined ${kind}`, label, expected, await connection.answer())
}

function cut(bytes, random) {
  const parts = []
  for (let from = 0; from < bytes.length; ) {
    const to = from + 1 + random(bytes.length)
    parts.push(bytes.subarray(from, to))
    from = to
  }
  return parts
}

async function inChunks(turn) {
  const { kind, label, request, expected } = pick(turn)
  const connection = turn.connection()
  const head = headBytes(request, { 'transfer-encoding': 'chunked', 'x-soak': `chunked ${kind}` })
  for (const bytes of [head, ...cut(request.body, turn.random).map((part) => chunk(part)), chunk()]) {
    connection.write(bytes)
    if (turn.random(2) === 0) await sleep(0)
  }
  record(`chunked ${kind}`, label, expected, await connection.answer())
}

/** What is longer than the limit cannot be genuine, whatever its signature says. */
async function tooLongDeclared(turn) {
  const { label, request } = pick(turn)
  await alone(turn, async (connection) => {
    const coding = request.headers['content-encoding']
    connection.write(headBytes(request, { 'content-length': limit + 1, 'x-soak': 'oversized' }))
    connection.write(request.body)
    const expected = refusal(coding === undefined ? 'body_too_large' : 'body_encoded')
    record('oversized', label, expected, await connection.answer())
  })
}

const piece = Buffer.alloc(65_536, ' ')

async function tooLongChunked(turn) {
  const { label, request } = pick(turn)
  if (request.headers['content-encoding'] !== undefined) return
  await alone(turn, async (connection) => {
    await connection.send(headBytes(request, { 'transfer-encoding': 'chunked', 'x-soak': 'oversized' }))
    for (let sent = 0; sent <= limit; sent += piece.length) await connection.send(chunk(piece))
    connection.write(chunk())
    record('oversized', label, refusal('body_too_large'), await connection.answer())
  })
}

async function halfClosedWhole(turn) {
  const { kind, label, request, expected } = pick(turn)
  await alone(turn, async (connection) => {
    connection.write(wholeBytes(request, `half-closed ${kind}`))
    connection.halfClose()
    record(`half-closed ${kind}`, label, expected, await connection.answer())
  })
}

/** All but the last bytes of a genuine request, so that nothing but the end is missing. */
function allBut(request, kind, missing) {
  const bytes = wholeBytes(request, kind)
  return bytes.subarray(0, bytes.length - missing)
}

async function halfClosedCut(turn) {
  const { label, request } = genuine(turn)
  await alone(turn, async (connection) => {
    connection.write(allBut(request, 'half-closed early', 1 + turn.random(request.body.length)))
    connection.halfClose()
    record('half-closed early', label, undefined, await connection.answer())
  })
}

async function aborted(turn) {
  const { label, request } = genuine(turn)
  await alone(turn, async (connection) => {
    connection.write(allBut(request, 'aborted', 1 + turn.random(request.body.length)))
    await sleep(20) // a reset drops what the server has not read yet
    connection.reset()
    record('aborted', label, undefined, await connection.answer())
  })
}

function genuine({ random, pool }) {
  return pool().genuine[random(pool().genuine.length)]
}

/** A connection of its own, closed afterwards. */
async function alone({ port }, action) {
  const connection = open(port)
  try {
    await action(connection)
  } finally {
    connection.close()
  }
}

async function work(port, random, pool, until) {
  let connection = open(port)
  const turn = {
    port,
    random,
    pool,
    connection() {
      if (!connection.usable) connection = open(port)
      return connection
    },
  }
  while (Date.now() < until) await turnList[random(turnList.length)](turn)
  connection.close()
}

/** A few bytes a second; cut off where the time is up. */
async function workSlowly(port, random, pool, until) {
  while (Date.now() < until) {
    const { kind, label, request, expected } = pick({ random, pool })
    await alone({ port }, async (connection) => {
      connection.write(headBytes(request, { 'content-length': request.body.length, 'x-soak': `slow ${kind}` }))
      const whole = await trickle(connection, request.body, random, until)
      if (whole) record(`slow ${kind}`, label, expected, await connection.answer())
      else slowCut += 1
    })
  }
}

/** One byte four times a second, then the rest: no sender has to be waited for longer than a pool lives. */
async function trickle(connection, body, random, until) {
  const steps = Math.min(body.length - 1, 4 + random(60))
  for (let sent = 0; sent < steps; sent += 1) {
    connection.write(body.subarray(sent, sent + 1))
    await sleep(250)
    if (Date.now() >= until) return false
  }
  connection.write(body.subarray(steps))
  return true
}

/** A refused request may be answered ahead of its last byte, and then its connection is closed early; none is reused. */
async function traffic(port, seconds, seed) {
  ;[tally, mistakes, slowCut] = [{}, [], 0]
  let items = await makePool()
  const renewal = setInterval(async () => (items = await makePool()), poolLifeMs)
  const until = Date.now() + seconds * 1000
  const pool = () => items
  const running = Array.from({ length: workers }, (_, index) => work(port, randomFrom(seed + index), pool, until))
  const slow = Array.from({ length: slowWorkers }, (_, index) =>
    workSlowly(port, randomFrom(~seed - index), pool, until),
  )
  const started = Date.now()
  await Promise.all([...running, ...slow])
  clearInterval(renewal)
  return { tally, mistakes, slowCut, seconds: (Date.now() - started) / 1000 }
}

let held = []

/** Opens connections that send part of a body and then nothing; they stay until `release`. */
async function hold(port, number, bytes, { chunked }) {
  const { provider, samples } = routes.tyk
  const request = await provider.sign(samples[0].payload, { secret, url: 'http://hooks.example.com/tyk' })
  const length = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': limit }
  const answers = await Promise.all(
    Array.from({ length: number }, async () => {
      const connection = open(port)
      held.push(connection)
      await connection.send(headBytes(request, { ...length, 'x-soak': chunked ? 'held beyond' : 'held' }))
      for (let sent = 0; sent < bytes; sent += piece.length) {
        const part = piece.subarray(0, Math.min(piece.length, bytes - sent))
        await connection.send(chunked ? chunk(part) : part)
      }
      return chunked ? (await connection.answer())?.status : undefined
    }),
  )
  return answers.filter((status) => status === 413).length
}

/** A few bytes more from each of them. */
function drip(bytes) {
  for (const connection of held) connection.write(piece.subarray(0, bytes))
}

function release() {
  for (const connection of held) connection.close()
  held = []
}

answerMessages({ traffic, hold, drip, release })
