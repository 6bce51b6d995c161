import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type Aws4Options, aws4 } from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import {
  awsClients,
  awsOptions,
  awsTime,
  type ClientName,
  type ClientSettings,
  clientNames,
  send,
} from './support/aws-clients.ts'
import { serve } from './support/servers.ts'
import { receiverOf } from './support/tiny-sender.ts'

/** What arrived, and what it proved. */
interface Arrival {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly proof?: unknown
  readonly id?: string
}

/** Starts a server that verifies, and keeps what arrives. */
async function receive(more: Partial<Aws4Options> = {}) {
  const receiver = receiverOf(aws4({ ...awsOptions, ...more }))
  const arrivals: Arrival[] = []
  const verify = async (request: IncomingMessage): Promise<void> => {
    const arrival = { url: request.url ?? '', headers: request.headers }
    arrivals.push(arrival)
    const { proof, id } = await receiver.verify(request, { now: awsTime })
    Object.assign(arrival, { proof, id })
  }
  const { port } = await serve(verify)
  return { port, arrivals }
}

/** One delivery by a client, over a socket: the answer, its signature, and what arrived. */
async function deliver(name: ClientName, target: string, more: Partial<Aws4Options> = {}, settings?: ClientSettings) {
  const { port, arrivals } = await receive(more)
  const sent = await awsClients[name](port, target, settings)
  return { ...sent, ...arrivals[0], port }
}

type Wire = Partial<Record<ClientName, string>>

/** Targets as they are given, and what a client puts on the wire where that is something else. */
const accepted: readonly (readonly [target: string, wire: Wire])[] = [
  ['/', {}],
  ['/hook', {}],
  ['/a/', {}],
  ['/a+b', {}],
  ['/a%20b', {}],
  ['/a%2Bb', {}],
  ['/a%2Fb', {}],
  ['/a%2fb', {}],
  ['/a%25b', {}],
  ['/a%', {}],
  ['/%41', {}],
  ['/a~b', {}],
  ['/a%7Eb', {}],
  ['/%C3%A9', {}],
  ['/%c3%a9', {}],
  ["/it's", {}],
  ['/"quoted"', { aws4: '/%22quoted%22', aws4fetch: '/%22quoted%22' }],
  ['/a(b)*!', {}],
  ['/a;b=c', {}],
  ['/a:b@c,d$e&f', {}],
  ['/a|b', { aws4: '/a%7Cb' }],
  ['/[a]', { aws4: '/%5Ba%5D' }],
  ['/a\\b', { aws4: '/a%5Cb', aws4fetch: '/a/b' }],
  ['/a/%2e%2e/b', { aws4fetch: '/b' }],
  ['/p?a=', {}],
  ['/p?b=2&a=1', { smithy: '/p?a=1&b=2' }],
  ['/p?A=1&a=2&B=3', { smithy: '/p?A=1&B=3&a=2' }],
  ['/p?a-b=1&a=2', { smithy: '/p?a=2&a-b=1' }],
  ['/p?a1=1&a=2', { smithy: '/p?a=2&a1=1' }],
  ['/p?a=1&a=2', {}],
  ['/p?a=1&a=1', {}],
  ['/p?a=1&b=0&a=2', { aws4: '/p?a=1&a=2&b=0', smithy: '/p?a=1&a=2&b=0' }],
  ['/p?a[]=1&a[]=2', { aws4: '/p?a%5B%5D=1&a%5B%5D=2', smithy: '/p?a%5B%5D=1&a%5B%5D=2' }],
  ['/p?a=%5B%5D', {}],
  ['/p?a=+', { aws4: '/p?a=%20', smithy: '/p?a=%2B' }],
  ['/p?a=b+c', { aws4: '/p?a=b%20c', smithy: '/p?a=b%2Bc' }],
  ['/p?a=%2B', {}],
  ['/p?a=%20', {}],
  ['/p?a=b c', { aws4: '/p?a=b%20c', aws4fetch: '/p?a=b%20c', smithy: '/p?a=b%20c' }],
  ['/p?a=%41', { aws4: '/p?a=A', smithy: '/p?a=A' }],
  ['/p?%41=1', { aws4: '/p?A=1', smithy: '/p?A=1' }],
  ['/p?a=%7E~', { aws4: '/p?a=~~', smithy: '/p?a=~~' }],
  ['/p?a=%c3%a9', { aws4: '/p?a=%C3%A9', smithy: '/p?a=%C3%A9' }],
  ['/p?a=é', { aws4: '/p?a=%C3%A9', aws4fetch: '/p?a=%C3%A9', smithy: '/p?a=%C3%A9' }],
  ['/p?é=1', { aws4: '/p?%C3%A9=1', aws4fetch: '/p?%C3%A9=1', smithy: '/p?%C3%A9=1' }],
  ['/p?a=😀', { aws4: '/p?a=%F0%9F%98%80', aws4fetch: '/p?a=%F0%9F%98%80', smithy: '/p?a=%F0%9F%98%80' }],
  ["/p?a='", { aws4: '/p?a=%27', aws4fetch: '/p?a=%27', smithy: '/p?a=%27' }],
  ['/p?a="', { aws4: '/p?a=%22', aws4fetch: '/p?a=%22', smithy: '/p?a=%22' }],
  ['/p?a=!()*', { aws4: '/p?a=%21%28%29%2A', smithy: '/p?a=%21%28%29%2A' }],
  ['/p?a=|^`{}', { aws4: '/p?a=%7C%5E%60%7B%7D', smithy: '/p?a=%7C%5E%60%7B%7D' }],
  ['/p?a=x,y', { aws4: '/p?a=x%2Cy', smithy: '/p?a=x%2Cy' }],
  ['/p?a=b=c', { aws4: '/p?a=b%3Dc', smithy: '/p?a=b' }],
  ['/p?a=bc==', { aws4: '/p?a=bc%3D%3D', smithy: '/p?a=bc' }],
  ['/p?a=b%3Dc', {}],
  ['/p?a=b%5D%3Dc', {}],
  ['/p?a=x%26y', {}],
  ['/p?a=%00', {}],
  ['/p?a=http://x/?y', { aws4: '/p?a=http%3A%2F%2Fx%2F%3Fy', smithy: '/p?a=http%3A%2F%2Fx%2F%3Fy' }],
  ['/p?a=1;b=2', { aws4: '/p?a=1%3Bb%3D2', smithy: '/p?a=1%3Bb' }],
  ['/p?a=1&&b=2', { aws4: '/p?a=1&b=2', smithy: '/p?&a=1&b=2' }],
  ['/p?a=1&', { aws4: '/p?a=1', smithy: '/p?&a=1' }],
  ['/p?a=1#frag', { aws4: '/p?a=1%23frag', aws4fetch: '/p?a=1', smithy: '/p?a=1%23frag' }],
]

/** Targets that not every client can send: the others leave the encoding to their caller, or throw. */
const acceptedOfSome: readonly (readonly [ClientName, target: string, wire: string])[] = [
  ['aws4', '/a b', '/a%20b'],
  ['aws4fetch', '/a b', '/a%20b'],
  ['aws4', '/é', '/%C3%A9'],
  ['aws4fetch', '/é', '/%C3%A9'],
  ['aws4', '/p?a', '/p?a='],
  ['aws4fetch', '/p?a', '/p?a'],
  ['aws4', '/p?b&a=1', '/p?b=&a=1'],
  ['aws4fetch', '/p?b&a=1', '/p?b&a=1'],
  ['aws4', '/p?a=100%', '/p?a=100%25'],
  ['aws4fetch', '/p?a=100%', '/p?a=100%'],
  ['aws4', '/p?a=%zz%41', '/p?a=%25zzA'],
  ['aws4', '/p?a=%ff', '/p?a=%EF%BF%BD'],
  ['aws4', '/p?=x&a=1', '/p?a=1'],
  ['aws4', '/p?a=b]=c', '/p?a=b%5D%3Dc'],
  ['aws4fetch', '/a/../b', '/b'],
  ['aws4fetch', '/a/./b', '/a/b'],
  ['aws4fetch', '/a//../b', '/a/b'],
]

/** Which of three clients, and where: `/p?a=+ by aws4`. */
const everyClient = clientNames.flatMap((name) =>
  accepted.map(([target, wire]) => ({ name, target, wire: wire[name] ?? target })),
)

const covers = { body: true, url: true, time: true }
const proof = {
  scheme: 'aws4',
  authenticated: true,
  covers,
  coversType: true,
  signedAt: new Date('2026-11-03T10:20:30Z'),
}

describe('whole deliveries over a real socket', () => {
  it.each(everyClient)('$target by $name: accepted', async ({ name, target, wire }) => {
    const delivery = await deliver(name, target)
    expect(delivery).toMatchObject({ answer: 'accepted', url: wire, proof })
  })

  it.each(clientNames)(
    'a bare ? by %s: accepted, whether the runtime keeps it on the wire or drops it',
    async (name) => {
      const delivery = await deliver(name, '/p?')
      expect(delivery).toMatchObject({ answer: 'accepted', proof })
      expect(['/p', '/p?']).toContain(delivery.url)
    },
  )

  it.each(acceptedOfSome)('by %s, %s, sent as %s: accepted', async (name, target, wire) => {
    expect(await deliver(name, target)).toMatchObject({ answer: 'accepted', url: wire, proof })
  })

  it.each(clientNames)('%s signs further headers, with white space in them', async (name) => {
    const headers = { 'x-custom': ' a \t b  c ', 'x-other': '"d  e"' }
    const delivery = await deliver(name, '/p', {}, { headers })
    expect(delivery).toMatchObject({ answer: 'accepted', proof })
    expect(delivery.headers?.authorization).toContain('x-custom;x-other')
  })

  it.each(clientNames)('%s signs a session token', async (name) => {
    const delivery = await deliver(name, '/p', {}, { sessionToken: 'a/session+token==' })
    expect(delivery).toMatchObject({ answer: 'accepted', proof })
    expect(delivery.headers?.authorization).toContain('x-amz-security-token')
  })

  it.each(clientNames)('%s with another service, region or secret: refused', async (name) => {
    expect((await deliver(name, '/p', { service: 'lambda' })).answer).toBe('credential_mismatch')
    expect((await deliver(name, '/p', { region: 'eu-central-2' })).answer).toBe('credential_mismatch')
    expect((await deliver(name, '/p', { secretAccessKey: 'another' })).answer).toBe('signature_mismatch')
  })
})

describe('the host that a client signs', () => {
  it.each(clientNames)('%s signs it with its port: the option may leave the port out, or name it', async (name) => {
    const { port, arrivals } = await receive()
    expect((await awsClients[name](port, '/p')).answer).toBe('accepted')
    expect(arrivals[0]?.headers.host).toBe(`127.0.0.1:${port}`)
    expect((await deliver(name, '/p', { host: `127.0.0.1:${port}` })).answer).toBe('host_mismatch')
    expect((await deliver(name, '/p', { host: 'hooks.example.com' })).answer).toBe('host_mismatch')
  })

  // fetch takes the host of its URL.
  it.each(['aws4', 'smithy'] as const)('%s names another than it connects to', async (name) => {
    const host = 'hooks.example.com:8443'
    expect((await deliver(name, '/p', { host }, { host })).answer).toBe('accepted')
    expect((await deliver(name, '/p', { host: ['a.example', 'HOOKS.example.com'] }, { host })).answer).toBe('accepted')
    expect((await deliver(name, '/p', { host: 'hooks.example.com:443' }, { host })).answer).toBe('host_mismatch')
  })
})

describe('the payload of S3', () => {
  const s3 = { service: 's3', pathEncoding: 'single' } as const
  it('aws4 and @smithy/signature-v4 hash it', async () => {
    for (const name of ['aws4', 'smithy'] as const) {
      const settings = { service: 's3', single: true }
      expect(await deliver(name, '/a%20b', s3, settings)).toMatchObject({ answer: 'accepted', proof })
    }
  })

  it('aws4fetch leaves it unsigned: refused unless it is allowed by name, and then not covered', async () => {
    const settings = { service: 's3' }
    expect((await deliver('aws4fetch', '/p', s3, settings)).answer).toBe('body_hash_missing')
    const allowed = { ...s3, dangerouslyAllowUnsignedPayload: true }
    const { answer, proof } = await deliver('aws4fetch', '/p', allowed, settings)
    expect([answer, proof]).toMatchObject(['accepted', { covers: { body: false, url: true, time: true } }])
  })
})

/** Paths that a client sends as they are and signs resolved, and the other path that has the same signature. */
const resolvedPaths: readonly (readonly [ClientName, sent: string, twin: string])[] = [
  ...(['aws4', 'smithy'] as const).flatMap((name) =>
    [
      ['//a//b', '/a/b'],
      ['//', '/'],
      ['/a//b', '/a/b'],
      ['/a/./b', '/a/b'],
      ['/a/../b', '/b'],
      ['/a/b/..', '/a'],
      ['/./', '/'],
      ['/../a', '/a'],
      ['/a//../b', '/b'],
    ].map(([sent = '', twin = '']) => [name, sent, twin] as const),
  ),
  ['aws4fetch', '//a//b', '/a/b'],
  ['aws4fetch', '//', '/'],
  ['aws4fetch', '/a//b', '/a/b'],
]

/**
 * Two targets that mean different things to a server and have one signature, by the client's doing. The first is refused,
 * since it cannot be told from the second, which is what was signed.
 */
const alike: readonly (readonly [ClientName, sent: string, twin: string, reason: string])[] = [
  ...clientNames.flatMap((name): (typeof alike)[number][] => [
    [name, '/p?a=2&a=1', '/p?a=1&a=2', 'the values of a repeated parameter are sorted for signing'],
    [name, '/p?a[]=2&a[]=1', '/p?a[]=1&a[]=2', 'the same, in brackets'],
  ]),
  ['smithy', '/p?a', '/p', 'a parameter without = is sent and not signed'],
  ['aws4', '/p?__proto__=1', '/p', 'a parameter of this name is sent and not signed'],
  ['aws4fetch', '/p?=x&a=1', '/p?a=1', 'a parameter without a name is sent and not signed'],
  ['aws4fetch', '/p?a=%ff', '/p?a=%EF%BF%BD', 'escapes that are not UTF-8 are all signed as one'],
  ['aws4fetch', '/p?a=%zz%41', '/p?a=%25zzA', 'a stray % beside escapes: some servers decode these, some do not'],
  ['aws4fetch', '/p?a=b]=c', '/p?a=b%5D%3Dc', 'some servers split the first at its second sign'],
]

describe('what cannot be told apart is refused', () => {
  it.each(resolvedPaths)('by %s, %s, which is signed as %s', async (name, sent, twin) => {
    const { port, arrivals } = await receive()
    const first = await awsClients[name](port, sent)
    expect(first.answer).toBe('signature_mismatch')
    const second = await awsClients[name](port, twin)
    expect(second).toEqual({ answer: 'accepted', signature: first.signature })
    expect(arrivals.map(({ url }) => url)).toEqual([sent, twin])
  })

  it.each(resolvedPaths)('by %s, %s, unless normalizePath says that it is the same as %s', async (name, sent, twin) => {
    const { port, arrivals } = await receive({ normalizePath: true })
    expect((await awsClients[name](port, sent)).answer).toBe('accepted')
    expect((await awsClients[name](port, twin)).answer).toBe('accepted')
    expect(arrivals[0]?.id).toBe(arrivals[1]?.id)
  })

  it.each(alike)('by %s, %s, which is signed as %s: %s', async (name, sent, twin) => {
    const { port, arrivals } = await receive()
    const first = await awsClients[name](port, sent)
    expect(first.answer).toBe('signature_mismatch')
    const second = await awsClients[name](port, twin)
    expect(second).toEqual({ answer: 'accepted', signature: first.signature })
    expect(new Set(arrivals.map(({ url }) => url)).size).toBe(2)
  })
})

/** What is sent anew with the headers of a genuine delivery. */
const respelt: readonly (readonly [signed: string, sent: string, verdict: string])[] = [
  // The same to every server.
  ['/p?a=1&b=2', '/p?b=2&a=1', 'accepted'],
  ['/p?a=1&b=2', '/p?&b=2&&a=1&', 'accepted'],
  ['/p?a=1&a=2&b=3', '/p?b=3&a=1&a=2', 'accepted'],
  ['/p?a=A', '/p?%61=%41', 'accepted'],
  ['/p?a=%20', '/p?a=+', 'accepted'],
  ['/p?a=%C3%A9', '/p?a=%c3%a9', 'accepted'],
  ['/p?a=%3D', '/p?a==', 'accepted'],
  ['/p?a=', '/p?a', 'accepted'],
  ['/p', '/p?', 'accepted'],
  // Another request.
  ['/p', '/p#fragment', 'signature_mismatch'], // some routers read a query behind `#`
  ['/p', '/p#?tenant=evil', 'signature_mismatch'],
  ['/p?a=1&a%5B%5D=2', '/p?a%5B%5D=2&a=1', 'signature_mismatch'], // some servers read both as one list
  ['/p?a=%2B', '/p?a=+', 'signature_mismatch'],
  ['/p?a=%20', '/p?a=%2B', 'signature_mismatch'],
  ['/p?a=1&a=2', '/p?a=2&a=1', 'signature_mismatch'],
  ['/p?a=1&a=2', '/p?%61=2&a=1', 'signature_mismatch'],
  ['/p?a=x%26b=y', '/p?a=x&b=y', 'signature_mismatch'],
  ['/p?a=b%5D%3Dc', '/p?a=b%5D=c', 'signature_mismatch'],
  ['/p?a=b%5D%3Dc', '/p?a=b]=c', 'signature_mismatch'],
  ['/p?a=%25zzA', '/p?a=%zz%41', 'signature_mismatch'],
  ['/p?a=1', '/p?a=1&=x', 'signature_mismatch'],
  ['/p?a=1', '/p?a=1&b', 'signature_mismatch'],
  ['/p?a=1', '/p?a=2', 'signature_mismatch'],
  ['/p?a=1', '/p?A=1', 'signature_mismatch'],
  ['/p?a=1', '/p', 'signature_mismatch'],
  ['/p?a=1', '/p%3Fa=1', 'signature_mismatch'],
  ['/p', '/p/', 'signature_mismatch'],
  ['/p', '/P', 'signature_mismatch'],
  ['/p', '/%70', 'signature_mismatch'],
  ['/a/b', '/a%2Fb', 'signature_mismatch'],
  ['/a/b', '//a/b', 'signature_mismatch'],
  ['/a/b', '/a//b', 'signature_mismatch'],
  ['/a/b', '/x/../a/b', 'signature_mismatch'],
  ['/a/b', '/./a/b', 'signature_mismatch'],
  ['/a+b', '/a%20b', 'signature_mismatch'],
  ['/a%2Fb', '/a%2fb', 'signature_mismatch'],
]

describe('a respelling of what was signed is accepted where it means the same, and has the same id', () => {
  it.each(respelt)('%s, sent as %s: %s', async (signed, sent, verdict) => {
    for (const name of clientNames) {
      const { port, arrivals } = await receive()
      expect((await awsClients[name](port, signed)).answer).toBe('accepted')
      const again = await send(port, sent, headersOf(arrivals[0]))
      expect([arrivals[1]?.url, again.answer]).toEqual([sent, verdict])
      if (verdict === 'accepted') expect(arrivals[1]?.id).toBe(arrivals[0]?.id)
    }
  })
})

/** The headers of what arrived, to be sent again. */
function headersOf(arrival: Arrival | undefined): Record<string, string> {
  const { connection: _connection, ...headers } = arrival?.headers ?? {}
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

describe('a path that is signed as it is sent (pathEncoding: single)', () => {
  const targets = ['/hook', '/a%20b', '/a%2Bb', '/%C3%A9', '/a~b', '/a%25b', '/p?b=2&a=1']
  const cases = clientNames.flatMap((name) => targets.map((target) => ({ name, target })))
  it.each(cases)('$target by $name: accepted', async ({ name, target }) => {
    const settings = { single: true }
    expect((await deliver(name, target, { pathEncoding: 'single' }, settings)).answer).toBe('accepted')
  })

  it.each(clientNames)('%s, one encoded once and the other twice', async (name) => {
    expect((await deliver(name, '/a%20b', {}, { single: true })).answer).toBe('signature_mismatch')
    expect((await deliver(name, '/a%20b', { pathEncoding: 'single' })).answer).toBe('signature_mismatch')
  })

  // Each has the signature of the path beside it, which is another request.
  it.each([
    ['aws4', "/it's", '/it%27s'],
    ['aws4', '/a+b', '/a%20b'],
    ['aws4', '/a;b', '/a%3Bb'],
    ['aws4', '/%c3%a9', '/%C3%A9'],
    ['aws4', '/%41', '/A'],
    ['aws4fetch', "/it's", '/it%27s'],
    ['aws4fetch', '/a(b)*!', '/a%28b%29%2A%21'],
  ] as const)('by %s, %s, which is signed as %s: refused', async (name, sent, twin) => {
    const { port, arrivals } = await receive({ pathEncoding: 'single' })
    const first = await awsClients[name](port, sent, { single: true })
    const second = await awsClients[name](port, twin, { single: true })
    expect([first.answer, second.answer]).toEqual(['signature_mismatch', 'accepted'])
    expect(first.signature).toBe(second.signature)
    expect(arrivals.map(({ url }) => url)).toEqual([sent, twin])
  })
})

describe('the page docs/aws4.md', () => {
  const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  const page = read('docs/aws4.md')

  it('lists what cannot be told apart, and nothing else', () => {
    const [, listed = ''] = /<!-- alike -->(.*)<!-- \/alike -->/s.exec(page) ?? []
    const rows = alike.map(([name, sent, twin, reason]) => {
      const who = alike.filter(([, other]) => other === sent).length === clientNames.length ? 'all three' : name
      return `| ${who} | \`${sent}\` | \`${twin}\` | ${reason} |`
    })
    expect(listed.trim().split('\n').slice(2).sort()).toEqual([...new Set(rows)].sort())
  })

  it.each(['aws4', 'aws4fetch', '@smithy/signature-v4'])('names the version of %s that is tested', (name) => {
    const { devDependencies } = JSON.parse(read('package.json'))
    expect(page).toContain(`| ${name} | ${devDependencies[name]} |`)
  })

  it.each([
    ['aws4', 'execute-api', false],
    ['aws4fetch', 'execute-api', false],
    ['smithy', 'execute-api', true],
    ['aws4', 's3', true],
    ['aws4fetch', 's3', true],
    ['smithy', 's3', true],
  ] as const)('says whether %s for %s sends the content hash', async (name, service, sends) => {
    const { headers } = await deliver(name, '/p', { service }, { service })
    expect(headers && 'x-amz-content-sha256' in headers).toBe(sends)
  })
})
