// Promise: narrowing every event of one sender costs the compiler no more than its budget of what the same schemas, written
// with zod alone, cost it. Counted are TypeScript's own figures, types and instantiations, beyond those of an empty file.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../test/packed/tools/exec.mjs'
import { root } from '../test/packed/tools/tarball.mjs'
import { budgets, closeCheck, isMain, printTable } from './budgets.mjs'
import { here, installAll, loadOurs, senderNames } from './load.mjs'

/** @returns of each sender `types` and `instantiations` beyond an empty file: `ours`, and of `zod` alone */
export async function measureTypes(folder) {
  const ours = await loadOurs(folder)
  const empty = await count(folder, 'empty', '')
  const beyond = async (name, code) => {
    const { types, instantiations } = await count(folder, name, code)
    return { types: types - empty.types, instantiations: instantiations - empty.instantiations }
  }
  const results = []
  for (const name of senderNames()) {
    const cases = casesOf(ours[name].schemas)
    results.push({
      name,
      ours: await beyond(name, ourCode(name, cases)),
      zod: await beyond(`${name}-zod`, zodCode(folder, name, cases)),
    })
  }
  results.push({ name: '@octokit/webhooks', ours: await beyondIn(here, 'octokit', octokitCode) })
  return results
}

/** Each event, by generation where it has several. */
function casesOf(schemas) {
  const answer = (entry) =>
    '~standard' in entry
      ? 'delivery.payload'
      : `[${Object.keys(entry).map((one) => `delivery.generation === '${one}' && delivery.payload`)}]`
  return Object.entries(schemas).map(([name, entry]) => `    case '${name}': return ${answer(entry)}`)
}

const switchOver = (cases) => `  switch (delivery.type) {\n${cases.join('\n')}\n  }\n  return undefined\n}\n`

const ourCode = (name, cases) => `import type * as sender from 'countersign/${name}'
export function narrow(delivery: sender.Delivery): unknown {
  if (!delivery.known) return delivery.payload
${switchOver(cases)}`

/** The sender's own schemas, which import nothing but zod and what makes objects of it, and the union of their payloads. */
function zodCode(folder, name, cases) {
  const target = join(folder, 'schemas', name)
  mkdirSync(target, { recursive: true })
  const events = readFileSync(join(root, 'src/providers', name, 'events.ts'), 'utf8')
  writeFileSync(join(target, 'events.ts'), events.replaceAll('../../core/', '../'))
  cpSync(join(root, 'src/core/shape.ts'), join(folder, 'schemas/shape.ts'))
  return `import type * as z from 'zod/mini'
import { events } from './schemas/${name}/events.ts'
type Events = typeof events
type Member<Name, Entry> = Entry extends z.ZodMiniType
  ? { type: Name; payload: z.input<Entry> }
  : { [In in keyof Entry]: { type: Name; generation: In; payload: z.input<Entry[In] & z.ZodMiniType> } }[keyof Entry]
type Delivery = { [Name in keyof Events]: Member<Name, Events[Name]> }[keyof Events]
export function narrow(delivery: Delivery): unknown {
${switchOver(cases)}`
}

const octokitCode = `import type { EmitterWebhookEvent } from '@octokit/webhooks'
export function narrow(delivery: EmitterWebhookEvent): unknown {
  return delivery.name === 'issues' ? delivery.payload : delivery.name
}
`

async function beyondIn(folder, name, code) {
  const files = join(folder, 'node_modules/.cache/types')
  mkdirSync(files, { recursive: true })
  const [full, empty] = [await count(files, name, code), await count(files, 'empty', '')]
  return { types: full.types - empty.types, instantiations: full.instantiations - empty.instantiations }
}

const compilerOptions = {
  strict: true,
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable'],
  module: 'nodenext',
  types: [],
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
}

async function count(folder, name, code) {
  const file = `types-${name}.mts`
  writeFileSync(join(folder, file), code === '' ? 'export {}\n' : code)
  const project = join(folder, `types-${name}.json`)
  writeFileSync(project, JSON.stringify({ compilerOptions, files: [file] }))
  const compiler = join(here, 'node_modules/typescript/bin/tsc')
  const { stdout } = await run(process.execPath, [compiler, '--extendedDiagnostics', '--project', project])
  const figure = (label) => Number(new RegExp(`^${label}:\\s+(\\d+)`, 'm').exec(stdout)?.[1])
  const counts = { types: figure('Types'), instantiations: figure('Instantiations') }
  if (!Object.values(counts).every(Number.isFinite)) throw new Error(`no figures for ${file}:\n${stdout}`)
  return counts
}

export const typesHead = ['file', 'types', 'instantiations', 'zod alone', 'times zod alone', 'at most']

const times = ({ ours, zod }, what) => ours[what] / zod[what]

export function typesRows(results) {
  return results.map(({ name, ours, zod }) => [
    name,
    ours.types,
    ours.instantiations,
    zod === undefined ? '' : `${zod.types} / ${zod.instantiations}`,
    zod === undefined
      ? ''
      : `${times({ ours, zod }, 'types').toFixed(2)} / ${times({ ours, zod }, 'instantiations').toFixed(2)}`,
    zod === undefined ? '' : budgets.types,
  ])
}

export function checkTypes(results) {
  const own = results.filter(({ zod }) => zod !== undefined)
  return ['types', 'instantiations'].flatMap((what) =>
    own.map((result) => ({
      name: `${result.name}, ${what}`,
      value: `${times(result, what).toFixed(2)} × zod alone`,
      budget: `${budgets.types} ×`,
      met: times(result, what) <= budgets.types,
      within: times(result, what) <= budgets.types,
    })),
  )
}

if (isMain(import.meta)) {
  const version = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).devDependencies.typescript
  const results = await measureTypes(await installAll())
  console.log(`TypeScript ${version}, beyond an empty file: types / instantiations`)
  printTable(typesHead, typesRows(results))
  closeCheck('types', checkTypes(results))
}
