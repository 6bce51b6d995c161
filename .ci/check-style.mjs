// Promise: src stays small and typed. No file over 150 code lines (events.ts and samples.ts aside), no function over 50;
// no `any`, no non-null `!`, no type assertion without its reason in a comment; every export has a docstring.
// Code lines hold at least one token: blank lines and comments do not count.
import { readdirSync } from 'node:fs'
import ts from 'typescript'
import { createReport, listFiles, parse, place, walk } from './source.mjs'

const maxFile = 150
const maxFunction = 50
const report = createReport('style')

function codeLines(node) {
  const lines = new Set()
  const source = node.getSourceFile()
  const lineAt = (position) => source.getLineAndCharacterOfPosition(position).line
  const visit = (part) => {
    if (part.kind >= ts.SyntaxKind.FirstJSDocNode && part.kind <= ts.SyntaxKind.LastJSDocNode) return
    const parts = part.getChildren()
    for (const child of parts) visit(child)
    if (parts.length > 0 || part.getWidth() === 0) return
    for (let line = lineAt(part.getStart()); line <= lineAt(part.getEnd()); line += 1) lines.add(line)
  }
  visit(node)
  return lines.size
}

/** A comment on one of the assertion's own lines, or on the line above them. */
function hasReason(node) {
  const source = node.getSourceFile()
  const lineAt = (position) => source.getLineAndCharacterOfPosition(position).line
  const from = Math.max(0, lineAt(node.getStart()) - 1)
  return commentLines(source).some((line) => line >= from && line <= lineAt(node.getEnd()))
}

const comments = new Map()
function commentLines(source) {
  if (comments.has(source)) return comments.get(source)
  const lines = new Set()
  const add = ({ pos, end }) => {
    if (source.text.startsWith('/**', pos)) return // says what a symbol does, not why a cast is right
    for (const position of [pos, end]) lines.add(source.getLineAndCharacterOfPosition(position).line)
  }
  const visit = (node) => {
    const children = node.getChildren()
    for (const child of children) visit(child)
    if (children.length > 0) return
    ts.getLeadingCommentRanges(source.text, node.getFullStart())?.forEach(add)
    ts.getTrailingCommentRanges(source.text, node.getEnd())?.forEach(add)
  }
  visit(source)
  comments.set(source, [...lines])
  return comments.get(source)
}

function checkNode(node) {
  if (node.kind === ts.SyntaxKind.AnyKeyword) report.add(place(node), 'any')
  if (ts.isNonNullExpression(node) || node.exclamationToken) report.add(place(node), 'non-null assertion')
  const isCast = (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) && !ts.isConstTypeReference(node.type)
  if (isCast && !hasReason(node)) report.add(place(node), `no reason beside this cast to ${node.type.getText()}`)
}

const fileLengths = []
const functionLengths = []
const files = listFiles('src', /\.ts$/)
for (const file of files) {
  const source = parse(file)
  const length = codeLines(source)
  const isData = /\/(events|samples)\.ts$/.test(file)
  if (!isData) fileLengths.push(length)
  if (!isData && length > maxFile) report.add(file, `${length} code lines, more than ${maxFile}`)
  walk(source, (node) => {
    checkNode(node)
    if (!ts.isFunctionLike(node) || !node.body) return
    functionLengths.push(codeLines(node))
    if (functionLengths.at(-1) > maxFunction) report.add(place(node), `a function of ${functionLengths.at(-1)} lines`)
  })
}

const entries = [
  'src',
  'src/schemes',
  'src/testing',
  ...readdirSync('src/providers').map((name) => `src/providers/${name}`),
]
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile('tsconfig.json', ts.sys.readFile).config,
  ts.sys,
  '.',
)
const program = ts.createProgram(
  entries.map((folder) => `${folder}/index.ts`),
  options,
)
const checker = program.getTypeChecker()
let exports = 0
for (const folder of entries) {
  const entry = program.getSourceFile(`${folder}/index.ts`)
  const module = entry && checker.getSymbolAtLocation(entry)
  if (!module) report.add(folder, 'has no index.ts that exports')
  for (const exported of module ? checker.getExportsOfModule(module) : []) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    exports += 1
    const documented = symbol.getDocumentationComment(checker).length > 0
    if (!documented) report.add(place(symbol.declarations[0]), `no docstring: ${exported.name}, exported by ${folder}`)
  }
}

function figures(lengths, unit) {
  const sorted = lengths.toSorted((a, b) => a - b)
  return `${sorted.length} ${unit} (median ${sorted[Math.floor(sorted.length / 2)]}, longest ${sorted.at(-1)} lines)`
}
report.end(`${figures(fileLengths, 'files')}, ${figures(functionLengths, 'functions')}, ${exports} exports`)
