import { describe, expect, it } from 'vitest'
import { headerLookup } from '../../src/core/headers.ts'
import { requestHost, requestLine, requestTarget } from '../../src/core/target.ts'

describe('requestTarget: text, and untouched', () => {
  it.each([
    ['/p', '/p'],
    ['/p?b=2&a=1', '/p?b=2&a=1'],
    ['/a/../b/./c//d', '/a/../b/./c//d'],
    ['/%41%2f+%20?q=%zz', '/%41%2f+%20?q=%zz'],
    ['/é?\u{1f600}', '/é?\u{1f600}'],
    ["/p'|\\", "/p'|\\"],
    ['/p#fragment', '/p#fragment'],
    ['/p#?tenant=evil', '/p#?tenant=evil'],
    ['', '/'],
    ['?a=1', '/?a=1'],
    ['*', '/*'],
  ])('%j', (url, target) => {
    expect(requestTarget({ url })).toBe(target)
  })

  it.each([
    ['https://receiver.example/p?q', '/p?q'],
    ['https://receiver.example', '/'],
    ['https://receiver.example?q', '/?q'],
    ['HTTP://evil.example:8080/p', '/p'],
    ['http://[::1]:80/p', '/p'],
    ['http://[2001:DB8::1.2.3.4]/p', '/p'],
    ['http://receiver.example:/p', '/p'],
    // What a URL parser might split elsewhere is left as it is, so that no signature fits it.
    ['http://user:password@evil.example/p', '/http://user:password@evil.example/p'],
    ['http://evil;admin/p', '/http://evil;admin/p'],
    ['http:///p/x', '/http:///p/x'],
    ['http://', '/http://'],
    ['http://:80/p/x', '/http://:80/p/x'],
    ['http://a:80:81/p', '/http://a:80:81/p'],
    ['http://[::1/p', '/http://[::1/p'],
    ['http://[::g]/p', '/http://[::g]/p'],
    ['http://e%2fadmin/p', '/http://e%2fadmin/p'],
    ['//evil.example/p', '//evil.example/p'],
    ['///evil.example/p', '///evil.example/p'],
    ['/https://evil.example/p', '/https://evil.example/p'],
  ])('absolute form, and what looks like it: %s', (url, target) => {
    expect(requestTarget({ url })).toBe(target)
  })

  it('a mounted Express router shortens url: originalUrl comes first', () => {
    expect(requestTarget({ originalUrl: '/hooks/p', url: '/p' })).toBe('/hooks/p')
  })

  it.each([{}, { url: 5 }, { url: null }, null, 'text'])('%j has none', (request) => {
    expect(requestTarget(request)).toBeUndefined()
  })

  it('a getter that throws counts as absent', () => {
    const request = Object.defineProperty({}, 'url', {
      get: () => {
        throw new Error('from a foreign object')
      },
    })
    expect(requestTarget(request)).toBeUndefined()
  })
})

function hostOf(request: { url?: string; headers: Record<string, string | string[]> }): string | undefined {
  return requestHost(request, headerLookup(request.headers))
}

describe('absolute-form and //evil/p targets never change what host is checked: requestHost', () => {
  it.each([
    [{ headers: { Host: 'receiver.example' } }, 'receiver.example'],
    [{ headers: { host: 'receiver.example:8443' } }, 'receiver.example:8443'],
    [{ headers: { ':authority': 'receiver.example' } }, 'receiver.example'],
    [{ headers: { host: ['a', 'b'] } }, undefined],
    [{ headers: { host: 'a', ':authority': 'b' } }, undefined],
    [{ headers: { host: 'a', ':authority': 'A' } }, 'a'],
    [{ headers: { host: 'a', Host: 'a' } }, undefined],
    [{ headers: {} }, undefined],
  ])('%j', (request, host) => {
    expect(hostOf(request)).toBe(host)
  })

  it.each(['https://evil.example/p', '//evil.example/p', 'https://evil.example'])('%s does not change it', (url) => {
    expect(hostOf({ url, headers: { host: 'receiver.example' } })).toBe('receiver.example')
    expect(hostOf({ url, headers: {} })).toBeUndefined()
  })

  it('is not what a proxy or anybody else says it was', () => {
    const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example', 'x-host': 'evil.example' }
    expect(hostOf({ headers })).toBeUndefined()
    expect(hostOf({ headers: { ...headers, host: 'receiver.example' } })).toBe('receiver.example')
  })
})

describe('requestLine', () => {
  it('is method and target, the method in upper case', () => {
    expect(requestLine({ method: 'post', url: '/p?q' })).toEqual({ method: 'POST', target: '/p?q' })
  })

  it.each([{ method: 'POST' }, { url: '/' }, { method: '', url: '/' }, { method: 5, url: '/' }, undefined])(
    '%j: what is not there is a mistake of the caller',
    (request) => {
      expect(() => requestLine(request)).toThrow(TypeError)
    },
  )
})
