// Promise: the packed tarball holds what it should, installs without a warning, compiles with the TypeScript versions
// below under every modern module resolution without skipLibCheck, with the DOM's types or with Node's, and runs as ESM
// and as CommonJS, also where require() of ESM is off. Run it after a build.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createReport } from './source.mjs'

const versions = ['5.5.4', '5.9.3', '6.0.3', '7.0.2']
/** A folder each: Node's types are not to be found from the other, whatever asks for them. */
const environments = {
  dom: { lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] },
  node: { lib: ['ES2022'], types: ['node'] },
}
/** With the `module` that goes with each. */
const resolutions = { node16: 'node16', nodenext: 'nodenext', bundler: 'preserve' }

const report = createReport('types')
/** What a compiler said, and where: mostly all of them say the same. */
const failures = new Map()
const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'countersign-types-'))

async function install() {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder])
  const [{ filename, files }] = JSON.parse(stdout)
  const expected =
    /^(dist\/[\w.-]+\.(js|cjs|d\.ts|d\.cts|txt)|README\.md|LICENSE|AGENTS\.md|CHANGELOG\.md|package\.json)$/
  for (const { path } of files) if (!expected.test(path)) report.add('npm pack', `${path} is not to be shipped`)

  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  const compilers = Object.fromEntries(
    versions.map((version) => [`typescript-${version}`, `npm:typescript@${version}`]),
  )
  await installIn('.', { countersign: `file:${filename}`, ...compilers })
  await installIn('dom', {})
  await installIn('node', { '@types/node': devDependencies['@types/node'] })
}

async function installIn(name, dependencies) {
  const cwd = join(folder, name)
  mkdirSync(cwd, { recursive: true })
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ private: true, dependencies }))
  if (Object.keys(dependencies).length === 0) return
  const { stderr } = await run('npm', ['install', '--no-audit', '--no-fund'], { cwd })
  for (const line of stderr.split('\n'))
    if (/warn/i.test(line) && !/Unknown (user|env) config/.test(line)) report.add('npm install', line)
}

/** One source in both formats: CommonJS in TypeScript's own spelling, which every module resolution knows. */
function writeConsumers() {
  const source = readFileSync('.ci/consumer.ts', 'utf8')
  const required = source.replace(/^import \* as (\w+) from ('.+')$/gm, 'import $1 = require($2)')
  for (const name of Object.keys(environments)) {
    writeFileSync(join(folder, name, 'consumer.mts'), source)
    writeFileSync(join(folder, name, 'consumer.cts'), required)
  }
}

async function compile({ version, resolution, environment }) {
  const cwd = join(folder, environment)
  const name = `${version}-${resolution}`
  const shared = { target: 'ES2022', strict: true, skipLibCheck: false, rootDir: '.', outDir: name }
  const module = { module: resolutions[resolution], moduleResolution: resolution }
  const compilerOptions = { ...shared, ...module, ...environments[environment] }
  writeFileSync(join(cwd, `${name}.json`), JSON.stringify({ compilerOptions, files: ['consumer.mts', 'consumer.cts'] }))
  const tsc = join(folder, 'node_modules', `typescript-${version}`, 'bin', 'tsc')
  try {
    await run(process.execPath, [tsc, '-p', `${name}.json`], { cwd })
  } catch ({ message, stdout }) {
    const text = stdout || message
    failures.set(text, [...(failures.get(text) ?? []), `${version} ${resolution} ${environment}`])
  }
}

async function execute(flags, file) {
  try {
    const { stdout, stderr } = await run(process.execPath, [...flags, file], { cwd: folder })
    if (stdout !== 'verified\n' || stderr !== '') report.add([...flags, file].join(' '), `${stdout}${stderr}`)
  } catch ({ message }) {
    report.add([...flags, file].join(' '), message)
  }
}

const combinations = versions.flatMap((version) =>
  Object.keys(resolutions).flatMap((resolution) =>
    Object.keys(environments).map((environment) => ({ version, resolution, environment })),
  ),
)

try {
  await install()
  writeConsumers()
  const queue = combinations.values()
  const worker = async () => {
    for (const combination of queue) await compile(combination)
  }
  await Promise.all([worker(), worker()])
  for (const [text, places] of failures) report.add(places.join(', '), `\n${text}`)

  const canRequire = process.allowedNodeEnvironmentFlags.has('--experimental-require-module')
  for (const flags of canRequire ? [[], ['--no-experimental-require-module']] : [[]])
    for (const file of ['consumer.mjs', 'consumer.cjs'])
      await execute(flags, join('dom', `${versions[0]}-node16`, file))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
report.end(`${combinations.length} compilations as ESM and CommonJS`)
