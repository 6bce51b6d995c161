// What a body costs as it doubles, and how much memory it takes, in a process of its own. Arguments as of child.mjs.
import { writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { loadOurs } from './load.mjs'
import { measure } from './measure.mjs'
import { describeSubjects, makeRequests } from './subjects.mjs'

const [folder, name, task, resultFile] = process.argv.slice(2)
const { backend, sizes, memorySize, ...effort } = JSON.parse(task)
if (backend === 'webcrypto') Object.defineProperty(process, 'getBuiltinModule', { value: undefined })
const ours = await loadOurs(folder)
const subject = describeSubjects(ours)[name]
const maxBodyBytes = 32 * 1024 * 1024
const receiver = subject.provider.createReceiver({ ...subject.options, maxBodyBytes })
const chunkSize = 65_536

const times = {}
for (const size of sizes) times[size] = await measure(await contestantsOf(size), effort)
writeFileSync(resultFile, JSON.stringify({ times, memory: await measureMemory() }))

/** The same bytes by each way in, beside the floor, which has the bytes. */
async function contestantsOf(size) {
  const requests = await makeRequests(subject, size, size > 1_000_000 ? 2 : 4, 'list')
  const verify = (shape) => (request) => receiver.verify(shape(request), subject.context ?? {})
  return [
    { name: 'floor', sync: true, run: subject.floor(), requests },
    { name: 'bytes', run: verify((request) => request), requests },
    { name: 'Node stream', run: verify(asNodeStream), requests },
    { name: 'web stream', run: verify(asWebStream), requests },
  ]
}

function* chunks(body, copy) {
  for (let at = 0; at < body.length; at += chunkSize) {
    const chunk = body.subarray(at, at + chunkSize)
    yield copy ? Uint8Array.from(chunk) : chunk
  }
}

function asNodeStream({ body, ...request }, copy) {
  return Object.assign(Readable.from(chunks(body, copy === true), { objectMode: false }), request)
}

function asWebStream({ body, ...request }, copy) {
  const all = chunks(body, copy === true)
  const pull = (controller) => {
    const { value, done } = all.next()
    if (done) controller.close()
    else controller.enqueue(value)
  }
  return { ...request, body: new ReadableStream({ pull }, { highWaterMark: 0 }) }
}

/**
 * In bodies, beyond the bytes or chunks that the caller has anyway: `held`, what is alive when everything is collected and
 * the delivery is kept; `made`, all arrays of a 64th of the body or longer; `peak`, the most of these at one time.
 */
async function measureMemory() {
  const [told] = await makeRequests(subject, memorySize, 1, 'list')
  const { 'content-length': _length, ...headers } = told.headers
  const untold = { ...told, headers }
  const shapes = {
    bytes: () => told,
    'Node stream': () => asNodeStream(told, true),
    'Node stream, no Content-Length': () => asNodeStream(untold, true),
    'web stream': () => asWebStream(told, true),
    'web stream, no Content-Length': () => asWebStream(untold, true),
  }
  const results = {}
  for (const [shape, make] of Object.entries(shapes)) results[shape] = await heldBy(make)
  return results
}

async function heldBy(make) {
  await receiver.verify(make(), subject.context ?? {}) // warm
  await collect()
  const before = process.memoryUsage().arrayBuffers
  const watch = watchArrays()
  const delivery = await receiver.verify(make(), subject.context ?? {})
  watch.end()
  await collect()
  const held = process.memoryUsage().arrayBuffers - before
  if (delivery.body.length !== memorySize) throw new Error('the body is not whole')
  return { held: held / memorySize, peak: watch.mostAlive() / memorySize, made: watch.made / memorySize }
}

/** Memory of arrays is given back beside the program, so twice. */
async function collect() {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The large arrays that are made meanwhile. */
function watchArrays() {
  const Original = globalThis.Uint8Array
  const lengths = []
  globalThis.Uint8Array = new Proxy(Original, {
    construct(target, given, newTarget) {
      if (typeof given[0] === 'number' && given[0] >= memorySize / 64) lengths.push(given[0])
      return Reflect.construct(target, given, newTarget === globalThis.Uint8Array ? target : newTarget)
    },
  })
  const watch = {
    made: 0,
    end() {
      globalThis.Uint8Array = Original
      watch.made = lengths.reduce((sum, length) => sum + length, 0)
    },
    // While an array grows into the next one, both are there; the one before that is no longer.
    mostAlive: () => Math.max(0, ...lengths.map((length, i) => length + (lengths[i - 1] ?? 0))),
  }
  return watch
}
