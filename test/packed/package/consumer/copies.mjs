// Several copies of the package in one process agree: both formats, another installation, and another realm. Whatever
// copy an error comes from, whatever subpath threw it, every copy knows it; and what one copy makes, another takes.
// Argument: the folder of a second project that has the package too.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import subjects from './subjects.cjs'

const [here, there] = [fileURLToPath(new URL('.', import.meta.url)), process.argv[2]]
const { exports: entries } = JSON.parse(readFileSync(join(there, 'node_modules/countersign/package.json'), 'utf8'))
const paths = Object.keys(entries).filter((path) => path !== './package.json')
const specifierOf = (path) => `countersign${path.slice(1)}`

const copies = {
  'ES modules': await modules((path) => import(specifierOf(path))),
  CommonJS: await modules((path) => createRequire(import.meta.url)(specifierOf(path))),
  'ES modules of another copy': await modules((path) => import(pathToFileURL(fileOf(there, path, 'import')).href)),
  'CommonJS of another copy': await modules((path) => createRequire(join(there, 'from.cjs'))(specifierOf(path))),
  'another realm': await realm(),
}

const unsigned = { method: 'POST', url: '/hooks', headers: {}, body: '{}' }
const secret = 'the secret of the tests'

const names = Object.keys(copies)
let agreed = 0
checkDistinct()
for (const name of names) await checkErrors(name)
// Each with its next and with the one after: so each is tested, and tests, in two mixtures.
for (const [index, name] of names.entries()) {
  for (const step of [1, 2]) await checkMixture(copies[name], copies[names[(index + step) % names.length]])
}
console.log(`agreed ${agreed} times`)

function fileOf(folder, path, condition) {
  return join(folder, 'node_modules/countersign', entries[path][condition].default)
}

async function modules(load) {
  const loaded = {}
  for (const path of paths) loaded[path] = await load(path)
  return loaded
}

/** CommonJS, run in a context of its own: its Error, TypeError and Uint8Array are not ours. */
async function realm() {
  const shared = { process, crypto, TextEncoder, TextDecoder, URLSearchParams, Headers, Request, ReadableStream, fetch }
  const context = createContext({ ...shared, AbortController, setTimeout, clearTimeout, atob, btoa })
  return modules((path) => {
    const code = readFileSync(fileOf(here, path, 'require'), 'utf8')
    const module = { exports: {} }
    runInContext(`(function (module, exports) { ${code}\n})`, context)(module, module.exports)
    return module.exports
  })
}

/** Else this file would prove nothing. */
function checkDistinct() {
  const classes = names.map((name) => copies[name]['.'].WebhookError)
  assert.equal(new Set(classes).size, names.length, 'two copies are one')
  assert.equal(new copies['another realm']['.'].WebhookError('header_missing', 'x') instanceof Error, false)
}

async function checkErrors(name) {
  const { errors, others } = await thrownBy(copies[name])
  for (const [where, error] of errors) assertKnown(error, `${where} of ${name}`, true)
  for (const [where, error] of others) assertKnown(error, `${where} of ${name}`, false)
}

function assertKnown(error, where, known) {
  for (const name of names) {
    const { isWebhookError, WebhookError } = copies[name]['.']
    assert.equal(isWebhookError(error), known, `isWebhookError of ${name}, about ${where}`)
    assert.equal(error instanceof WebhookError, known, `instanceof of ${name}, about ${where}`)
    agreed += 1
  }
}

/** A refusal and a mistake from each subpath that verifies. */
async function thrownBy(copy) {
  const errors = [['the root', new copy['.'].WebhookError('header_missing', 'a message')]]
  const others = [['Error', new Error('x')]]
  for (const [provider, options] of receiving(copy)) {
    const call = { event: 'Site Archived' }
    errors.push([provider, await caught(() => copy[provider].createReceiver(options).verify(unsigned, call))])
    others.push([provider, await caught(() => copy[provider].createReceiver({ ...options, misspelt: 1 }))])
  }
  for (const [scheme, provider] of schemeProviders(copy)) {
    errors.push([scheme, await caught(() => provider.createReceiver({}).verify(unsigned))])
  }
  errors.push(['eventFromSlug', await caught(() => copy['./sighten'].eventFromSlug('no-such-event'))])
  return { errors, others }
}

function receiving(copy) {
  const options = {
    './sighten': { auth: copy['./schemes'].basic({ username: 'sighten', password: secret }) },
    './tightknit': { secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl' },
  }
  const providers = paths.filter((path) => !['.', './schemes', './testing'].includes(path))
  return providers.map((path) => [path, options[path] ?? { secret }])
}

function schemeProviders(copy) {
  const { hmac, header, standardWebhooks } = copy['./schemes']
  const made = {
    hmac: () => hmac({ header: 'X-Sig', secret }),
    header: () => header({ name: 'X-Key', value: secret }),
    standardWebhooks: () => standardWebhooks({ secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl' }),
  }
  return Object.entries(made).map(([name, scheme]) => [
    name,
    copy['.'].defineProvider({ ...subjects.definition, scheme }),
  ])
}

async function caught(attempt) {
  try {
    await attempt()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** The test kit of one copy tests the senders of another; a scheme of one works in the other. */
async function checkMixture(one, other) {
  await keepContract(one['./testing'].contractSuite, subjects.providers.tyk(other['./tyk'])[0])
  const { anyOf, hmac } = other['./schemes']
  const mixed = (options) =>
    anyOf({ one: one['./schemes'].hmac(options), two: hmac({ ...options, secret: 'another' }) })
  const define = (definition) => one['.'].defineProvider({ ...definition, scheme: mixed })
  await keepContract(other['./testing'].contractSuite, subjects.schemes.anyOf({ define })[0])
  const auth = other['./schemes'].basic({ username: 'sighten', password: secret })
  const sample = other['./testing'].samples.sighten['Site Archived'].payload
  const signed = await other['./testing'].signSighten(sample, { auth })
  const { known } = await one['./sighten'].createReceiver({ auth }).verify(signed, { event: 'Site Archived' })
  assert.equal(known, true)
}

async function keepContract(contractSuite, subject) {
  const tests = []
  contractSuite({ describe: (_name, body) => body(), it: (name, body) => tests.push([name, body]) }, subject)
  for (const [name, body] of tests) {
    await body().catch((error) => {
      throw new Error(`${subject.name} ${name}: ${error.message}`)
    })
    agreed += 1
  }
}
