// What a package page shows and a release runs. It can be published by one command, and not without the tests.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../tools/tarball.mjs'
import { assertNone, readJson } from './setup.mjs'

export async function checkManifest({ check }, { installed }) {
  const manifest = readJson(installed, 'package.json')
  await check('package.json says what the package is', async () => checkDescription(manifest))
  await check('package.json says how it is published', async () => checkPublishing(manifest))
  await check('package.json names no address that somebody made up', async () => checkAddresses(manifest))
  await check('nothing is published without the tests', async () => checkRelease(manifest.scripts))
  await check('a release is one documented command', async () => checkReleaseCommand(manifest.scripts))
  await check('tools of these suites alone are in their own package.json files', async () => checkTools())
  await check('these tools are pinned, and locked to no registry', async () => checkPinned())
}

function checkDescription({ description, keywords, license, engines, sideEffects, type }) {
  assert(typeof description === 'string' && description.length > 20 && description.length <= 150, 'description')
  assert(keywords.length >= 5 && new Set(keywords).size === keywords.length, 'keywords')
  assert.equal(license, 'MIT')
  assert.match(engines.node, /^>=\d+/)
  assert.equal(sideEffects, false)
  assert.equal(type, 'module')
}

function checkPublishing({ publishConfig, private: isPrivate }) {
  assert.equal(isPrivate, undefined)
  assert.deepEqual(publishConfig, { access: 'public', provenance: true })
}

/** They are the owner's to fill in: absent, or real. */
function checkAddresses({ repository, homepage, bugs }) {
  const addresses = [repository?.url ?? repository, homepage, bugs?.url ?? bugs].filter((url) => url !== undefined)
  for (const address of addresses) {
    assert.match(address, /^(git\+)?https:\/\/\S+$/)
    assert.doesNotMatch(address, /example|placeholder|todo|owner|your|user(name)?\/|acme|[<>{}$]/i)
  }
}

/** Each suite by the program that runs it, so that a script that lost its command is seen. */
const suites = ['vitest run', ...['examples', 'runtimes', 'package'].map((name) => `test/packed/${name}/run.mjs`)]

function checkRelease(scripts) {
  const steps = expand(scripts.prepublishOnly, scripts)
  for (const suite of [...suites, 'tsup', 'tsc --noEmit', 'biome check']) {
    assert(
      steps.some((step) => step.includes(suite)),
      `prepublishOnly does not run ${suite}`,
    )
  }
  assert(!steps.some((step) => /\|\||--if-present|--passWithNoTests|\btrue$|&$/.test(step)), 'a failure is passed over')
}

/** The commands that a command comes to: scripts of package.json and of the repository are looked into. */
function expand(command, scripts, seen = new Set()) {
  if (command === undefined || seen.has(command)) return []
  seen.add(command)
  return command.split('&&').flatMap((part) => {
    const step = part.trim()
    const called = [...step.matchAll(/\bnpm run (?:-\S+ )*([\w:-]+)/g)].map(([, name]) => scripts[name])
    if (/\bnpm (test|cit)\b/.test(step)) called.push(scripts.test)
    return [step, ...called, ...linesOf(step)].flatMap((next, index) =>
      index === 0 ? [next] : expand(next, scripts, seen),
    )
  })
}

/** The commands of a shell script in the repository, which must end with the first that fails. */
function linesOf(step) {
  const [program] = step.split(' ')
  if (!/^\.[\w./-]*\/[\w.-]+$/.test(program) || !existsSync(join(root, program))) return []
  const text = readFileSync(join(root, program), 'utf8')
  if (!/^#!.*sh\b/.test(text)) return []
  assert.match(text, /^set -e/m, `${program} goes on after a failure`)
  return text.split('\n').filter((line) => !/^\s*(#|$)/.test(line))
}

function checkReleaseCommand({ release }) {
  if (release !== undefined) {
    assert.match(release, /\bnpm publish\b/)
    assert.doesNotMatch(release, /--ignore-scripts/)
  }
  const command = release === undefined ? 'npm publish' : 'npm run release'
  const pages = ['CONTRIBUTING.md', 'README.md'].map((name) => join(root, name)).filter(existsSync)
  assert(
    pages.some((page) => readFileSync(page, 'utf8').includes(command)),
    `neither CONTRIBUTING.md nor README.md says ${command}`,
  )
}

/** Everything in the root's devDependencies is named outside of these suites. */
function checkTools() {
  const names = Object.keys(readJson(root, 'package.json').devDependencies)
  const texts = rootTexts()
  const unused = names.filter((name) => !texts.some((text) => text.includes(name.replace(/^@types\//, ''))))
  assertNone(unused, 'named nowhere outside of the packed suites')
}

const suiteFolders = readdirSync(join(root, 'test/packed'))
  .map((name) => join(root, 'test/packed', name))
  .filter((folder) => existsSync(join(folder, 'package.json')))

function toolsOf(folder) {
  const { dependencies, devDependencies } = readJson(folder, 'package.json')
  return { ...dependencies, ...devDependencies }
}

function checkPinned() {
  for (const folder of suiteFolders) {
    for (const [name, version] of Object.entries(toolsOf(folder)))
      assert.match(version, /^(npm:\S+@)?\d+\.\d+\.\d+(-[\w.]+)?$/, `${folder}: ${name}`)
    const { packages } = readJson(folder, 'package-lock.json')
    const named = Object.keys(packages).filter((path) => packages[path].resolved !== undefined)
    assertNone(named, `${folder} names a registry: npm config omit-lockfile-registry-resolved is off`)
  }
}

function rootTexts() {
  const folders = ['src', 'test', '.ci', 'examples/demo', 'examples/oauth2-introspection']
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((file) => /\.(ts|mjs)$/.test(file) && !file.startsWith('packed'))
      .map((file) => join(folder, file)),
  )
  const scripts = JSON.stringify(readJson(root, 'package.json').scripts)
  const settings = readdirSync(root).filter((file) => /\.config\.ts$|^(biome|tsconfig|typedoc)\.json$/.test(file))
  return [scripts, ...[...files, ...settings].map((file) => readFileSync(join(root, file), 'utf8'))]
}
