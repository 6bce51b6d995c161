// What is compared: every scheme, and every sender by every way to prove its deliveries. One list for the differential
// run and for the properties.

/**
 * @typedef {import('countersign').SignedRequest} SignedRequest
 * @typedef {import('countersign').SignOptions} SignOptions
 * @typedef {import('countersign').WebhookRequest} WebhookRequest
 * @typedef {import('countersign').SecretOption} SecretOption
 * @typedef {{ maxBodyBytes?: number, strict?: boolean }} Settings
 * @typedef {{ now: Date, event?: string }} Call
 * @typedef {{
 *   known: boolean, reason?: string, type: string, generation?: string, payload: unknown, body: Uint8Array
 *   id: string, idFrom: 'sender' | 'signature' | 'body', proof: import('countersign').Proof & { coversType: boolean }
 * }} Delivery
 * @typedef {{ verify(request: WebhookRequest, call: Call): Promise<Delivery> }} Receiver
 * @typedef {{
 *   sign(payload: unknown, options?: SignOptions): Promise<SignedRequest>
 *   createReceiver(settings?: Settings): Receiver
 * }} Endpoint a sender and its receiver, with one secret set up
 * @typedef {'key' | 'whsec' | 'password' | 'visible' | 'token68' | 'segment' | 'none'} SecretKind what a secret may be made of
 * @typedef {{ body?: boolean, method?: boolean, path?: boolean, query?: boolean, time?: boolean }} Covered
 * @typedef {{
 *   name: string, scheme: string, kind: SecretKind, covered: Covered, toleranceSeconds: number
 *   signed: readonly string[], caseless: RegExp, samples: readonly { type: string, payload: unknown }[]
 *   endpoint(secret: SecretOption): Endpoint
 * }} Subject `signed`: the headers of which every character counts; what `caseless` finds in them may be in any case
 * @typedef {{
 *   root: typeof import('countersign'), schemes: typeof import('countersign/schemes')
 *   sighten: typeof import('countersign/sighten'), testing: typeof import('countersign/testing')
 *   tight: typeof import('countersign/tight'), tightknit: typeof import('countersign/tightknit')
 *   tyk: typeof import('countersign/tyk')
 * }} Library
 * @typedef {{ jwksUri: string, issuer: string, audience: string, clientId: string, token: string }} Keys
 */

export const host = 'receiver.example'
const clientId = 'a-client'
const aws = { accessKeyId: 'AKIDEXAMPLE', region: 'us-east-1', service: 'execute-api', host }
const anyTime = { body: true, time: true }
const all = { body: true, method: true, path: true, query: true, time: true }
const never = /(?!)/
const hexDigit = /[A-Fa-f]/g
const schemeWord = /^(?:Basic|Bearer|Token)/i

/**
 * @param {Library} library
 * @param {Keys} [keys] of an authorization server; without them `oauth2` is there by a function only
 * @returns {Subject[]}
 */
export function listSubjects(library, keys) {
  return [...schemeSubjects(library, keys), ...senderSubjects(library, keys)]
}

/** @typedef {Partial<Omit<Subject, 'name' | 'endpoint'>> & { scheme: string }} Traits */
/** @typedef {import('countersign/schemes').Scheme} Scheme */

/** @param {Library} library @param {Keys | undefined} keys @returns {Subject[]} */
function schemeSubjects(library, keys) {
  const { schemes } = library
  /** @param {string} name @param {Traits} traits @param {(secret: SecretOption) => Scheme} make @param {string} [token] */
  const by = (name, traits, make, token) => ({
    ...defaults,
    samples: pings,
    ...traits,
    name,
    endpoint: (/** @type {SecretOption} */ secret) => withToken(tinySender(library, make(secret)), token),
  })
  const jwt = { scheme: 'jwt', signed: ['x-token'] }
  const hmac = { scheme: 'hmac', signed: ['x-sig'] }
  const timedHmac = { ...hmac, covered: anyTime }
  const none = /** @type {const} */ ({ kind: 'none' })
  return [
    by('jwt', { ...jwt, covered: { time: true } }, (secret) => schemes.jwt({ header: 'X-Token', secret })),
    by('jwt with a body hash', { ...jwt, covered: anyTime }, (secret) =>
      schemes.jwt({ header: ['X-Token', 'X-Old-Token'], secret, bodyHashClaim: 'hash' }),
    ),
    by('hmac in hex', { ...hmac, covered: { body: true }, caseless: hexDigit }, (secret) =>
      schemes.hmac({ header: 'X-Sig', secret }),
    ),
    by('hmac with a timestamp', { ...timedHmac, signed: ['x-sig', 'x-time'] }, (secret) =>
      schemes.hmac({ header: 'X-Sig', secret, encoding: 'base64url', prefix: 'v0=', timestampHeader: 'X-Time' }),
    ),
    by('hmac in fields', timedHmac, (secret) =>
      schemes.hmac({ header: 'X-Sig', secret, encoding: 'base64', fields: { timestamp: 't', signature: 'v1' } }),
    ),
    by('standardWebhooks', { ...standard('webhook'), scheme: 'standardWebhooks' }, (secret) =>
      schemes.standardWebhooks({ secret }),
    ),
    by('aws4', aws4Traits, (secretAccessKey) => schemes.aws4({ ...aws, secretAccessKey })),
    by('aws4 as S3 signs, unsigned payload allowed', aws4Traits, (secretAccessKey) =>
      schemes.aws4({ ...aws, secretAccessKey, pathEncoding: 'single', dangerouslyAllowUnsignedPayload: true }),
    ),
    by('authorization', authorizationTraits, (secret) => schemes.authorization({ clientId, host, secret })),
    by('digest', digestTraits, (secret) => schemes.digest({ clientId, secret })),
    by('header', headerTraits, (value) => schemes.header({ name: 'X-Key', value })),
    by('basic', basicTraits, (password) => schemes.basic({ username: 'a user', password })),
    by('token', tokenTraits, (value) => schemes.token({ key: 'Token', value })),
    by('token in a header', { ...headerTraits, scheme: 'token' }, (value) =>
      schemes.token({ key: 'X-Key', in: 'header', value }),
    ),
    by(
      'token by a function',
      { ...tokenTraits, ...none },
      () => schemes.token({ key: 'Token', check: isOurs }),
      'Token ours',
    ),
    by('urlSecret in the path', urlTraits, (secret) => schemes.urlSecret({ secret })),
    by('urlSecret in the query', urlTraits, (secret) => schemes.urlSecret({ secret, parameter: 'key' })),
    by('oauth2 by a function', oauth2Traits, () => schemes.oauth2({ check: isOurs }), 'Bearer ours'),
    ...(keys === undefined
      ? []
      : [by('oauth2 by keys', oauth2Traits, () => oauth2Scheme(library, keys), `Bearer ${keys.token}`)]),
    by('anyOf of hmac', { ...hmac, covered: { body: true }, caseless: hexDigit, scheme: 'anyOf' }, (secret) =>
      schemes.anyOf({
        one: schemes.hmac({ header: 'X-Sig', secret }),
        other: schemes.hmac({ header: 'X-Sig', secret: 'a secret of another organization' }),
      }),
    ),
    by('anyOf of aws4', { ...aws4Traits, scheme: 'anyOf' }, (secretAccessKey) =>
      schemes.anyOf({
        one: schemes.aws4({ ...aws, secretAccessKey }),
        other: schemes.aws4({ ...aws, accessKeyId: 'AKIDOTHER', secretAccessKey: 'of another organization' }),
      }),
    ),
    by('unauthenticated', { scheme: 'unauthenticated', ...none }, () => schemes.dangerouslyUnauthenticated()),
  ]
}

/** @type {Omit<Subject, 'name' | 'endpoint' | 'samples' | 'scheme'>} */
const defaults = { kind: 'key', covered: {}, signed: [], caseless: never, toleranceSeconds: 300 }

/** @type {Traits} */
const aws4Traits = {
  scheme: 'aws4',
  covered: all,
  signed: ['authorization', 'host', 'x-amz-date', 'x-amz-content-sha256', 'content-type'],
  toleranceSeconds: 900,
}
/** @type {Traits} */
const authorizationTraits = {
  scheme: 'authorization',
  covered: all,
  signed: ['authorization', 'host', 'x-ms-date', 'x-ms-content-sha256'],
  toleranceSeconds: 900,
}
/** @type {Traits} */
const digestTraits = {
  scheme: 'digest',
  covered: { body: true, path: true, time: true },
  signed: ['signature', 'client-id', 'request-id', 'request-timestamp'],
  toleranceSeconds: 900,
}
/** @type {Traits} */
const headerTraits = { scheme: 'header', kind: 'visible', signed: ['x-key'] }
/** @type {Traits} */
const basicTraits = { scheme: 'basic', kind: 'password', signed: ['authorization'], caseless: schemeWord }
/** @type {Traits} */
const tokenTraits = { scheme: 'token', kind: 'token68', signed: ['authorization'], caseless: schemeWord }
/** @type {Traits} */
const urlTraits = { scheme: 'urlSecret', kind: 'segment' }
/** The spelling of a token is its server's business. @type {Traits} */
const oauth2Traits = { scheme: 'oauth2', kind: 'none' }

/** @param {string} prefix @returns {Omit<Traits, 'scheme'>} */
function standard(prefix) {
  const signed = ['id', 'timestamp', 'signature'].map((part) => `${prefix}-${part}`)
  return { kind: 'whsec', covered: anyTime, signed }
}

/** @param {string} token */
function isOurs(token) {
  return token === 'ours'
}

/** @param {Library} library @param {Keys} keys */
function oauth2Scheme({ schemes }, { jwksUri, issuer, audience, clientId }) {
  return schemes.oauth2({ jwksUri, issuer, audience, clientId, algorithms: ['RS256'] })
}

/** @param {Library} library @param {Scheme} scheme @returns {Endpoint} */
function tinySender({ root }, scheme) {
  const provider = root.defineProvider({
    scheme: (/** @type {object} */ _options) => scheme,
    events: { Ping: pingSchema },
    naming: { in: 'body', name: 'event' },
  })
  return endpointOf(provider, {})
}

/** @type {import('countersign').Schema<{ event: 'Ping', count: number }>} */
const pingSchema = {
  '~standard': {
    version: 1,
    vendor: 'tests',
    validate: (value) =>
      typeof Object(value).count === 'number' ? { value } : { issues: [{ message: 'no count', path: ['count'] }] },
  },
}
const pings = [1, 2].map((count) => ({ type: 'Ping', payload: { event: 'Ping', count, place: 'Zürich' } }))

/**
 * Any sender of the library, by the parts that all have.
 *
 * @param {{ sign: Function, createReceiver: Function }} provider
 * @param {object} options
 * @returns {Endpoint}
 */
function endpointOf(provider, options) {
  return {
    sign: (payload, more) => provider.sign(payload, { ...options, ...more }),
    createReceiver: (settings) => provider.createReceiver({ ...options, ...settings }),
  }
}

/**
 * Only an authorization server can make a token: it comes instead of what `sign` would make.
 *
 * @param {Endpoint} endpoint
 * @param {string} [token]
 * @returns {Endpoint}
 */
function withToken({ createReceiver, sign }, token) {
  if (token === undefined) return { createReceiver, sign }
  return {
    createReceiver,
    sign: async (payload, { method = 'POST', url = base, headers } = {}) => ({
      method,
      url,
      headers: { 'content-type': 'application/json', ...headers, authorization: token },
      body: payload instanceof Uint8Array ? payload.slice() : new TextEncoder().encode(textOf(payload)),
      authHeaders: ['authorization'],
    }),
  }
}

const base = `https://${host}/webhook`

/** @param {unknown} payload */
function textOf(payload) {
  return typeof payload === 'string' ? payload : JSON.stringify(payload)
}

/** @param {Library} library @param {Keys | undefined} keys @returns {Subject[]} */
function senderSubjects({ tight, tyk, tightknit, ...library }, keys) {
  const { listSamples, samples } = library.testing
  const tightTraits = {
    scheme: 'jwt',
    covered: anyTime,
    signed: ['tight-verification'],
    samples: listSamples(samples.tight),
  }
  const tykTraits = {
    scheme: 'hmac',
    covered: { body: true },
    signed: ['x-signature-sha256'],
    samples: listSamples(samples.tyk),
  }
  const knitTraits = { samples: listSamples(samples.tightknit) }
  /** @param {string} name @param {Traits} traits @param {(secret: SecretOption) => Endpoint} endpoint @returns {Subject} */
  const by = (name, traits, endpoint) => ({ ...defaults, samples: [], ...traits, name, endpoint })
  return [
    by('Tight', tightTraits, (secret) => endpointOf(tight, { secret })),
    by('Tight, body hash if present', tightTraits, (secret) => endpointOf(tight, { secret, bodyHash: 'ifPresent' })),
    by('Tyk', { ...tykTraits, caseless: hexDigit }, (secret) => endpointOf(tyk, { secret })),
    by('Tyk in base64', tykTraits, (secret) => endpointOf(tyk, { secret, encoding: 'base64', prefix: 'sha256=' })),
    by('Tightknit', { ...standard('webhook'), ...knitTraits, scheme: 'standardWebhooks' }, (secret) =>
      endpointOf(tightknit, { secret }),
    ),
    by('Tightknit, svix', { ...standard('svix'), ...knitTraits, scheme: 'standardWebhooks' }, (secret) =>
      endpointOf(tightknit, { secret, prefix: 'svix' }),
    ),
    by('Tightknit by URL', { ...urlTraits, ...knitTraits }, (secret) =>
      endpointOf(tightknit, { auth: tightknit.urlSecret({ secret }) }),
    ),
    ...sightenSubjects(library, keys),
  ]
}

/** @param {Pick<Library, 'sighten' | 'schemes' | 'testing'> & object} library @param {Keys | undefined} keys */
function sightenSubjects({ sighten, testing: { listSamples, samples } }, keys) {
  const { hmac } = sighten
  const json = listSamples(samples.sighten)
  const texts = json.map(({ type, payload }) => ({ type, payload: `<event>${JSON.stringify(payload)}</event>` }))
  const forms = json.map(({ type, payload }) => ({
    type,
    payload: { type, payload: JSON.stringify(payload), more: ['1', '2'] },
  }))
  /** @param {string} way @param {Traits} traits @param {(secret: SecretOption) => Scheme} auth @param {object} [more] */
  const by = (way, traits, auth, more) => ({
    ...defaults,
    samples: json,
    ...traits,
    name: `Sighten by ${way}`,
    endpoint: (/** @type {SecretOption} */ secret) => endpointOf(sighten, { auth: auth(secret), ...more }),
  })
  const body = /** @type {const} */ ({ format: 'body', header: 'X-Signature', encoding: 'base64' })
  const bodyTraits = { scheme: 'hmac', covered: { body: true }, signed: ['x-signature'] }
  return [
    by('header', headerTraits, (value) => sighten.header({ name: 'X-Key', value })),
    by('basic', basicTraits, (password) => sighten.basic({ username: 'sighten', password })),
    by('token, XML', { ...tokenTraits, samples: texts }, (value) => sighten.token({ key: 'Token', value }), {
      bodyFormat: 'xml',
    }),
    by('aws4', aws4Traits, (secretAccessKey) => sighten.aws4({ ...aws, secretAccessKey })),
    by('hmac, authorization', authorizationTraits, (clientSecret) =>
      hmac({ format: 'authorization', clientId, host, clientSecret }),
    ),
    by('hmac, digest', digestTraits, (clientSecret) => hmac({ format: 'digest', clientId, clientSecret })),
    by('hmac, body, forms', { ...bodyTraits, samples: forms }, (clientSecret) => hmac({ ...body, clientSecret }), {
      bodyFormat: 'form',
    }),
    by('hmac, body, client in a header', { ...bodyTraits, signed: ['x-signature', 'x-client'] }, (clientSecret) =>
      hmac({ ...body, clientId, clientIdHeader: 'X-Client', clientSecret }),
    ),
    ...(keys === undefined ? [] : [sightenByKeys({ sighten, json }, keys)]),
  ]
}

/** @param {{ sighten: Library['sighten'], json: Subject['samples'] }} parts @param {Keys} keys @returns {Subject} */
function sightenByKeys({ sighten, json }, { token, ...keys }) {
  const auth = sighten.oauth2({ ...keys, algorithms: ['RS256'] })
  const endpoint = () => withToken(endpointOf(sighten, { auth }), `Bearer ${token}`)
  return { ...defaults, ...oauth2Traits, samples: json, name: 'Sighten by oauth2', endpoint }
}
