// What is bundled: an entry for each sender, for each scheme, and for the errors, as a user would write them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { providerNames } from './setup.mjs'

/**
 * Writes the entries as ES modules.
 *
 * @param {string} folder of the project that has the package
 * @returns entries: `path`, and in `imports` the names that each takes from a subpath
 */
export function writeEntries(folder) {
  mkdirSync(join(folder, 'entries'))
  return entriesOf(folder).map(({ code = '', ...entry }) => {
    const lines = Object.entries(entry.imports).map(([from, names]) => importLine(names, from))
    const path = join(folder, 'entries', `${entry.name}.mjs`)
    writeFileSync(path, [...lines, code].join('\n'))
    return { ...entry, path }
  })
}

/** The same for senders alone, by require: what a file passes on is then part of it, used or not. */
export function writeRequiringEntries(folder) {
  mkdirSync(join(folder, 'requiring'))
  return providerNames().map((subject) => {
    const name = `required-${subject}`
    const path = join(folder, 'requiring', `${name}.cjs`)
    const from = `countersign/${subject}`
    writeFileSync(path, `exports.createReceiver = require('${from}').createReceiver`)
    return { name, kind: 'provider', subject, imports: { [from]: exportsOf(folder, from) }, path }
  })
}

/** Two senders each, of which `imports` names the first alone. */
export function writeDoubleEntries(folder) {
  const names = providerNames()
  return names.map((first, index) => {
    const second = names[(index + 1) % names.length]
    const name = `${first}-and-${second}`
    const path = join(folder, 'entries', `${name}.mjs`)
    const lines = [first, second].map((one) => `export { createReceiver as ${one} } from 'countersign/${one}'`)
    writeFileSync(path, lines.join('\n'))
    return { name, path, second, imports: { [`countersign/${first}`]: ['createReceiver'] } }
  })
}

function exportsOf(folder, specifier) {
  return Object.keys(createRequire(join(folder, 'from.cjs'))(specifier))
}

function importLine(names, from) {
  return `import { ${names.join(', ')} } from '${from}'`
}

function entriesOf(folder) {
  const ways = ['createReceiver', 'aws4', 'basic', 'header', 'hmac', 'token']
  return [
    ...providerNames().map((name) => providerEntry(name, name)),
    providerEntry('sighten', 'sighten-with-auth', ways),
    ...exportsOf(folder, 'countersign/schemes').map(schemeEntry),
    reexport({ name: 'errors', kind: 'errors' }, 'countersign', ['WebhookError', 'errorTable', 'isWebhookError']),
  ]
}

function providerEntry(subject, name, names = ['createReceiver']) {
  return reexport({ name, kind: 'provider', subject }, `countersign/${subject}`, names)
}

function reexport(entry, from, names) {
  return { ...entry, imports: { [from]: names }, code: `export { ${names.join(', ')} }` }
}

/** `anyOf` is a scheme of schemes. */
const made = {
  anyOf: "(options) => anyOf({ one: hmac(options), other: hmac({ ...options, secret: 'of another shop' }) })",
}

function schemeEntry(name) {
  const imported = name === 'anyOf' ? [name, 'hmac'] : [name]
  return {
    name: `scheme-${name}`,
    kind: 'scheme',
    subject: name,
    imports: { countersign: ['defineProvider'], 'countersign/schemes': imported },
    code: `export const define = (definition) => defineProvider({ ...definition, scheme: ${made[name] ?? name} })`,
  }
}
