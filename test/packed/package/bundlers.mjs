// The bundlers, set up as people use them. Each makes one bundle an entry; a bundle is a folder with its first file.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import * as esbuild from 'esbuild'
import { rollup } from 'rollup'
import { minify } from 'terser'
import { build as viteBuild } from 'vite'
import webpack from 'webpack'

const production = { 'process.env.NODE_ENV': '"production"' }

/**
 * By name, the slowest first: `first`, the file that is loaded, and `build`, which puts a bundle of each entry into a folder of its own.
 * `browser` bundles are run without node:crypto; `only` says which entries are enough, where not all are needed.
 */
export const bundlers = {
  'webpack-browser': { browser: true, first: 'index.mjs', build: withWebpack(webModule()) },
  'esbuild-browser': { browser: true, first: 'index.mjs', build: withEsbuild({ format: 'esm', platform: 'browser' }) },
  'esbuild-minified': {
    first: 'index.mjs',
    build: withEsbuild({ format: 'esm', platform: 'node', minify: true, keepNames: false, define: production }),
  },
  'esbuild-cjs': { first: 'index.cjs', build: withEsbuild({ format: 'cjs', platform: 'node' }) },
  terser: { browser: true, first: 'index.mjs', build: withTerser },
  rollup: { browser: true, first: 'index.mjs', build: oneByOne(withRollup) },
  vite: { browser: true, first: 'index.mjs', build: oneByOne(withVite) },
  // Of the schemes oauth2 alone, which is loaded in part: the rest is as for browsers, and webpack takes its time.
  'webpack-node': {
    first: 'index.cjs',
    only: ({ kind, subject }) => kind !== 'scheme' || subject === 'oauth2',
    build: withWebpack(nodeModule()),
  },
}

function oneByOne(build) {
  return async (entries, folder) => {
    for (const { name, path } of entries) await build(path, join(folder, name))
  }
}

/** One file an entry, so that nothing is shared between them. */
function withEsbuild(options) {
  const end = options.format === 'cjs' ? '.cjs' : '.mjs'
  return (entries, folder) =>
    esbuild.build({
      entryPoints: Object.fromEntries(entries.map(({ name, path }) => [`${name}/index`, path])),
      bundle: true,
      logLevel: 'silent',
      outdir: folder,
      outExtension: { '.js': end },
      ...options,
    })
}

async function withTerser(entries, folder) {
  await bundlers['esbuild-browser'].build(entries, folder)
  for (const { name } of entries) {
    const file = join(folder, name, 'index.mjs')
    const { code } = await minify(readFileSync(file, 'utf8'), { module: true, toplevel: true, ecma: 2020 })
    writeFileSync(file, code)
  }
}

async function withRollup(input, folder) {
  const bundle = await rollup({ input, plugins: [nodeResolve({ browser: true })], onwarn: failOnWarning })
  await bundle.write({ dir: folder, format: 'es', entryFileNames: 'index.mjs', chunkFileNames: '[name].mjs' })
  await bundle.close()
}

function failOnWarning({ message }) {
  throw new Error(message)
}

async function withVite(entry, folder) {
  await viteBuild({
    root: join(entry, '..'),
    configFile: false,
    logLevel: 'silent',
    build: { lib: { entry, formats: ['es'], fileName: () => 'index.mjs' }, outDir: folder, minify: true },
  })
}

function webModule() {
  return {
    target: ['web', 'es2022'],
    experiments: { outputModule: true },
    output: { filename: 'index.mjs', chunkFilename: '[id].mjs', module: true, library: { type: 'module' } },
  }
}

function nodeModule() {
  return {
    target: 'node20',
    output: { filename: 'index.cjs', chunkFilename: '[id].cjs', library: { type: 'commonjs2' } },
  }
}

function withWebpack({ output, ...options }) {
  return async (entries, folder) => {
    const configurations = entries.map(({ name, path }) => ({
      mode: 'production',
      context: join(path, '..'),
      entry: path,
      output: { path: join(folder, name), ...output },
      ...options,
    }))
    const compiler = webpack(configurations)
    compiler.parallelism = 1
    const stats = await new Promise((resolve, reject) => {
      compiler.run((error, result) => (error ? reject(error) : resolve(result)))
    })
    await new Promise((resolve) => compiler.close(resolve))
    if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString({ preset: 'errors-warnings' }))
  }
}
