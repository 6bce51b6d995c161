// Compiles the blocks of a page against the packed package. A block may use what the blocks above it define, and what
// assumed/ declares: functions of the reader, which no page can define.
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const options = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2022.d.ts'],
  types: ['node'],
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  noImplicitReturns: true,
  allowJs: true,
  checkJs: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true, // the package's own types are checked by test/packed/package
}

/** A block may end its route by `return`, without the function around it. */
const returnOutside = 1108
const unknownName = new Set([2304, 2552, 18004])

const libraries = new Map()
const assumed = fileURLToPath(new URL('assumed', import.meta.url))

/**
 * @param {string} folder of a project that has the package and what the blocks import
 * @param {ReturnType<typeof import('./blocks.mjs').readBlocks>} blocks of one page
 * @returns {string[]} what the compiler says, by page and line
 */
export function compileBlocks(folder, blocks) {
  const texts = new Map(blocks.map(({ file, code }) => [file, code]))
  const first = check(folder, blocks, texts)
  for (const [index, block] of blocks.entries()) {
    const imports = importsOf(first, blocks.slice(0, index), block)
    if (imports !== '' && !block.runs) texts.set(block.file, imports + block.code)
    else texts.set(block.file, block.code)
  }
  // Each block lends what it defines at its top.
  for (const block of blocks) texts.set(block.file, `${texts.get(block.file)}${exportsOf(block)}`)
  const { program, sources } = check(folder, blocks, texts)
  return sources.flatMap(({ source, block }) => diagnosticsOf(program, source).map((each) => place(each, block)))
}

function check(folder, blocks, texts) {
  const page = basename(blocks[0].page, '.md')
  const pathOf = ({ file }) => join(folder, 'blocks', page, file)
  const files = new Map(blocks.map((block) => [pathOf(block), texts.get(block.file)]))
  const host = ts.createCompilerHost(options)
  const { fileExists, directoryExists, readFile, getSourceFile } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.directoryExists = (path) => path.startsWith(join(folder, 'blocks')) || directoryExists(path)
  host.readFile = (path) => files.get(path) ?? readFile(path)
  host.getSourceFile = (path, ...rest) => {
    if (files.has(path)) return ts.createSourceFile(path, files.get(path), { ...rest[0], ...formatOf(path) }, true)
    if (!libraries.has(path)) libraries.set(path, getSourceFile(path, ...rest))
    return libraries.get(path)
  }
  const ambient = ['readers', page].map((name) => join(assumed, `${name}.d.ts`)).filter((path) => existsSync(path))
  const program = ts.createProgram([...files.keys(), ...ambient], options, host)
  return { program, sources: blocks.map((block) => ({ block, source: program.getSourceFile(pathOf(block)) })) }
}

function formatOf() {
  return { impliedNodeFormat: ts.ModuleKind.ESNext }
}

function diagnosticsOf(program, source) {
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  return found.filter(({ code }) => code !== returnOutside)
}

/** Import lines, in one line ahead of the block, for what it takes from the blocks above it: from the nearest. */
function importsOf({ program, sources }, above, block) {
  const { source } = sources.find((each) => each.block === block)
  const missing = new Set(
    diagnosticsOf(program, source)
      .filter(({ code }) => unknownName.has(code))
      .map(({ start, length }) => source.text.slice(start, start + length)),
  )
  const lines = [...missing].flatMap((name) => {
    const from = above.findLast((each) => namesOf(each).has(name))
    return from === undefined ? [] : [`import { ${name} } from './${from.file}';`]
  })
  return lines.join(' ')
}

/** What a block defines or imports at its top, and whether it exports it itself. */
function namesOf({ file, code }) {
  const names = new Map()
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest)
  for (const statement of source.statements) {
    const exported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === 95)
    const add = (node) => {
      if (ts.isIdentifier(node)) names.set(node.text, exported)
      else ts.forEachChild(node, (element) => ts.isBindingElement(element) && add(element.name))
    }
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name)
    else if (ts.isImportDeclaration(statement)) addImports(statement.importClause, add)
    else if (statement.name !== undefined) add(statement.name)
  }
  return names
}

function addImports(clause, add) {
  const bindings = clause?.namedBindings
  if (clause?.name) add(clause.name)
  if (bindings && ts.isNamespaceImport(bindings)) add(bindings.name)
  else for (const { name } of bindings?.elements ?? []) add(name)
}

function exportsOf(block) {
  const names = [...namesOf(block)].filter(([, exported]) => !exported).map(([name]) => name)
  return names.length === 0 ? '' : `export { ${names.join(', ')} };`
}

/** An imported line stands ahead of the first one, in the same line: the numbers of lines are those of the page. */
function place({ file, start, messageText }, { page, line }) {
  const row = ts.getLineAndCharacterOfPosition(file, start).line
  return `${page}:${line + row}: ${ts.flattenDiagnosticMessageText(messageText, '\n  ')}`
}

/** The block as JavaScript. */
export function transpile({ code }) {
  const compilerOptions = { target: options.target, module: ts.ModuleKind.ESNext }
  return ts.transpileModule(code, { compilerOptions }).outputText
}
