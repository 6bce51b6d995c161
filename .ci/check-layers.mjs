// Promise: imports go testing -> providers -> schemes -> core -> nothing, and what must stand in one place stands in one.
// Providers never import each other; only their events.ts and core/shape.ts name zod; samples.ts is for the test kit;
// one place reads bodies, one touches cryptography; no URL parser near a request; no built-in module; shared code names
// no sender.
import { existsSync, readdirSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import ts from 'typescript'
import { createReport, listFiles, parse, place, walk } from './source.mjs'

const ranks = { core: 0, schemes: 1, providers: 2, testing: 3, root: 3 }
const senders = readdirSync('src/providers')
const senderWords = new Set([...senders.flatMap((name) => [name, name.replaceAll('-', '')]), 'hurdlr']) // Tight, formerly
const report = createReport('layers')

const isMethodCall = (node) => ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)
const isCallOf = (node, names) => isMethodCall(node) && names.test(node.expression.name.text)
const isName = (node, names) => (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) && names.test(node.text)

/** What may be used in some files only. */
const uses = [
  {
    what: 'reads a body',
    allowedIn: /^src\/(core\/(body|streams)\.ts$|testing\/)/,
    found: (node) =>
      isName(node, /^(arrayBuffer|getReader|formData|pipeTo|pipeThrough|asyncIterator)$/) ||
      (isCallOf(node, /^(text|json|blob|bytes)$/) && node.expression.expression.getText() !== 'z') || // z: a schema
      (isCallOf(node, /^(on|once|addListener)$/) && /^.data.$/.test(node.arguments[0]?.getText())),
  },
  {
    what: 'may read a body: for await',
    allowedIn: /^src\/(core\/(body|streams)\.ts$|testing\/|schemes\/parts\/jwks\.ts$)/, // jose hands over keys so
    found: (node) => ts.isForOfStatement(node) && node.awaitModifier !== undefined,
  },
  {
    what: 'touches cryptography',
    allowedIn: /^src\/core\/crypto\.ts$/,
    found: (node) =>
      isName(node, /^(subtle|getBuiltinModule|createHmac|createHash|getRandomValues|randomUUID|timingSafeEqual)$/) ||
      /^(globalThis|self|window)\s*(\?\.|\.|\[)\s*\[?['"]?crypto['"]?\]?$/.test(node.getText()),
  },
  {
    what: 'makes an object schema that is not compiled: see core/shape.ts',
    allowedIn: /^src\/core\/shape\.ts$/,
    found: (node) =>
      isCallOf(node, /^(object|record|looseObject|strictObject|partialRecord)$/) &&
      node.expression.expression.getText() === 'z',
  },
  {
    what: 'uses URL, which rewrites what was signed',
    allowedIn: /^src\/(providers|testing)\//,
    found: (node) => ts.isIdentifier(node) && /^URL(SearchParams)?$/.test(node.text),
  },
]

function checkImport(file, node, specifier) {
  const { layer, sender } = layerOf(file)
  const refuse = (why) => report.add(place(node), `imports ${specifier}: ${why}`)
  if (isBuiltin(specifier)) {
    // The type of a built-in module leaves no trace in the output; anything else would break a bundle for the edge.
    if (file !== 'src/core/crypto.ts' || !ts.isImportTypeNode(node)) refuse('no built-in module')
    return
  }
  if (!specifier.startsWith('.')) {
    const isSchema = specifier === 'zod/mini' && /^src\/providers\/[^/]+\/events\.ts$/.test(file)
    const isCompiled = /^zod\//.test(specifier) && file === 'src/core/shape.ts'
    const isToken =
      (specifier.startsWith('jose/') && file === 'src/schemes/parts/jose.ts') ||
      (specifier === 'jose' && node.importClause?.isTypeOnly)
    if (!isSchema && !isCompiled && !(isToken && layer === 'schemes')) {
      refuse('only events.ts names zod/mini, only core/shape.ts all of zod, only parts/jose.ts jose/…')
    }
    return
  }
  const target = posix.join(posix.dirname(file), specifier)
  const to = layerOf(target)
  if (!target.startsWith('src/') || !existsSync(target)) refuse('no file of src')
  else if (to.layer !== layer && ranks[to.layer] >= ranks[layer]) refuse(`${layer} must not know ${to.layer}`)
  else if (layer === 'providers' && to.layer === layer && to.sender !== sender) refuse('another provider')
  if (/^src\/providers\/.*\/samples\.ts$/.test(target) && layer !== 'testing') refuse('samples are for the test kit')
}

function layerOf(file) {
  const [, layer, sender] = file.split('/')
  return { layer: Object.hasOwn(ranks, layer) ? layer : 'root', sender }
}

/** The module that an import, export, import(), require() or import type names. */
function specifierOf(node) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node)) return node.argument.literal
  if (ts.isExternalModuleReference(node)) return node.expression
  return ts.isCallExpression(node) && /^(import|require)$/.test(node.expression.getText()) && node.arguments[0]
}

const files = listFiles('src', /\.[cm]?[jt]sx?$/)
for (const file of files) {
  const source = parse(file)
  walk(source, (node) => {
    const specifier = specifierOf(node)
    if (specifier) checkImport(file, node, specifier.text ?? specifier.getText())
    for (const { what, allowedIn, found } of uses)
      if (!allowedIn.test(file) && found(node)) report.add(place(node), what)
  })
  const words = /^src\/(core|schemes)\//.test(file) ? (source.text.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []) : []
  for (const word of words) if (senderWords.has(word.toLowerCase())) report.add(file, `names a sender: ${word}`)
}
for (const name of senders)
  for (const part of ['index', 'auth', 'events', 'samples'])
    if (!existsSync(`src/providers/${name}/${part}.ts`)) report.add(`src/providers/${name}`, `has no ${part}.ts`)
report.end(`${files.length} files, ${senders.length} providers`)
