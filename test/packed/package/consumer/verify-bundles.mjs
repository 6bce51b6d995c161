// Runs what bundlers made of the package: the contract of each sender and scheme, and the guards beyond it. The requests,
// genuine and tampered, are made by the package as it is installed, so that a bundle verifies what it has not signed.
// Arguments: a folder of bundles, the name of their first file, the entries as JSON. Prints the results as JSON.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { contractSuite } from 'countersign/testing'
import { checkErrors } from './errors.mjs'
import { guardTests } from './guards.mjs'
import { oauth2Tests } from './oauth2.mjs'
import subjects from './subjects.cjs'

const [folder, first, entries, backend] = process.argv.slice(2)
// A browser has none: its bundles use WebCrypto. Set before any bundle is loaded.
if (backend === 'webcrypto') process.getBuiltinModule = undefined

const require = createRequire(import.meta.url)
const load = async (path) => (path.endsWith('.cjs') ? require(path) : import(path))
const results = []
for (const entry of JSON.parse(entries)) results.push(await verifyEntry(entry))
console.log(JSON.stringify(results))

async function verifyEntry({ name, kind, subject }) {
  const tests = testsOf(kind, subject, await load(join(folder, name, first)))
  const failures = []
  for (const [title, body] of tests) {
    try {
      await body()
    } catch (error) {
      failures.push(`${name}: ${title}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return { name, tests: tests.length, failures }
}

function testsOf(kind, subject, bundle) {
  if (kind === 'errors') return checkErrors(bundle)
  if (subject === 'oauth2') return oauth2Tests(bundle)
  if (subject === 'dangerouslyUnauthenticated') return unauthenticatedTests(bundle)
  const made = subjects[kind === 'provider' ? 'providers' : 'schemes'][subject]?.(bundle) ?? []
  return made.flatMap((one) => [...contractTests(one), ...guardTests(one)])
}

function contractTests(subject) {
  const tests = []
  const runner = {
    describe: (_name, body) => body(),
    it: (name, body) => tests.push([`${subject.name}: ${name}`, body]),
  }
  contractSuite(runner, subject)
  return tests
}

function unauthenticatedTests({ define }) {
  const receiver = define(subjects.definition).createReceiver({})
  const body = '{"type":"order.paid","order":"A-1"}'
  return [
    [
      'says that nobody is authenticated',
      async () => {
        const { known, proof } = await receiver.verify({ headers: {}, body })
        if (!known || proof.authenticated || proof.covers.body) throw new Error('the proof claims too much')
      },
    ],
  ]
}
