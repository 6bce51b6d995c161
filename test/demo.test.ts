import { execFileSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebhookError } from 'countersign'
import type { AnyDelivery } from 'countersign/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseArguments } from '../examples/demo/arguments.mjs'
import { randomProof } from '../examples/demo/changes.mjs'
import { curlCommand, quote } from '../examples/demo/curl.mjs'
import { createSend, type Shipment } from '../examples/demo/deliver.mjs'
import { accepted, expectations, refused } from '../examples/demo/expectations.mjs'
import { explain } from '../examples/demo/explain.mjs'
import { renderReport } from '../examples/demo/report.mjs'
import { exitCodeOf, runDemo } from '../examples/demo/run.mjs'
import { scenarios } from '../examples/demo/scenarios.mjs'
import type { Route } from '../examples/demo/senders.mjs'
import { type DemoServer, type Outcome, startServer } from '../examples/demo/server.mjs'
import { createPaint, cut, plain } from '../examples/demo/style.mjs'
import { type Column, columnWidths, headLine, type Row, rowLine } from '../examples/demo/table.mjs'

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

describe('a forged signature keeps its shape', () => {
  it.each([
    ['hex', 'sha256=', '0a'.repeat(32)],
    ['base64url', 'a.b.', 'x'.repeat(43)],
    ['a list', 't=1700000000,v1=', '0a'.repeat(32)],
  ])('%s', (_name, before, signature) => {
    const forged = randomProof(before + signature)
    expect(forged).toHaveLength(before.length + signature.length)
    expect(forged.startsWith(before)).toBe(true)
    expect(forged).not.toBe(before + signature)
  })
})

describe('the whole run', () => {
  const arrivals = new EventEmitter()
  let server: DemoServer
  beforeAll(async () => {
    server = await startServer(0, (outcome) => arrivals.emit('outcome', outcome))
  })
  afterAll(() => server.close())

  it('finds every verdict as expected, and tells no secret', async () => {
    const sent: Shipment[] = []
    const send = createSend(arrivals)
    const attempts = await runDemo(server.routes, server.origin, (shipment) => {
      sent.push(shipment)
      return send(shipment)
    })
    const report = renderReport(attempts, noPaint)

    expect(attempts.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))).toEqual([])
    expect(exitCodeOf(attempts)).toBe(0)
    expect(attempts).toHaveLength(sent.length)
    expect(report).toContain(`All ${sent.length} verdicts as expected`)
    expect(Math.max(...report.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    for (const text of sent.flatMap(({ headers, body }) => [...proofsOf(headers), new TextDecoder().decode(body)])) {
      if (text !== '') expect(report).not.toContain(text)
    }
  })

  it.each([
    ['another code', refused(401, 'token_malformed'), 'expected 401 token_malformed, got 401 header_missing'],
    ['another status', refused(400, 'header_missing'), 'expected 400 header_missing, got 401 header_missing'],
    ['a delivery', accepted, 'expected 200 known, got 401 header_missing'],
  ])('fails where a scenario expects %s, and says which', async (_name, expect_, problem) => {
    const list = scenarios.filter(({ name }) => name.startsWith('tampered: no signature'))
    const wrong = list.map((scenario) => ({ ...scenario, expect: expect_ }))
    const [route] = server.routes
    if (route === undefined) throw new Error('there is no route')
    const attempts = await runDemo([{ ...route, samples: [] }], server.origin, createSend(arrivals), wrong)

    expect(attempts.map(({ problems }) => problems)).toEqual([[problem]])
    expect(exitCodeOf(attempts)).toBe(1)
    const report = renderReport(attempts, noPaint)
    expect(report).toContain('1 of 1 verdicts not as expected')
    expect(report).toContain(`${route.sender}, ${route.scheme}, tampered: no signature header: ${problem}`)
    expect(report).not.toContain('All 1')
  })

  it('fails where a proof claims more or less than it should', async () => {
    const [route] = server.routes
    if (route === undefined) throw new Error('there is no route')
    const expected = { ...expectations.jwt, covers: { body: false, url: true, time: true } }
    const wrong = { ...route, expected, samples: [route.subject] }
    const attempts = await runDemo([wrong], server.origin, createSend(arrivals), [])
    expect(attempts[0]?.problems).toContain('the proof claims the body')
    expect(attempts[0]?.problems).toContain('the proof does not cover the url')
    expect(exitCodeOf(attempts)).toBe(1)
  })

  it('fails where a delivery is taken for another event', async () => {
    const [route] = server.routes
    if (route === undefined) throw new Error('there is no route')
    const samples = [{ ...route.subject, type: 'ANOTHER' }]
    const attempts = await runDemo([{ ...route, samples }], server.origin, createSend(arrivals), [])
    expect(attempts[0]?.problems).toContainEqual(expect.stringMatching(/^expected the event ANOTHER/))
  })

  it('keeps to 100 columns whatever an event is called', async () => {
    const [route] = server.routes
    if (route === undefined) throw new Error('there is no route')
    const samples = [route.subject]
    const attempts = await runDemo([{ ...route, samples }], server.origin, createSend(arrivals), [])
    const long = attempts.map((attempt) => ({ ...attempt, name: 'x'.repeat(300), problems: [] }))
    expect(
      Math.max(
        ...renderReport(long, noPaint)
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBe(100)
  })

  it('fails where nothing was delivered', () => {
    expect(exitCodeOf([])).toBe(1)
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

  it('takes a server that does not answer for a failure, and goes on', async () => {
    const send = createSend(arrivals)
    const outcome = await send({ method: 'POST', url: `${url}/none`, headers: {}, body: new Uint8Array() })
    expect(outcome).toMatchObject({ status: 0, path: '/none', result: undefined })
  })
})

/** The values of the headers that are there to prove something. */
function proofsOf(headers: Shipment['headers']): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (name.startsWith('content-') ? [] : [value].flat()))
}
