// Promise: importing any entry costs no more than its budget beyond an empty module, as ESM and as CommonJS. Each import has
// a process of its own, one after another in turn, and the median counts. The time is the process's own, in all its
// threads: on a busy machine the clock tells how busy it is.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../test/packed/tools/exec.mjs'
import { budgets, closeCheck, importCeilings, isMain, printTable } from './budgets.mjs'
import { here, installAll, subpaths } from './load.mjs'
import { median, quartiles } from './measure.mjs'

const peers = ['stripe', 'svix', 'standardwebhooks', '@octokit/webhooks-methods', 'jose', 'zod/mini', 'jsonwebtoken']
const requirable = (name) => name !== '@octokit/webhooks-methods'

/** Reads the processor time ahead of the import and behind it. */
const program = {
  ESM: (what) => `
    const before = process.cpuUsage(), started = performance.now()
    await import(${JSON.stringify(what)})
    const wall = performance.now() - started, { user, system } = process.cpuUsage(before)
    process.stdout.write(JSON.stringify({ cpu: (user + system) / 1000, wall }))`,
  CommonJS: (what) => `
    const before = process.cpuUsage(), started = performance.now()
    require(${JSON.stringify(what)})
    const wall = performance.now() - started, { user, system } = process.cpuUsage(before)
    process.stdout.write(JSON.stringify({ cpu: (user + system) / 1000, wall }))`,
}

/** @returns of each import the name, the format, and in milliseconds beyond an empty module `cpu`, its `spread`, and `wall` */
export async function measureImports(folder, rounds) {
  const ends = { ESM: 'mjs', CommonJS: 'cjs' }
  const ours = subpaths().map(([, specifier]) => ({ name: specifier, cwd: folder, isOurs: true }))
  const others = peers.map((name) => ({ name, cwd: here, isOurs: false }))
  const entries = Object.entries(ends).flatMap(([format, end]) => {
    writeFileSync(join(folder, `empty.${end}`), '')
    const empty = { name: 'empty', format, what: join(folder, `empty.${end}`), cwd: folder }
    const all = [...ours, ...others].filter(({ name }) => format === 'ESM' || requirable(name))
    return [empty, ...all.map((one) => ({ ...one, format, what: one.name }))]
  })
  const times = entries.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, entry] of entries.entries()) times[i].push(await timeImport(entry))
  }
  return entries.map((entry, i) => beyondEmpty(entry, times[i], times[indexOfEmpty(entries, entry)])).filter(isImport)
}

const isImport = ({ name }) => name !== 'empty'
const indexOfEmpty = (entries, { format }) =>
  entries.findIndex((entry) => entry.name === 'empty' && entry.format === format)

/** A path from the folder where the package is installed, by the input of the program. */
async function timeImport({ format, what, cwd }) {
  const type = format === 'ESM' ? 'module' : 'commonjs'
  const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', program[format](what)], { cwd })
  return JSON.parse(stdout)
}

function beyondEmpty({ name, format, isOurs }, times, empty) {
  const beyond = (clock) => {
    const base = median(empty.map((one) => one[clock]))
    return times.map((one) => one[clock] - base)
  }
  return {
    name,
    format,
    isOurs,
    cpu: median(beyond('cpu')),
    spread: quartiles(beyond('cpu')),
    wall: median(beyond('wall')),
  }
}

export const importHead = ['entry', 'format', 'ms', 'quartiles', 'by the clock', 'at most']

export function importRows(imports) {
  return imports.map(({ name, format, isOurs, cpu, spread, wall }) => [
    name,
    format,
    cpu.toFixed(1),
    spread.map((one) => one.toFixed(1)).join(' – '),
    wall.toFixed(1),
    isOurs && isBudgeted(name) ? String(budgets.importTime) : '',
  ])
}

/** One sender or the schemes. The other two entries hold all senders: the root, for whoever has several, and the test kit. */
const isBudgeted = (name) => !['countersign', 'countersign/testing'].includes(name)

export function checkImports(imports) {
  return imports
    .filter(({ name, isOurs }) => isOurs && isBudgeted(name))
    .map(({ name, format, cpu }) => {
      const reference = imports.find((one) => one.name === 'zod/mini' && one.format === format).cpu
      const title = `${name}, ${format}`
      const scale = Math.max(1, reference / budgets.importReference) * budgets.importNoise
      return {
        name: title,
        value: `${cpu.toFixed(1)} ms`,
        budget: `${budgets.importTime} ms`,
        met: cpu <= budgets.importTime,
        within: cpu <= (importCeilings[title] ?? budgets.importTime) * scale,
      }
    })
}

if (isMain(import.meta)) {
  const rounds = Number(process.argv[2] ?? 15)
  const imports = await measureImports(await installAll(), rounds)
  console.log(`medians of ${rounds} processes each, beyond an empty module`)
  printTable(importHead, importRows(imports))
  closeCheck('imports', checkImports(imports))
}
