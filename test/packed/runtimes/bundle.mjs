// One file for runtimes that load no packages, made as their own tools make it.
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'

/**
 * Bundles the worker, for a module worker as for an event listener. Nothing is left out of a bundle, so an import of a
 * Node.js module fails here.
 *
 * @param {string} tools the folder that has esbuild
 * @param {string} folder the project with the suite
 */
export async function bundleWorkers(tools, folder) {
  const make = async (name, contents, options) => {
    const outfile = join(folder, `${name}.js`)
    const stdin = { contents, resolveDir: join(folder, 'suite') }
    const { metafile } = await esbuild(tools).build({ ...common, ...options, stdin, outfile })
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
    if (imports.length > 0) throw new Error(`${name} imports ${imports.join(', ')}`)
    return outfile
  }
  const worker = "export { default } from './worker.mjs'"
  const moduleWorker = { format: 'esm', conditions: ['workerd', 'worker', 'browser'] }
  const listener = 'addEventListener("fetch", (event) => event.respondWith(worker.default.fetch(event.request)))'
  return {
    open: await make('open', worker, moduleWorker),
    hidden: await make('hidden', `import './hide.mjs'\n${worker}`, moduleWorker),
    edge: await make('edge', worker, {
      format: 'iife',
      globalName: 'worker',
      footer: { js: listener },
      conditions: ['edge-light', 'worker', 'browser'],
    }),
  }
}

const common = { bundle: true, platform: 'neutral', metafile: true, logLevel: 'silent' }

/** What the files of dist import or require, but for each other: modules of Node.js, and packages. */
export async function foreignImports(tools, folder) {
  const dist = join(folder, 'node_modules/countersign/dist')
  const files = readdirSync(dist).filter((name) => /\.c?js$/.test(name))
  const found = []
  const collect = {
    name: 'collect',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^[^.]/ }, ({ path, kind, importer }) => {
        if (kind === 'entry-point') return undefined
        found.push(`${basename(importer)} imports ${path}`)
        return { path, external: true }
      }),
  }
  if (files.length === 0) throw new Error(`no files in ${dist}`)
  const entryPoints = Object.fromEntries(files.map((name) => [name, join(dist, name)]))
  await esbuild(tools).build({ ...common, entryPoints, write: false, outdir: folder, plugins: [collect] })
  return { files, found }
}

function esbuild(tools) {
  return createRequire(join(tools, 'package.json'))('esbuild')
}
