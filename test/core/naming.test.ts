import { describe, expect, it } from 'vitest'
import { createNaming } from '../../src/core/naming.ts'

const request = { source: {}, header: () => [], body: new Uint8Array(0) }

describe('a function that names the event', () => {
  it.each([
    ['a text', 'paid', { type: 'paid' }],
    ['an empty text', '', undefined],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['a number', 5, undefined],
    ['a list', ['paid'], undefined],
    ['a type', { type: 'paid' }, { type: 'paid', generation: undefined }],
    ['an empty type', { type: '' }, undefined],
    ['a type that is a number', { type: 5 }, undefined],
    ['a type and its generation', { type: 'paid', generation: 'v1' }, { type: 'paid', generation: 'v1' }],
    ['a generation that is a number', { type: 'paid', generation: 1 }, { type: 'paid', generation: undefined }],
  ])('may give %s', (_name, given, due) => {
    for (const naming of [
      { in: 'body', name: () => given as never } as const,
      { in: 'call', name: () => given as never } as const,
    ]) {
      expect(createNaming(naming)({}, request, undefined)).toEqual(due)
    }
  })

  it('may throw, of a body', () => {
    const name = (): never => {
      throw new Error('a shape that it does not know')
    }
    expect(createNaming({ in: 'body', name })({}, request, undefined)).toBeUndefined()
  })

  it.each([[[]], ['paid'], [null], [5]])('is not asked of a body that is no object: %j', (json) => {
    expect(createNaming({ in: 'body', name: () => 'paid' })(json, request, undefined)).toBeUndefined()
  })
})

describe('a header that names the event', () => {
  it.each([
    [['paid'], { type: 'paid' }],
    [[], undefined],
    [[''], undefined],
    [['paid', 'paid'], undefined],
  ])('%j', (values, due) => {
    const header = (name: string) => (name === 'x-event' ? values : [])
    const name = createNaming({ in: 'header', name: 'X-Event' })({}, { ...request, header }, undefined)
    expect(name).toEqual(due)
  })
})
