// What may happen to a signed request on its way: to its body, its method, its target and its headers. Each fault changes
// the request in its place: `{ method, target, headers: [name, value][], body, signed }`, of which `signed` names the
// headers that carry the proof.
import { createHash } from 'node:crypto'

/** @type {Record<string, (request: any, random: import('./random.mjs').Random) => void>} */
export const bodyFaults = {
  'one bit of the body': change(({ body }, random) => {
    const other = Buffer.from(body)
    if (other.length > 0) other[random.int(other.length)] ^= 1 << random.int(8)
    return other
  }),
  'the body cut': change(({ body }, random) => body.subarray(0, random.int(body.length + 1))),
  'more behind the body': change(({ body }, random) => Buffer.concat([body, random.bytes(1 + random.int(70))])),
  'a byte in the body': change(({ body }, random) => {
    const at = random.int(body.length + 1)
    return Buffer.concat([body.subarray(0, at), random.bytes(1), body.subarray(at)])
  }),
  'no body': change(() => new Uint8Array()),
  'the body twice': change(({ body }) => Buffer.concat([body, body])),
  'a BOM ahead of the body': change(({ body }) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), body])),
  'a newline behind the body': change(({ body }) => Buffer.concat([body, Buffer.from('\n')])),
  'another body': change((_request, random) => random.bytes(random.int(300))),
}

function change(made) {
  return (request, random) => {
    request.body = made(request, random)
  }
}

/** @type {typeof bodyFaults} */
export const lineFaults = {
  'another method': (request, random) => {
    request.method = random.pick(['GET', 'PUT', 'PATCH', 'DELETE', 'post', 'PoST', 'POST ', 'X'])
  },
  'a character of the target': (request, random) => {
    const at = random.int(request.target.length)
    request.target = request.target.slice(0, at) + random.pick(targetCharacters) + request.target.slice(at + 1)
  },
  'more in the target': (request, random) => {
    const at = random.int(request.target.length + 1)
    const more = random.pick([
      '/',
      '//',
      '/./',
      '/../',
      '?',
      '&',
      '#',
      '%41',
      '%2f',
      '%',
      'a',
      '&a=1',
      '?a=1',
      '=',
      '+',
    ])
    request.target = request.target.slice(0, at) + more + request.target.slice(at)
  },
  'the query in another order': (request, random) => {
    const [path, query = ''] = request.target.split('?')
    if (query !== '') request.target = `${path}?${random.shuffled(query.split('&')).join('&')}`
  },
  'a character of the target as an escape': (request, random) => {
    const at = random.int(request.target.length)
    const code = request.target.charCodeAt(at).toString(16).padStart(2, '0')
    if (code.length === 2) request.target = `${request.target.slice(0, at)}%${code}${request.target.slice(at + 1)}`
  },
  'escapes in another case': (request) => {
    request.target = request.target.replace(/%../g, (triplet) => triplet.toLowerCase())
  },
  'the absolute form': (request, random) => {
    request.target = random.pick(['https://receiver.example', 'http://evil.example', '//evil.example']) + request.target
  },
}
const targetCharacters = [...'aZ09-._~/?#[]@!$&\'()*+,;=%: "<>\\^`{|}', 'é', 'ÿ', '世', '\0', '\n', '\x7f']

/** Of one header: mostly of those that carry the proof. @type {typeof bodyFaults} */
export const headerFaults = {
  'a header gone': ofOne(() => []),
  'a header empty': ofOne(([name]) => [[name, '']]),
  'a header in another case': ofOne(([name, value], random) => [
    [[...name].map((letter) => (random.chance(0.5) ? letter.toUpperCase() : letter)).join(''), value],
  ]),
  'a header twice': ofOne((header) => [header, header]),
  'a header twice, in two cases': ofOne(([name, value]) => [
    [name, value],
    [name.toUpperCase(), value],
  ]),
  'a header twice, with another behind': ofOne(([name, value], random) => [
    [name, value],
    [name, respelt(value, random)],
  ]),
  'a header twice, with another ahead': ofOne(([name, value], random) => [
    [name, respelt(value, random)],
    [name, value],
  ]),
  'a header joined': ofOne(([name, value], random) => [
    [name, random.shuffled([value, respelt(value, random)]).join(random.pick([',', ', ', '; ', ' ']))],
  ]),
  'a header respelt': ofOne(([name, value], random) => [[name, respelt(value, random)]]),
  'a header respelt again': ofOne(([name, value], random) => [[name, respelt(value, random)]]),
  'a header as an array': ofOne(([name, value], random) => [
    [name, random.pick([[value], [value, value], [], [[value]]])],
  ]),
  'a header that is no text': ofOne(([name], random) => [
    [name, random.pick([null, undefined, 5, true, {}, () => ''])],
  ]),
  'a header over its length': ofOne(([name, value]) => [[name, value.padEnd(8193, value)]]),
  'headers swapped': (request, random) => {
    if (request.headers.length === 0) return
    const [one, other] = [random.pick(request.headers), random.pick(request.headers)]
    ;[one[1], other[1]] = [other[1], one[1]]
  },
  'headers beside': (request, random) => {
    for (let more = 1 + random.int(3); more > 0; more -= 1) request.headers.push([...random.pick(others)])
    request.headers = random.shuffled(request.headers)
  },
  'the hash of the body as it is now': (request) => {
    const digest = createHash('sha256').update(request.body)
    for (const header of request.headers) {
      if (header[0] === 'x-amz-content-sha256') header[1] = digest.copy().digest('hex')
      if (header[0] === 'x-ms-content-sha256') header[1] = digest.copy().digest('base64')
    }
  },
}

const others = [
  ['x-forwarded-host', 'receiver.example'],
  ['forwarded', 'host=evil.example'],
  ['host', 'evil.example'],
  ['Host', 'receiver.example'],
  ['content-encoding', 'gzip'],
  ['content-length', '5'],
  ['content-length', '99999999'],
  ['content-type', 'text/plain'],
  ['transfer-encoding', 'chunked'],
  ['date', 'Tue, 09 Nov 2021 18:46:04 GMT'],
  ['authorization', 'Basic dXNlcjpwYXNz'],
  ['authorization', 'Bearer theirs'],
  ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
  ['x-amz-security-token', 'a token'],
  ['svix-id', 'msg_1'],
  ['webhook-id', 'msg_1'],
  ['x-client', 'another-client'],
  [':authority', 'receiver.example'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['x-junk', '\u{1F511} é'],
]

function ofOne(changed) {
  return (request, random) => {
    const { headers, signed } = request
    const proofs = headers.filter(([name]) => signed.includes(name))
    const header = random.pick(proofs.length > 0 && random.chance(0.85) ? proofs : headers)
    if (header === undefined || typeof header[1] !== 'string') return
    headers.splice(headers.indexOf(header), 1, ...changed(header, random))
  }
}

/** Another text in place of a header's value, near it or far from it. */
function respelt(value, random) {
  const at = random.int(value.length + 1)
  const before = value.slice(0, at)
  return random.weighted([
    [3, before + random.pick(sameAlphabet(value[at])) + value.slice(at + 1)],
    [1, before + random.pick(valueCharacters) + value.slice(at + 1)],
    [1, before + random.pick(valueCharacters) + value.slice(at)],
    [1, before + value.slice(at + 1)],
    [1, before],
    [1, value.slice(at)],
    [1, value + random.pick(['=', '0', 'A', ' ', '\t', ',', ';', '\n'])],
    [1, ` ${value}`],
    [1, value.toUpperCase()],
    [1, value.toLowerCase()],
    [1, value + value],
    [1, value.replace(/\d+/, (digits) => String(Number(digits) + random.pick([-901, -300, -1, 1, 300, 901])))],
    [1, value.replaceAll(' ', random.pick(['', '  ', '\t']))],
    [1, value.replaceAll(/[+/=]/g, (digit) => ({ '+': '-', '/': '_' })[digit] ?? '')],
    [1, random.text(random.int(80), '0123456789abcdef')],
  ])
}

const sameAlphabet = (character = '0') =>
  /\d/.test(character) ? '0123456789' : /[a-z]/.test(character) ? 'abcdefz' : 'ABCDEFZ+/-_='
const valueCharacters = [...' \t\n\r\0,;=:."\'%+/-_', 'é', '\u00a0', '\u0131', '\u212a', '🔑']
