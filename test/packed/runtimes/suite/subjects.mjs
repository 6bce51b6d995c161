// What the contract suite is run on: every built-in sender, by every way to prove a delivery, and a sender defined here.

/** The moment at which the contract signs; tokens must be good then. */
export const signedAt = new Date('2026-01-01T00:00:00Z')

const nothing = { body: false, url: false, time: false }
const all = { body: true, url: true, time: true }
const host = 'receiver.example' // of the URL that the contract signs for
const [first, second] = ['the-first-secret-for-tests', 'the-second-secret-for-tests']

/** @param {typeof import('./library.mjs')} library */
export function listSubjects(library, { keys }) {
  return [
    ...portals(library),
    ...tightknitByUrl(library),
    ...sightenWays(library).map((way) => sightenSubject(library, way)),
    sightenByToken(library, keys),
    ownSender(library),
  ]
}

/** What every subject signs at one moment: the same on every runtime, or one of them computes something else. */
export async function signAll(subjects, { testing }) {
  const signatures = {}
  for (const { name, provider, options, samples, signOptionsOf } of subjects) {
    const list = Array.isArray(samples) ? samples : testing.listSamples(samples)
    for (const sample of list) {
      const signing = { now: signedAt, ...options, ...signOptionsOf?.(sample) }
      const { url, headers } = await provider.sign(sample.payload, signing)
      signatures[[name, sample.type, sample.generation].join(' ')] = JSON.stringify({ url, headers })
    }
  }
  return signatures
}

function portals({ tight, tyk, tightknit, testing: { samples } }) {
  const secrets = { options: { secret: first }, otherOptions: { secret: second } }
  const covers = { body: true, url: false, time: true }
  return [
    { name: 'Tight', provider: tight, samples: samples.tight, covers, ...secrets },
    { name: 'Tyk', provider: tyk, samples: samples.tyk, covers: { ...covers, time: false }, ...secrets },
    {
      ...tightknitSamples(samples),
      name: 'Tightknit, the portal',
      provider: tightknit,
      covers,
      options: { secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl' },
      otherOptions: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    },
  ]
}

function tightknitByUrl({ tightknit, testing: { samples } }) {
  return [{}, { parameter: 'key' }].map((where) => {
    const use = (secret) => ({ auth: tightknit.urlSecret({ secret, ...where }) })
    return {
      ...tightknitSamples(samples),
      name: `Tightknit, the first product, with a secret in the ${where.parameter ? 'query' : 'path'}`,
      provider: tightknit,
      covers: nothing,
      proofIn: 'url',
      ...secretsBy(use),
    }
  })
}

/** Its bodies name their events by an action; the names that deliveries have are the library's. */
function tightknitSamples({ tightknit }) {
  return { samples: tightknit, wireNameOf: ({ payload }) => payload.action }
}

function secretsBy(use, more = {}) {
  return {
    options: use(first),
    otherOptions: use(second),
    secrets: { value: first, other: second, use, ...more },
  }
}

function sightenWays({ sighten }) {
  const clientId = 'a-client'
  const aws = { accessKeyId: 'AKIDEXAMPLE', region: 'us-east-1', service: 'execute-api', host }
  const hmac = (options) => (clientSecret) => sighten.hmac({ ...options, clientSecret })
  const timed = { timestampHeader: 'X-Timestamp', signedText: '{timestamp}.{body}', toleranceSeconds: 900 }
  const body = { format: 'body', header: 'X-Signature' }
  return [
    { way: 'header', covers: nothing, auth: (value) => sighten.header({ name: 'X-Key', value }) },
    { way: 'basic', covers: nothing, auth: (password) => sighten.basic({ username: 'sighten', password }) },
    { way: 'token', covers: nothing, auth: (value) => sighten.token({ key: 'Token', value }) },
    { way: 'aws4', covers: all, auth: (secretAccessKey) => sighten.aws4({ ...aws, secretAccessKey }) },
    { way: 'hmac, authorization', covers: all, auth: hmac({ format: 'authorization', clientId, host }) },
    { way: 'hmac, digest', covers: { ...all, url: false }, auth: hmac({ format: 'digest', clientId }) },
    { way: 'hmac, body', covers: { ...nothing, body: true }, auth: hmac(body) },
    { way: 'hmac, body and time', covers: { ...all, url: false }, auth: hmac({ ...body, ...timed }) },
  ]
}

function sightenSubject({ sighten, testing: { samples } }, { way, covers, auth }) {
  return {
    name: `Sighten by ${way}`,
    provider: sighten,
    samples: samples.sighten,
    covers,
    toleranceSeconds: 900,
    contextOf: ({ type }) => ({ event: type }),
    ...secretsBy((secret) => ({ auth: auth(secret) }), { mayBeEmpty: way === 'basic' }),
  }
}

/** Only the authorization server can make a token, so it takes the place of the signature that `sign` would make. */
function sightenByToken({ sighten, testing: { samples } }, keys) {
  const { issuer, audience, url: jwksUri } = keys
  const client = ({ clientId, token }) => ({
    auth: sighten.oauth2({ jwksUri, issuer, audience, algorithms: ['ES256'], clientId }),
    token,
  })
  const provider = {
    createReceiver: ({ token: _, ...options }) => sighten.createReceiver(options),
    sign: async (payload, { token, ...options }) => {
      const auth = sighten.dangerouslyUnauthenticated()
      const headers = { authorization: `Bearer ${token}`, ...options.headers }
      return { ...(await sighten.sign(payload, { ...options, auth, headers })), authHeaders: ['authorization'] }
    },
  }
  return {
    name: 'Sighten by oauth2',
    provider,
    samples: samples.sighten,
    covers: nothing,
    contextOf: ({ type }) => ({ event: type }),
    options: client(keys.clients[0]),
    otherOptions: client(keys.clients[1]),
    secrets: 'none',
  }
}

function ownSender({ root, schemes }) {
  const provider = root.defineProvider({
    scheme: ({ secret }) => schemes.hmac({ header: 'X-Shop-Signature', timestampHeader: 'X-Shop-Time', secret }),
    events: { 'order.paid': orderSchema, 'order.sent': orderSchema },
    naming: { in: 'header', name: 'X-Shop-Event' },
  })
  return {
    name: 'A sender of its own',
    provider,
    samples: ['order.paid', 'order.sent'].map((type, index) => ({
      type,
      level: 'assumed',
      payload: { order: `A-${index}`, place: 'Zürich' },
    })),
    covers: { ...all, url: false },
    signOptionsOf: ({ type }) => ({ headers: { 'X-Shop-Event': type } }),
    options: { secret: first },
    otherOptions: { secret: second },
  }
}

/** By Standard Schema and nobody's library, and with a promise, as it may be. */
const orderSchema = {
  '~standard': {
    version: 1,
    vendor: 'tests',
    validate: async (value) =>
      typeof value?.order === 'string' ? { value } : { issues: [{ message: 'no order', path: ['order'] }] },
  },
}
