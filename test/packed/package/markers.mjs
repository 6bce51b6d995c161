// What a bundle may contain follows from the sources: the files that its imports reach. Of all others it may contain no
// text that is theirs alone (event names, header names, messages), so nobody has to keep a list.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import ts from 'typescript-6.0.3'
import { root } from '../tools/tarball.mjs'
import { codeSubpaths, readJson } from './setup.mjs'

/** A file's text, its own literals, what it imports, and what it only passes on (`export … from`), by name. */
const files = new Map()

/** @param {string} dist the package as it was built: a literal that is not there is a type's, and marks nothing */
export function createMarkers(dist) {
  const roots = Object.fromEntries(codeSubpaths().map((path) => [`countersign${path}`, sourceOf(path)]))
  for (const path of Object.values(roots)) readSource(path)
  const built = readAll(dist)
  for (const file of files.values()) file.literals = [...file.literals].filter((literal) => built.includes(literal))
  return {
    /** Literals by file that a bundle with these imports must not contain: `{ 'countersign/tyk': ['createReceiver'] }`. */
    forbidden: once((imports) => forbidden(reached(imports, roots))),
    /** Literals that only the files below a folder have. */
    ownOf: (folder) => ownOf(join(root, folder)),
  }
}

function once(make) {
  const made = new Map()
  return (argument) => {
    const key = JSON.stringify(argument)
    if (!made.has(key)) made.set(key, make(argument))
    return made.get(key)
  }
}

/** The texts of a bundle's files, whose literals are to be looked for. */
export function readAll(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.[cm]?js$/.test(name))
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
}

function sourceOf(path) {
  const name = path.slice(1)
  const candidates = ['index.ts', `${name}/index.ts`, `providers/${name}/index.ts`].slice(name === '' ? 0 : 1)
  const found = candidates.map((candidate) => join(root, 'src', candidate)).find(existsSync)
  if (found === undefined) throw new Error(`no source for countersign${path}`)
  return found
}

function readSource(path) {
  if (files.has(path)) return
  const file = { text: readFileSync(path, 'utf8'), literals: new Set(), imports: [], reexports: new Map() }
  files.set(path, file)
  const source = ts.createSourceFile(path, file.text, ts.ScriptTarget.Latest, true)
  ts.forEachChild(source, (node) => readNode(node, file, path))
  for (const next of [...file.imports, ...new Set(file.reexports.values())]) readSource(next)
}

function readNode(node, file, path) {
  if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return
  if (ts.isImportDeclaration(node)) {
    if (!isTypeOnly(node.importClause)) file.imports.push(resolve(node.moduleSpecifier.text, path))
  } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    readExport(node, file, resolve(node.moduleSpecifier.text, path))
  } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    file.imports.push(resolve(node.arguments[0].text, path))
  } else {
    const literal = literalOf(node)
    if (literal !== undefined && isMarker(literal)) file.literals.add(literal)
    ts.forEachChild(node, (child) => readNode(child, file, path))
  }
}

function isTypeOnly(clause) {
  if (clause === undefined) return false // imported for its effects
  const { elements } = clause.namedBindings ?? {}
  return clause.isTypeOnly || (elements?.every(({ isTypeOnly }) => isTypeOnly) ?? false)
}

function readExport({ exportClause, isTypeOnly }, file, from) {
  if (isTypeOnly) return
  if (exportClause === undefined || ts.isNamespaceExport(exportClause)) return file.imports.push(from)
  for (const { name, isTypeOnly } of exportClause.elements) if (!isTypeOnly) file.reexports.set(name.text, from)
}

function resolve(specifier, from) {
  if (specifier.startsWith('.')) return join(dirname(from), specifier)
  const [, name, subpath] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier)
  const folder = join(root, 'node_modules', name)
  const { exports } = readJson(folder, 'package.json')
  // Some packages list a folder of subpaths as one: `./jwks/*`.
  const [parent, last] = [dirname(`.${subpath}`), basename(subpath)]
  const target = exports[`.${subpath}`] ?? exports[`${parent}/*`]
  return join(folder, importedBy(target).replace('*', last))
}

function importedBy(target) {
  return typeof target === 'string' ? target : importedBy(target.import ?? target.default)
}

/** Texts, and the names of an object's members: what no minifier renames. */
function literalOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) return node.text
  return ts.isIdentifier(node) && ts.isObjectLiteralElementLike(node.parent) && node.parent.name === node
    ? node.text
    : undefined
}

/**
 * What stands in no other text by chance, and is written in one way only: no single word, no two short ones, no name of
 * the language's, no quotes.
 */
function isMarker(literal) {
  const text = literal.trim()
  if (!/^[\w ./:,?-]+$/.test(text) || /^([A-Z]?[a-z]+|[A-Z]+)$/.test(text) || languageNames.has(text)) return false
  return text.length >= (text.includes(' ') ? 14 : 7)
}

const languageNames = new Set(
  Object.getOwnPropertyNames(globalThis).flatMap((name) => {
    const value = name === 'localStorage' ? undefined : globalThis[name]
    const objects = [value, value?.prototype].filter((object) => object !== undefined && object !== null)
    return [name, ...objects.flatMap((object) => Object.getOwnPropertyNames(Object(object)))]
  }),
)

/** The files that these imports reach, each of them by what it imports, and by the names that are taken through it. */
function reached(imports, roots) {
  const seen = new Set()
  const visit = (path) => {
    if (seen.has(path)) return
    seen.add(path)
    const { imports, reexports } = files.get(path)
    for (const next of imports) visit(next)
    // What a file passes on is taken by name from outside; inside the sources it is imported from where it is.
    if (!path.startsWith(join(root, 'src'))) for (const next of reexports.values()) visit(next)
  }
  for (const [specifier, names] of Object.entries(imports)) {
    const entry = roots[specifier]
    const { reexports } = files.get(entry)
    for (const name of names) visit(reexports.get(name) ?? entry)
  }
  return seen
}

function forbidden(allowed) {
  const permitted = [...allowed].map((path) => files.get(path).text).join('\n')
  const others = [...files].filter(([path]) => !allowed.has(path))
  return others.flatMap(([path, { literals }]) => {
    const markers = literals.filter((literal) => !permitted.includes(literal))
    return markers.length === 0 ? [] : [{ file: relative(root, path), markers }]
  })
}

function ownOf(folder) {
  const inside = (path) => path.startsWith(`${folder}/`) || path === folder
  const elsewhere = [...files].filter(([path]) => !inside(path)).map(([, { text }]) => text)
  const literals = [...files].filter(([path]) => inside(path)).flatMap(([, { literals }]) => literals)
  return literals.filter((literal) => !elsewhere.some((text) => text.includes(literal)))
}
