// The suite as a mutant meets it: on one backend, and at first the tests of the parts alone.
import whole from '../../vitest.config.ts'

const { BACKEND = 'node:crypto', TESTS = 'all' } = process.env
// Among them those that read the sources' text, which a mutant is not.
const never = [
  '**/node_modules/**',
  'test/packed/**',
  'test/{demo,supply-chain,type-error-messages}.test.ts',
  'test/*.types.test.ts',
]
const quick = [
  'test/core/*.test.ts',
  'test/threats/{body,canonical,credentials,header,hmac,jwt,surface}.test.ts',
  'test/{any-of,aws4,basic,canonical,schemes,standard-webhooks,token,troubleshooting,url-secret}.test.ts',
]
const setup = BACKEND === 'webcrypto' ? 'no-node-crypto.ts' : 'node-crypto.ts'

export default {
  resolve: whole.resolve,
  test: {
    isolate: false,
    testTimeout: 5000, // a mutant that waits for ever is noticed by then
    include: TESTS === 'quick' ? quick : ['test/**/*.test.ts'],
    exclude: never,
    setupFiles: [`test/support/${setup}`],
  },
}
