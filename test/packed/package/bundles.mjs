// What bundlers and minifiers leave of the package: every sender and every scheme, bundled as users do it, still keeps the
// contract and its guards; and a bundle holds nothing of a sender, a scheme or a library that its imports do not reach.
import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { run } from '../tools/exec.mjs'
import { root } from '../tools/tarball.mjs'
import { bundlers } from './bundlers.mjs'
import { writeDoubleEntries, writeEntries, writeRequiringEntries } from './entries.mjs'
import { createMarkers, readAll } from './markers.mjs'
import { assertNone, here, inPairs, providerNames } from './setup.mjs'

export async function checkBundles({ check }, { folder, installed }) {
  const entries = writeEntries(folder)
  await check('every sender and scheme has a subject', async () => checkSubjects(folder, entries))
  const built = await inPairs(Object.keys(bundlers), async (name) => {
    const done = await check(`${name} bundles everything`, () => build(folder, name, chosen(name, entries)), 180_000)
    return { name, done }
  })
  const names = built.filter(({ done }) => done).map(({ name }) => name)
  await inPairs(names, (name) =>
    check(`${name} leaves every guard`, () => verify(folder, name, chosen(name, entries)), 120_000),
  )

  const markers = createMarkers(join(installed, 'dist'))
  await check('each sender and each scheme can be told from the others', async () => checkMarkers(markers))
  for (const name of names) {
    const own = chosen(name, entries)
    await check(`${name} bundles nothing that is not imported`, async () => checkPurity(folder, name, own, markers))
  }
  await check('a second sender in a bundle is seen', () => checkDouble(folder, markers))
  for (const guard of Object.keys(guards)) {
    await check(`it is seen where ${guard} are dropped`, () => checkUnguarded(folder, guard, entries), 60_000)
  }
  await check('a sender that is required comes alone', () => checkRequired(folder, markers))
  await check("nothing of jose's remote key sets is shipped", async () => checkRemote(installed))
}

function checkSubjects(folder, entries) {
  const { providers, schemes } = createRequire(join(folder, 'from.cjs'))('./subjects.cjs')
  assert.deepEqual(Object.keys(providers).sort(), providerNames())
  const others = ['dangerouslyUnauthenticated', 'oauth2'] // which no contract fits: verify-bundles.mjs has their tests
  const named = entries.filter(({ kind }) => kind === 'scheme').map(({ subject }) => subject)
  assert.deepEqual(Object.keys(schemes).concat(others).sort(), named.sort())
}

function chosen(name, entries) {
  return entries.filter(bundlers[name].only ?? (() => true))
}

const folderOf = (folder, name) => join(folder, 'bundles', name)

/** In a process of its own, so that two run at a time. */
async function build(folder, name, entries) {
  await run(process.execPath, [join(here, 'build.mjs'), name, folderOf(folder, name), JSON.stringify(entries)])
}

async function verify(folder, name, entries) {
  const { browser, first } = bundlers[name]
  const results = await runBundles(
    folder,
    folderOf(folder, name),
    first,
    entries,
    browser ? 'webcrypto' : 'node:crypto',
  )
  assertNone(
    results.flatMap(({ failures }) => failures),
    'failed in bundles',
  )
  assert.deepEqual(
    results.map((result) => result.name),
    entries.map((entry) => entry.name),
  )
  for (const { name, tests } of results) assert(tests > 0, `${name} was not tested`)
}

async function runBundles(folder, bundles, first, entries, backend) {
  const args = ['verify-bundles.mjs', bundles, first, JSON.stringify(entries), backend]
  const { stdout } = await run(process.execPath, args, { cwd: folder })
  return JSON.parse(stdout)
}

/** A check by texts is worth as much as there are of them. */
function checkMarkers({ ownOf }) {
  const least = { 'node_modules/jose': 20, 'node_modules/zod': 20 }
  for (const name of providerNames()) least[`src/providers/${name}`] = 3
  for (const file of readdirSync(join(root, 'src/schemes')).filter((name) => name.endsWith('.ts'))) {
    const path = `src/schemes/${file}`
    // The smallest have nothing to say: what is left of them in a bundle is a few lines.
    least[path] = readFileSync(join(root, path), 'utf8').split('\n').length > 40 ? 1 : 0
  }
  const few = Object.keys(least).filter((path) => ownOf(path).length < least[path])
  assertNone(few, 'with too few texts of their own')
}

function checkPurity(folder, name, entries, markers) {
  const found = entries.flatMap((entry) =>
    foreignIn(join(folderOf(folder, name), entry.name), entry.imports, markers).map((line) => `${entry.name}: ${line}`),
  )
  assertNone(found, 'in bundles that import nothing of it')
}

/** What a bundle holds of files that its imports do not reach, a line for each file. */
function foreignIn(bundle, imports, { forbidden }) {
  const text = readAll(bundle)
  assert.notEqual(text, '')
  return forbidden(imports).flatMap(({ file, markers }) => {
    const found = markers.filter((marker) => text.includes(marker))
    return found.length === 0 ? [] : [`${file}, ${found.length} texts such as ${JSON.stringify(found[0])}`]
  })
}

/** Else the check might look for what no bundle ever holds. */
async function checkDouble(folder, markers) {
  const entries = writeDoubleEntries(folder)
  await build(folder, 'esbuild-minified', entries)
  for (const { name, imports, second } of entries) {
    const found = foreignIn(join(folderOf(folder, 'esbuild-minified'), name), imports, markers)
    assert(
      found.some((line) => line.startsWith(`src/providers/${second}/events.ts`)),
      `the second sender of ${name} is not seen`,
    )
  }
}

/** What a minifier would leave that took these for code without an effect. */
const guards = {
  refusals: (code) => code.replace(/(function refuse\(\w+, \w+\)) \{[^}]*\}/g, '$1 {}'),
  TypeErrors: (code) => code.replaceAll('throw new TypeError(', 'void ('),
}

async function checkUnguarded(folder, guard, entries) {
  const bundles = folderOf(folder, `without-${guard}`)
  cpSync(folderOf(folder, 'esbuild-browser'), bundles, { recursive: true })
  const tested = entries.filter(({ kind, subject }) => kind !== 'errors' && subject !== 'dangerouslyUnauthenticated')
  for (const { name } of tested) edit(join(bundles, name, 'index.mjs'), guards[guard])
  const results = await runBundles(folder, bundles, 'index.mjs', tested, 'node:crypto')
  for (const { name, failures } of results) assert(failures.length > 0, `${name} passes without`)
}

function edit(file, change) {
  const [before, after] = [readFileSync(file, 'utf8')].flatMap((code) => [code, change(code)])
  assert.notEqual(after, before, `nothing to change in ${file}`)
  writeFileSync(file, after)
}

async function checkRequired(folder, markers) {
  const entries = writeRequiringEntries(folder)
  await build(folder, 'esbuild-cjs', entries)
  checkPurity(folder, 'esbuild-cjs', entries, markers)
}

/** Keys are fetched by our own code, which is bounded in time and size. */
function checkRemote(installed) {
  const text = readAll(join(installed, 'dist'))
  const remote = readFileSync(join(root, 'node_modules/jose/dist/webapi/jwks/remote.js'), 'utf8')
  const names = ['createRemoteJWKSet', 'cooldownDuration']
  for (const name of names) {
    assert(remote.includes(name), `jose names ${name} in another way now`)
    assert(!text.includes(name), `${name} is shipped`)
  }
}
