import { readFileSync } from 'node:fs'
import { errorTable, isWebhookError } from 'countersign'
import { describe, expect, it } from 'vitest'
import { messagesOf } from './docs-guides/messages.ts'
import { refusals } from './docs-guides/refusals.ts'
import type { Troubles } from './docs-guides/trouble.ts'
import { typeErrors } from './docs-guides/type-errors.ts'
import { caught } from './support/verdict.ts'

const page = readFileSync(new URL('../docs/troubleshooting.md', import.meta.url), 'utf8')

/** The first cells below each heading of a level, without the tables' heads. */
function rowsBelow(level: string): Record<string, string[]> {
  const [, ...sections] = page.split(new RegExp(`^${level} `, 'm'))
  return Object.fromEntries(sections.map((section) => [titleOf(section), firstCells(section.split(/^#/m, 1)[0] ?? '')]))
}

function titleOf(section: string): string {
  return (section.split('\n', 1)[0] ?? '').replaceAll('`', '')
}

function firstCells(section: string): string[] {
  const cells = [...section.matchAll(/^\| (.+?) \| .+ \|$/gm)].map(([, cell = '']) => cell)
  return cells.filter((cell) => cell !== '---' && cell !== 'cause' && cell !== 'message')
}

function namesOf(troubles: Troubles): Record<string, string[]> {
  return Object.fromEntries(Object.entries(troubles).map(([heading, rows]) => [heading, Object.keys(rows)]))
}

describe('docs/troubleshooting.md', () => {
  const written = rowsBelow('###')

  it('has every code of the error table, in its order, each with a cause', () => {
    const codes = Object.keys(written).filter((heading) => !heading.startsWith('TypeError'))
    expect(codes).toEqual(Object.keys(errorTable))
    expect(codes.filter((code) => written[code]?.length === 0)).toEqual([])
  })

  it('has no row that is not reproduced here, and none is reproduced that it has not', () => {
    const withoutMarkup = Object.entries(written).map(([heading, rows]) => [
      heading,
      heading.startsWith('TypeError') ? rows.map((row) => row.replaceAll('`', '')) : rows,
    ])
    expect(Object.fromEntries(withoutMarkup)).toEqual({ ...namesOf(refusals), ...namesOf(typeErrors) })
  })
})

/** The row's words that a message has not; `…` stands for any. */
function missingWords(row: string, message: string): string[] {
  const parts = row.split('…').map((part) => part.trim())
  return parts.filter((part) => !message.includes(part))
}

/** Messages that nobody can look up, each with the reason. */
const unseen: Readonly<Record<string, string>> = {
  'there is no secret to sign with': 'an empty list of secrets is refused before it comes to this',
  'the document did not come as bytes': 'what goes wrong at jwksUri ends as verifier_unavailable',
}

describe('the messages of TypeErrors in src', () => {
  const messages = messagesOf(new URL('../src', import.meta.url))
  const rows = Object.values(namesOf(typeErrors)).flat()

  // By one row each: were there two, one of them could go and nobody would see it.
  it('have a row of the page each', () => {
    const found = messages.map((message) => ({
      message,
      rows: rows.filter((row) => missingWords(row, message).length === 0),
    }))
    expect(found.filter((one) => one.rows.length !== (one.message in unseen ? 0 : 1))).toEqual([])
  })

  it('are what the rows quote', () => {
    const quotes = (row: string) => messages.some((message) => missingWords(row, message).length === 0)
    expect(rows.filter((row) => !quotes(row))).toEqual([])
  })

  it('have no exception that is not needed', () => {
    expect(Object.keys(unseen).filter((message) => !messages.includes(message))).toEqual([])
  })
})

/** As tests: heading, first cell, and what is done. */
function casesOf(troubles: Troubles) {
  return Object.entries(troubles).flatMap(([heading, rows]) =>
    Object.entries(rows).map(([row, trouble]) => ({ heading, row, ...trouble })),
  )
}

const mendable = [...casesOf(refusals), ...casesOf(typeErrors)].flatMap(({ row, mended }) =>
  mended === undefined ? [] : [{ row, mended }],
)

describe('what the page says', () => {
  it.each(casesOf(refusals))('$heading: $row', async ({ heading, broken }) => {
    const error = await caught(broken())
    if (!isWebhookError(error)) throw error
    expect(error.code).toBe(heading)
  })

  it.each(casesOf(typeErrors))('$heading: $row', async ({ row, broken }) => {
    const error = await caught(broken())
    if (!(error instanceof TypeError)) throw error
    expect(missingWords(row, error.message)).toEqual([])
  })

  it.each(mendable)('is mended: $row', async ({ mended }) => {
    expect(await caught(mended())).toBeUndefined()
  })
})
