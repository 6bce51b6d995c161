// Requests that are ready to be sent, each with the answer that it must get.
import { foreignSecret, host, optionsOf, pathOf, refusal, routes, secret } from './routes.mjs'

const hour = 3_600_000

/** Each fault makes a request of a payload by signing it, and changing it afterwards. */
const makers = {
  unproved: async (route) => without(await route.sign(), route.header),
  foreign: (route) => route.sign({ secret: foreignSecret }),
  malformed: async (route) => withHeader(await route.sign(), route.header, 'no,t=1,v1=such,sha256=proof'),
  changed: async (route) => withBody(await route.sign(), flipLast),
  broken: (route) => route.sign({ payload: '{"cut": ' }),
  encoded: async (route) => withHeader(await route.sign(), 'content-encoding', 'gzip'),
  stale: (route) => route.sign({ now: new Date(Date.now() - hour) }),
  early: (route) => route.sign({ now: new Date(Date.now() + hour) }),
  elsewhere: (route) => route.sign({ host: 'elsewhere.example.com' }),
  nowhere: (route) => route.sign({ path: route.nowherePath }),
}

function withHeader(request, name, value) {
  return { ...request, headers: { ...request.headers, [name]: value } }
}

function without(request, name) {
  const { [name]: _, ...headers } = request.headers
  return { ...request, headers }
}

function withBody(request, change) {
  return { ...request, body: change(request.body.slice()) }
}

/** The last byte of a JSON text is a bracket. */
function flipLast(body) {
  body[body.length - 1] ^= 1
  return body
}

/** Signs a payload for a route, as its sender does unless told otherwise. */
function signer(name, sample) {
  const route = routes[name]
  return async (given = {}) => {
    const { payload = sample.payload, path = pathOf(name, sample.type), now = new Date() } = given
    const url = `http://${given.host ?? host}${path}`
    return route.provider.sign(payload, { ...optionsOf(route, given.secret ?? secret), url, now })
  }
}

async function genuineOf(name) {
  const items = []
  for (const sample of routes[name].samples) {
    const expected = { status: 200, body: JSON.stringify({ type: sample.type, known: true }) }
    items.push({ label: `${name} ${sample.type}`, request: await signer(name, sample)(), expected })
  }
  return items
}

async function forgedOf(name) {
  const { codes, header, nowherePath, samples } = routes[name]
  const items = []
  for (const [fault, code] of Object.entries(codes)) {
    if (code === undefined) continue // not covered by this proof
    for (const sample of samples.slice(0, 3)) {
      const request = await makers[fault]({ sign: signer(name, sample), header, nowherePath })
      items.push({ label: `${name} ${fault}`, request, expected: refusal(code) })
    }
  }
  return items
}

/** Signs everything anew, since what was signed grows old. */
export async function makePool() {
  const names = Object.keys(routes)
  const lists = await Promise.all(names.map(async (name) => [await genuineOf(name), await forgedOf(name)]))
  return { genuine: lists.flatMap(([genuine]) => genuine), forged: lists.flatMap(([, forged]) => forged) }
}
