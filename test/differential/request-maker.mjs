// Signed requests of every subject, and what became of them on their way. One case is made of the run's seed and its
// number alone, so that it can be made again on the other backend, and by whoever looks into it.

import { createRandom } from './random.mjs'
import { bodyFaults, headerFaults, lineFaults } from './request-faults.mjs'
import { host } from './subjects.mjs'

const faults = [
  ...Object.entries(bodyFaults),
  ...Object.entries(lineFaults),
  ...Object.entries(headerFaults),
  ...Object.entries(headerFaults), // twice as often: that is where decoders and comparisons are
]

/** How a receiver's secrets are set up, where `right` is what the request was signed with. */
const setUps = {
  plain: (right) => right,
  labelled: (right) => ({ label: 'a label', value: right }),
  'list, first': (right, other) => [right, other],
  'list, last': (right, other) => [other, right],
  'labels in a list': (right, other) => [
    { label: 'one', value: other },
    { label: 'other', value: right },
  ],
  function: (right) => () => right,
  'async function': (right, other) => async () => [other, right],
  wrong: (_right, other) => other,
  'wrong ones': (_right, other, third) => [third, other],
  none: () => () => null,
  throwing: () => () => Promise.reject(new Error('the store is down')),
}
const refusing = ['wrong', 'wrong ones', 'none', 'throwing']

/**
 * @param {import('./subjects.mjs').Subject[]} subjects
 * @param {number} seed
 */
export function createRequestMaker(subjects, seed) {
  const kept = new Map()
  /** Made once, as a server keeps its receivers: what they keep is a part of what is compared. */
  const keep = (name, make) => {
    if (!kept.has(name)) kept.set(name, make())
    return kept.get(name)
  }
  const endpointOf = (subject, place, secret) => keep(`${subject.name}/${place}`, () => subject.endpoint(secret))

  return async (number) => {
    const random = createRandom(seed, 'request', number)
    const subject = subjects[number % subjects.length]
    const secrets = keep(subject.name, () => secretsOf(subject.kind, createRandom(seed, subject.name)))
    const right = random.int(secrets.length)
    const setUp = random.weighted(setUpWeights)
    const sample = random.pick(subject.samples)
    const { payload, whole } = payloadOf(random, sample)
    const now = new Date(1_793_700_000_000 + random.int(1e10))
    const target = random.pick(targets)
    const headers = random.chance(0.2) ? { 'X-Beside': 'a value', 'Content-Type': 'text/plain; charset=utf-8' } : {}
    const options = { now, url: `https://${host}${target}`, method: random.pick(methods), headers }
    const signed = await endpointOf(subject, `sign ${right}`, secrets[right]).sign(payload, options)

    const request = asSent(signed)
    const done = applyFaults(random, request)
    const time = timeOf(random, now, subject.toleranceSeconds)
    const settings = random.weighted([
      [30, {}],
      [1, { maxBodyBytes: 100 }],
      [1, { strict: true }],
    ])
    const receiver = keep(`${subject.name}/${setUp} ${right} ${JSON.stringify(settings)}`, () => {
      const given = setUps[setUp](secrets[right], secrets[(right + 1) % 3], secrets[(right + 2) % 3])
      return endpointOf(subject, `${setUp} ${right}`, given).createReceiver(settings)
    })
    const event = random.chance(0.05) ? random.pick(['no-such-event', '', '__proto__']) : sample.type
    const isUntouched =
      done.length === 0 &&
      whole &&
      targets.indexOf(target) < targets.indexOf('') &&
      time.ok &&
      !refusing.includes(setUp) &&
      !settings.maxBodyBytes &&
      event === sample.type
    return {
      subject,
      signed,
      receiver,
      request: shaped(random, request),
      call: { now: time.now, event },
      done: [setUp, ...done, ...(time.ok ? [] : ['another time'])],
      must: isUntouched ? 'be accepted' : changesBody(subject, done, signed, request) ? 'be refused' : undefined,
    }
  }
}

const setUpWeights = Object.keys(setUps).map((name) => /** @type {const} */ ([name === 'plain' ? 8 : 1, name]))

/** Whether nothing but the body was changed, and that is covered. */
function changesBody({ covered }, done, signed, request) {
  const onlyBody = done.length > 0 && done.every((name) => Object.hasOwn(bodyFaults, name))
  return covered.body === true && onlyBody && !Buffer.from(signed.body).equals(Buffer.from(request.body))
}

const methods = ['POST', 'POST', 'POST', 'PUT', 'PATCH']
/** Behind the empty one, those that servers read differently: schemes that look at them may refuse what they sign. */
const targets = [
  '/webhook',
  '/webhook',
  '/webhook?b=2&a=1',
  '/w%C3%A4b%20hook/x?a=%2B+1&a=1&c',
  '/a//b/./c?x=%zz',
  '/?',
  '/a/b/c/d?q=a/b?c',
  '/webhook?list[]=1&list[]=2&keys=elsewhere',
  '',
  '/wäb hook?ä=ö',
  '/webhook?list[]=1&list[]=0&key=elsewhere',
]

function secretsOf(kind, random) {
  return [0, 1, 2].map((place) => {
    if (kind === 'key') return [`a secret ${random.int(1e9)}`, random.bytes(40 + random.int(40)), 'ключ 🔑'][place]
    if (kind === 'whsec')
      return place === 1 ? random.bytes(16) : `whsec_${Buffer.from(random.bytes(24)).toString('base64')}`
    if (kind === 'password') return [`p:${random.int(1e9)}`, 'Größe 🔑', `a ${random.int(1e9)}`][place]
    if (kind === 'segment') return [`s-${random.int(1e9)}`, 'a secret/with ? and ä', `100%${random.int(1e9)}`][place]
    return `secret-${place}-${random.int(1e9)}`
  })
}

/** Mostly what the sender sends; else what is no event, or no JSON. `whole`: nothing but a delivery can come of it. */
function payloadOf(random, sample) {
  if (random.chance(0.75)) return { payload: sample.payload, whole: true }
  const payload = random.pick([
    () => JSON.stringify(sample.payload),
    () => `\ufeff${JSON.stringify(sample.payload)}`,
    () => JSON.stringify({ event: 'Other', type: 'LIFECYCLE', Event: 'New', action: 'other' }),
    () => random.pick(['{}', 'null', '"x"', '[]', '1', '{"event":"$& $1"}', '{"__proto__":1}']),
    () => '',
    () => random.bytes(random.int(200)),
    () => random.text(random.int(200), 'aä{}"\0&=%+ '),
    () => '['.repeat(random.pick([10, 5000])),
    () => JSON.stringify({ event: 'Ping', count: 1, long: 'x'.repeat(random.int(5000)) }),
  ])()
  return { payload, whole: false }
}

/** As a server gets it: the path and query as target, and a host. */
function asSent({ method, url, headers, body, authHeaders }) {
  const entries = Object.entries(headers)
  if (!Object.hasOwn(headers, 'host')) entries.push(['host', host])
  const target = url.slice(`https://${host}`.length)
  return { method, target, headers: entries, body: Buffer.from(body), signed: authHeaders }
}

function applyFaults(random, request) {
  const count = random.weighted([
    [2, 0],
    [6, 1],
    [2, 2],
    [1, 3],
  ])
  return Array.from({ length: count }, () => {
    const [name, fault] = random.pick(faults)
    fault(request, random)
    return name
  })
}

function timeOf(random, now, tolerance) {
  if (random.chance(0.8)) return { now, ok: true }
  const seconds = random.pick([-1, 1]) * (tolerance + random.pick([-1, 0, 1])) + random.pick([0, 0, -100_000, 100_000])
  return { now: new Date(now.getTime() + seconds * 1000 + random.pick([0, 1, 999])), ok: false }
}

/** The shapes in which servers hand over a request. */
function shaped(random, { method, target, headers, body }) {
  const url = random.chance(0.1) ? { originalUrl: target, url: '/' } : { url: target }
  return { method, ...url, ...headerShape(random, headers), ...bodyShape(random, body) }
}

function headerShape(random, headers) {
  return random.weighted([
    [4, () => ({ headers })],
    [4, () => ({ headers: recordOf(headers) })],
    [1, () => ({ headers: new Map(headers) })],
    [1, () => ({ multiValueHeaders: recordOf(headers.map(([name, value]) => [name, [value]])) })],
    [1, () => ({ headers: fetchHeaders(headers) ?? headers })],
  ])()
}

/** Values of one name in an array, as Node hands over some. */
function recordOf(headers) {
  const record = Object.create(null)
  for (const [name, value] of headers) record[name] = Object.hasOwn(record, name) ? [record[name], value].flat() : value
  return record
}

function fetchHeaders(headers) {
  try {
    return new Headers(headers)
  } catch {
    return undefined // it takes no controls and no characters over U+00FF
  }
}

function bodyShape(random, body) {
  const half = random.int(body.length + 1)
  return random.weighted([
    [4, () => ({ body })],
    [1, () => ({ body: new Uint8Array(body).buffer })],
    [1, () => (isText(body) ? { body: body.toString() } : { body })],
    [1, () => ({ body: body.toString('base64'), isBase64Encoded: true })],
    [1, () => ({ rawBody: body, body: { parsed: true } })],
    [1, () => ({ body: streamOf([body.subarray(0, half), body.subarray(half)]) })],
  ])()
}

function isText(bytes) {
  return Buffer.from(bytes.toString()).equals(bytes)
}

function streamOf(chunks) {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new Uint8Array(chunk))
      controller.close()
    },
  })
}
