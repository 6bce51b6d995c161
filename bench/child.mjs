// One subject in a process of its own, as a server has one sender: what else was measured does not change how its code was
// compiled. Arguments: the folder with the package, the subject's name, what to do as JSON, the file for the results.
import { writeFileSync } from 'node:fs'
import { loadOurs } from './load.mjs'
import { measure, prove, refusing } from './measure.mjs'
import { describeSubjects, forge, makeRequests } from './subjects.mjs'

const [folder, name, task, resultFile] = process.argv.slice(2)
const { backend, groups, ...effort } = JSON.parse(task)
const isWeb = backend === 'webcrypto'
// What an edge runtime looks like to the library.
if (isWeb) Object.defineProperty(process, 'getBuiltinModule', { value: undefined })

const described = describeSubjects(await loadOurs(folder))[name]
const subject = { ...described, ...(await described.prepare?.(described)) }
const { context = {}, provider, headerFaults = [] } = subject
const options = { ...subject.options, maxBodyBytes: 16 * 1024 * 1024 }
const payloadOf = ({ payload }) => payload
const receiver = provider.createReceiver(options)
const ours = { name: 'countersign', run: (request) => receiver.verify(request, context), payloadOf }
const oneShot = {
  name: 'countersign, one-shot verify',
  run: (request) => provider.verify(request, { ...options, ...context }),
  payloadOf,
}

const results = []
for (const group of groups) results.push({ ...group, times: await runGroup(group) })
writeFileSync(resultFile, JSON.stringify(results))

async function runGroup({ what, size, shape = 'list' }) {
  const requests = await makeRequests(subject, size, size > 65_536 ? 4 : 16, shape)
  const contestants = await { accepted, refused: accepted, inFlight, refusal }[what](requests, size)
  for (const contestant of contestants) await prove(contestant)
  const measured = what === 'refused' ? contestants.filter(({ forged }) => forged).map(refusing) : contestants
  return measure(what === 'refusal' ? measured.map((one) => (one.forged ? refusing(one) : one)) : measured, effort)
}

/** The floors, ours, and the peers with the bodies signed in their own formats. */
async function accepted(requests) {
  const own = isWeb ? await webFloors() : nodeFloors()
  const all = [...own, ours, ...(isWeb ? [] : [oneShot, ...((await subject.peers?.()) ?? [])])]
  const { proof } = await ours.run(requests[0])
  return all.map((contestant) => withRequests(contestant, requests, proof.covers.body))
}

function nodeFloors() {
  const { floor, idFloor } = subject
  const floors = [{ name: 'floor', sync: true, run: floor() }]
  return idFloor === undefined ? floors : [...floors, { name: 'floor, with the id', sync: true, run: idFloor() }]
}

async function webFloors() {
  const { webFloor, webIdFloor } = subject
  const floors = [{ name: 'floor', run: await webFloor() }]
  return webIdFloor === undefined ? floors : [...floors, { name: 'floor, with the id', run: await webIdFloor() }]
}

function withRequests(contestant, requests, coversBody) {
  const { sign = (request) => request, signs } = contestant
  const own = requests.map(sign)
  if (signs || headerFaults.length === 0) return { ...contestant, requests: own }
  return { ...contestant, requests: own, forged: own.map((request) => forge(subject, coversBody, request)) }
}

async function inFlight(requests) {
  return (await accepted(requests)).map((contestant) => ({ ...contestant, inFlight: 32 }))
}

/** Ours alone: what is accepted, beside each way to be refused. */
async function refusal(requests, size) {
  const { proof } = await ours.run(requests[0])
  const faults = await Promise.all(headerFaults.map((fault) => applyFault(fault, requests, size)))
  const bodies = proof.covers.body
    ? [{ name: 'another body', forged: requests.map((one) => forge(subject, true, one)) }]
    : []
  return [
    { ...ours, name: 'accepted', requests },
    ...[...bodies, ...faults].map((fault) => ({ ...ours, requests, ...fault })),
  ]
}

async function applyFault({ name, change, options }, requests, size) {
  const forged = change ? requests.map(change) : await makeRequests(subject, size, requests.length, 'list', options)
  return { name, forged }
}
