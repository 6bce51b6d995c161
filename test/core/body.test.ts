import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { takeBody } from '../../src/core/body.ts'
import { headerLookup } from '../../src/core/headers.ts'

const limit = 100

/** What comes of a request; a WebhookError as its code and message. */
async function outcome(request: object, headers: Record<string, string> = {}): Promise<unknown> {
  try {
    return Buffer.from(await takeBody(request, headerLookup(headers), limit)).toString()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return 'code' in error ? [error.code, error.message] : error.message.split('\n')
  }
}

/** A Node stream that says more of itself. */
function stream(more: object, body = 'body'): object {
  return Object.defineProperties(Readable.from([Buffer.from(body)]), Object.getOwnPropertyDescriptors(more))
}

const parsed = [
  'countersign needs the raw body, and it was already parsed or read before verify() was called.',
  ...['Express', 'Fastify', 'Next.js', 'NestJS', 'SvelteKit', 'Bun', 'node:http', 'Lambda'].map((name) =>
    expect.stringMatching(new RegExp(`^${name}.*: .{30}`)),
  ),
]
const incomplete = ['body_incomplete', 'the connection broke before the whole body had arrived']
const encoded = ['body_encoded', 'the body has a Content-Encoding: what was signed cannot be told from it']
const tooLarge = ['body_too_large', 'the body is longer than 100 bytes: see the option maxBodyBytes']

describe('a body that cannot be taken says why', () => {
  it.each([
    [
      'marked as base64, and not',
      { body: '%', isBase64Encoded: true },
      ['body_malformed', 'the body is marked as base64 and is not'],
    ],
    ['a lone surrogate', { body: '\ud800' }, ['body_malformed', 'the body is not well-formed text']],
    ['too long', { body: 'x'.repeat(101) }, tooLarge],
    ['parsed', { body: { event: 'Ping' } }, parsed],
    ['read already, and null since', { body: null, bodyUsed: true }, parsed],
    ['a Node stream that somebody read', stream({ readableDidRead: true }), parsed],
    ['a Node stream at its end', stream({ readableEnded: true }), parsed],
    ['a Node stream that was aborted', stream({ aborted: true }), incomplete],
    ['a Node stream whose reading was aborted', stream({ readableAborted: true }), incomplete],
    ['a Node stream that failed', stream({ errored: new Error('reset') }), incomplete],
    ['a Node stream that was destroyed', stream({ destroyed: true }), incomplete],
    ['what is a Node stream by a method alone', { on: () => undefined, body: {} }, parsed],
  ])('%s', async (_name, request, due) => {
    expect(await outcome(request)).toEqual(due)
  })

  it('a Node stream that was neither read, aborted, destroyed nor failed is taken', async () => {
    const flags = { readableDidRead: false, readableEnded: false, aborted: false, readableAborted: false }
    expect(await outcome(stream({ ...flags, errored: null, destroyed: false }))).toBe('body')
  })

  it.each([null, undefined])('none, where the headers announce one: %s', async (body) => {
    const announced = 'Content-Length announces a body, and none was handed over: hand over the request itself'
    expect(await outcome({ body }, { 'Content-Length': '1' })).toEqual(['body_incomplete', announced])
    expect(await outcome({ body }, { 'Content-Length': '0' })).toBe('')
    expect(await outcome({ body }, { 'Content-Length': 'much' })).toBe('')
  })

  it.each([null, undefined])('none is empty: %s', async (body) => {
    expect(await outcome({ body, bodyUsed: false })).toBe('')
    expect(await outcome({ body })).toBe('')
  })
})

describe('what the headers say of a stream', () => {
  const web = () => ({ body: new Blob(['body']).stream() })

  it.each([
    ['an encoding', { 'content-encoding': 'gzip' }, encoded],
    ['two encodings', { 'content-encoding': 'identity, gzip' }, encoded],
    ['none', {}, 'body'],
    ['the encoding that is none', { 'content-encoding': ' Identity ' }, 'body'],
    ['an empty encoding', { 'content-encoding': ' ' }, 'body'],
    ['the limit as the length', { 'content-length': '100' }, 'body'],
    ['one more', { 'content-length': '101' }, tooLarge],
    ['no number as the length', { 'content-length': 'four' }, 'body'],
    ['a length below zero', { 'content-length': '-4' }, 'body'],
    ['half a byte', { 'content-length': '4.5' }, 'body'],
  ])('%s', async (_name, headers, due) => {
    expect(await outcome(web(), headers)).toEqual(due)
    expect(await outcome(stream({}), headers)).toEqual(due)
  })
})
