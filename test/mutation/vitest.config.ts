// The suite as a mutant meets it: on one backend, and at first without the tests that take long and kill little.
import whole from '../../vitest.config.ts'

const { BACKEND = 'node:crypto', TESTS = 'all' } = process.env
const never = ['**/node_modules/**', 'test/packed/**', 'test/{demo,supply-chain}.test.ts', 'test/*.types.test.ts']
const slow = ['test/threats/{oauth2,wire,properties}.test.ts', 'test/{oauth2,aws4-clients,testing,properties}.test.ts']
const setup = BACKEND === 'webcrypto' ? 'no-node-crypto.ts' : 'node-crypto.ts'

export default {
  resolve: whole.resolve,
  test: {
    isolate: false,
    include: ['test/**/*.test.ts'],
    exclude: TESTS === 'quick' ? [...never, ...slow] : never,
    setupFiles: [`test/support/${setup}`],
  },
}
