// What the checkers share: the files of a folder, a walk over their syntax, and a report that ends the run.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'

export function listFiles(folder, pattern) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const files = entries.map((entry) => join(entry.parentPath ?? entry.path, entry.name).replaceAll('\\', '/'))
  return files.filter((file) => pattern.test(file)).sort()
}

export function parse(file) {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
}

export function walk(node, visit) {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** Where a node stands, for a person to click on. */
export function place(node) {
  const source = node.getSourceFile()
  return `${relative('.', source.fileName)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
}

export function createReport(title) {
  const problems = []
  return {
    add: (where, message) => problems.push(`${where}: ${message}`),
    end(figures) {
      for (const problem of problems) console.error(problem)
      console.log(`${title}: ${figures}, ${problems.length} problems`)
      process.exitCode = problems.length > 0 ? 1 : 0
    },
  }
}
