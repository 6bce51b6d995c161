// Where the time of accepted requests goes: samples of the profiler, put down to the sources that the package's lines were
// built from. Arguments as those of child.mjs; a subject has a process of its own.
import { readFileSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'
import { loadOurs } from './load.mjs'
import { describeSubjects, makeRequests } from './subjects.mjs'

/** Whose work a sample is, by source and function: the first that fits. What the engine does counts for its caller. */
const parts = {
  'MAC, hashes': /^node:(internal\/)?crypto/,
  parse:
    /^(node:(internal\/)?buffer|src\/core\/(provider\.ts parse|pipeline\.ts parseBody|crypto\.ts asciiText)$|src\/providers\/\S+ parse$)/,
  zod: /^(node_modules\/zod\/|compiled|src\/core\/(shape|schema)\.ts)/,
  jose: /^node_modules\/jose\//,
  scheme: /^src\/(schemes|providers)\//,
  core: /^src\/core\//,
  collector: /^collector/,
  other: /^/,
}

const origins = new Map()
const [folder, name, task, resultFile] = process.argv.slice(2)
const { sizes, seconds } = JSON.parse(task)
const described = describeSubjects(await loadOurs(folder))[name]
const subject = { ...described, ...(await described.prepare?.(described)) }
const { context = {}, provider } = subject
const receiver = provider.createReceiver({ ...subject.options, maxBodyBytes: 16 * 1024 * 1024 })

const results = []
for (const size of sizes) results.push({ size, shares: await profile(size) })
writeFileSync(resultFile, JSON.stringify(results))

async function profile(size) {
  const requests = await makeRequests(subject, size, size > 65_536 ? 4 : 16, 'list')
  await runFor(requests, seconds)
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  await session.post('Profiler.start')
  await runFor(requests, seconds)
  const { profile: recorded } = await session.post('Profiler.stop')
  session.disconnect()
  return shares(recorded)
}

async function runFor(requests, time) {
  const end = Date.now() + time * 1000
  for (let i = 0; Date.now() < end; i += 1) await receiver.verify(requests[i % requests.length], context)
}

/** The share of each part in the time, by name. */
function shares({ nodes, samples, timeDeltas }) {
  const callerOf = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node])))
  const partOf = new Map(nodes.map((node) => [node.id, partName(sourceOf(node, callerOf))]))
  const spent = Object.fromEntries(Object.keys(parts).map((part) => [part, 0]))
  samples.forEach((id, index) => {
    spent[partOf.get(id)] += timeDeltas[index]
  })
  const whole = Object.values(spent).reduce((sum, one) => sum + one, 0)
  return Object.fromEntries(Object.entries(spent).map(([part, time]) => [part, time / whole]))
}

function partName(source) {
  return Object.keys(parts).find((part) => parts[part].test(source))
}

function sourceOf(node, callerOf) {
  const { functionName, url, lineNumber } = node.callFrame
  if (functionName === '(garbage collector)') return 'collector'
  if (url.startsWith('file:')) return `${originOf(fileURLToPath(url), lineNumber)} ${functionName}`
  if (url !== '') return `${url} ${functionName}`
  if (lineNumber >= 0) return 'compiled'
  const caller = callerOf.get(node.id)
  return caller === undefined || functionName.startsWith('(') ? functionName : sourceOf(caller, callerOf)
}

/** The bundler writes each source's path above its lines. */
function originOf(file, line) {
  if (!origins.has(file)) {
    let current = file
    const marks = readFileSync(file, 'utf8').split('\n')
    origins.set(
      file,
      marks.map((text) => (current = /^\/\/ ((?:src|node_modules)\/\S+)$/.exec(text)?.[1] ?? current)),
    )
  }
  return origins.get(file)[line]
}
