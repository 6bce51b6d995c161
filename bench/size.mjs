// Promise: one sender's bundle and one scheme's stay within their budgets, minified and gzipped. Beside them, for the eye:
// the peers' bundles, and what an installation takes on disk with all its dependencies.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { run } from '../test/packed/tools/exec.mjs'
import { root } from '../test/packed/tools/tarball.mjs'
import { budgets, closeCheck, isMain, isWithin, printTable } from './budgets.mjs'
import { here, installAll, senderNames } from './load.mjs'

/** What a user of each imports to verify. */
const peerEntries = {
  stripe: "export { default } from 'stripe'",
  svix: "export { Webhook } from 'svix'",
  standardwebhooks: "export { Webhook } from 'standardwebhooks'",
  '@octokit/webhooks-methods': "export { verify } from '@octokit/webhooks-methods'",
  '@hookflo/tern': "export { WebhookVerificationService } from '@hookflo/tern'",
  jose: "export { jwtVerify } from 'jose'",
  jsonwebtoken: "export { default } from 'jsonwebtoken'",
  'fast-jwt': "export { createVerifier } from 'fast-jwt'",
}

/**
 * @param {string} folder of a project with the package
 * @returns `senders`, `schemes` and `peers`: by name, the bytes of what is loaded `first` and, beyond, `later`; `installed`, the
 *   bytes on disk
 */
export async function measureSizes(folder) {
  const { exports: schemeNames } = await inspect(folder, 'countersign/schemes')
  const bundle = (code) => bundleOf(folder, code, 'browser')
  const peerBundle = (code) => bundleOf(here, code, 'node')
  return {
    senders: await each(senderNames(), (name) => bundle(`export { createReceiver } from 'countersign/${name}'`)),
    schemes: await each(schemeNames, (name) => bundle(`export { ${name} } from 'countersign/schemes'`)),
    parts: await each(senderNames(), partsOf),
    ownSenders: await each(schemeNames, (name) => bundle(ownSender(name))),
    peers: await each(Object.keys(peerEntries), (name) => peerBundle(peerEntries[name])),
    installed: {
      countersign: installedSize(folder, 'countersign'),
      ...Object.fromEntries(Object.keys(peerEntries).map((name) => [name, installedSize(here, name)])),
    },
  }
}

const ownSender = (name) =>
  `import { defineProvider } from 'countersign'
   import { ${name} } from 'countersign/schemes'
   export const define = (definition) => defineProvider({ ...definition, scheme: ${name} })`

async function each(names, action) {
  const results = {}
  for (const name of names) results[name] = await action(name)
  return results
}

async function inspect(folder, specifier) {
  const code = `console.log(JSON.stringify(Object.keys(await import('${specifier}'))))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: folder })
  return { exports: JSON.parse(stdout) }
}

/** What of a sender's bundle comes from where: minified bytes, by the first folders of its sources. */
async function partsOf(name) {
  const { build } = await import('esbuild')
  const contents = `export { createReceiver } from './src/providers/${name}/index.ts'`
  const { metafile } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    absWorkingDir: root,
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const parts = {
    zod: /^node_modules\/zod\//,
    core: /^src\/core\//,
    schemes: /^src\/schemes\//,
    sender: /^src\/providers\//,
  }
  const [{ inputs }] = Object.values(metafile.outputs)
  const bytesOf = (pattern) =>
    Object.entries(inputs).reduce((sum, [path, { bytesInOutput }]) => sum + (pattern.test(path) ? bytesInOutput : 0), 0)
  return Object.fromEntries(Object.entries(parts).map(([part, pattern]) => [part, bytesOf(pattern)]))
}

/** What a dynamic import loads is a chunk of its own, as in an application. */
async function bundleOf(resolveDir, contents, platform) {
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform,
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    outdir: '/out',
    absWorkingDir: '/',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const sizes = Object.fromEntries(
    outputFiles.map(({ path, contents: bytes }) => [path.slice(1), gzipSync(bytes, { level: 9 }).length]),
  )
  const sum = (paths) => [...paths].reduce((all, path) => all + sizes[path], 0)
  const first = reached(metafile, ['import-statement'])
  return { first: sum(first), later: sum(reached(metafile, ['import-statement', 'dynamic-import'])) - sum(first) }
}

/** The entry, and what is loaded with it by these kinds of import. A chunk that nothing refers to is not shipped. */
function reached({ outputs }, kinds) {
  const found = new Set()
  const add = (path) => {
    if (found.has(path)) return
    found.add(path)
    for (const { path: imported, kind, external } of outputs[path].imports) {
      if (kinds.includes(kind) && !external) add(imported)
    }
  }
  add(Object.keys(outputs).find((path) => outputs[path].entryPoint === '<stdin>'))
  return found
}

/** A package with all that its package.json depends on, each counted once: what `npm install` of it alone brings. */
function installedSize(folder, name) {
  const seen = new Set()
  const add = (dependency, from) => {
    const path = resolveFolder(dependency, from, folder)
    if (path === undefined || seen.has(path)) return
    seen.add(path)
    const { dependencies = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    for (const one of Object.keys(dependencies)) add(one, path)
  }
  add(name, folder)
  const bytes = [...seen].reduce((sum, path) => sum + folderSize(path), 0)
  return { bytes, packages: seen.size }
}

function resolveFolder(name, from, root) {
  for (let folder = from; folder.length >= root.replace(/\/$/, '').length; folder = join(folder, '..')) {
    const path = join(folder, 'node_modules', name)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path
  }
  throw new Error(`${name} is not installed`)
}

/** What other packages bring inside of this one is counted where it is depended on. */
function folderSize(path) {
  const entries = readdirSync(path, { withFileTypes: true }).filter(({ name }) => name !== 'node_modules')
  const sizes = entries.map((entry) => {
    const one = join(path, entry.name)
    return entry.isDirectory() ? folderSize(one) : statSync(one).size
  })
  return sizes.reduce((sum, size) => sum + size, 0)
}

export const kilobytes = (bytes) => (bytes / 1000).toFixed(1)

/** What has a budget. */
export function checkSizes({ senders, schemes }) {
  const check = (kind, sizes, budget) =>
    Object.entries(sizes).map(([name, { first }]) => ({
      name: `${kind} ${name}`,
      value: `${kilobytes(first)} kB`,
      budget: `${kilobytes(budget)} kB`,
      met: first <= budget,
      within: isWithin(`${kind} ${name}`, first, budget),
    }))
  return [...check('sender', senders, budgets.senderBundle), ...check('scheme', schemes, budgets.schemeBundle)]
}

export function sizeRows({ senders, schemes, ownSenders, peers }) {
  const row = (what, sizes, budget) =>
    Object.entries(sizes).map(([name, { first, later }]) => [
      what,
      name,
      kilobytes(first),
      later === 0 ? '' : kilobytes(later),
      budget === undefined ? '' : kilobytes(budget),
    ])
  return [
    ...row('sender, with schemas', senders, budgets.senderBundle),
    ...row('scheme alone', schemes, budgets.schemeBundle),
    ...row('scheme and defineProvider', ownSenders),
    ...row('peer', peers),
  ]
}

export const partsHead = ['', 'zod', 'core', 'schemes', 'sender']

export function partsRows({ parts }) {
  return Object.entries(parts).map(([name, bytes]) => [
    name,
    ...partsHead.slice(1).map((part) => kilobytes(bytes[part])),
  ])
}

export const sizeHead = ['what', 'name', 'kB', 'loaded later, kB', 'at most, kB']

export function installedRows({ installed }) {
  return Object.entries(installed).map(([name, { bytes, packages }]) => [
    name,
    (bytes / 1_000_000).toFixed(2),
    String(packages),
  ])
}

export const installedHead = ['package', 'MB on disk', 'packages']

if (isMain(import.meta)) {
  const sizes = await measureSizes(await installAll())
  printTable(sizeHead, sizeRows(sizes))
  console.log('')
  printTable(installedHead, installedRows(sizes))
  closeCheck('size', checkSizes(sizes))
}
