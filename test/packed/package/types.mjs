// What a user's TypeScript says of the package: under each version and module resolution, with the DOM's types or with
// Node's, and never with skipLibCheck.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../tools/exec.mjs'
import { root } from '../tools/tarball.mjs'
import { codeSubpaths, here, inPairs, install, readJson } from './setup.mjs'

const versions = Object.keys(readJson(here, 'package.json').devDependencies)
  .filter((name) => name.startsWith('typescript-'))
  .map((name) => name.slice('typescript-'.length))

/** A folder each: Node's types are not to be found from the other, whatever asks for them. */
const environments = {
  dom: { lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] },
  node: { lib: ['ES2022'], types: ['node'] },
}
/** With the `module` that goes with each. */
const resolutions = { node16: 'node16', nodenext: 'nodenext', bundler: 'preserve' }

/** The compiled consumers that are to be run: of the oldest and the newest version, as ESM and as CommonJS. */
export const compiledConsumers = [versions.at(0), versions.at(-1)].flatMap((version) =>
  ['mjs', 'cjs'].map((format) => join('dom', `${version}-node16`, `consumer.${format}`)),
)

export async function checkTypes({ check }, { folder }) {
  await check('there are consumers to compile', () => writeConsumers(folder), 60_000)
  await inPairs(versions, (version) =>
    check(`TypeScript ${version} compiles the consumers`, () => compileConsumers(folder, version), 300_000),
  )
  await check('the code in AGENTS.md compiles', () => compilePage(folder, 'AGENTS.md'), 60_000)
}

/** One source in both formats: CommonJS in TypeScript's own spelling, which every module resolution knows. */
async function writeConsumers(folder) {
  const source = readFileSync(join(folder, 'consumer.ts'), 'utf8')
  const required = source.replace(/^import \* as (\w+) from ('.+')$/gm, 'import $1 = require($2)')
  for (const path of codeSubpaths()) {
    assert(required.includes(`require('countersign${path}')`), `consumer.ts does not import countersign${path}`)
  }
  const { devDependencies } = readJson(root, 'package.json')
  mkdirSync(join(folder, 'dom'))
  await install(join(folder, 'node'), { '@types/node': devDependencies['@types/node'] })
  for (const name of Object.keys(environments)) {
    writeFileSync(join(folder, name, 'consumer.mts'), source)
    writeFileSync(join(folder, name, 'consumer.cts'), required)
  }
}

/** All in one process, which reads and warms up once. */
async function compileConsumers(folder, version) {
  const projects = Object.entries(resolutions).flatMap(([moduleResolution, module]) =>
    Object.keys(environments).map((environment) => {
      const outDir = `${version}-${moduleResolution}`
      const options = { module, moduleResolution, outDir, ...environments[environment] }
      const files = ['consumer.mts', 'consumer.cts']
      return writeProject(join(folder, environment), `${outDir}.json`, options, files)
    }),
  )
  await compile(folder, version, ['--build', '--verbose', ...projects])
}

function writeProject(folder, name, options, files) {
  const compilerOptions = { target: 'ES2022', strict: true, skipLibCheck: false, rootDir: '.', ...options }
  writeFileSync(join(folder, name), JSON.stringify({ compilerOptions, files }))
  return join(folder, name)
}

/** Rejects with what the compiler says. */
function compile(cwd, version, args) {
  return run(process.execPath, [join(here, 'node_modules', `typescript-${version}`, 'bin/tsc'), ...args], { cwd })
}

/** A page's code, with what it takes for granted declared: the reader's own functions. */
async function compilePage(folder, page) {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)]
  assert(blocks.length > 0, `${page} has no code`)
  const cwd = join(folder, 'node')
  const files = blocks.map(([, code], index) => {
    writeFileSync(join(cwd, `page-${index}.mts`), code)
    return `page-${index}.mts`
  })
  writeFileSync(join(cwd, 'page.d.ts'), readersOwn)
  const options = { module: 'nodenext', noEmit: true, noUnusedLocals: true, ...environments.node }
  const project = writeProject(cwd, 'page.json', options, [...files, 'page.d.ts'])
  await compile(cwd, versions.at(-1), ['--project', project])
}

const readersOwn = `
  declare function keep(delivery: object): Promise<void>
  declare function keepForLater(delivery: object): void
`
