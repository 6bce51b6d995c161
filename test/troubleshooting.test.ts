import { readFileSync } from 'node:fs'
import { errorTable, isWebhookError } from 'countersign'
import { describe, expect, it } from 'vitest'
import { missingWords } from './docs-guides/messages.ts'
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
