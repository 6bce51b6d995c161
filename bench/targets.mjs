// The targets, and whether what was measured meets them. A row without figures is not evaluated: a short run has none.
import { checkImports } from './imports.mjs'
import { median, ratio } from './measure.mjs'
import { checkSizes, kilobytes } from './size.mjs'
import { checkTypes } from './types.mjs'

const kib = 1024
const mib = 1024 * 1024
const senders = ['tyk', 'tight', 'tightknit', 'sighten, aws4', 'sighten, basic']
/** octokit verifies and does not parse. */
const parsingPeers = ['stripe constructEvent', 'standardwebhooks', 'svix', '@hookflo/tern']

/** How many times as fast one contestant is as another in one group. */
function compare(groups, { what, size, shape }, name, base, clock = 'cpu') {
  const group = groups?.find(
    (one) => one.what === what && one.size === size && (one.shape ?? 'list') === (shape ?? 'list'),
  )
  const [a, b] = [group?.times[name], group?.times[base]]
  return a === undefined || b === undefined ? undefined : ratio(a[clock], b[clock]).ratio
}

const accepted = { what: 'accepted', size: kib }
const both = ['list', 'text']
const figures = (values) => values.map((value) => value?.toFixed(2)).join(' / ')
const atLeast = (target, values) => values.every((value) => value >= target)

/** What stands in the way of a target. The profile has the shares. */
const reasons = {
  tyk: 'The floor makes no id, which takes a second hash over the body; it validates nothing, reads headers in one shape, and answers without a promise',
  peer: 'stripe makes no id and checks no shape: its payload is typed, and may be anything',
  tight:
    "The floor hashes no id and checks nothing of the token but its signature: not its header, its times, nor the body's text",
  aws4: 'Signing parses no body, and checks neither the credential, the time and the signed headers nor the ways to read a query. The floor does little more than sign, and is hardly faster',
  large:
    'Validation walks through each member of a list, and zod makes a copy of what it has looked at, which the collector takes away. A text is one member. Where the scheme signs nothing, the floor has no hash to make, and we make one for the id',
  web: 'Each call of `subtle` is a way to another thread and back. An id that is a hash is one call more; what is signed in parts is put together first',
  refusal:
    'A credential is compared as a hash, which takes as long where it is another; what is saved is the parsing of a small body, and what is added is the error',
  memory:
    "WebCrypto takes one array: what is signed is put together with the body for it. Where no length is declared, a stream's array doubles as it fills",
  sender:
    'zod takes two fifths (the last table of the section on size); of the rest, the most is common to all senders: bodies, headers, secrets, errors and what they tell',
  imports:
    'An ESM entry is several files, so that two senders share what they have in common; as one file (CommonJS) each takes about a quarter less, or more. The time is absolute: it moves with the machine, as that of jose and zod does in the same run. Sighten has all schemes, and Tight makes its envelope at once',
  scheme:
    'The secrets, their rotation, the header, the strict decoding and the messages that name a fix are in each scheme; AWS4 has its own reading of paths and queries',
}

/** @returns rows: `what`, `target`, `measured`, `met`, and where it is not met `why` */
export function evaluate({ node, web, growth, memory, sizes, imports, types }) {
  const shapes = (subject, base) =>
    both.map((shape) => compare(node[subject], { ...accepted, shape }, 'countersign', base))
  return [
    ...tykRows(node, shapes),
    row('Tight against its floor, a list / a text', '≥ 0.70', shapes('tight', 'floor'), 0.7, reasons.tight),
    vendorRow(node),
    tightknitRow(node),
    row(
      'AWS4, Sighten / the scheme alone, against aws4 signing the same request',
      '≥ 1 ×',
      ['sighten, aws4', 'aws4'].map((name) => compare(node[name], accepted, 'countersign', 'aws4, signing')),
      1,
      reasons.aws4,
    ),
    ...senders.map((name) => largeRow(node, name)),
    ...webRows(web),
    ...refusalRows(node),
    growthRow(growth),
    memoryRow(memory),
    ...(imports === undefined
      ? []
      : [
          checkedRow(
            'import of a sender or the schemes beyond an empty module, the slowest',
            checkImports(imports),
            reasons.imports,
          ),
        ]),
    ...(sizes === undefined ? [] : sizeRows(sizes)),
    ...(types === undefined
      ? []
      : [checkedRow('types of a file that narrows every event, the costliest', checkTypes(types))]),
  ]
}

function row(what, target, values, least, why) {
  return { what, target, measured: figures(values), met: atLeast(least, values), why }
}

function tightknitRow(node) {
  const peers = ['standardwebhooks', 'svix']
  const values = peers.map((peer) => compare(node.tightknit, accepted, 'countersign', peer))
  const wanted = peers.map((peer) => 2.5 * compare(node.tightknit, accepted, peer, 'floor'))
  const why = `2.5 times as fast as these is ${figures(wanted)} of the floor, which only decodes, signs, compares and parses`
  return row(`Tightknit against ${peers.join(' / ')}`, '≥ 2.5 ×', values, 2.5, why)
}

function tykRows(node, shapes) {
  const withId = compare(node.tyk, accepted, 'countersign', 'floor, with the id')
  const ours = compare(node.tyk, accepted, 'countersign', 'floor')
  const peers = parsingPeers.map((peer) => [peer, compare(node.tyk, accepted, peer, 'floor')])
  const [best, ratioOfBest] = peers.toSorted(([, a], [, b]) => b - a)[0]
  const floor = row('Tyk against its floor, a list / a text', '≥ 0.80', shapes('tyk', 'floor'), 0.8, reasons.tyk)
  return [
    { ...floor, measured: `${floor.measured} (list, floor with a hash for the id: ${figures([withId])})` },
    {
      what: 'Tyk against the fastest peer that parses, by the floor',
      target: 'ahead',
      measured: `${figures([ours])}; ${best} ${figures([ratioOfBest])}`,
      met: ours > ratioOfBest,
      why: reasons.peer,
    },
  ]
}

function vendorRow(node) {
  const [cpu, wall] = ['cpu', 'wall'].map((clock) =>
    compare(node.tight, accepted, 'countersign', "the vendor's own way", clock),
  )
  return {
    what: "Tight against the vendor's own way",
    target: '≥ 10 ×',
    // The vendor's way waits for other threads: what a second holds is told by the clock.
    measured: `${figures([wall])} by the clock (by processor time ${figures([cpu])})`,
    met: wall >= 10,
  }
}

function largeRow(node, name) {
  const values = both.map((shape) =>
    compare(node[name], { what: 'accepted', size: mib, shape }, 'countersign', 'floor'),
  )
  return row(`1 MiB, ${name}, against its floor, a list / a text`, '≥ 0.97', values, 0.97, reasons.large)
}

function webRows(web) {
  const of = (what) =>
    Object.values(web).map((groups) => compare(groups, { what, size: kib }, 'countersign', 'floor', 'wall'))
  const names = Object.keys(web).join(' / ')
  return [
    row(`WebCrypto against its floor, one at a time: ${names}`, '≥ 0.9', of('accepted'), 0.9, reasons.web),
    row(`WebCrypto against its floor, 32 in flight: ${names}`, '≥ 0.8', of('inFlight'), 0.8, reasons.web),
  ]
}

/** Per subject: how many times as cheap as an accepted request each refusal is. */
export function refusals(node) {
  return Object.entries(node).flatMap(([subject, groups]) => {
    const { times } = groups.find(({ what }) => what === 'refusal') ?? { times: {} }
    return Object.keys(times)
      .filter((fault) => fault !== 'accepted')
      .map((fault) => {
        const value = ratio(times[fault].cpu, times.accepted.cpu).ratio
        return { subject, fault, value, byHeader: fault !== 'another body' }
      })
  })
}

function refusalRows(node) {
  const all = refusals(node)
  const worst = (some, least) => {
    const below = some.filter(({ value }) => !(value >= least))
    const lowest = some.toSorted((a, b) => a.value - b.value)[0]
    const text = `${lowest?.value.toFixed(2)} (${lowest?.subject}: ${lowest?.fault})`
    return {
      measured: `${some.length - below.length} of ${some.length} meet it, the lowest ${text}`,
      met: below.length === 0,
    }
  }
  const bodies = all.filter(({ byHeader }) => !byHeader)
  return [
    { what: 'refusing another body against accepting', target: '≥ 1 ×', ...worst(bodies, 1) },
    {
      what: 'refusing by a header alone against accepting',
      why: reasons.refusal,
      target: '≥ 3 ×',
      ...worst(
        all.filter(({ byHeader }) => byHeader),
        3,
      ),
    },
  ]
}

/** From the smallest body to the largest, how much dearer a byte becomes. */
export function dearer(growth, name) {
  const sizes = Object.keys(growth).map(Number)
  const perByte = (size) => median(growth[size][name].cpu) / size
  return perByte(sizes.at(-1)) / perByte(sizes[0])
}

function growthRow(growth) {
  const ways = ['bytes', 'Node stream', 'web stream']
  const [floor, ...ours] = ['floor', ...ways].map((name) => dearer(growth, name))
  return {
    what: `a byte at ${label(growth, -1)} costs as many times one at ${label(growth, 0)}: ${ways.join(' / ')}`,
    // Large results cost the collector more, ours and the floor's alike.
    target: `≤ 1.5 × the floor's ${floor.toFixed(2)}`,
    measured: figures(ours),
    met: ours.every((value) => value <= 1.5 * floor),
  }
}

const label = (growth, at) => sizeLabel(Number(Object.keys(growth).at(at)))

export function sizeLabel(size) {
  if (size >= mib) return `${size / mib} MiB`
  return size >= kib ? `${size / kib} KiB` : `${size} B`
}

function memoryRow(memory) {
  const all = Object.entries(memory).flatMap(([subject, shapes]) =>
    Object.entries(shapes).map(([shape, { held, peak }]) => ({ name: `${subject}, ${shape}`, held, peak })),
  )
  const worst = all.toSorted((a, b) => b.peak - a.peak)[0]
  return {
    what: 'copies of a body alive at one time, beyond what the caller has',
    target: '≤ 1',
    measured: `${worst.peak.toFixed(2)}, and ${worst.held.toFixed(2)} kept with the delivery (${worst.name})`,
    met: all.every(({ held, peak }) => held <= 1.05 && peak <= 1.05),
    why: reasons.memory,
  }
}

function checkedRow(what, checked, why) {
  const worst = checked.toSorted((a, b) => Number.parseFloat(b.value) - Number.parseFloat(a.value))[0]
  return {
    what,
    target: `≤ ${worst.budget}`,
    measured: `${worst.value} (${worst.name})`,
    met: checked.every(({ met }) => met),
    why,
  }
}

function sizeRows(sizes) {
  const checked = checkSizes(sizes)
  const of = (kind) => checked.filter(({ name }) => name.startsWith(kind))
  const { bytes, packages } = sizes.installed.countersign
  return [
    checkedRow(
      'bundle of one sender with its schemas, minified and gzipped, the largest',
      of('sender'),
      reasons.sender,
    ),
    checkedRow('bundle of one scheme alone, the largest', of('scheme'), reasons.scheme),
    {
      what: 'installed size with dependencies',
      target: 'measured',
      measured: `${kilobytes(bytes / 1000)} MB, ${packages} packages`,
      met: true,
    },
  ]
}
