// The runtimes, and how the suite is started on each.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findProgram } from './install.mjs'

const { dependencies: pinned } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'))
/** Where both backends are there, the one is found and the other is used once that is hidden. */
const both = [{ backend: 'node:crypto' }, { backend: 'WebCrypto', hidden: true }]

/**
 * Every run: on which runtime, in which module format, with which backend.
 *
 * @returns {{ runtime: string, version?: string, title: string, modules: string, backend: string, suffix?: string,
 *   start: () => [command: string, args: string[], env?: Record<string, string>] }[]}
 */
export function listRuns({ nodes, tools, folder, origin, workers }) {
  return [
    ...[...nodes.values()].flatMap((node) => nodeRuns(node, folder)),
    ...bunRuns(tools, folder),
    ...denoRuns(tools, folder, origin),
    ...workerdRuns(nodes.get('24'), tools, workers),
    ...edgeRuns(nodes.get('24'), tools, workers),
  ]
}

/** As a program: in both module formats, each with both backends. */
function programRuns(runtime, version, folder, commandOf) {
  const formats = [
    { modules: 'ES modules', entry: 'suite/main-esm.mjs', suffix: '/dist/index.js' },
    { modules: 'CommonJS', entry: 'suite/main-cjs.cjs', suffix: '/dist/index.cjs' },
  ]
  return formats.flatMap(({ modules, entry, suffix }) =>
    both.map(({ backend, hidden }) => ({
      ...{ runtime, version, title: runtime, modules, suffix, backend },
      start: () => commandOf([join(folder, entry), hidden ? 'hidden' : 'open']),
    })),
  )
}

function nodeRuns({ version, path }, folder) {
  return programRuns('Node.js', version, folder, (args) => [path, args])
}

function bunRuns(tools, folder) {
  const env = { BUN_RUNTIME_TRANSPILER_CACHE_PATH: '0' }
  const commandOf = (args) => [findProgram(tools, '@oven', 'bin/bun'), ['run', '--no-install', ...args], env]
  return programRuns('Bun', pinned.bun, folder, commandOf)
}

/** May read the project, as require needs it, and ask the one key server; nothing else. */
function denoRuns(tools, folder, origin) {
  const env = { DENO_DIR: join(folder, '.deno'), DENO_NO_UPDATE_CHECK: '1' }
  const flags = ['run', '--no-prompt', '--no-lock', '--no-remote', `--allow-read=${folder}`, `--allow-net=${origin}`]
  return programRuns('Deno', pinned.deno, folder, (args) => [
    findProgram(tools, '@deno', 'deno'),
    [...flags, ...args],
    env,
  ])
}

const host = (name) => fileURLToPath(new URL(`./hosts/${name}.mjs`, import.meta.url))

function workerdRuns(node, tools, { open, hidden }) {
  const workerdRun = (title, backend, ...args) => ({
    ...{ runtime: 'workerd', title, modules: 'bundled', backend },
    start: () => [node.path, [host('workerd'), tools, ...args]],
  })
  return [
    workerdRun('workerd', 'WebCrypto', open),
    workerdRun('workerd with `nodejs_compat`', 'node:crypto', open, 'nodejs_compat'),
    workerdRun('workerd with `nodejs_compat`', 'WebCrypto', hidden, 'nodejs_compat'),
  ]
}

function edgeRuns(node, tools, { edge }) {
  const edgeRun = (title, ...args) => ({
    ...{ runtime: 'edge-runtime', version: pinned['edge-runtime'], title, modules: 'bundled', backend: 'WebCrypto' },
    start: () => [node.path, [host('edge'), tools, edge, ...args]],
  })
  return [edgeRun('edge-runtime'), edgeRun('edge-runtime with a `process` that throws', 'process')]
}
