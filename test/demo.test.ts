import { execFileSync, spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebhookError } from 'countersign'
import { type AnyDelivery, listSamples, samples } from 'countersign/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseArguments } from '../examples/demo/arguments.mjs'
import { algNone, changeLast, laterExpiry, proofHeader, randomProof, withProof } from '../examples/demo/changes.mjs'
import { curlCommand, quote } from '../examples/demo/curl.mjs'
import { createSend, type Send, type Shipment } from '../examples/demo/deliver.mjs'
import { accepted, refused } from '../examples/demo/expectations.mjs'
import { explain } from '../examples/demo/explain.mjs'
import { renderCommands } from '../examples/demo/listen.mjs'
import { renderReport } from '../examples/demo/report.mjs'
import type { Route } from '../examples/demo/route.mjs'
import { type Attempt, exitCodeOf, runDemo, signSample } from '../examples/demo/run.mjs'
import { scenarios } from '../examples/demo/scenarios.mjs'
import { type DemoServer, type Outcome, startServer } from '../examples/demo/server.mjs'
import { createPaint, cut, plain } from '../examples/demo/style.mjs'
import { type Column, columnWidths, headLine, type Row, rowLine } from '../examples/demo/table.mjs'
import { startWatchdog } from '../examples/demo/watchdog.mjs'

const noPaint = createPaint({ isTTY: false }, {})
const colour = createPaint({ isTTY: true }, {})
const esc = String.fromCharCode(27)

describe('arguments', () => {
  it.each([
    [[], { mode: 'run' }],
    [['--listen', '3000'], { mode: 'listen', port: 3000 }],
    [['--listen=3000'], { mode: 'listen', port: 3000 }],
    [['--listen', '0'], { mode: 'listen', port: 0 }],
    [['--listen', '65535'], { mode: 'listen', port: 65_535 }],
    [['--help'], { mode: 'help' }],
    [['--listen', '3000', '-h'], { mode: 'help' }],
  ])('%j', (argv, command) => {
    expect(parseArguments(argv)).toEqual(command)
  })

  it.each([
    [['--listen']],
    [['--listen', 'abc']],
    [['--listen', '65536']],
    [['--listen', '-1']],
    [['--listen', '3e3']],
    [['--listen', '']],
    [['--listen=']],
    [['--listen', '3000', '--verbose']],
    [['3000']],
    [['--port', '3000']],
  ])('refuses %j in one line', (argv) => {
    const command = parseArguments(argv)
    expect(command.mode).toBe('wrong')
    expect(command).toHaveProperty('message', expect.stringMatching(/^demo: [^\n]+$/))
  })
})

const hostileTexts = [
  '',
  "it's",
  "'",
  "''''",
  "'; echo injected; '",
  '$(echo injected) `echo injected` $HOME',
  '"double" \\ \\\\ \\n %s %d %%',
  '!! !$ ~ * ? [a-z] {a,b} # & | ; < > ( )',
  '-n -e --help',
  '@/etc/hostname',
  'é ü 漢字 😀',
  '\ufeff{}',
  'two\nlines\n\n',
  '\ttab\r\n',
  `${esc}[31mred${esc}[0m`,
]

const hostileBytes = [
  ...hostileTexts.map((text) => new TextEncoder().encode(text)),
  new Uint8Array([0, 255, 37, 254, 0]),
  new Uint8Array([123, 255, 125]),
  new Uint8Array([123, 0, 125]),
]

describe('commands for a shell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'))
  const request = { method: 'POST', url: "http://127.0.0.1/it's?a=1&b=$2", headers: { 'x-a': ["o'clock", '$(id)'] } }

  // Stands in for curl: keeps its arguments and what it would read from standard input.
  beforeAll(() => {
    writeFileSync(join(folder, 'curl'), `#!/bin/sh\nprintf '%s\\0' "$@" > "$OUT/args"\ncat > "$OUT/stdin"\n`, {
      mode: 0o755,
    })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function paste(body: Uint8Array) {
    const env = { PATH: `${folder}:${process.env['PATH']}`, OUT: folder }
    execFileSync('sh', ['-c', curlCommand({ ...request, body })], { env, input: '' })
    const args = readFileSync(join(folder, 'args')).toString().split('\0').slice(0, -1)
    return { args, stdin: readFileSync(join(folder, 'stdin')) }
  }

  it.each(hostileTexts)('quote: %j comes through sh as it was', (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${quote(text)}`]).toString()).toBe(text)
  })

  it.each(hostileBytes.map((body) => ({ body })))('curlCommand: body %# arrives to the byte', ({ body }) => {
    const { args, stdin } = paste(body)
    const last = args.at(-1) ?? ''
    expect(args.at(-2)).toBe('--data-binary')
    expect(last).toMatch(/^(?!@)|^@-$/) // curl takes any other @ for a file's name
    expect([...(last === '@-' ? stdin : Buffer.from(last))]).toEqual([...body])
  })

  it('gives the method, the URL and each value of a header', () => {
    const { args } = paste(new Uint8Array([123, 125]))
    const rest = ['-X', 'POST', request.url, '-H', "x-a: o'clock", '-H', 'x-a: $(id)', '--data-binary', '{}']
    expect(args).toEqual(['-sS', '-w', '%{http_code}\\n', ...rest])
  })

  it('puts no control character into what is pasted', () => {
    const command = curlCommand({ ...request, body: new TextEncoder().encode(`${esc}[31m\t\r\u0085\u202e`) })
    expect(command.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
  })
})

describe('table', () => {
  const columns: Column[] = [{ title: 'name' }, { title: 'verdict' }, { title: 'ms', align: 'right' }]
  const rows: Row[] = [
    ['a name that is far too long for this table', { text: '200 known', colour: 'green' }, '1.0'],
    ['short', '401', '12.5'],
  ]
  const render = (limit: number, paint = noPaint) => {
    const widths = columnWidths(columns, rows, limit)
    return [headLine(columns, widths, paint), ...rows.map((row) => rowLine(columns, widths, row, paint))]
  }

  it('takes the room that it needs and no more', () => {
    expect(render(100)).toEqual([
      'name                                        verdict      ms',
      'a name that is far too long for this table  200 known   1.0',
      'short                                       401        12.5',
    ])
  })

  it('cuts what is widest, in its middle, and fits', () => {
    expect(render(30)).toEqual([
      'name           verdict      ms',
      'a name t…able  200 known   1.0',
      'short          401        12.5',
    ])
  })

  it.each([40, 30, 25, 20, 16, 13])('fits into %i columns', (limit) => {
    for (const line of render(limit)) expect(line.length).toBeLessThanOrEqual(limit)
  })

  it('ends where no column can give way', () => {
    expect(render(1).map((line) => line.length)).toEqual([13, 13, 13])
  })

  it('colours without moving anything', () => {
    const painted = render(30, colour).map((line) => line.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '').trimEnd())
    expect(painted).toEqual(render(30))
    expect(render(30, colour).join()).toContain(`${esc}[32m200 known${esc}[0m`)
  })
})

describe('style', () => {
  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { NO_COLOR: '0' }, false],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{ isTTY: false }, {}, false],
    [{}, {}, false],
  ])('%j with %j: colour %s', (stream, env, coloured) => {
    expect(createPaint(stream, env)('red', 'x')).toBe(coloured ? `${esc}[31mx${esc}[0m` : 'x')
  })

  it('makes text from the wire fit for a terminal', () => {
    expect(plain(`a${esc}[2J\r\n\u202eb\u0000é`)).toBe('a?[2J???b?é')
    expect(plain('x'.repeat(1000))).toHaveLength(60)
  })

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abc…f'],
    ['abcdef', 3, 'ab…'],
    ['abcdef', 1, '…'],
    ['😀😀😀', 3, '😀😀😀'],
  ])('cuts %s to %i', (text, width, expected) => {
    expect(cut(text, width)).toBe(expected)
  })
})

describe('explanation of a delivery', () => {
  const outcome: Outcome = {
    method: 'POST',
    path: '/tyk',
    route: undefined,
    status: 404,
    result: undefined,
    duplicate: false,
    ms: 1.25,
  }
  // The explanation asks only whether there is a route.
  const route = {} as Route
  const proof = {
    scheme: 'hmac',
    authenticated: true,
    covers: { body: true, url: false, time: false },
    coversType: true,
  } as const
  const delivery: AnyDelivery = {
    known: true,
    type: 'UserRegistered',
    payload: {},
    id: '0123456789abcdef'.repeat(4),
    idFrom: 'body',
    proof,
    body: new Uint8Array(),
  }
  const say = (change: Partial<Outcome>) => explain({ ...outcome, ...change }, ['/tight', '/tyk'], noPaint)

  it('names the paths where there is none', () => {
    expect(say({ path: `/x${esc}[2J` })).toBe(
      'POST /x?[2J  404 no such route  1.3 ms\n    No sender delivers here. Paths: /tight /tyk',
    )
  })

  it('says what was proved, and what was not', () => {
    const text = say({ route, status: 200, result: { ok: true, delivery } })
    expect(text).toContain('200 known')
    expect(text).toContain("Proved:     the sender, the body, the event's name; not the URL, the time of signing")
    expect(text).toContain('answer 200')
    expect(text).not.toContain(delivery.id)
  })

  it('says what a duplicate asks for', () => {
    const text = say({ route, status: 200, result: { ok: true, delivery }, duplicate: true })
    expect(text).toContain('200 duplicate')
    expect(text).toContain('do nothing')
  })

  it('says that nothing was proved where nobody was authenticated', () => {
    const open = { ...delivery, proof: { ...proof, authenticated: false } }
    expect(say({ route, status: 200, result: { ok: true, delivery: open } })).toContain('Proved:     nothing')
  })

  it("shows a sender's text without its control characters", () => {
    const strange = { ...delivery, known: false, reason: 'unlisted', type: `${esc}]0;x` } as const
    const text = say({ route, status: 200, result: { ok: true, delivery: strange } })
    expect(text).toContain('200 unlisted')
    expect(text).toContain('?]0;x')
    expect(text).not.toContain(esc)
  })

  it('says why a delivery was refused, and what to do', () => {
    const error = new WebhookError('timestamp_too_old', 'signed long ago')
    const lines = say({ route, status: 401, result: { ok: false, error } }).split('\n')
    expect(lines[0]).toContain('401 timestamp_too_old')
    expect(lines).toContain('    Because:    signed long ago')
    expect(lines.join()).toContain('Next:       answer 401; sign it anew')
    expect(lines.join()).toContain('Retry:      the next try may pass')
  })
})

describe('what is changed on the way', () => {
  it.each([
    ['hex', 'sha256=', '0a'.repeat(32)],
    ['base64', 'v1,', `${'x'.repeat(43)}=`],
    ['base64url', 'a.b.', 'x'.repeat(43)],
    ['a list', 't=1700000000,v1=', '0a'.repeat(32)],
  ])('a random proof keeps the shape of %s', (_name, before, signature) => {
    const forged = randomProof(before + signature)
    expect(forged).toHaveLength(before.length + signature.length)
    expect(forged.startsWith(before)).toBe(true)
    expect(forged.endsWith('=')).toBe(signature.endsWith('='))
    expect(forged).not.toBe(before + signature)
  })

  it('a random password is of the same user', () => {
    const forged = atob(randomProof(`Basic ${btoa('a user:a:password')}`).slice('Basic '.length))
    expect(forged).toMatch(/^a user:[\w-]{43}$/)
  })

  it.each([
    [['x-amz-date', 'x-amz-content-sha256', 'authorization'], 'authorization'],
    [['webhook-id', 'webhook-timestamp', 'webhook-signature'], 'webhook-signature'],
    [['x-key'], 'x-key'],
  ])('of %j the proof is %s', (authHeaders, name) => {
    const headers = Object.fromEntries(authHeaders.map((one) => [one, 'right']))
    const request = { method: 'POST', url: 'http://127.0.0.1/a/b', headers, body: new Uint8Array(), authHeaders }
    expect(proofHeader(request)).toBe(name)
    expect(withProof(request, () => 'wrong')).toMatchObject({
      url: request.url,
      headers: { ...headers, [name]: 'wrong' },
    })
  })

  it('a proof in the URL is its last segment', () => {
    const request = {
      method: 'POST',
      url: 'http://127.0.0.1/a/b',
      headers: {},
      body: new Uint8Array(),
      authHeaders: [],
    }
    expect(withProof(request, (value) => `${value}c`).url).toBe('http://127.0.0.1/a/bc')
  })

  it('a token keeps what stands before it', () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const token = `Bearer ${part({ alg: 'ES256' })}.${part({ sub: 'x', exp: 100 })}.c2lnbmF0dXJl`
    expect(algNone(token)).toBe(
      `Bearer ${part({ alg: 'none', typ: 'JWT' })}.${part({ sub: 'x', exp: 100 })}.c2lnbmF0dXJl`,
    )
    expect(laterExpiry(token)).toBe(`Bearer ${part({ alg: 'ES256' })}.${part({ sub: 'x', exp: 3700 })}.c2lnbmF0dXJl`)
  })

  it.each([
    ['{"a":{"b":"text"},"c":null}', '{"a":{"b":"tex1"},"c":null}'],
    ['{"a":[1,41],"b":true}', '{"a":[1,42],"b":true}'],
    ['{"a":"é","b":4200}', '{"a":"é","b":4201}'],
  ])('one character of %s changes its last value', (body, changed) => {
    expect(new TextDecoder().decode(changeLast(new TextEncoder().encode(body)))).toBe(changed)
  })
})

describe('the whole run', () => {
  const arrivals = new EventEmitter()
  const sent: Shipment[] = []
  const started: string[] = []
  let server: DemoServer
  let attempts: readonly Attempt[]
  const send: Send = createSend(arrivals)
  beforeAll(async () => {
    server = await startServer(0, (outcome) => arrivals.emit('outcome', outcome))
    const keep: Send = (shipment) => {
      sent.push(shipment)
      return send(shipment)
    }
    attempts = await runDemo(server.routes, server.origin, keep, { onStart: (name) => started.push(name) })
  })
  afterAll(() => server.close())

  const routeOf = (path: string): Route => server.routes.find((one) => one.path === path) ?? expect.fail(path)
  /** The samples alone, with what is expected of them changed. */
  async function trySamples(path: string, change: (route: Route) => Partial<Route>): Promise<Attempt> {
    const route = routeOf(path)
    const only = { ...route, samples: [route.subject], scenarios: [], ...change(route) }
    const [attempt] = await runDemo([only], server.origin, send, { list: [] })
    return attempt ?? expect.fail('nothing was delivered')
  }

  it('finds every verdict as expected, and says so in 100 columns', () => {
    const report = renderReport(attempts, noPaint)
    expect(attempts.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))).toEqual([])
    expect(exitCodeOf(attempts)).toBe(0)
    expect(attempts).toHaveLength(sent.length)
    expect(started).toHaveLength(sent.length)
    expect(report).toContain(`All ${sent.length} verdicts as expected`)
    expect(Math.max(...report.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it('tells no secret, neither in the report nor of what is pending', () => {
    const texts = [renderReport(attempts, noPaint), ...started].join('\n')
    for (const text of sent.flatMap(({ headers, body }) => [...proofsOf(headers), new TextDecoder().decode(body)])) {
      if (text !== '') expect(texts).not.toContain(text)
    }
    const secrets = sent.flatMap(({ url }) => url.split('/')).filter((segment) => segment.length === 43)
    expect(new Set(secrets).size).toBeGreaterThan(2)
    for (const secret of secrets) expect(texts).not.toContain(secret)
  })

  it('keeps a secret of the URL out of the path that it shows', () => {
    const paths = attempts.filter(({ route }) => route.proofIn === 'url').map(({ outcome }) => outcome.path)
    expect(new Set(paths)).toEqual(new Set(['/tightknit/unsigned/…']))
  })

  it.each([
    ['Tight', samples.tight],
    ['Tyk', samples.tyk],
    ['Sighten', samples.sighten],
    ['Tightknit', samples.tightknit],
  ])('delivers every event of %s', (sender, tree) => {
    const delivered = attempts
      .filter(({ route, isSample }) => isSample && route.sender === sender)
      .map(({ outcome: { result } }) => (result?.ok === true ? result.delivery.payload : undefined))
    for (const { payload } of listSamples(tree)) expect(delivered).toContainEqual(payload)
  })

  it.each([
    ['Tight', ['jwt']],
    ['Tyk', ['hmac']],
    [
      'Sighten',
      ['header', 'basic', 'token', 'aws4', 'authorization', 'hmac', 'digest', 'oauth2', 'basic', 'unauthenticated'],
    ],
    ['Tightknit', ['standardWebhooks', 'standardWebhooks', 'urlSecret', 'unauthenticated']],
  ])('proves %s by every scheme, and refuses by each but the last', (sender, schemes) => {
    const routes = server.routes.filter((route) => route.sender === sender)
    const proofs = routes.map((route) => {
      const outcomes = attempts.filter((attempt) => attempt.route === route).map(({ outcome }) => outcome.result)
      const names = outcomes.map((result) => (result?.ok === true ? result.delivery.proof.scheme : ''))
      const refusals = outcomes.filter((result) => result?.ok === false && result.error.status === 401)
      expect(refusals.length > 4).toBe(route.proofIn !== 'nothing')
      return [...new Set(names)].filter((name) => name !== '')
    })
    expect(proofs).toEqual(schemes.map((scheme) => [scheme]))
  })

  it('sends Sighten in its three methods, and Tightknit under both prefixes', () => {
    const methods = sent.filter(({ url }) => url.includes('/sighten/')).map(({ method }) => method)
    expect(new Set(methods)).toEqual(new Set(['POST', 'PUT', 'PATCH', 'HEAD']))
    const names = sent.filter(({ url }) => url.includes('/tightknit/')).flatMap(({ headers }) => Object.keys(headers))
    expect(names).toEqual(expect.arrayContaining(['webhook-signature', 'svix-signature']))
  })

  it('shows whose credential it was, of two organizations', () => {
    const lines = renderReport(attempts, noPaint).split('\n')
    for (const label of ['Org A', 'Org B']) {
      expect(lines).toContainEqual(
        expect.stringMatching(`Contract Status Change +200 known +sender only \\(${label}\\)`),
      )
    }
  })

  it.each([
    ['/sighten/header', '200 known', 'sender only'],
    ['/sighten/hmac-body', '200 known', 'body'],
    ['/sighten/oauth2', '200 known', 'sender only'],
    ['/sighten/unauthenticated', '200 known', 'nothing'],
    ['/sighten/aws4', '401 signature_mismatch', ''],
    ['/sighten/hmac-authorization', '401 signature_mismatch', ''],
    ['/sighten/hmac-digest', '401 signature_mismatch', ''],
  ])("shows that %s takes another event's delivery with %s", (path, verdict, proved) => {
    const lines = renderReport(
      attempts.filter(({ route }) => route.path === path),
      noPaint,
    ).split('\n')
    const line = lines.find((one) => one.includes('misdirected: as Milestone Status Change')) ?? ''
    expect(line.split(/ {2,}/).slice(2, -1)).toEqual(proved === '' ? [verdict] : [verdict, proved])
  })

  it.each([
    ['another code', refused(401, 'token_malformed'), 'expected 401 token_malformed, got 401 header_missing'],
    ['another status', refused(400, 'header_missing'), 'expected 400 header_missing, got 401 header_missing'],
    ['a delivery', accepted, 'expected 200 known, got 401 header_missing'],
  ])('fails where a scenario expects %s, and says which', async (_name, expect_, problem) => {
    const list = scenarios.filter(({ name }) => name === 'tampered: no proof')
    const wrong = list.map((scenario) => ({ ...scenario, expect: expect_ }))
    const route = routeOf('/tight')
    const attempts = await runDemo([{ ...route, samples: [] }], server.origin, send, { list: wrong })

    expect(attempts.map(({ problems }) => problems)).toEqual([[problem]])
    expect(exitCodeOf(attempts)).toBe(1)
    const report = renderReport(attempts, noPaint)
    expect(report).toContain('1 of 1 verdicts not as expected')
    expect(report).toContain(`${route.sender}, ${route.scheme}, tampered: no proof: ${problem}`)
    expect(report).toContain('0 of 1')
    expect(report).not.toContain('All 1')
  })

  it.each<[string, (expected: Route['expected']) => Partial<Route['expected']>, readonly string[]]>([
    [
      'covers something else',
      () => ({ covers: { body: false, url: true, time: true } }),
      // The name of the event is covered where the body is.
      ['the proof claims the body', 'the proof does not cover the url', 'the proof claims the type'],
    ],
    ['is by another scheme', () => ({ proof: 'hmac' }), ['the proof is by jwt']],
    ['authenticates somebody', () => ({ authenticated: false }), ['the proof claims the sender']],
  ])('fails where a proof %s', async (_name, change, problems) => {
    const attempt = await trySamples('/tight', ({ expected }) => ({ expected: { ...expected, ...change(expected) } }))
    expect(attempt.problems).toEqual(expect.arrayContaining([...problems]))
    expect(exitCodeOf([attempt])).toBe(1)
  })

  it('fails where a proof authenticates nobody', async () => {
    const attempt = await trySamples('/sighten/unauthenticated', ({ expected }) => ({
      expected: { ...expected, authenticated: true },
    }))
    expect(attempt.problems).toContain('the proof is of nobody')
  })

  it('fails where a delivery is taken for another event', async () => {
    const attempt = await trySamples('/tight', ({ subject }) => ({ samples: [{ ...subject, type: 'ANOTHER' }] }))
    expect(attempt.problems).toContainEqual(expect.stringMatching(/^expected the event ANOTHER/))
  })

  it('fails where a delivery is taken for that of another organization', async () => {
    const attempt = await trySamples('/sighten/organizations', ({ subject, sign }) => ({
      samples: [{ ...subject, credential: 'Org B' }],
      sign: (payload, how) => sign(payload, { ...how, credential: 'Org A' }),
    }))
    expect(attempt.problems).toContain('expected the label Org B, got Org A')
  })

  it('keeps to 100 columns whatever an event is called', () => {
    const long = attempts.slice(0, 1).map((attempt) => ({ ...attempt, name: 'x'.repeat(300) }))
    const lines = renderReport(long, noPaint).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBe(100)
  })

  it('fails where nothing was delivered', () => {
    expect(exitCodeOf([])).toBe(1)
  })

  it('prints a genuine and a forged command for each route, and one where anyone can send', async () => {
    const blocks = (await renderCommands(server, noPaint)).split(/\n\n(?=#)/).slice(1)
    const words = blocks.map((block) => /^# .*: (.*)/.exec(block)?.[1] ?? '')
    const due = server.routes.flatMap(({ proofIn }) => (proofIn === 'nothing' ? ['by'] : ['genuine', 'forged']))
    expect(words.map((text) => text.split(/\W/)[0])).toEqual(due)
    const ofToken = blocks.filter((block) => block.includes('/sighten/oauth2/'))
    expect(ofToken.map((block) => /authorization: Bearer [\w-]+\.[\w-]+\.[\w-]+'/.test(block))).toEqual([true, true])
    expect(ofToken[0]).toContain('genuine, for 600 s from now')
  })

  it.each(['/tight', '/sighten/oauth2', '/sighten/aws4', '/tightknit/svix', '/tightknit/unsigned'])(
    'what is printed for %s is genuine, and its forgery is not',
    async (path) => {
      const route = routeOf(path)
      const request = await signSample(route, route.subject, { origin: server.origin, now: new Date() })
      expect((await send(request)).status).toBe(200)
      expect((await send(withProof(request, randomProof))).status).toBe(401)
    },
  )
})

describe('the authorization server', () => {
  it('starts, gives a token and ends without a word', () => {
    const script = `import { clients, startAuthorizationServer } from './examples/demo/authorization-server.mjs'
      const server = await startAuthorizationServer()
      const token = await server.token(clients.sender)
      await server.close()
      process.exitCode = token.split('.').length`
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: new URL('..', import.meta.url),
      encoding: 'utf8',
      timeout: 20_000,
    })
    expect({ status, stdout, stderr }).toEqual({ status: 3, stdout: '', stderr: '' })
  })
})

describe('the watchdog', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('says which delivery is pending when the time is over, once', () => {
    const late: string[] = []
    const watchdog = startWatchdog(60_000, (message) => late.push(message))
    watchdog.begin('Tight, jwt: ENTITY_UPDATE v5')
    watchdog.begin('Sighten, aws4: stale')
    vi.advanceTimersByTime(59_999)
    expect(late).toEqual([])
    vi.advanceTimersByTime(120_000)
    expect(late).toEqual(['no end after 60 s: waiting for Sighten, aws4: stale'])
  })

  it('says so where nothing has begun yet', () => {
    const late: string[] = []
    startWatchdog(1000, (message) => late.push(message))
    vi.advanceTimersByTime(1000)
    expect(late).toEqual(['no end after 1 s: the servers were starting'])
  })

  it('ends a process that goes on after the end, and keeps none alive itself', () => {
    const late: string[] = []
    const watchdog = startWatchdog(1000, (message) => late.push(message))
    watchdog.begin('the last one')
    watchdog.end()
    vi.advanceTimersByTime(1000)
    expect(late).toEqual(['no end after 1 s: all was delivered, but something keeps the process alive'])
  })
})

describe('delivery over the socket', () => {
  const arrivals = new EventEmitter()
  const told: Outcome = {
    method: 'POST',
    path: '/',
    route: undefined,
    status: 200,
    result: undefined,
    duplicate: false,
    ms: 1,
  }
  const server = createServer((request, response) => {
    if (request.url === '/none') return void request.socket.destroy()
    if (request.url === '/half') {
      arrivals.emit('outcome', told)
      response.writeHead(200, { 'content-length': '10' }).write('half')
      return void setTimeout(() => request.socket.destroy(), 20)
    }
    arrivals.emit('outcome', told)
    response.writeHead(401).end()
  })
  let url: string
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    // A string only for a server on a pipe.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())

  it('believes the status on the wire, not what the server says of itself', async () => {
    const send = createSend(arrivals)
    const outcome = await send({ method: 'POST', url, headers: {}, body: new Uint8Array() })
    expect(outcome).toEqual({ ...told, status: 401 })
  })

  it.each(['/none', '/half'])(
    'takes a server that does not answer whole (%s) for a failure, and goes on',
    async (path) => {
      const send = createSend(arrivals)
      const outcome = await send({ method: 'POST', url: url + path, headers: {}, body: new Uint8Array() })
      expect(outcome).toMatchObject({ status: 0, path, result: undefined })
    },
  )
})

/** The values of the headers that are there to prove something. */
function proofsOf(headers: Shipment['headers']): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (name.startsWith('content-') ? [] : [value].flat()))
}
