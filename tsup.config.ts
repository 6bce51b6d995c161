import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

// One entry a folder: a new sender is built because its folder exists.
const providers = readdirSync('src/providers', { withFileTypes: true }).filter((entry) => entry.isDirectory())
// Inlined, so that CommonJS works where require() of ESM is off, and so that only what is used is loaded.
const inlined = ['jose', 'zod']

const entry = {
  index: 'src/index.ts',
  schemes: 'src/schemes/index.ts',
  testing: 'src/testing/index.ts',
  ...Object.fromEntries(providers.map(({ name }) => [name, `src/providers/${name}/index.ts`])),
}

export default defineConfig({
  entry,
  // ESM is split into shared chunks and CommonJS is not: tsup does so as long as `splitting` is not set.
  format: ['esm', 'cjs'],
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  target: 'es2022',
  platform: 'neutral',
  noExternal: inlined,
  treeshake: true,
  // A file of its own for what loads jose, which the comment there explains. CommonJS is not split, so it needs none.
  esbuildOptions(options, { format }) {
    if (format === 'esm') options.entryPoints = { ...entry, jose: 'src/schemes/parts/jose.ts' }
  },
  clean: true,
  onSuccess: async () => writeFileSync('dist/THIRD-PARTY-LICENSES.txt', notices()),
})

/** What is inlined is distributed, and its licences ask for their notice beside every copy. */
function notices(): string {
  const notices = inlined.map((name) => {
    const folder = `node_modules/${name}`
    const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry))
    if (file === undefined) throw new Error(`${name} has no licence file`)
    return `\n${name}\n${'-'.repeat(name.length)}\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`
  })
  return `The files of this folder include parts of these packages.\n${notices.join('\n')}`
}
