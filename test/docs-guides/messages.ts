import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** What stands for a value in a message that the page quotes with it. */
const quoted: Readonly<Record<string, string>> = { maxSecrets: '64', minBytes: '16', value: 'undefined' }

/** The messages of every TypeError that the sources make, with `…` for what is filled in. */
export function messagesOf(folder: URL): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const texts = names.map((name) => readFileSync(`${fileURLToPath(folder)}/${name}`, 'utf8'))
  return [...new Set(texts.flatMap((text) => messagesIn(ts.createSourceFile('', text, ts.ScriptTarget.Latest, true))))]
}

function messagesIn(node: ts.Node): string[] {
  const isCall = ts.isNewExpression(node) || ts.isCallExpression(node)
  const own = isCall && node.expression.getText() === 'TypeError' ? textsOf(node.arguments?.[0]) : []
  const inside: string[] = []
  ts.forEachChild(node, (child) => {
    inside.push(...messagesIn(child))
  })
  return [...own, ...inside]
}

/** A message that is not written where it is thrown is `…` alone: no row can stand for it. */
function textsOf(message: ts.Expression | undefined): string[] {
  if (message === undefined) return ['']
  if (ts.isConditionalExpression(message)) return [message.whenTrue, message.whenFalse].flatMap(textsOf)
  return [textOf(message)]
}

function textOf(part: ts.Expression): string {
  if (ts.isStringLiteralLike(part)) return part.text
  if (ts.isBinaryExpression(part)) return textOf(part.left) + textOf(part.right)
  if (ts.isArrayLiteralExpression(part)) return part.elements.map(textOf).join('\n')
  // [ … ].join('\n')
  if (ts.isCallExpression(part) && ts.isPropertyAccessExpression(part.expression))
    return textOf(part.expression.expression)
  if (!ts.isTemplateExpression(part)) return '…'
  const spans = part.templateSpans.map(({ expression, literal }) => filled(expression) + literal.text)
  return part.head.text + spans.join('')
}

function filled(expression: ts.Expression): string {
  return quoted[expression.getText()] ?? '…'
}

/** The row's words that a message has not; `…` stands for any. */
export function missingWords(row: string, message: string): string[] {
  const parts = row.split('…').map((part) => part.trim())
  return parts.filter((part) => !message.includes(part))
}
