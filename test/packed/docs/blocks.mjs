// The code of the pages: each block with its place, and with what the comments around it ask for.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../tools/tarball.mjs'

/** The fences whose code is compiled, and what a file of such code ends in. */
const endings = { ts: 'ts', tsx: 'tsx', js: 'js', mjs: 'js' }

export const pages = [
  'README.md',
  'AGENTS.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

export function readPage(page) {
  return readFileSync(join(root, page), 'utf8')
}

/**
 * The blocks of a page. `<!-- run -->` ahead of one says that it is run, `<!-- prints -->` ahead of the ```text behind
 * it what it prints; a comment with a file's name gives it this name, so that other blocks can import it.
 *
 * @returns {{ page: string, line: number, file: string, code: string, runs: boolean, prints?: string }[]}
 */
export function readBlocks(page, text = readPage(page)) {
  const blocks = []
  for (const { language, line, code, mark } of fences(page, text)) {
    if (mark === 'prints') setPrints(blocks.at(-1), { page, line, language, code })
    else if (mark === 'run' && endings[language] === undefined) throw new Error(`${page}:${line}: only code can be run`)
    // A file of an example is compiled, and run, by the examples' own suite.
    if (endings[language] === undefined || mark?.startsWith('file ')) continue
    const named = /^[\w./-]+\.(ts|mjs)$/.exec(mark ?? '')?.[0]
    const file = named?.split('/').at(-1) ?? `block-${line}.${endings[language]}`
    blocks.push({ page, line, file, code: asModule(code), runs: mark === 'run' })
  }
  const without = blocks.find(({ runs, code, prints }) => runs && prints === undefined && code.includes('console.log('))
  if (without) throw new Error(`${page}:${without.line}: no <!-- prints --> says what it prints`)
  return blocks
}

/** Every fence with the number of its first line of code, and with the comment on the line ahead of it. */
function fences(page, text) {
  const lines = text.split('\n')
  const found = []
  for (let index = 0; index < lines.length; index += 1) {
    const [, indent, fence, language] = /^( *)(```+)(\w*)\s*$/.exec(lines[index]) ?? []
    if (fence === undefined) continue
    const end = lines.findIndex((line, at) => at > index && line.trim() === fence)
    if (end < 0) throw new Error(`${page}:${index + 1}: a block without end`)
    const before = lines.slice(0, index).findLast((line) => line.trim() !== '')
    const code = lines.slice(index + 1, end).map((line) => line.slice(indent.length))
    found.push({ language, line: index + 2, code: `${code.join('\n')}\n`, mark: /^ *<!-- (.+) -->$/.exec(before)?.[1] })
    index = end
  }
  return found
}

function setPrints(block, { page, line, language, code }) {
  if (language !== 'text' || !block?.runs || block.prints !== undefined)
    throw new Error(`${page}:${line}: what is printed stands in a block of text behind code that is run`)
  block.prints = code
}

/** An object, or some of its members, may be shown without what is around; anything else is a module as it stands. */
function asModule(code) {
  const object = code.startsWith('{') ? code.trimEnd() : /^\w+: /.test(code) ? `{${code.trimEnd()}}` : undefined
  return object === undefined ? `${code}export {}\n` : `export default ${object} satisfies any\n`
}

/** The files that a page includes and that are not there. */
export function missingIncludes(page, text = readPage(page)) {
  const included = [...text.matchAll(/\{@include(?:Code)? ([^}#]+?)\s*(?:#[^}]*)?\}/g)].map(([, path]) => path)
  return included.filter((path) => !existsSync(join(root, dirname(page), path)))
}
