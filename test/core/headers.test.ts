import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { headerLookup } from '../../src/core/headers.ts'

function incoming(...raw: string[]): IncomingMessage {
  const message = new IncomingMessage(new Socket())
  for (let i = 0; i < raw.length; i += 2) message.headers[(raw[i] ?? '').toLowerCase()] = raw[i + 1]
  return message
}

/** A `Headers` of another realm: same methods, another constructor. */
const foreignHeaders: unknown = runInNewContext(`new (class Headers {
  get(name) { return name.toLowerCase() === 'x-sig' ? 'a' : null }
  *[Symbol.iterator]() { yield ['x-sig', 'a'] }
})()`)

describe('what is no set of headers', () => {
  it.each([undefined, null, 'x-sig: a', 5, true, Symbol('x-sig')])('has none: %s', (headers) => {
    expect(headerLookup(headers)('x-sig')).toEqual([])
  })

  it('a value that is none does not hide another spelling', () => {
    expect(headerLookup({ 'x-sig': undefined, 'X-Sig': 'a' })('x-sig')).toEqual(['a'])
    expect(headerLookup({ 'x-sig': {}, 'X-Sig': ['a', 5] })('x-sig')).toEqual(['a', '5'])
  })
})

describe('one value, in every shape of headers', () => {
  it.each([
    ['Headers', new Headers({ 'X-Sig': 'a' })],
    ['Headers of another realm', foreignHeaders],
    ['a Map', new Map([['X-Sig', 'a']])],
    ['a Map of another realm', runInNewContext(`new Map([['X-SIG', 'a']])`)],
    [
      'entries',
      [
        ['X-Sig', 'a'],
        ['other', 'b'],
      ],
    ],
    ['an iterator, which gives itself once', [['x-sig', 'a']][Symbol.iterator]()],
    ['URLSearchParams, which is entries too', new Map(new URLSearchParams({ 'x-sig': 'a' }))],
    ['a record', { 'x-sig': 'a', other: 'b' }],
    ['a record in upper case', { 'X-SIG': 'a' }],
    ['a record with arrays', { 'X-Sig': ['a'], other: ['b', 'c'] }],
    ['a record with undefined', { 'x-sig': 'a', other: undefined }],
    ['a record without prototype', Object.assign(Object.create(null), { 'x-sig': 'a' })],
    ['a record of another realm', runInNewContext(`({ 'x-sig': ['a'] })`)],
    ['a Node request', incoming('X-Sig', 'a').headers],
    ['HTTP/2 headers', { ':method': 'POST', ':path': '/', ':authority': 'h', 'x-sig': 'a', [Symbol('s')]: [] }],
    ['a record with a header called get', { get: 'x', 'x-sig': 'a', has: 'y', entries: 'z' }],
  ])('%s', (_name, headers) => {
    const header = headerLookup(headers)
    expect(header('x-sig')).toEqual(['a'])
    expect(header('x-sig')).toEqual(['a']) // a look-up may be asked again
    expect(header('x-other')).toEqual([])
  })
})

describe('several values are several values', () => {
  it.each([
    ['an array', { 'x-sig': ['a', 'b'] }, ['a', 'b']],
    ['two spellings', { 'x-sig': 'a', 'X-Sig': 'b' }, ['a', 'b']],
    [
      'two entries',
      [
        ['x-sig', 'a'],
        ['X-SIG', 'b'],
      ],
      ['a', 'b'],
    ],
    [
      'two spellings in a Map',
      new Map([
        ['x-sig', 'a'],
        ['X-Sig', 'b'],
      ]),
      ['a', 'b'],
    ],
    [
      'Headers join them',
      new Headers([
        ['x-sig', 'a'],
        ['x-sig', 'b'],
      ]),
      ['a, b'],
    ],
  ])('%s', (_name, headers, values) => {
    expect(headerLookup(headers)('x-sig')).toEqual(values)
  })
})

describe('what is no header is none', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['text', 'x-sig: a'],
    ['a number', 5],
    ['entries that are no pairs', ['x-sig', 'a', null, 5]],
    ['an inherited member', Object.create({ 'x-sig': 'a' })],
    ['a value that is an object', { 'x-sig': { toString: () => 'a' } }],
    ['null as a value', { 'x-sig': null }],
    ['true as a value', { 'x-sig': true }],
    ['a symbol as a name', [[Symbol('x-sig'), 'a']]],
    ['Headers that give no text', { get: () => 5 }],
  ])('%s', (_name, headers) => {
    expect(headerLookup(headers)('x-sig')).toEqual([])
  })

  it('a number is written out: Node types Content-Length so', () => {
    expect(headerLookup({ 'Content-Length': 5 })('content-length')).toEqual(['5'])
  })

  it.each(['__proto__', 'constructor', 'tostring', 'hasownproperty'])('%s is a name like any other', (name) => {
    expect(headerLookup({})(name)).toEqual([])
    expect(headerLookup(JSON.parse(`{"${name}":"a"}`))(name)).toEqual(['a'])
  })
})

const fail = (): never => {
  throw new Error('from a foreign object')
}

describe('foreign headers that throw count as absent', () => {
  it.each([
    ['a getter', Object.defineProperty({}, 'X-Sig', { enumerable: true, get: fail })],
    ['Headers whose get throws', { get: fail }],
    ['an iterator', { [Symbol.iterator]: fail }],
    ['an iterator, later', { [Symbol.iterator]: () => ({ next: fail }) }],
    ['a proxy that hides its keys', new Proxy({}, { ownKeys: fail })],
    ['a proxy that cannot be asked', new Proxy({}, { has: fail, get: fail, ownKeys: fail })],
  ])('%s', (_name, headers) => {
    expect(headerLookup(headers)('x-sig')).toEqual([])
  })
})
