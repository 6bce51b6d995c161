// Promise: under minutes of every kind of request at once, a real server accepts each genuine one and refuses every other
// with its code, leaves nothing pending, throws nothing, and gives all memory back; and senders that hold their bodies
// back hold no memory beyond the limit.
//   node test/soak/run.mjs [--seconds 120] [--warm-up 40000] [--seed 1] [--backend webcrypto]
// The warm-up is so many requests, since an engine compiles by how often code has run: until then its heap grows.
import { cpSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { run } from '../packed/tools/exec.mjs'
import { createReport } from '../packed/tools/report.mjs'
import { emptyFolder, pack } from '../packed/tools/tarball.mjs'
import { checkTraffic, sumOf } from './checks.mjs'
import { startProcess } from './messages.mjs'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    'warm-up': { type: 'string', default: '40000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    backend: { type: 'string', default: 'node:crypto' },
  },
})
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
const warmUpRequests = Number(values['warm-up'])
const mostWarmUpRounds = 30
const megabyte = 1_048_576
const bodyLimit = megabyte
const holders = 64
/** What a connection itself may cost: its parser, and the 64 KiB that Node.js reads a socket by. */
const connectionBytes = 65_536

const report = createReport('soak')
const figures = []
const mb = (bytes) => `${(bytes / megabyte).toFixed(1)} MB`
const figure = (name, value) => figures.push(`| ${name} | ${value} |`)
const memoryOf = ({ heapUsed, external }) => heapUsed + external

console.log(`soak: ${seconds} s, seed ${seed}, ${values.backend}, Node.js ${process.versions.node}`)
const folder = await install()
const server = startProcess(join(folder, 'server.mjs'), {
  cwd: folder,
  execArgv: ['--expose-gc'],
  args: [values.backend],
})
const client = startProcess(join(folder, 'client.mjs'), { cwd: folder })
const port = await server.ask('listen')

await report.check('the load', underLoad, (seconds + 600) * 1000)
await report.check('slow senders', heldBack, 300_000)
await report.check('the server had no fault of its own', noFaults)
client.stop()
server.stop()
console.log(`\n| figure | value |\n| --- | --- |\n${figures.join('\n')}`)
report.end()

/** The packed package in an empty folder, beside the files of both processes. */
async function install() {
  const empty = emptyFolder('soak')
  const tarball = await pack(empty)
  cpSync(fileURLToPath(new URL('.', import.meta.url)), empty, { recursive: true })
  await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', basename(tarball)], {
    cwd: empty,
  })
  return empty
}

async function underLoad() {
  const warmedBy = await warmUp()
  const warm = await atRest()
  const before = await server.ask('state')
  await server.ask('startDelay')
  const sent = await client.ask('traffic', port, seconds, seed + 1000)
  const delay = await server.ask('stopDelay')
  const end = await atRest()
  const after = await server.ask('state')

  const requests = sumOf(sent.tally, 'sent')
  figure('requests of the warm-up', warmedBy)
  figure('requests', `${requests} in ${seconds} s, ${Math.round(requests / sent.seconds)} a second`)
  for (const [kind, { sent: number, accepted }] of Object.entries(sent.tally).sort()) {
    figure(`requests: ${kind}`, `${number}, accepted ${accepted}`)
  }
  figure(
    'event-loop delay',
    `p50 ${delay.p50.toFixed(1)} ms, p99 ${delay.p99.toFixed(1)} ms, max ${delay.max.toFixed(1)} ms`,
  )
  showMemory(warm, end)
  const problems = checkTraffic(sent, before.outcomes, after.outcomes)
  for (const [name, of] of [
    ['heap', (memory) => memory.heapUsed],
    ['heap and buffers', memoryOf],
  ]) {
    if (of(end) > of(warm) * 1.1) problems.push(`${name} grew from ${mb(of(warm))} to ${mb(of(end))}`)
  }
  throwIf(problems)
}

async function warmUp() {
  let requests = 0
  for (let round = 0; round < mostWarmUpRounds && requests < warmUpRequests; round += 1) {
    requests += sumOf((await client.ask('traffic', port, 10, seed + round)).tally, 'sent')
  }
  return requests
}

function showMemory(warm, end) {
  const change = (of) => `${mb(of(warm))}, ${mb(of(end))} (${((of(end) / of(warm) - 1) * 100).toFixed(1)} %)`
  figure(
    'heap after warm-up, at the end',
    change(({ heapUsed }) => heapUsed),
  )
  figure('heap and buffers after warm-up, at the end', change(memoryOf))
  figure('RSS after warm-up, at the end, at most', `${mb(warm.rss)}, ${mb(end.rss)}, ${mb(end.peakRss)}`)
}

/** Once nothing is connected and nothing pending; a verification that never ends is found here. */
async function atRest() {
  for (let turn = 0; turn < 100; turn += 1) {
    const { pending, connections } = await server.ask('state')
    if (pending === 0 && connections === 0) return server.ask('measure')
    await sleep(100)
  }
  const { pending, connections } = await server.ask('state')
  throw new Error(`${pending} verifications and ${connections} connections are left after 10 s`)
}

async function heldBack() {
  await client.ask('hold', port, holders, 16, { chunked: false }) // so that what this takes is compiled already
  await client.ask('release')
  const base = memoryOf(await atRest())
  const problems = []
  for (const [name, bytes, chunked, allowed] of [
    ['a few bytes', 16, false, 4096 + 64],
    ['all but the last byte of the limit', bodyLimit - 64, false, bodyLimit],
    ['more than the limit that stays', bodyLimit * 2, true, 0],
  ]) {
    const held = await heldBy(name, bytes, chunked, base)
    figure(`memory held by a sender of ${name}`, `${(held / 1024).toFixed(1)} KiB (${holders} at once)`)
    if (held > allowed + connectionBytes) problems.push(`a sender of ${name} holds ${held} bytes`)
  }
  const rest = memoryOf(await atRest())
  figure('memory once they are gone', `${mb(rest)} of ${mb(base)} before`)
  if (rest > base * 1.1) problems.push(`${mb(rest)} stay, of ${mb(base)} before`)
  const { outcomes } = await server.ask('state')
  for (const [kind, code] of [
    ['held', 'body_incomplete'],
    ['held beyond', 'body_too_large'],
  ]) {
    const wrong = Object.keys(outcomes[kind] ?? { nothing: 0 }).filter((outcome) => outcome !== code)
    if (wrong.length > 0) problems.push(`${kind}: ${wrong.join()} instead of ${code}`)
  }
  throwIf(problems)
}

/** The bytes that each of them holds, while a few more arrive each second. */
async function heldBy(name, bytes, chunked, base) {
  const refused = await client.ask('hold', port, holders, bytes, { chunked })
  if (chunked && refused !== holders) throw new Error(`${refused} of ${holders} senders of ${name} got 413`)
  for (let second = 0; second < 3 && !chunked; second += 1) {
    await client.ask('drip', 7)
    await sleep(1000)
  }
  const { connections } = await server.ask('state')
  if (connections !== holders) throw new Error(`${connections} of ${holders} senders of ${name} are connected`)
  const memory = memoryOf(await server.ask('measure'))
  await client.ask('release')
  await atRest()
  return Math.max(0, memory - base) / holders
}

async function noFaults() {
  const { faults } = await server.ask('state')
  throwIf(faults)
}

function throwIf(problems) {
  if (problems.length > 0) throw new Error(problems.slice(0, 20).join('\n'))
}
