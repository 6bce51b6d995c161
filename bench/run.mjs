// The benchmark. node bench/run.mjs: everything, in half an hour on two cores; --write puts the tables into
// docs/performance.md; --rounds=9 makes fewer rounds than usual; names of subjects measure these alone. --short sees that
// everything runs, and its figures mean nothing.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { run } from '../test/packed/tools/exec.mjs'
import { emptyFolder, root } from '../test/packed/tools/tarball.mjs'
import { printTable } from './budgets.mjs'
import { here, installAll, loadOurs } from './load.mjs'

const arguments_ = process.argv.slice(2)
const has = (flag) => arguments_.includes(flag)
const isShort = has('--short')
const chosen = arguments_.filter((argument) => !argument.startsWith('--'))

const [kib, mib] = [1024, 1024 * 1024]
const sizes = isShort ? [200, kib] : [200, kib, 10 * kib, 100 * kib, mib]
const rounds = Number(arguments_.find((argument) => argument.startsWith('--rounds='))?.slice('--rounds='.length) ?? 11)
const effort = isShort ? { rounds: 1, batchMs: 1, warmUpMs: 1 } : { rounds, batchMs: 40, warmUpMs: 150 }

const each = (what) => sizes.map((size) => ({ what, size }))
const texts = [kib, mib].map((size) => ({ what: 'accepted', size, shape: 'text' }))
const senderGroups = [...each('accepted'), ...texts, ...each('refused'), { what: 'refusal', size: kib }]
const schemeGroups = [...each('accepted'), ...each('refused'), { what: 'refusal', size: kib }]

const folder = await installAll()
const { describeSubjects } = await import('./subjects.mjs') // not before the peers are there
const subjects = describeSubjects(await loadOurs(folder))
const data = await measureAll()
const { tablesOf, subjectTables, markdown } = await import('./tables.mjs')
const tables = chosen.length === 0 ? tablesOf(data) : subjectTables(data)
report(tables)
if (chosen.length === 0) await writeFiles(tables)

async function measureAll() {
  const names = Object.keys(subjects).filter((name) => chosen.length === 0 || chosen.includes(name))
  assert(names.length > 0, `no subject is called ${chosen.join(' or ')}`)
  const kinds = Object.fromEntries(names.map((name) => [name, subjects[name].kind]))
  const node = {}
  for (const name of names)
    node[name] = await startChild('child.mjs', name, { groups: groupsOf(subjects[name]), ...effort })
  return { kinds, node, ...(chosen.length === 0 && (await measureRest())) }
}

function groupsOf({ kind, headerFaults }) {
  const groups = kind === 'sender' ? senderGroups : schemeGroups
  return headerFaults === undefined ? groups.filter(({ what }) => what === 'accepted') : groups
}

async function measureRest() {
  const web = {}
  const groups = [...each('accepted'), ...each('inFlight'), ...each('refused')]
  for (const name of ['tyk', 'tight', 'tightknit']) {
    web[name] = await startChild('child.mjs', name, { backend: 'webcrypto', groups, ...effort })
  }
  const doubling = Array.from({ length: 11 }, (_, i) => 10 * kib * 2 ** i).filter(
    (size) => !isShort || size < 100 * kib,
  )
  const memorySize = isShort ? mib : 10 * mib
  const growing = { ...effort, rounds: Math.ceil(effort.rounds / 3) }
  const { times: growth, memory: tykMemory } = await startChild('growth.mjs', 'tyk', {
    sizes: doubling,
    memorySize,
    ...growing,
  })
  const memoryOf = async (name, backend) =>
    (await startChild('growth.mjs', name, { backend, sizes: [], memorySize, ...effort })).memory
  const memory = {
    tyk: tykMemory,
    tightknit: await memoryOf('tightknit', 'node:crypto'),
    'tightknit, WebCrypto': await memoryOf('tightknit', 'webcrypto'),
  }
  const profile = {}
  for (const name of ['tyk', 'tight', 'tightknit', 'sighten, aws4', 'sighten, basic']) {
    profile[name] = await startChild('profile.mjs', name, { sizes: [kib, sizes.at(-1)], seconds: isShort ? 0.2 : 3 })
  }
  return { web, growth, memory, profile, ...(!isShort && (await measureChecks())) }
}

/** What has a check of its own in CI is measured here for the table. */
async function measureChecks() {
  const { measureSizes } = await import('./size.mjs')
  const { measureImports } = await import('./imports.mjs')
  const { measureTypes } = await import('./types.mjs')
  return {
    sizes: await measureSizes(folder),
    imports: await measureImports(folder, 15),
    types: await measureTypes(folder),
  }
}

async function startChild(program, name, task) {
  const started = Date.now()
  const result = join(emptyFolder('bench-result'), 'result.json')
  // Without inlining, a function's samples are its own.
  const flags = program === 'profile.mjs' ? ['--no-turbo-inlining'] : ['--expose-gc']
  const args = [...flags, join(here, program), folder, name, JSON.stringify(task), result]
  await run(process.execPath, args, { timeoutMs: 1_200_000 })
  console.error(
    `${program.slice(0, -4)} ${task.backend ?? ''} ${name}: ${((Date.now() - started) / 1000).toFixed(0)} s`,
  )
  return JSON.parse(readFileSync(result, 'utf8'))
}

function machine() {
  return `${availableParallelism()} cores, ${process.platform} ${process.arch}, Node.js ${process.version}`
}

function report(all) {
  console.log(`\n${machine()}; medians of ${effort.rounds} rounds`)
  for (const [name, { head, rows }] of Object.entries(all)) {
    console.log(`\n${name}`)
    printTable(head, rows)
  }
  if (isShort) return console.log('\nbench: every contestant ran. A short run: THESE FIGURES MEAN NOTHING.')
  const { rows } = all.targets ?? { rows: [] }
  const met = rows.filter((row) => row.at(-1) === 'met').length
  console.log(`\nbench: ${met} of ${rows.length} targets met`)
}

/** A short run writes where nobody looks: to see that it can. */
async function writeFiles(all) {
  const { draw } = await import('./picture.mjs')
  const [results, picture] = [
    isShort ? join(emptyFolder('bench-short'), 'results.json') : join(here, 'results.json'),
    isShort ? join(emptyFolder('bench-short'), 'performance.svg') : join(root, 'docs/performance.svg'),
  ]
  writeFileSync(
    results,
    `${JSON.stringify({ machine: machine(), date: new Date().toISOString(), tables: all }, null, 1)}\n`,
  )
  const titles = { tyk: 'Tyk', tight: 'Tight', tightknit: 'Tightknit', 'sighten, aws4': 'Sighten, AWS4' }
  const group = ({ what, size, shape }) => what === 'accepted' && size === kib && shape === undefined
  const drawn = Object.entries(titles).map(([name, title]) => [title, data.node[name].find(group).times])
  writeFileSync(picture, draw(drawn, `${machine()}. The dashed line is the floor; longer is faster.`))
  const file = join(root, 'docs/performance.md')
  const before = readFileSync(file, 'utf8')
  const after = Object.entries({ ...all, machine: machine() }).reduce(fill, before)
  if (!isShort && has('--write')) writeFileSync(file, after)
}

/** Puts a table between its markers. */
function fill(page, [name, table]) {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  assert(from >= 0 && to > from, `docs/performance.md has no place for ${name}`)
  return `${page.slice(0, from + start.length)}${typeof table === 'string' ? table : markdown(table)}\n${page.slice(to)}`
}
