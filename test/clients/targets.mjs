// What each client makes of a target: what it puts on the wire, and which settings of the receiver accept that.
// Judged one by one: a target is refused only where the signature is that of another target, which is named.

const any = ['double', 'single', 'double, resolved', 'single, resolved']
const single = ['single', 'single, resolved']
const double = ['double', 'double, resolved']
const exact = ['double', 'single']
const resolved = ['double, resolved', 'single, resolved']

/** Nothing in them that could be spelt otherwise. */
const plain = ['/', '/hook', '/a/', '/a~b', '/a/.../b', '/.hidden']
/** Nothing but what a path may hold (RFC 3986, section 3.3), and escapes in upper case of what it may not. */
const encoded = ['/a+b', '/a%20b', '/a%2Bb', '/a%2Fb', '/a%25b', '/%C3%A9', "/it's", '/a(b)*!', '/a:b@c,d$e&f']
/** Escapes that are not needed or in lower case, and what ought to be escaped. */
const spelt = [
  ...['/a%2fb', '/%c3%a9', '/%41', '/a%7Eb', '/a;b=c', '/a%', '/a%zz', '/é', '/a b', '/"quoted"', '/a|b', '/[a]'],
  ...['/{a}', '/a\\b', '/a^b`c', '/<a>', '/a/%2e%2e/b'],
]
const dots = ['/a/./b', '/a/../b', '/a/b/..', '/./', '/../a', '/a//../b']
const slashes = ['//', '//a//b', '/a//b', '/a/b//']
const queries = [
  // Valueless, unsorted, repeated.
  ...['/p?', '/p?a', '/p?a=', '/p?b&a=1', '/p?b=2&a=1', '/p?A=1&a=2&B=3', '/p?a-b=1&a=2', '/p?a1=1&a=2'],
  ...['/p?a=1&a=2', '/p?a=2&a=1', '/p?a=1&a=1', '/p?a=1&b=0&a=2', '/p?a[]=1&a[]=2', '/p?a[]=2&a[]=1', '/p?=x&a=1'],
  // Plus signs and escapes.
  ...['/p?a=+', '/p?a=b+c', '/p?a=%2B', '/p?a=%20', '/p?a=%5B%5D', '/p?a=%41', '/p?%41=1', '/p?a=%7E~', '/p?a=%C3%A9'],
  ...['/p?a=%c3%a9', '/p?a=%00', '/p?a=x%26y', '/p?a=b%3Dc', '/p?a=%2F%2e%2e', '/p?a=100%', '/p?a=%zz%41', '/p?a=%ff'],
  // As people write them.
  ...[
    '/p?a=b c',
    '/p?a=é',
    '/p?é=1',
    "/p?a='",
    '/p?a="',
    '/p?a=!()*',
    '/p?a=|^`{}',
    '/p?a=x,y',
    '/p?a=:@$',
    '/p?a=b=c',
  ],
  ...['/p?a=bc==', '/p?a=b]=c', '/p?a=http://x/?y', '/p?a=/../', '/p?a=1;b=2', '/p?a=1&&b=2', '/p?a=1&', '/p?&a=1'],
  '/p?a=1#frag',
]

export const targets = [...plain, ...encoded, ...spelt, ...dots, ...slashes, ...queries]

/**
 * What is expected of one target: the settings that accept it; or the target whose signature it has, and why.
 *
 * @typedef {{ wire?: string, settings: string[] } | { wire?: string, signedAs: string, why: string } | { answer: string }} Expected
 */

const accepted = (settings, wire) => ({ settings, wire })
const answered = (answer) => ({ answer })
const table = (why, rows) => rows.map(([target, signedAs, wire]) => [target, { signedAs, why, wire }])

export const reasons = {
  sorted: 'The values of a repeated parameter are sorted for signing.',
  plus: 'An escaped plus sign is signed as a space.',
  stray: 'Stray percent signs, and escapes that are not UTF-8, are signed otherwise than they are sent.',
  unnamed: 'A parameter without a name is signed under another.',
  second: 'Of two equals signs behind a bracket, the second is signed escaped: some servers split there.',
  rewritten: 'The URL is signed as it is given, and then rewritten before it is sent.',
  empty: 'An empty pair is signed as a parameter without a name.',
  cut: 'What follows a semicolon in the path is signed, and then cut off before the path is sent.',
}

const sorted = table(reasons.sorted, [
  ['/p?a=2&a=1', '/p?a=1&a=2'],
  ['/p?a[]=2&a[]=1', '/p?a[]=1&a[]=2'],
])

/** curl resolves dots itself, before it signs; raw UTF-8 in the query is what Node's HTTP parser refuses. */
const byCurl = [
  ['/é', (encoding) => accepted(encoding, '/%c3%a9')],
  ['/a b', () => answered('not sent')],
  ['/p?a=b c', () => answered('not sent')],
  ['/p?a=é', () => answered('HTTP 400')],
  ['/p?é=1', () => answered('HTTP 400')],
  ['/a/./b', () => accepted(any, '/a/b')],
  ['/a/../b', () => accepted(any, '/b')],
  ['/a/b/..', () => accepted(any, '/a/')],
  ['/./', () => accepted(any, '/')],
  ['/../a', () => accepted(any, '/a')],
  ['/a//../b', () => accepted(any, '/a/b')],
  ['/p?a=1#frag', () => accepted(any, '/p?a=1')],
]
const curl = (encoding) => byCurl.map(([target, make]) => [target, make(encoding)])

/** Rewritten by urllib3, whoever signed. */
const byUrllib3 = [
  ...table(reasons.rewritten, [
    ['/a%2fb', '/a%2fb', '/a%2Fb'],
    ['/%c3%a9', '/%c3%a9', '/%C3%A9'],
    ['/p?a[]=1&a[]=2', '/p?a[]=1&a[]=2', '/p?a%5B%5D=1&a%5B%5D=2'],
    ['/p?a=%c3%a9', '/p?a=%c3%a9', '/p?a=%C3%A9'],
    ['/p?a=100%', '/p?a=100%', '/p?a=100%25'],
    ['/p?a=%zz%41', '/p?a=%zz%41', '/p?a=%25zz%2541'],
    ['/p?a=%ff', '/p?a=%ff', '/p?a=%FF'],
    ['/p?a=b c', '/p?a=b c', '/p?a=b%20c'],
    ['/p?a=é', '/p?a=é', '/p?a=%C3%A9'],
    ['/p?é=1', '/p?é=1', '/p?%C3%A9=1'],
    ['/p?a="', '/p?a="', '/p?a=%22'],
    ['/p?a=|^`{}', '/p?a=|^`{}', '/p?a=%7C%5E%60%7B%7D'],
    ['/p?a=b]=c', '/p?a=b]=c', '/p?a=b%5D=c'],
  ]),
  ...table(reasons.sorted, [
    ['/p?a=2&a=1', '/p?a=1&a=2'],
    ['/p?a[]=2&a[]=1', '/p?a[]=1&a[]=2', '/p?a%5B%5D=2&a%5B%5D=1'],
  ]),
  ...table(reasons.empty, [
    ['/p?a=1&&b=2', '/p?=&a=1&b=2'],
    ['/p?a=1&', '/p?=&a=1'],
    ['/p?&a=1', '/p?=&a=1'],
  ]),
  ['/p?', accepted(any, '/p')],
  ['/p?a=1#frag', accepted(any, '/p?a=1')],
]
const semicolon = table(reasons.cut, [['/a;b=c', '/a;b=c', '/a']])
/** What urllib3 escapes before it sends: [as given, as sent]. */
const escapedLate = [
  ['/a%', '/a%25'],
  ['/a%zz', '/a%25zz'],
  ['/é', '/%C3%A9'],
  ['/a b', '/a%20b'],
  ['/"quoted"', '/%22quoted%22'],
  ['/a|b', '/a%7Cb'],
  ['/[a]', '/%5Ba%5D'],
  ['/{a}', '/%7Ba%7D'],
  ['/a\\b', '/a%5Cb'],
  ['/a^b`c', '/a%5Eb%60c'],
  ['/<a>', '/%3Ca%3E'],
]
/** botocore escapes once what it signs, so such a path looks as if it were signed as it is sent. */
const escapedOnce = escapedLate.map(([target, wire]) => [target, accepted(single, wire)])
const lateDots = table(reasons.rewritten, [
  ['/a/%2e%2e/b', '/a/%2e%2e/b', '/a/%2E%2E/b'],
  ['/p?a=%2F%2e%2e', '/p?a=%2F%2e%2e', '/p?a=%2F%2E%2E'],
])

/** requests takes away what escapes it finds needless, and resolves dots as RFC 3986 does; then it sends by urllib3. */
const byRequests = [
  ...table(reasons.rewritten, [
    ['/%41', '/%41', '/A'],
    ['/a%7Eb', '/a%7Eb', '/a~b'],
    ['/p?a=%41', '/p?a=%41', '/p?a=A'],
    ['/p?%41=1', '/p?%41=1', '/p?A=1'],
    ['/p?a=%7E~', '/p?a=%7E~', '/p?a=~~'],
    ['/a/%2e%2e/b', '/a/%2e%2e/b', '/a/../b'],
    ['/p?a=%2F%2e%2e', '/p?a=%2F%2e%2e', '/p?a=%2F..'],
    ['/a/b/..', '/a', '/a/'],
    ['/a//../b', '/b', '/a/b'],
  ]),
  ['/a/./b', accepted(any, '/a/b')],
  ['/a/../b', accepted(any, '/b')],
  ['/./', accepted(any, '/')],
  ['/../a', accepted(any, '/a')],
]

/**
 * By client: the setting to use, which settings accept what `encoded` and `spelt` hold, which accept dots and slashes,
 * and every target of which something else is expected.
 */
export const clients = {
  'curl 7': { setting: 'single', encoding: single, unresolved: exact, others: curl(single) },
  'curl 8': {
    setting: 'double',
    encoding: double,
    unresolved: exact,
    others: [
      ...curl(double),
      ...sorted,
      ['/a/%2e%2e/b', accepted(any, '/b')],
      ['/p?', accepted(any, '/p')],
      ...table(reasons.plus, [['/p?a=%2B', '/p?a=%20']]),
      ...table(reasons.stray, [
        ['/p?a=%zz%41', '/p?a=%25zzA'],
        ['/p?a=%ff', '/p?a=%FF'],
      ]),
      ...table(reasons.unnamed, [['/p?=x&a=1', '/p?%3Dx=x&a=1']]),
      ...table(reasons.second, [['/p?a=b]=c', '/p?a=b%5D%3Dc']]),
    ],
  },
  botocore: {
    setting: 'double',
    encoding: double,
    unresolved: resolved,
    others: [...byUrllib3, ...escapedOnce, ...semicolon, ...lateDots],
  },
  'botocore, S3': {
    setting: 'single',
    encoding: single,
    unresolved: exact,
    others: [
      ...byUrllib3,
      ...table(
        reasons.rewritten,
        escapedLate.map(([target, wire]) => [target, target, wire]),
      ),
      ...semicolon,
      ...lateDots,
    ],
  },
  'botocore, sent by requests': {
    setting: 'double',
    encoding: double,
    unresolved: resolved,
    others: [...byUrllib3, ...escapedOnce, ...byRequests],
  },
}

/** @returns {Expected} */
export function expectedOf({ encoding, unresolved, others }, target) {
  const found = others.find(([other]) => other === target)
  if (found !== undefined) return found[1]
  if ([...encoded, ...spelt].includes(target)) return accepted(encoding)
  return accepted([...dots, ...slashes].includes(target) ? unresolved : any)
}

/** Of something said by client, what is said of this one. */
export function forClient(said, name) {
  return said[name] ?? said.others ?? said
}
