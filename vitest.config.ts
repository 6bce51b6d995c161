import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))
const providers = readdirSync(src('providers'))
const alias = [
  { find: /^countersign$/, replacement: src('index.ts') },
  { find: /^countersign\/(schemes|testing)$/, replacement: src('$1/index.ts') },
  { find: new RegExp(`^countersign/(${providers.join('|')})$`), replacement: src('providers/$1/index.ts') },
]

const project = (name: string, setup: string) => ({
  extends: true as const,
  test: {
    name,
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/packed/**'],
    setupFiles: [`test/support/${setup}`],
  },
})

// The whole suite runs twice: as Node runs it, and with node:crypto out of reach, as an edge runtime would.
export default defineConfig({
  resolve: { alias },
  test: {
    reporters: ['default', './test/support/plain-reporter.ts'],
    // Half the time: each worker loads the library, its peers and the schemas once. A worker serves one project only.
    isolate: false,
    // A busy machine is not a failure. What must answer in time says so in its own test.
    testTimeout: 20_000,
    projects: [project('node:crypto', 'node-crypto.ts'), project('webcrypto', 'no-node-crypto.ts')],
  },
})
