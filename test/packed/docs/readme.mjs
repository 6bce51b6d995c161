// The README's complete route, as a reader copies it: the server that it shows answers the delivery that it shows.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, untilListening } from '../examples/socket.mjs'
import { run, start } from '../tools/exec.mjs'
import { readBlocks } from './blocks.mjs'
import { transpile } from './compile.mjs'

/** A newcomer has a route within so many lines. */
const maxLines = 10
const shownPort = '3000'
const secret = 'a secret for tests'

/** @param {string} folder of a project that has the package and Express */
export async function checkRoute(folder) {
  const [server, send] = ['server.mjs', 'send.mjs'].map((name) =>
    readBlocks('README.md').find(({ file }) => file === name),
  )
  const lines = server.code.split('\n').filter((line) => line.trim() !== '' && line !== 'export {}')
  assert(lines.length <= maxLines, `the route has ${lines.length} lines, and ${maxLines} are allowed`)
  const port = String(await freePort())
  for (const block of [server, send]) {
    assert(block.code.includes(shownPort), `${block.file} has another port`)
    writeFileSync(join(folder, block.file), transpile(block).replaceAll(shownPort, port))
  }
  const program = start('node', ['server.mjs'], { cwd: folder, env: { TIGHT_WEBHOOK_SECRET: secret } })
  try {
    await untilListening(port, program)
    const sendBy = async (key) =>
      (await run('node', ['send.mjs'], { cwd: folder, env: { TIGHT_WEBHOOK_SECRET: key } })).stdout
    assert.equal(await sendBy(secret), '200 OK\n')
    assert.equal(program.output.stdout, 'bankAccountCreated\n')
    assert.equal(await sendBy('another'), '401 Unauthorized\n')
    assert.match(program.output.stdout, /\n\[WebhookError: .*\] \{\n +code: 'signature_mismatch'/)
  } finally {
    await program.stop()
  }
}
