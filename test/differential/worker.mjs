// One backend at work: it judges its share of the tokens and every request, and says what came of them. Of two, one is
// started with node:crypto out of the library's reach.
import { parentPort, workerData } from 'node:worker_threads'
import { watchBackends } from '../packed/runtimes/suite/backend.mjs'
import { loadLibrary } from './library.mjs'
import { judgeRequest } from './request-judge.mjs'
import { createRequestMaker } from './request-maker.mjs'
import { listSubjects } from './subjects.mjs'
import { createTokenCourt } from './token-judge.mjs'

const { backend, folder, seed, tokens, requests, keys } = workerData
if (backend === 'WebCrypto') await import('../packed/runtimes/suite/hide.mjs')
const watch = await watchBackends()
const library = await loadLibrary(folder)
const batch = 500
const tell = (message) => parentPort?.postMessage(message)

await judgeTokens()
await judgeRequests()
tell({ kind: 'done', used: watch.used() })

async function judgeTokens() {
  const court = createTokenCourt(library)
  for (const number of tokens) {
    const { token, findings } = await court.judge(seed, number).catch((cause) => {
      throw new Error(`token ${number} of seed ${seed} could not be made or judged`, { cause })
    })
    tell({ kind: 'token', number, findings, ...(tokens.length === 1 ? { token } : {}) })
  }
}

async function judgeRequests() {
  const subjects = listSubjects(library, keys)
  const make = createRequestMaker(subjects, seed)
  tell({ kind: 'subjects', subjects: subjects.map(({ name, scheme }) => ({ name, scheme })) })
  for (let from = 0; from < requests.length; from += batch) {
    const results = []
    for (const number of requests.slice(from, from + batch)) results.push(await judged(make, number))
    tell({ kind: 'requests', from, results })
  }
}

async function judged(make, number) {
  try {
    const made = await make(number)
    const result = await judgeRequest(library, made)
    return { number, ...result, done: made.done, ...(requests.length === 1 ? { shown: shown(made) } : {}) }
  } catch (error) {
    return { number, verdict: 'none', problem: 'it could not be made', text: String(error), done: [] }
  }
}

/** One request for a person to read. */
function shown({ subject, request, call, signed }) {
  const headers = request.headers ?? request.multiValueHeaders
  const entries = Array.isArray(headers) || typeof headers?.entries !== 'function' ? headers : [...headers.entries()]
  return {
    subject: subject.name,
    signed: { ...signed, body: Buffer.from(signed.body).toString('latin1') },
    request: { ...request, headers: entries, body: String(request.body) },
    call,
  }
}
