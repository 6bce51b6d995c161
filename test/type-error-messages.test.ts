import { describe, expect, it } from 'vitest'
import { messagesOf, missingWords } from './docs-guides/messages.ts'
import { typeErrors } from './docs-guides/type-errors.ts'

/** Messages that nobody can look up, each with the reason. */
const unseen: Readonly<Record<string, string>> = {
  'there is no secret to sign with': 'an empty list of secrets is refused before it comes to this',
}

describe('the messages of TypeErrors in src', () => {
  const messages = messagesOf(new URL('../src', import.meta.url))
  const rows = Object.values(typeErrors).flatMap((troubles) => Object.keys(troubles))

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
