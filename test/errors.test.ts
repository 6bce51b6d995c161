import { readFileSync } from 'node:fs'
import { errorTable } from 'countersign'
import { expect, it } from 'vitest'

it('the table in docs/errors.md is the table in the code, row by row', () => {
  const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| (yes|no) \| (.+) \| (.+) \|$/gm)]
  const written = rows.map(([, code, status, retry]) => [code, { status: Number(status), retryable: retry === 'yes' }])
  expect(Object.fromEntries(written)).toEqual(errorTable)
  expect(rows.length).toBe(Object.keys(errorTable).length)
})
