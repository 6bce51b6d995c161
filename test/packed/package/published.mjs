// What is in the tarball, and how its package.json resolves, by the tools that the field judges by.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { problemAffectsResolutionKind } from '@arethetypeswrong/core/problems'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { root } from '../tools/tarball.mjs'
import { assertNone, codeSubpaths, readJson } from './setup.mjs'

export async function checkPublished({ check }, { tarball, installed }) {
  await check('publint has nothing to say', () => lint(tarball))
  await check('the types of every subpath are right', () => analyse(tarball), 60_000)
  await check('only what is to be shipped is in the tarball', async () => checkContents(installed))
  await check('no file points at a source map or a path that is not there', async () => checkPointers(installed))
  await check('AGENTS.md is a page, and knows every subpath', async () => checkAgentsPage(installed))
}

async function lint(tarball) {
  const { buffer, byteOffset, byteLength } = readFileSync(tarball)
  const pack = { tarball: buffer.slice(byteOffset, byteOffset + byteLength) }
  const { messages, pkg } = await publint({ pack, strict: true, level: 'suggestion' })
  assertNone(
    messages.map((message) => formatMessage(message, pkg, { color: false })),
    'publint',
  )
}

/** As `attw --profile node16`: TypeScript's oldest resolution, which knows no exports, does not count. */
const resolutions = ['node16-cjs', 'node16-esm', 'bundler']

async function analyse(tarball) {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))))
  const subpaths = [...codeSubpaths().map((path) => `.${path}`), './package.json']
  assert.deepEqual(Object.keys(analysis.entrypoints).sort(), subpaths.sort())
  const problems = analysis.problems.filter((problem) =>
    resolutions.some((resolution) => problemAffectsResolutionKind(problem, resolution, analysis)),
  )
  assertNone(
    problems.map((problem) => JSON.stringify(problem)),
    'arethetypeswrong',
  )
  for (const [subpath, { resolutions: found }] of Object.entries(analysis.entrypoints))
    for (const name of resolutions) assert(found[name].resolution, `${subpath} does not resolve under ${name}`)
}

const required = ['README.md', 'LICENSE', 'CHANGELOG.md', 'AGENTS.md', 'package.json', 'dist/THIRD-PARTY-LICENSES.txt']

function checkContents(installed) {
  const files = listFiles(installed)
  const foreign = files.filter(
    (file) => !required.includes(file) && !/^dist\/[\w-]+\.(js|cjs|d\.ts|d\.cts)$/.test(file),
  )
  assertNone(foreign, 'not to be shipped')
  assertNone(
    required.filter((file) => !files.includes(file)),
    'missing',
  )
  const notices = readFileSync(join(installed, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8')
  const { dependencies } = readJson(installed, 'package.json')
  for (const name of Object.keys(dependencies)) assert(notices.includes(`\n${name}\n`), `no licence notice of ${name}`)
}

function listFiles(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return entries.map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
}

/** Neither a source map that is not shipped, nor a file beside that is not, nor a path of the machine that built it. */
function checkPointers(installed) {
  const complaints = listFiles(installed).flatMap((file) => {
    const text = readFileSync(join(installed, file), 'utf8')
    const map = /\/[/*][#@] ?sourceMappingURL=(\S+)/.exec(text)?.[1]
    const imports = [...text.matchAll(/(?:from|import|require\() ?\(?['"](\.[^'"\n]+)['"]/g)].map(([, path]) => path)
    const pointers = [map, ...(file.startsWith('dist/') ? imports : [])].filter(Boolean)
    const missing = pointers.filter((pointer) => !isThere(join(installed, dirname(file), pointer)))
    const paths = [root, ...(file.startsWith('dist/') ? ['// ../', '/home/', '/Users/'] : [])]
    return [...missing, ...paths.filter((path) => text.includes(path))].map((pointer) => `${file}: ${pointer}`)
  })
  assertNone(complaints, 'pointing at nothing, or at the machine that built it')
}

/** Types name a file by its code's name: `./tyk.js` is `tyk.d.ts` to them. */
function isThere(path) {
  return [path, path.replace(/\.js$/, '.d.ts'), path.replace(/\.cjs$/, '.d.cts')].some(existsSync)
}

function checkAgentsPage(installed) {
  const page = readFileSync(join(installed, 'AGENTS.md'), 'utf8')
  const lines = page.trimEnd().split('\n').length
  assert(lines >= 20 && lines <= 60, `it has ${lines} lines, not 20 to 60`)
  for (const path of codeSubpaths()) assert(page.includes(path), `no word of ${path}`)
}
