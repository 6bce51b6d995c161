// Promise: no generated or mutated token that jose refuses is accepted, and every one that only we refuse stands in a row
// of the threat table; and the two crypto backends say the same of every mutated request, of every scheme and sender.
//   node test/differential/run.mjs --seed 123 --tokens 100000 --requests 114000
//   node test/differential/run.mjs --seed 123 --token 77      one token again, shown
//   node test/differential/run.mjs --seed 123 --request 77    one request again, shown
// With --package, another build than the one that is packed here.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { createReport } from '../packed/tools/report.mjs'
import { serveKeys } from './authorization-server.mjs'
import { compareAll } from './compare.mjs'
import { unpack } from './library.mjs'
import { stricterRows } from './token-rows.mjs'

const number = /** @type {const} */ ({ type: 'string' })
const { values } = parseArgs({
  options: { seed: number, tokens: number, requests: number, token: number, request: number, package: number },
})
const seed = whole(values.seed, randomInt(1e9))
const one = values.token !== undefined || values.request !== undefined
const tokens = values.token === undefined ? range(one ? 0 : whole(values.tokens, 100_000)) : [whole(values.token, 0)]
const requests =
  values.request === undefined ? range(one ? 0 : whole(values.requests, 114_000)) : [whole(values.request, 0)]
/** Below this many, a rare row or verdict may be missing by chance. */
const enough = 20_000

const report = createReport('differential')
const started = performance.now()
const again = `node test/differential/run.mjs --seed ${seed}`
if (!one) console.log(`to run it again: ${again} --tokens ${tokens.length} --requests ${requests.length}`)
const settings = { seed, tokens, requests, folder: values.package ?? (await unpack()), keys: await serveKeys(seed) }
const found = await compareAll(settings, again)
if (tokens.length > 0) await reportTokens(found.tokens)
if (requests.length > 0) await reportRequests(found.requests)
console.log(`\n${seconds(started)} s, seed ${seed}`)
report.end()

async function reportTokens({ judged, verdicts, outcomes, rows, problems }) {
  console.log(`\n${judged} tokens, ${verdicts} verdicts beside jose's`)
  printCounts(outcomes)
  console.log('\nOnly we refuse, by the row of the threat table:')
  printCounts(rows)
  await report.check(`${judged} tokens: jose refuses none that we accept, and rows explain the others`, async () => {
    assert.equal(judged, tokens.length)
    assert.equal(problems.length, 0, describe(problems))
  })
  if (judged < enough) return
  await report.check('tokens of every row were among them, and enough that both accept', async () => {
    assert.deepEqual(Object.keys(rows).sort(), Object.keys(stricterRows).sort())
    assert((outcomes['both accept'] ?? 0) > verdicts / 10, 'too few genuine ones')
  })
}

async function reportRequests({ judged, bySubject, problems, backends }) {
  const list = Object.entries(bySubject)
  console.log(`\n${judged} requests on ${backends.join(' and ')}, ${list.length} subjects:`)
  for (const [name, { scheme, codes }] of list) {
    const { accepted = 0, ...refused } = codes
    const sum = Object.values(codes).reduce((total, count) => total + count, 0)
    console.log(`  ${name} (${scheme}): ${sum}, accepted ${accepted}, ${Object.keys(refused).length} codes of refusal`)
  }
  await report.check(`${judged} requests: both backends give one verdict, code, id and proof`, async () => {
    assert.equal(judged, requests.length)
    assert.equal(problems.length, 0, describe(problems))
  })
  if (!one)
    await report.check('each worker used its own backend alone', async () =>
      assert.deepEqual(backends, ['node:crypto', 'WebCrypto']),
    )
  if (judged < enough) return
  await report.check('every subject accepted some, and refused some by several codes', async () => {
    for (const [name, { codes }] of list) {
      assert((codes.accepted ?? 0) > 0 && Object.keys(codes).length > 2, `${name}: ${JSON.stringify(codes)}`)
    }
  })
}

function printCounts(counts) {
  for (const [name, count] of Object.entries(counts).sort()) console.log(`  ${String(count).padStart(8)} ${name}`)
}

function describe(problems) {
  const more = problems.length > 10 ? `\n… and ${problems.length - 10} more` : ''
  return `${problems.slice(0, 10).join('\n')}${more}`
}

function range(length) {
  return Array.from({ length }, (_, index) => index)
}

/** @param {string | undefined} text @param {number} fallback */
function whole(text, fallback) {
  if (text === undefined) return fallback
  if (!/^\d+$/.test(text)) throw new TypeError(`${text} is no whole number`)
  return Number(text)
}

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1)
}
