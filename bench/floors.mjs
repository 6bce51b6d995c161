// Floors: the least code that does the same work, on node:crypto (synchronous, as its own calls are) and on WebCrypto. No
// check beyond the comparison: no limits, no freshness, no strict decoding, no schema. A refusal is `undefined`.
import { createHash, createHmac, hash, timingSafeEqual, verify as verifySignature } from 'node:crypto'

const sha256 =
  hash === undefined
    ? (data, encoding) => createHash('sha256').update(data).digest(encoding)
    : (data, encoding) => hash('sha256', data, encoding ?? 'buffer')
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const parse = (body) => JSON.parse(body.toString())
const same = (a, b) => a.length === b.length && timingSafeEqual(a, b)
const decoded = (text, encoding) => Buffer.from(text, encoding)

/** An HMAC of the body in a header. */
export function hmacFloor(secret, header, { encoding = 'hex', prefix = 0 } = {}) {
  const key = Buffer.from(secret)
  return ({ headers, body }) =>
    same(hmac(key, body), decoded(headers[header].slice(prefix), encoding)) ? parse(body) : undefined
}

/** The same, with the hash of the body that recognises a delivery. */
export function hmacIdFloor(secret, header) {
  const floor = hmacFloor(secret, header)
  return (request) => {
    const payload = floor(request)
    return payload !== undefined && sha256(request.body, 'hex').length === 64 ? payload : undefined
  }
}

export function timedHmacFloor(secret, header, timestampHeader) {
  const key = Buffer.from(secret)
  return ({ headers, body }) => {
    const mac = createHmac('sha256', key).update(`${headers[timestampHeader]}.`).update(body).digest()
    return same(mac, decoded(headers[header], 'hex')) ? parse(body) : undefined
  }
}

export function jwtFloor(secret, header) {
  const key = Buffer.from(secret)
  return ({ headers, body }) => {
    const token = headers[header]
    const end = token.lastIndexOf('.')
    if (!same(hmac(key, token.slice(0, end)), decoded(token.slice(end + 1), 'base64url'))) return undefined
    const claims = JSON.parse(decoded(token.slice(token.indexOf('.') + 1, end), 'base64url').toString())
    return same(sha256(body), decoded(claims.request_body_sha256, 'base64')) ? parse(body) : undefined
  }
}

export function standardWebhooksFloor(secret, prefix = 'webhook') {
  const key = decoded(secret.slice('whsec_'.length), 'base64')
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((part) => `${prefix}-${part}`)
  return ({ headers, body }) => {
    const mac = createHmac('sha256', key).update(`${headers[id]}.${headers[timestamp]}.`).update(body).digest()
    return same(mac, decoded(headers[signature].slice('v1,'.length), 'base64')) ? parse(body) : undefined
  }
}

/** The signing key is made once, and the request's target is taken as canonical. */
export function aws4Floor({ secretAccessKey, region, service }) {
  let [day, signingKey] = []
  const keyOf = (date) => {
    if (day === date) return signingKey
    const parts = [date, region, service, 'aws4_request']
    ;[day, signingKey] = [date, parts.reduce((key, part) => hmac(key, part), `AWS4${secretAccessKey}`)]
    return signingKey
  }
  return ({ method, url, headers, body }) => {
    const { authorization } = headers
    const signed = /SignedHeaders=([^,]+)/.exec(authorization)[1]
    const lines = signed.split(';').map((name) => `${name}:${headers[name]}\n`)
    const [path, query = ''] = url.split('?')
    const canonical = `${method}\n${path}\n${query}\n${lines.join('')}\n${signed}\n${sha256(body, 'hex')}`
    const date = headers['x-amz-date']
    const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`
    const mac = hmac(keyOf(date.slice(0, 8)), `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical, 'hex')}`)
    return same(mac, decoded(authorization.slice(-64), 'hex')) ? parse(body) : undefined
  }
}

export function authorizationFloor(secret) {
  const key = Buffer.from(secret)
  return ({ method, url, headers, body }) => {
    const text = `${method}\n${url}\n${headers['x-ms-date']};${headers.host};${sha256(body, 'base64')}`
    const signature = headers.authorization.slice(headers.authorization.lastIndexOf('Signature=') + 10)
    return same(hmac(key, text), decoded(signature, 'base64')) ? parse(body) : undefined
  }
}

export function digestFloor(secret) {
  const key = Buffer.from(secret)
  return ({ url, headers, body }) => {
    const text = [
      `Client-Id:${headers['client-id']}`,
      `Request-Id:${headers['request-id']}`,
      `Request-Timestamp:${headers['request-timestamp']}`,
      `Request-Target:${url.split('?', 1)[0]}`,
      `Digest:${sha256(body, 'base64')}`,
    ]
    const signature = headers.signature.slice('HMACSHA256='.length)
    return same(hmac(key, text.join('\n')), decoded(signature, 'base64')) ? parse(body) : undefined
  }
}

/** A fixed value, that `read` finds in the request. */
export function valueFloor(value, read) {
  const expected = Buffer.from(value)
  return (request) => (same(Buffer.from(read(request)), expected) ? parse(request.body) : undefined)
}

/** A bearer token, signed with RS256. */
export function oauth2Floor(publicKey) {
  return ({ headers, body }) => {
    const token = headers.authorization.slice('Bearer '.length)
    const end = token.lastIndexOf('.')
    const signature = decoded(token.slice(end + 1), 'base64url')
    if (!verifySignature('sha256', Buffer.from(token.slice(0, end)), publicKey, signature)) return undefined
    JSON.parse(decoded(token.slice(token.indexOf('.') + 1, end), 'base64url').toString())
    return parse(body)
  }
}

const { subtle } = globalThis.crypto
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const importKey = (secret) =>
  subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
const parseWeb = (body) => JSON.parse(decoder.decode(body))

/** The same on WebCrypto, for the senders. Hex and base64 are decoded by Buffer here too: it is the least. */
export const web = {
  async hmac(secret, header) {
    const key = await importKey(encoder.encode(secret))
    return async ({ headers, body }) =>
      (await subtle.verify('HMAC', key, decoded(headers[header], 'hex'), body)) ? parseWeb(body) : undefined
  },
  async hmacId(secret, header) {
    const floor = await web.hmac(secret, header)
    return async (request) => {
      const payload = await floor(request)
      if (payload === undefined) return undefined
      const id = decoded(await subtle.digest('SHA-256', request.body)).toString('hex')
      return id.length === 64 ? payload : undefined
    }
  },
  async jwt(secret, header) {
    const key = await importKey(encoder.encode(secret))
    return async ({ headers, body }) => {
      const token = headers[header]
      const end = token.lastIndexOf('.')
      const signature = decoded(token.slice(end + 1), 'base64url')
      if (!(await subtle.verify('HMAC', key, signature, encoder.encode(token.slice(0, end))))) return undefined
      const claims = JSON.parse(decoded(token.slice(token.indexOf('.') + 1, end), 'base64url').toString())
      const sum = Buffer.from(await subtle.digest('SHA-256', body))
      return same(sum, decoded(claims.request_body_sha256, 'base64')) ? parseWeb(body) : undefined
    }
  },
  async standardWebhooks(secret) {
    const key = await importKey(decoded(secret.slice('whsec_'.length), 'base64'))
    return async ({ headers, body }) => {
      const start = encoder.encode(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`)
      const signed = new Uint8Array(start.length + body.length)
      signed.set(start)
      signed.set(body, start.length)
      const signature = decoded(headers['webhook-signature'].slice('v1,'.length), 'base64')
      return (await subtle.verify('HMAC', key, signature, signed)) ? parseWeb(body) : undefined
    }
  },
}
