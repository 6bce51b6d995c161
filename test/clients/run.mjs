// Promise: curl and botocore, as they are installed, sign deliveries that a server of Node.js with the packed package
// behind it accepts, over paths, queries and bodies of every kind; what is changed or repeated is refused; and what the
// package cannot tell from something else is listed, with what it was taken for.
// --write puts what is listed into docs/aws4.md; --curl=PATH and --python=PATH try another curl or Python than the system's own.
import { createReport } from '../packed/tools/report.mjs'
import { checkBodies } from './check-bodies.mjs'
import { checkForgeries } from './check-forgeries.mjs'
import { checkPage } from './check-page.mjs'
import { checkScopes } from './check-scopes.mjs'
import { checkTargets } from './check-targets.mjs'
import { installPackage } from './package.mjs'
import { findCurl, findPython } from './programs.mjs'
import { createReceivers } from './receivers.mjs'
import { sendByBotocore, sendByCurl } from './senders.mjs'

const report = createReport('clients')
const minutes = 60_000
const made = {}
const steps = [
  ['curl is there', async () => ({ curl: await findCurl() })],
  ['botocore is there', async () => ({ python: await findPython() })],
  ['the package is packed and installed', async () => ({ receivers: createReceivers(await installPackage()) })],
]
for (const [name, step] of steps) {
  await report.check(name, async () => Object.assign(made, await step()), 10 * minutes)
}
if (Object.keys(made).length === steps.length) await checkAll(made)
report.end()

async function checkAll({ curl, python, receivers }) {
  const { botocore, requests, urllib3 } = python.versions
  console.log(`curl ${curl.version}, botocore ${botocore}, requests ${requests}, urllib3 ${urllib3}`)
  const all = [
    // The first signed a path as it is sent; later ones encode it once more.
    { name: curl.major < 8 ? 'curl 7' : 'curl 8', send: sendByCurl(curl.program) },
    { name: 'botocore', send: sendByBotocore(python.program) },
    { name: 'botocore, S3', send: sendByBotocore(python.program, { s3: true }) },
    { name: 'botocore, sent by requests', send: sendByBotocore(python.program, { by: 'requests' }) },
  ]
  await report.check('docs/aws4.md lists what is refused', checkPage)
  for (const client of all) {
    for (const check of [checkTargets, checkBodies, checkForgeries, checkScopes]) await check(report, client, receivers)
  }
}
