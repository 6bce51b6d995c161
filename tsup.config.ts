import { readdirSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'

// One entry a folder: a new sender is built because its folder exists.
const providers = readdirSync('src/providers', { withFileTypes: true }).filter((entry) => entry.isDirectory())
const entry = {
  index: 'src/index.ts',
  schemes: 'src/schemes/index.ts',
  testing: 'src/testing/index.ts',
  ...Object.fromEntries(providers.map(({ name }) => [name, `src/providers/${name}/index.ts`])),
}

const shared: Options = {
  entry,
  target: 'es2022',
  platform: 'neutral',
  // Inlined, so that CommonJS works where require() of ESM is off, and so that only what is used is loaded.
  noExternal: ['jose', 'zod'],
  treeshake: true,
  outDir: 'dist',
}

export default defineConfig((cli) => [
  { ...shared, format: 'esm', splitting: true, clean: true },
  { ...shared, format: 'cjs', splitting: false },
  ...(cli.dts === false
    ? []
    : [
        {
          ...shared,
          dts: { only: true, compilerOptions: { ignoreDeprecations: '6.0' } },
          format: ['esm', 'cjs'],
        } satisfies Options,
      ]),
])
