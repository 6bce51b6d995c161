// Starts one worker for each backend, and lays their answers beside each other as they come.
import { inspect } from 'node:util'
import { Worker } from 'node:worker_threads'

/** @param {{ seed: number, tokens: number[], requests: number[], folder: string, keys: object }} settings */
export async function compareAll({ tokens, requests, ...settings }, again) {
  const tokenTally = createTokenTally(again)
  const requestTally = createRequestTally(again)
  const start = (backend, share) => {
    const own = tokens.filter((number) => number % 2 === share)
    return listen({ ...settings, backend, tokens: own, requests }, tokenTally.add, requestTally.of(share))
  }
  const backends = await Promise.all([start('node:crypto', 0), start('WebCrypto', 1)])
  return { tokens: tokenTally.found, requests: { ...requestTally.found, backends } }
}

/** Runs a worker to its end, and gives the backend that it used. */
function listen(workerData, onToken, onRequests) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`the worker of ${workerData.backend} ended early, with ${code}`)))
    worker.on('message', (message) => {
      if (message.kind === 'done') resolve(message.used)
      else if (message.kind === 'token') onToken(message)
      else onRequests(message)
    })
  })
}

function createTokenTally(again) {
  const found = { judged: 0, verdicts: 0, outcomes: {}, rows: {}, problems: [] }
  const count = (counts, name) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  const add = ({ number, findings, token }) => {
    found.judged += 1
    if (token !== undefined) console.log(inspect({ token, findings }, { depth: null }))
    for (const { judge, ours, jose, problem, outcome, row } of findings) {
      found.verdicts += 1
      count(found.outcomes, problem === undefined ? outcome : 'PROBLEM')
      if (row !== undefined) count(found.rows, row)
      if (problem !== undefined)
        found.problems.push(
          `token ${number}, ${judge}: ${problem} (${ours}; jose: ${jose})\n  ${again} --token ${number}`,
        )
    }
  }
  return { found, add }
}

function createRequestTally(again) {
  const found = { judged: 0, bySubject: {}, problems: [] }
  const waiting = new Map()
  let subjects = []
  const compare = ([one, other]) => {
    for (const [index, result] of one.entries()) compareResult(found, subjects, again, result, other[index])
  }
  const of = (share) => (message) => {
    if (message.kind === 'subjects') {
      subjects = message.subjects
      return
    }
    const pair = waiting.get(message.from) ?? []
    pair[share] = message.results
    waiting.set(message.from, pair)
    if (pair[0] === undefined || pair[1] === undefined) return
    waiting.delete(message.from)
    compare(pair)
  }
  return { found, of }
}

function compareResult(found, subjects, again, one, other) {
  const { name, scheme } = subjects[one.number % subjects.length]
  found.bySubject[name] ??= { scheme, codes: {} }
  const { codes } = found.bySubject[name]
  codes[one.verdict] = (codes[one.verdict] ?? 0) + 1
  found.judged += 1
  if (one.shown !== undefined) console.log(inspect({ ...one.shown, one: one.text, other: other.text }, { depth: null }))
  const problem = one.problem ?? other.problem ?? (one.text === other.text ? undefined : 'the backends differ')
  if (problem === undefined) return
  const texts = [...new Set([one.text, other.text])].join('\n  ')
  found.problems.push(
    `request ${one.number}, ${name} (${one.done.join(', ')}): ${problem}\n  ${texts}\n  ${again} --request ${one.number}`,
  )
}
