// What is measured: each sender, and each scheme on its own. The schemes carry Tyk's bodies, by a sender that is defined
// here, so that they differ in nothing but the scheme.
import { createHash, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import aws4Signer from 'aws4'
import { exportJWK, SignJWT } from 'jose'
import { sightenBody, tightBody, tightknitBody, tykBody } from './bodies.mjs'
import * as floors from './floors.mjs'
import { aws4Sign, hmacPeers, jwtPeers, standardPeers } from './peers.mjs'

const secret = 'a secret of the benchmark'
const otherSecret = 'a secret of someone else'
const whsec = 'whsec_plJ3nmyCDGBKInavdOK15jsl'
const host = 'receiver.example'
const aws4Credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secret }
const aws4Scope = { region: 'us-east-1', service: 'execute-api' }
const aws4Options = { ...aws4Credentials, ...aws4Scope, host }
const event = 'Milestone Status Change'

/** What a server behind a proxy sees beside the proof. */
const usualHeaders = (index, length) => ({
  host,
  'content-type': 'application/json',
  'content-length': String(length),
  'user-agent': 'sender/1.0',
  accept: '*/*',
  'accept-encoding': 'gzip, deflate',
  connection: 'keep-alive',
  'x-forwarded-for': '192.0.2.1',
  'x-forwarded-proto': 'https',
  'x-request-id': `0b6f2c34-0000-4000-8000-${String(index).padStart(12, '0')}`,
})

/** Changes by which a header alone decides. */
const without = (name) => ({
  name: `no ${name}`,
  change: ({ headers: { [name]: _gone, ...headers }, ...request }) => ({ ...request, headers }),
})
const withHeader = (what, name, value) => ({
  name: what,
  change: (request) => ({ ...request, headers: { ...request.headers, [name]: value } }),
})
const resigned = (name, options) => ({ name, options })
const stale = () => resigned('an old time', { now: new Date(Date.now() - 3_600_000) })

/**
 * By name: `provider` and `options` of ours, `bodyOf` what is sent, `floor`, and where there are, `webFloor`, `peers`, `context`,
 * and the `headerFaults` by which a header alone decides. Without `headerFaults` nothing is refused.
 */
export function describeSubjects({ tyk, tight, tightknit, sighten, schemes, countersign }) {
  const define = (scheme) =>
    countersign.defineProvider({ scheme, events: tyk.schemas, naming: { in: 'body', name: 'Event' } })
  const scheme = (make, more) => ({
    kind: 'scheme',
    provider: make && define(make),
    options: {},
    bodyOf: tykBody,
    ...more,
  })
  const sender = (provider, options, more) => ({ kind: 'sender', provider, options, ...more })
  const aws4 = { signRequest: signAws4, headerFaults: [without('authorization'), staleAws4()] }
  const basic = {
    headerFaults: [without('authorization'), withHeader('another password', 'authorization', wrongBasic)],
  }
  return {
    tyk: sender(
      tyk,
      { secret },
      {
        bodyOf: tykBody,
        floor: () => floors.hmacFloor(secret, 'x-signature-sha256'),
        idFloor: () => floors.hmacIdFloor(secret, 'x-signature-sha256'),
        webFloor: () => floors.web.hmac(secret, 'x-signature-sha256'),
        webIdFloor: () => floors.web.hmacId(secret, 'x-signature-sha256'),
        peers: () => hmacPeers(secret, whsec, 'x-signature-sha256'),
        headerFaults: [without('x-signature-sha256'), withHeader('no hex', 'x-signature-sha256', 'g'.repeat(64))],
      },
    ),
    tight: sender(
      tight,
      { secret },
      {
        bodyOf: tightBody,
        floor: () => floors.jwtFloor(secret, 'tight-verification'),
        webFloor: () => floors.web.jwt(secret, 'tight-verification'),
        peers: () => jwtPeers(secret, 'tight-verification'),
        headerFaults: [without('tight-verification'), resigned('another secret', { secret: otherSecret }), stale()],
      },
    ),
    tightknit: sender(
      tightknit,
      { secret: whsec },
      {
        bodyOf: tightknitBody,
        floor: () => floors.standardWebhooksFloor(whsec),
        webFloor: () => floors.web.standardWebhooks(whsec),
        peers: () => standardPeers(whsec),
        headerFaults: [without('webhook-signature'), stale()],
      },
    ),
    'sighten, aws4': sender(
      sighten,
      { auth: sighten.aws4(aws4Options) },
      {
        bodyOf: sightenBody,
        context: { event },
        floor: () => floors.aws4Floor(aws4Options),
        peers: () => [aws4Sign(aws4Credentials, aws4Scope)],
        ...aws4,
      },
    ),
    'sighten, basic': sender(
      sighten,
      { auth: sighten.basic({ username: 'sighten', password: secret }) },
      {
        bodyOf: sightenBody,
        context: { event },
        floor: basicFloor,
        ...basic,
      },
    ),

    hmac: scheme(() => schemes.hmac({ header: 'X-Sig', secret }), {
      floor: () => floors.hmacFloor(secret, 'x-sig'),
      headerFaults: [without('x-sig')],
    }),
    'hmac, base64, with a prefix': scheme(
      () => schemes.hmac({ header: 'X-Sig', encoding: 'base64', prefix: 'sha256=', secret }),
      {
        floor: () => floors.hmacFloor(secret, 'x-sig', { encoding: 'base64', prefix: 'sha256='.length }),
        headerFaults: [without('x-sig')],
      },
    ),
    'hmac, with a timestamp': scheme(() => schemes.hmac({ header: 'X-Sig', timestampHeader: 'X-Time', secret }), {
      floor: () => floors.timedHmacFloor(secret, 'x-sig', 'x-time'),
      headerFaults: [without('x-sig'), stale()],
    }),
    jwt: scheme(() => schemes.jwt({ header: 'X-Token', bodyHashClaim: 'request_body_sha256', secret }), {
      floor: () => floors.jwtFloor(secret, 'x-token'),
      headerFaults: [without('x-token'), stale()],
    }),
    standardWebhooks: scheme(() => schemes.standardWebhooks({ secret: whsec }), {
      floor: () => floors.standardWebhooksFloor(whsec),
      peers: () => standardPeers(whsec),
      headerFaults: [without('webhook-signature'), stale()],
    }),
    aws4: scheme(() => schemes.aws4(aws4Options), {
      floor: () => floors.aws4Floor(aws4Options),
      peers: () => [aws4Sign(aws4Credentials, aws4Scope)],
      ...aws4,
    }),
    authorization: scheme(() => schemes.authorization({ clientId: 'client', secret, host }), {
      floor: () => floors.authorizationFloor(secret),
      headerFaults: [without('authorization'), stale()],
    }),
    digest: scheme(() => schemes.digest({ clientId: 'client', secret }), {
      floor: () => floors.digestFloor(secret),
      headerFaults: [without('signature'), stale()],
    }),
    header: scheme(() => schemes.header({ name: 'X-Key', value: secret }), {
      floor: () => floors.valueFloor(secret, ({ headers }) => headers['x-key']),
      headerFaults: [without('x-key'), withHeader('another value', 'x-key', otherSecret)],
    }),
    basic: scheme(() => schemes.basic({ username: 'sighten', password: secret }), { floor: basicFloor, ...basic }),
    token: scheme(() => schemes.token({ key: 'Bearer', value: 'a-token-of-the-benchmark' }), {
      floor: () => floors.valueFloor('a-token-of-the-benchmark', ({ headers }) => headers.authorization.slice(7)),
      headerFaults: [
        without('authorization'),
        withHeader('another token', 'authorization', 'Bearer a-token-of-someone-elses'),
      ],
    }),
    urlSecret: scheme(() => schemes.urlSecret({ secret: 'a-secret-of-the-benchmark' }), {
      floor: () => floors.valueFloor('a-secret-of-the-benchmark', ({ url }) => url.slice(url.lastIndexOf('/') + 1)),
      headerFaults: [{ name: 'another URL', change: (request) => ({ ...request, url: '/webhook/of-someone-else' }) }],
    }),
    oauth2: scheme(undefined, {
      prepare: prepareOAuth2,
      define: (options) => define(() => schemes.oauth2(options)),
      headerFaults: [without('authorization'), withHeader('no JWT', 'authorization', 'Bearer of-nothing')],
    }),
    anyOf: scheme(
      () =>
        schemes.anyOf({
          one: schemes.hmac({ header: 'X-Sig', secret }),
          other: schemes.hmac({ header: 'X-Sig', secret: otherSecret }),
        }),
      { floor: () => floors.hmacFloor(secret, 'x-sig'), headerFaults: [without('x-sig')] },
    ),
    dangerouslyUnauthenticated: scheme(() => schemes.dangerouslyUnauthenticated(), {
      floor:
        () =>
        ({ body }) =>
          JSON.parse(body.toString()),
    }),
  }
}

const wrongBasic = `Basic ${Buffer.from(`sighten:${otherSecret}`).toString('base64')}`

function basicFloor() {
  return floors.valueFloor(`sighten:${secret}`, ({ headers }) => Buffer.from(headers.authorization.slice(6), 'base64'))
}

function amzDate(time) {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')
}

function staleAws4() {
  return withHeader('an old time', 'x-amz-date', amzDate(Date.now() - 3_600_000))
}

/** Signed by aws4, so that the same request is there for it and for us. */
function signAws4({ method, url, headers, body }) {
  const sum = createHash('sha256').update(body).digest('hex')
  const some = { host, 'content-type': headers['content-type'], 'x-amz-content-sha256': sum }
  const dated = { ...some, 'x-amz-date': amzDate(Date.now()) }
  const request = { method, host, path: url, ...aws4Scope, headers: dated, body }
  const { Authorization } = aws4Signer.sign(request, aws4Credentials).headers
  return { method, url, body, headers: { ...headers, ...dated, authorization: Authorization } }
}

/** An authorization server's keys over loopback; the token is made once, as a sender keeps it for its lifetime. */
async function prepareOAuth2({ define }) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }]
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  const [issuer, audience] = ['https://issuer.example', 'https://receiver.example']
  const token = await new SignJWT({ client_id: 'sender' })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('sender')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey)
  const jwksUri = `http://127.0.0.1:${server.address().port}/jwks`
  return {
    provider: define({ jwksUri, issuer, audience, algorithms: ['RS256'], clientId: 'sender' }),
    floor: () => floors.oauth2Floor(publicKey),
    signRequest: (request) => ({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }),
    // The body is not covered, so the forgery is another signature.
    forge: (request) => {
      const authorization = `Bearer ${token.slice(0, -10)}${token.at(-10) === 'A' ? 'B' : 'A'}${token.slice(-9)}`
      return { ...request, headers: { ...request.headers, authorization } }
    },
  }
}

/** Requests of one size, each with another body. `options` go to the signing. */
export async function makeRequests(subject, size, count, shape, options = {}) {
  const requests = []
  for (let index = 0; index < count; index += 1) {
    const body = subject.bodyOf(size, index, shape)
    const plain = { method: 'POST', url: '/webhook', headers: usualHeaders(index, body.length), body }
    requests.push(await signOne(subject, plain, options))
  }
  return requests
}

async function signOne({ provider, options, signRequest }, request, more) {
  if (signRequest !== undefined) return signRequest(request)
  const { method, url, headers, body } = request
  const signed = await provider.sign(body, { ...options, ...more, method, url: `https://${host}${url}`, headers })
  const { pathname, search } = new URL(signed.url)
  return { method, url: `${pathname}${search}`, headers: signed.headers, body }
}

/** The genuine request with one bit of its body turned; where the body is not covered, with the last header fault. */
export function forge({ forge: own, headerFaults }, coversBody, request) {
  if (own !== undefined) return own(request)
  if (!coversBody) return headerFaults.at(-1).change(request)
  const body = Buffer.from(request.body)
  // In the text, a letter for another: what is forged parses as well as what is genuine.
  body[body.lastIndexOf('"') - 1] ^= 1
  return { ...request, body }
}
