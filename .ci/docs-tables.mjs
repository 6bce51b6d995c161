// Promise: the tables of errors, options and events in docs/ are those of the code. Run it after a build; with --write it
// writes them. They stand between comments, with the last word of the first again in the second as <!-- /options -->:
//   <!-- options countersign/tyk Options, countersign ReceiverOptions -->   names, types' docstrings
//   <!-- option names countersign/sighten HmacBodyOptions less hint -->     a table in other words, with these names
//   <!-- events tyk Message -->      every event, the members of this part of its payload, and how far its sample is known
//   <!-- file examples/bun/src/webhooks.ts -->   the file, as a block of code
//   <!-- errors -->                  code, status and retry; the words beside them are kept
import { readFileSync, writeFileSync } from 'node:fs'
import ts from 'typescript'
import { errorTable } from '../dist/index.js'
import { listSamples, samples } from '../dist/testing.js'
import { createReport, listFiles } from './source.mjs'

const report = createReport('docs tables')
const kinds = {
  errors: writeErrors,
  options: writeOptions,
  'option names': keepNames,
  events: writeEvents,
  file: writeCode,
}
const cells = (row) =>
  row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())
const line = (row) => `| ${row.join(' | ')} |`.replaceAll('|  |', '| |')
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map(line).join('\n')
const code = (text) => `\`${text}\``

/** The kept words stand in the rows that are there; a code without words is a problem. */
async function writeErrors(_names, present) {
  const words = new Map(present.map((row) => [row[0], row.slice(3)]))
  const rows = Object.entries(errorTable).map(([name, { status, retryable }]) => [
    code(name),
    status,
    retryable ? 'yes' : 'no',
    ...(words.get(code(name)) ?? []),
  ])
  for (const row of rows) if (row.length < 5) throw new Error(`no words for ${row[0]}`)
  return table(['code', 'status', 'retryable', 'what happened', 'what to do'], rows)
}

async function writeCode(path) {
  return `\`\`\`${path.split('.').at(-1)}\n${readFileSync(path, 'utf8').trimEnd()}\n\`\`\``
}

const folders = { countersign: 'src', 'countersign/schemes': 'src/schemes', 'countersign/testing': 'src/testing' }
const entryOf = (module) => `${folders[module] ?? module.replace('countersign', 'src/providers')}/index.ts`
const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.')
const program = ts.createProgram(['src/index.ts', ...listFiles('src', /\/index\.ts$/)], options)
const checker = program.getTypeChecker()

/** The options of exported types: name, whether every form of the options needs it, and its docstring. */
function readOptions(marker) {
  const [names, less = ''] = marker.split(' less ')
  const found = names.split(',').flatMap((each) => {
    const [module, name] = each.trim().split(' ')
    const entry = program.getSourceFile(entryOf(module))
    const exported =
      entry && checker.getExportsOfModule(checker.getSymbolAtLocation(entry)).find((one) => one.name === name)
    if (!exported) throw new Error(`${module} exports no ${name}`)
    return optionsOf(checker.getDeclaredTypeOfSymbol(aliased(exported)))
  })
  return found.filter(({ name }) => !less.split(' ').includes(name))
}

function aliased(symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function optionsOf(type) {
  const forms = type.isUnion() ? type.types : [type]
  const found = new Map()
  for (const form of forms)
    for (const property of checker.getPropertiesOfType(form)) {
      const optional = Boolean(property.flags & ts.SymbolFlags.Optional)
      const written = checker.getNonNullableType(checker.getTypeOfSymbol(property))
      if (written.flags & ts.TypeFlags.Never) continue
      const { needed = 0, text } = found.get(property.name) ?? {}
      found.set(property.name, { needed: needed + (optional ? 0 : 1), text: text || docsOf(property) })
    }
  return [...found].map(([name, { needed, text }]) => {
    return { name, needed: needed === 0 ? '' : needed === forms.length ? 'yes' : 'in one form', text }
  })
}

function docsOf(symbol) {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  return text
    .replace(/\s+/g, ' ')
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll('|', '\\|')
    .trim()
}

async function writeOptions(names) {
  const found = readOptions(names)
  for (const { name, text } of found) if (text === '') throw new Error(`the option ${name} has no docstring`)
  const rows = found.map(({ name, needed, text }) => [code(name), needed, text])
  return table(['option', 'needed', 'meaning'], rows)
}

/** Fails where the first column has other names than the code; several may stand in one cell, or in several rows. */
async function keepNames(names, present, text) {
  const due = new Set(readOptions(names).map(({ name }) => name))
  const given = new Set(present.flatMap(([first]) => [...first.matchAll(/`(\w+)`/g)].map(([, name]) => name)))
  for (const name of due) if (!given.has(name)) throw new Error(`the option ${name} is missing`)
  for (const name of given) if (!due.has(name)) throw new Error(`there is no option ${name}`)
  return text
}

async function writeEvents(names) {
  const [sender, part] = names.split(' ')
  const { schemas } = await import(`../dist/${sender}.js`)
  const rows = new Map()
  const order = Object.keys(schemas)
  const listed = listSamples(samples[sender]).sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type))
  for (const { type, generation, level } of listed) {
    const schema = generation === undefined ? schemas[type] : schemas[type][generation]
    const rest = [membersOf(schema, part), level]
    const key = JSON.stringify(rest)
    const row = rows.get(key) ?? { types: new Map(), rest }
    row.types.set(type, [...(row.types.get(type) ?? []), generation])
    rows.set(key, row)
  }
  return table(
    ['`delivery.type`', part ? code(part) : 'members', 'its sample is'],
    [...rows.values()].flatMap(({ types, rest }) => byGenerations(types).map((first) => [first, ...rest])),
  )
}

/** One cell for the events that have the same generations. */
function byGenerations(types) {
  const found = new Map()
  for (const [type, generations] of types) {
    const label = generations[0] === undefined ? '' : ` (${generations.join(', ')})`
    found.set(label, [...(found.get(label) ?? []), code(type)])
  }
  return [...found].map(([label, names]) => names.join(', ') + label)
}

function membersOf(schema, part) {
  const { def } = schema._zod
  if (def.type === 'optional' || def.type === 'nullable') return membersOf(def.innerType, part)
  if (def.type === 'union') return [...new Set(def.options.map((each) => membersOf(each, part)))].join('; or ')
  if (def.type !== 'object') return 'any object'
  if (part) return def.shape[part] ? membersOf(def.shape[part]) : 'none'
  const members = Object.entries(def.shape).map(([name, { _zod }]) => code(_zod.optin ? `${name}?` : name))
  return members.join(', ') || 'any object'
}

let count = 0
for (const file of listFiles('docs', /\.md$/)) {
  const before = readFileSync(file, 'utf8')
  let after = before
  for (const [whole, start, kind, names, text, end] of before.matchAll(
    /(<!-- (errors|options|option names|events|file)(?: ([^>]+?))? -->\n)([\s\S]*?)(\n?<!-- \/\2 -->)/g,
  )) {
    count += 1
    const present = text
      .split('\n')
      .filter((row) => row.startsWith('|'))
      .slice(2)
      .map(cells)
    try {
      after = after.replace(whole, () => `${start}@@${end.replace(/^(?=<)/, '\n')}`)
      const written = await kinds[kind](names, present, text)
      after = after.replace('@@', () => written)
    } catch (error) {
      report.add(file, `${start.trim()}: ${error.message}`)
      after = after.replace('@@', () => text)
    }
  }
  if (after === before) continue
  if (process.argv.includes('--write')) writeFileSync(file, after)
  else report.add(file, 'has other tables than the code: node .ci/docs-tables.mjs --write, after a build')
}
report.end(`${count} tables`)
