// Times one subject in a process of its own, so that no other one has shaped the code that the engine makes of it.
//   measure.mjs '{ "name", "backend", "length", "samples", "seed", "folder" }'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { randomFrom } from '../soak/random.mjs'
import { strongestT } from './statistics.mjs'
import { signatureOf, subjects, verifications } from './subjects.mjs'

const { name, backend, length, samples, seed, folder } = JSON.parse(process.argv[2])

// Before the library is loaded, as an edge runtime has it.
if (backend === 'webcrypto') Object.defineProperty(process, 'getBuiltinModule', { value: undefined })

const load = (file) => import(pathToFileURL(join(folder, `${file}.mjs`)).href)
const bundles = { bytes: () => load('bytes'), tyk: () => load('tyk') }
const random = randomFrom(seed)
const digits = '0123456789abcdef'
/** So many samples are prepared together, that nothing of the preparation of one is near its measurement. */
const blockSize = 16

/** Flat text of one byte a character, as an HTTP parser makes it. */
function flat(text) {
  return Buffer.from(text, 'latin1').toString('latin1')
}

function randomHex(count = 1) {
  return randomBytes((count * length) / 2).toString('hex')
}

/**
 * Makes random bytes agree with the expected text up to a position, and there not. As the expected text is random too, so
 * is the guess: nothing of it but how it relates to what is expected tells its class.
 */
function writeGuess(guess, expected, position) {
  const others = digits.replace(expected[position], '')
  guess.write(`${expected.slice(0, position)}${others[random(others.length)]}`, 'latin1')
}

/**
 * Each sample is of one class, in random order: 0 differs from the first character on, 1 from a random one. The texts are
 * made of their bytes at the end, in the same way for both, so that memory does not tell the class either.
 */
async function makeBlock({ batch = 1, nextExpected }, count) {
  const kinds = Array.from({ length: count }, () => random(2))
  const given = []
  for (let i = 0; i < count * batch; i += 1) given.push(await nextExpected())
  const bytes = Buffer.from(randomHex(given.length), 'latin1')
  for (const [index, { expected }] of given.entries()) {
    const position = random(length) * kinds[Math.floor(index / batch)]
    writeGuess(bytes.subarray(index * length, (index + 1) * length), expected, position)
  }
  const items = given.map(({ expected, body }, index) => {
    const received = bytes.toString('latin1', index * length, (index + 1) * length)
    return { received, expected: flat(expected), body }
  })
  return kinds.map((kind, index) => ({ kind, items: items.slice(index * batch, (index + 1) * batch) }))
}

const times = new Float64Array(samples)
const classes = new Uint8Array(samples)
let accepted = 0

function timeComparisons(compare, items) {
  const started = performance.now()
  for (let i = 0; i < items.length; i += 1) if (compare(items[i].received, items[i].expected)) accepted += 1
  return performance.now() - started
}

async function timeVerifications(verify, [item]) {
  const started = performance.now()
  if (await verify(item)) accepted += 1
  return performance.now() - started
}

async function timeAll(subject, count) {
  for (let done = 0; done < count; done += blockSize) {
    const block = await makeBlock(subject, Math.min(blockSize, count - done))
    for (const [index, { kind, items }] of block.entries()) {
      classes[done + index] = kind
      times[done + index] = await subject.time(subject.call, items)
    }
  }
}

async function comparison({ load: loadCall, batch }) {
  const nextExpected = () => ({ expected: randomHex() })
  return { time: timeComparisons, call: await loadCall(bundles), nextExpected, batch }
}

/** Another body each time, so that another signature is expected. */
async function verification({ load: loadCall }) {
  const secret = randomHex()
  let count = 0
  const nextExpected = async () => {
    count += 1
    const body = JSON.stringify({ Event: 'UserRegistered', Message: { ID: count + 1e6 } })
    return { body, expected: await signatureOf(bundles, secret, body) }
  }
  return { time: timeVerifications, call: await loadCall(bundles, secret), nextExpected }
}

const subject = name in subjects ? await comparison(subjects[name]) : await verification(verifications[name])
await timeAll(subject, Math.min(samples, 20_000)) // the engine has made its code by then
await timeAll(subject, samples)
if (accepted > 0) throw new Error(`${accepted} texts that differ were taken for the same`)
const median = times.slice().sort()[samples >> 1] / (subject.batch ?? 1)
process.stdout.write(JSON.stringify({ t: strongestT(times, classes), median }))
