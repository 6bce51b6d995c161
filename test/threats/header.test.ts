import { createHash } from 'node:crypto'
import { header } from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import { ping, verifyBy } from '../support/tiny-sender.ts'
import { caught, untyped, verdict } from '../support/verdict.ts'

const value = 'a static value: 16 €'
const asSent = Buffer.from(value).toString('latin1')

function check(headers: unknown, name = 'X-Static', body: string = ping) {
  return verdict(verifyBy(header({ name, value }), untyped({ headers, body })))
}

describe('static header: the whole value, and nothing but it', () => {
  it.each([
    ['as node:http hands it over, one character a byte', asSent],
    ['as a framework that decodes UTF-8 hands it over', value],
  ])('%s: accepted', async (_name, text) => {
    expect(await check({ 'x-static': text })).toBe('accepted')
  })

  it.each([
    ['truncated by one', asSent.slice(0, -1)],
    ['one character more', `${asSent}!`],
    ['another case', asSent.toUpperCase()],
    ['white space around it', ` ${asSent}`],
    ['white space behind', `${asSent} `],
    ['twice', `${asSent}, ${asSent}`],
    ['joined by a comma', `${asSent},x`],
    ['a scheme in front', `Bearer ${asSent}`],
    ['one character for its neighbour', asSent.replace('16', '17')],
    ['a replacement character', value.replace('€', '\ufffd')],
    ['a lone surrogate', '\ud800'],
    ['its SHA-256', createHash('sha256').update(value).digest('hex')],
  ])('%s: refused', async (_name, text) => {
    expect(await check({ 'x-static': text })).toBe('credential_mismatch')
  })

  it('every length but the right one', async () => {
    for (let length = 1; length < asSent.length; length += 1) {
      expect(await check({ 'x-static': asSent.slice(0, length) })).toBe('credential_mismatch')
      expect(await check({ 'x-static': asSent.slice(length) })).toBe('credential_mismatch')
      expect(await check({ 'x-static': 'a'.repeat(length * 300) })).toBe('credential_mismatch')
    }
  })

  it.each([
    ['missing', {}, 'header_missing'],
    ['empty', { 'x-static': '' }, 'header_missing'],
    ['an array of two', { 'x-static': [asSent, asSent] }, 'header_malformed'],
    ['two spellings', { 'x-static': asSent, 'X-STATIC': 'x' }, 'header_malformed'],
    ['a control character', { 'x-static': `${asSent}\0` }, 'header_malformed'],
    ['longer than 8192 characters', { 'x-static': 'a'.repeat(8193) }, 'header_malformed'],
  ])('%s', async (_name, headers, code) => {
    expect(await check(headers)).toBe(code)
  })
})

describe('Authorization twice: Node hands over the first only, Bun, Deno and workerd A, B', () => {
  it('the joined form is refused', async () => {
    const headers = new Headers()
    headers.append('Authorization', 'token')
    headers.append('Authorization', 'token')
    const scheme = header({ name: 'Authorization', value: 'token' })
    expect(headers.get('authorization')).toBe('token, token')
    expect(await verdict(verifyBy(scheme, { headers, body: ping }))).toBe('credential_mismatch')
  })
})

describe('static headers authenticate the sender and cover nothing', () => {
  const scheme = header({ name: 'X-Static', value: [{ label: 'new', value: 'n' }, 'old'] })
  it.each([
    ['n', 'new'],
    ['old', '1'],
  ])('with %s, the proof names the credential %s', async (text, credential) => {
    const delivery = await verifyBy(scheme, { headers: { 'x-static': text }, body: ping })
    const covers = { body: false, url: false, time: false }
    expect(delivery.proof).toEqual({ scheme: 'header', authenticated: true, covers, credential, coversType: false })
    expect(delivery.idFrom).toBe('body')
  })

  it('a body is not covered, and so may be any', async () => {
    expect(await check({ 'x-static': asSent }, 'X-Static', '{"event":"other"}')).toBe('accepted')
    expect(await check({ 'x-static': asSent }, 'X-Static', 'no JSON')).toBe('body_malformed')
  })

  it('an error does not name the value, whichever side it came from', async () => {
    const error = await caught(verifyBy(scheme, { headers: { 'x-static': 'guessed-value' }, body: ping }))
    expect(String(error)).toBe('WebhookError: X-Static does not hold the expected value')
  })
})
