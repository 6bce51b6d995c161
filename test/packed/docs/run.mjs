// Promise: all code in README.md, AGENTS.md and docs/ compiles against the packed package, with the frameworks that it
// names; what is marked to run runs, and prints what the page says; and what the pages include is there.
// With pages as arguments, only these: node test/packed/docs/run.mjs docs/tight.md
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../tools/exec.mjs'
import { createReport } from '../tools/report.mjs'
import { emptyFolder, pack } from '../tools/tarball.mjs'
import { missingIncludes, pages, readBlocks } from './blocks.mjs'
import { compileBlocks, transpile } from './compile.mjs'
import { checkRoute } from './readme.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const report = createReport('docs')
let folder
await report.check('the tarball and what the pages import can be installed', install, 600_000)
if (folder !== undefined) {
  await report.check('a mistake in a page is seen', checkMistakes, 60_000)
  const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
  for (const page of chosen.length > 0 ? chosen : pages) await checkPage(page)
  await report.check('the server of README.md answers its delivery', () => checkRoute(folder), 60_000)
}
report.end()

async function install() {
  const written = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0)
  const modules = join(here, 'node_modules')
  if (written(join(modules, '.package-lock.json')) <= written(join(here, 'package-lock.json')))
    await run('npm', ['ci', '--no-audit', '--no-fund', '--dry-run=false'], { cwd: here })
  const project = emptyFolder('docs')
  const tarball = await pack(project)
  const installed = join(modules, 'countersign')
  rmSync(installed, { recursive: true, force: true })
  mkdirSync(installed)
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
  symlinkSync(modules, join(project, 'node_modules'), 'dir')
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  folder = project
}

async function checkPage(page) {
  await report.check(`${page} includes what is there`, async () => assert.deepEqual(missingIncludes(page), []))
  let blocks = []
  await report.check(`${page} can be read`, async () => {
    blocks = readBlocks(page)
  })
  if (blocks.length === 0) return
  const compiled = await report.check(
    `the ${blocks.length} blocks of ${page} compile`,
    async () => assertNone(compileBlocks(folder, blocks)),
    60_000,
  )
  if (!compiled) return
  for (const block of blocks.filter(({ runs }) => runs))
    await report.check(`${page}:${block.line} runs`, () => runBlock(block))
}

function assertNone(lines) {
  if (lines.length > 0) throw new Error(lines.join('\n'))
}

async function runBlock(block) {
  const file = join(folder, `${basename(block.page, '.md')}-${block.line}.js`)
  writeFileSync(file, transpile(block))
  const { stdout } = await run(process.execPath, [file], { cwd: folder, timeoutMs: 20_000 })
  assert.equal(stdout, block.prints ?? '', `${block.page}:${block.line} prints something else`)
}

/** Pages with one mistake each: a check that lets one through is none. */
async function checkMistakes() {
  const fence = (code, mark = '') => `${mark}\`\`\`ts\n${code}\n\`\`\`\n`
  const good =
    "import { createReceiver } from 'countersign/tyk'\nexport const webhook = createReceiver({ secret: 's' })"
  const compile = (text) => compileBlocks(folder, readBlocks('docs/page.md', text))
  assert.deepEqual(compile(fence(good) + fence('webhook.verify(request)')), [])
  const mistakes = [
    [good.replace('createReceiver }', 'makeReceiver as createReceiver }'), 'docs/page.md:2: ', 'makeReceiver'],
    [good.replace("/tyk'", "/tik'"), 'docs/page.md:2: ', 'countersign/tik'],
    [good.replace('secret:', 'secrets:'), 'docs/page.md:3: ', 'secrets'],
    [`${good}\nwebhook.check(request)`, 'docs/page.md:4: ', 'check'],
    ['notDefined()', 'docs/page.md:2: ', 'notDefined'],
    ['const = 1', 'docs/page.md:2: ', 'expected'],
    ['{ secret: webhook }', 'docs/page.md:2: ', 'webhook'],
  ]
  for (const [code, where, word] of mistakes) {
    const said = compile(fence(code)).join('\n')
    assert(said.includes(where) && said.includes(word), `the compiler says ${said || 'nothing'} of:\n${code}`)
  }
  const runs = (text) => runBlock(readBlocks('docs/page.md', text)[0])
  const prints = (text) => `<!-- prints -->\n\`\`\`text\n${text}\n\`\`\`\n`
  await runs(fence('console.log(1)', '<!-- run -->\n') + prints('1'))
  await assert.rejects(() => runs(fence('console.log(1)', '<!-- run -->\n') + prints('2')), /prints something else/)
  await assert.rejects(() => runs(fence('throw new Error("no")', '<!-- run -->\n')), /Error: no/)
  assert.throws(() => readBlocks('docs/page.md', fence('console.log(1)', '<!-- run -->\n')), /no <!-- prints -->/)
  assert.throws(() => readBlocks('docs/page.md', fence('1') + prints('1')), /code that is run/)
  assert.deepEqual(missingIncludes('docs/page.md', '{@includeCode ../examples/none.ts}'), ['../examples/none.ts'])
}
