import { Readable } from 'node:stream'
import { defineProvider, type SignedRequest, type WebhookRequest } from 'countersign'
import { hmac } from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import { samples, signSighten, signTight, signTightknit, signTyk } from 'countersign/testing'
import * as tight from 'countersign/tight'
import * as tightknit from 'countersign/tightknit'
import * as tyk from 'countersign/tyk'
import { stripeLike } from '../own-senders/stripe-like.ts'
import { bodyHash, hs256, token } from '../support/tokens.ts'
import { host, reserialized, secondsFrom, secret, type Troubles, url, withHeaders } from './trouble.ts'

const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const event = 'Site Archived'
const webhooks = {
  tight: tight.createReceiver({ secret }),
  tyk: tyk.createReceiver({ secret }),
  tightknit: tightknit.createReceiver({ secret: whsec }),
}

const basic = sighten.basic({ username: 'sighten', password: secret })
const aws4Options = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: secret, region: 'us-east-1', service: 'execute-api' }
const aws4 = sighten.aws4({ ...aws4Options, host })
const authorization = (more: { clientId?: string } = { clientId: 'sighten' }) =>
  sighten.hmac({ format: 'authorization', clientSecret: secret, host, ...more })
const authorized = (more?: { clientId?: string }) => sighten.createReceiver({ auth: authorization(more) })
const unsignedOf = (auth: typeof aws4) => sighten.createReceiver({ auth })

const fromTight = (options: Partial<Parameters<typeof signTight>[1]> = {}) =>
  signTight(samples.tight.bankAccountCreated.v6.payload, { secret, ...options })
const fromTyk = (options: Partial<Parameters<typeof signTyk>[1]> = {}) =>
  signTyk(samples.tyk.UserRegistered.payload, { secret, ...options })
const fromTightknit = (options: { prefix?: 'webhook' | 'svix' } = {}) =>
  signTightknit(samples.tightknit.user_registered.portal.payload, { secret: whsec, ...options })
const fromSighten = (auth: sighten.Options['auth'], body: unknown = { site: 's_1' }) => signSighten(body, { auth, url })
const signedByAws4 = () => fromSighten(aws4)

/** A request of Tight with another token, rightly signed. */
async function withToken(claims: object, header = hs256) {
  const signed = await fromTight()
  const hash = { request_body_sha256: bodyHash(signed.body), ...claims }
  return withHeaders(signed, { 'tight-verification': token(header, JSON.stringify(hash), secret) })
}

const withoutHash = () => withToken({ iat: nowSeconds, request_body_sha256: undefined })
const nowSeconds = Math.floor(Date.now() / 1000)
const stream = (read: (this: Readable) => void, headers = {}) => ({ headers, body: new Readable({ read }) })
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` }, body: '{}' })
const keys = {
  issuer: 'https://login.example.com',
  audience: 'https://hooks.example.com',
  algorithms: ['RS256'],
  clientId: 'sighten',
}
const jwtCheck = (jwksUri: string) => sighten.createReceiver({ auth: sighten.oauth2({ ...keys, jwksUri }) })
const tokenCheck = (check: (token: string) => unknown) =>
  sighten.createReceiver({ auth: sighten.oauth2({ check }) }).verify(bearer('opaque'), { event })
const base64url = (text: string) => Buffer.from(text).toString('base64url')
const rs256 = `${base64url('{"alg":"RS256","kid":"k"}')}.${base64url('{}')}.AAAA`

const bare = (auth: sighten.Options['auth']) =>
  sighten.createReceiver({ auth }).verify({ headers: { authorization: 'abc' }, body: '{}' }, { event })
const hooked = (path: string) =>
  tightknit
    .createReceiver({ auth: tightknit.urlSecret({ secret: 'a-secret' }) })
    .verify({ url: path, headers: {}, body: '{"action":"a"}' })
const withoutZone = () => signTyk({ Event: 'New', Timestamp: '2026-11-03T10:20:30' }, { secret })

/** One header of two, as Node.js hands it over. */
const twice = (receiver: { verify(request: WebhookRequest): Promise<unknown> }, signed: SignedRequest, name: string) =>
  receiver.verify(withHeaders(signed, { [name]: `${signed.headers[name]}, ${signed.headers[name]}` }))

async function fromStripe(change: (value: string) => string) {
  const signed = await stripeLike.sign({ id: 'evt_1', type: 'ping' }, { secret })
  const value = change(signed.headers['stripe-signature'] ?? '')
  return stripeLike.verify(withHeaders(signed, { 'stripe-signature': value }), { secret })
}

/** Stripe's delivery, for a sender that was defined with another text. */
async function signedTextOf(signedText: string) {
  const fields = { timestamp: 't', signature: 'v1' }
  const like = defineProvider({
    scheme: (options: { secret: string }) => hmac({ header: 'Stripe-Signature', fields, signedText, ...options }),
    events: stripeLike.schemas,
    naming: { in: 'body', name: 'type' },
  })
  return like.verify(await stripeLike.sign({ id: 'evt_1', type: 'ping' }, { secret }), { secret })
}

async function withHash(change: (hash: string) => string) {
  const { body } = await fromTight()
  return webhooks.tight.verify(await withToken({ iat: nowSeconds, request_body_sha256: change(bodyHash(body)) }))
}

const authentication: Troubles = {
  header_missing: {
    'A proxy strips the header.': {
      broken: async () => webhooks.tight.verify(withHeaders(await fromTight(), { 'tight-verification': undefined })),
      mended: async () => webhooks.tight.verify(await fromTight()),
    },
    'The sender has no secret, and so signs nothing: Tyk without `PORTAL_WEBHOOKS_SECRET`.': {
      broken: async () => webhooks.tyk.verify(withHeaders(await fromTyk(), { 'x-signature-sha256': undefined })),
      mended: async () => webhooks.tyk.verify(await fromTyk()),
    },
    'Tyk\'s button "Test connection" sends `HEAD` without a signature.': {
      broken: () => webhooks.tyk.verify({ method: 'HEAD', url, headers: {}, body: null }),
    },
    "Tightknit's first product sent it, which signs nothing.": {
      broken: () => webhooks.tightknit.verify({ url: '/hook/a-secret', headers: {}, body: '{"action":"a"}' }),
      mended: () =>
        tightknit
          .createReceiver({ auth: tightknit.urlSecret({ secret: 'a-secret' }) })
          .verify({ url: '/hook/a-secret', headers: {}, body: '{"action":"a"}' }),
    },
    '`aws4`: a proxy strips a header that was signed.': {
      broken: async () =>
        unsignedOf(aws4).verify(withHeaders(await signedByAws4(), { 'content-type': undefined }), { event }),
      mended: async () => unsignedOf(aws4).verify(await signedByAws4(), { event }),
    },
    'The proof comes in another header than the option names.': {
      broken: async () =>
        tightknit.verify(await fromTightknit({ prefix: 'webhook' }), { secret: whsec, prefix: 'svix' }),
      mended: async () => webhooks.tightknit.verify(await fromTightknit({ prefix: 'webhook' })),
    },
    'No headers were handed over, or under another name than `headers`.': {
      broken: async () => webhooks.tyk.verify({ body: (await fromTyk()).body }),
      mended: async () => webhooks.tyk.verify(await fromTyk()),
    },
  },
  header_malformed: {
    'The header arrives twice, and the framework hands over both values.': {
      broken: async () => {
        const signed = await fromTyk()
        const values = [signed.headers['x-signature-sha256'] ?? '', 'f'.repeat(64)]
        return webhooks.tyk.verify(withHeaders(signed, { 'x-signature-sha256': values }))
      },
    },
    'The header is longer than 8192 characters.': {
      broken: async () => webhooks.tyk.verify(withHeaders(await fromTyk(), { 'x-signature-sha256': 'f'.repeat(8193) })),
      mended: async () => webhooks.tyk.verify(await fromTyk()),
    },
    'Tight: `Tight-Verification` and `Hurdlr-Verification` hold two tokens.': {
      broken: async () =>
        webhooks.tight.verify(withHeaders(await fromTight(), { 'hurdlr-verification': token(hs256, '{}', secret) })),
    },
    'Tightknit: the sets `webhook-*` and `svix-*` differ.': {
      broken: async () => {
        const [one, other] = [await fromTightknit({ prefix: 'svix' }), await fromTightknit({ prefix: 'webhook' })]
        return webhooks.tightknit.verify(withHeaders(one, { ...other.headers, 'svix-id': 'msg_2' }))
      },
    },
    '`Authorization` says another word than the option: `Bearer` and not `Basic`.': {
      broken: () => sighten.createReceiver({ auth: basic }).verify(bearer('abc'), { event }),
      mended: () =>
        sighten
          .createReceiver({ auth: sighten.token({ key: 'Bearer', value: 'abc' }) })
          .verify(bearer('abc'), { event }),
    },
    '`Authorization` holds a bare value, without a word ahead of it.': {
      broken: () => bare(sighten.token({ key: 'Bearer', value: 'abc' })),
      mended: () => bare(sighten.header({ name: 'Authorization', value: 'abc' })),
    },
  },
  signature_malformed: {
    'The signature is in base64, and the option `encoding` says hex.': {
      broken: async () => webhooks.tyk.verify(await fromTyk({ encoding: 'base64' })),
      mended: async () => tyk.verify(await fromTyk({ encoding: 'base64' }), { secret, encoding: 'base64' }),
    },
    'Something stands before it, such as `sha256=`.': {
      broken: async () => webhooks.tyk.verify(await fromTyk({ prefix: 'sha256=' })),
      mended: async () => tyk.verify(await fromTyk({ prefix: 'sha256=' }), { secret, prefix: 'sha256=' }),
    },
    'Standard Webhooks: the header holds asymmetric signatures (`v1a`) alone.': {
      broken: async () =>
        webhooks.tightknit.verify(withHeaders(await fromTightknit(), { 'webhook-signature': 'v1a,AAAA' })),
    },
    'The header arrives twice: Node.js joins both values by a comma.': {
      broken: async () => twice(webhooks.tyk, await fromTyk(), 'x-signature-sha256'),
      mended: async () => webhooks.tyk.verify(await fromTyk()),
    },
    '`hmac` with `fields`: a space stands behind the comma.': {
      broken: () => fromStripe((value) => value.replace(',', ', ')),
      mended: () => fromStripe((value) => value),
    },
    'The signature was cut off.': {
      broken: () => fromStripe((value) => value.slice(0, -1)),
      mended: () => fromStripe((value) => value),
    },
  },
  signature_mismatch: {
    'The secret is that of another environment or endpoint.': {
      broken: async () => tight.verify(await fromTight(), { secret: 'the secret of the other environment' }),
      mended: async () => tight.verify(await fromTight(), { secret }),
    },
    "The secret was rotated on the sender's side alone.": {
      broken: async () => webhooks.tyk.verify(await fromTyk({ secret: 'the next secret' })),
      mended: async () =>
        tyk.verify(await fromTyk({ secret: 'the next secret' }), { secret: ['the next secret', secret] }),
    },
    'The secret still has its quotes from an env file.': {
      broken: async () => tight.verify(await fromTight(), { secret: `"${secret}"` }),
      mended: async () => tight.verify(await fromTight(), { secret }),
    },
    'The secret was decoded from base64 or hex. For Tight and Tyk it is used as it is.': {
      broken: async () => tight.verify(await fromTight(), { secret: Buffer.from(secret, 'base64') }),
      mended: async () => tight.verify(await fromTight(), { secret }),
    },
    'The secret was read as bytes, and ends in a line break.': {
      broken: async () => tight.verify(await fromTight(), { secret: Buffer.from(`${secret}\n`) }),
      mended: async () => tight.verify(await fromTight(), { secret: `${secret}\n`.trim() }),
    },
    'Something parsed the body and put it together again.': {
      broken: async () => webhooks.tyk.verify(reserialized(await fromTyk())),
      mended: async () => webhooks.tyk.verify(await fromTyk()),
    },
    'No body was handed over, or under another name than `body` or `rawBody`.': {
      broken: async () => webhooks.tyk.verify({ headers: (await fromTyk()).headers }),
      mended: async () => webhooks.tyk.verify(await fromTyk()),
    },
    '`aws4`, `authorization`: a proxy rewrites the path.': {
      broken: async () => unsignedOf(aws4).verify({ ...(await signedByAws4()), url: '/sender' }, { event }),
      mended: async () => unsignedOf(aws4).verify({ ...(await signedByAws4()), url: '/webhooks/sender' }, { event }),
    },
    '`authorization`: a proxy replaces `Host` by its own name for this server.': {
      broken: async () =>
        authorized().verify(withHeaders(await fromSighten(authorization()), { host: '10.0.0.7:3000' }), { event }),
      mended: async () => authorized().verify(await fromSighten(authorization()), { event }),
    },
    "Another `accessKeyId` or `clientId` than the sender's, or none: a variable of the environment that is not set.": {
      broken: async () => authorized({}).verify(await fromSighten(authorization()), { event }),
      mended: async () => authorized().verify(await fromSighten(authorization()), { event }),
    },
    '`aws4`: the sender resolves `//` or `/./` before it signs.': {
      broken: async () => unsignedOf(aws4).verify({ ...(await signedByAws4()), url: '/webhooks/./sender' }, { event }),
      mended: async () =>
        unsignedOf(sighten.aws4({ ...aws4Options, host, normalizePath: true })).verify(
          { ...(await signedByAws4()), url: '/webhooks/./sender' },
          { event },
        ),
    },
    'A sender of your own: `signedText` is not what the sender signs.': {
      broken: () => signedTextOf('{timestamp}:{body}'),
      mended: () => signedTextOf('{timestamp}.{body}'),
    },
  },
  credential_mismatch: {
    'A header, a password, a token or a secret in the URL has another value.': {
      broken: async () =>
        sighten
          .createReceiver({ auth: sighten.basic({ username: 'sighten', password: 'another' }) })
          .verify(await fromSighten(basic), { event }),
      mended: async () => sighten.createReceiver({ auth: basic }).verify(await fromSighten(basic), { event }),
    },
    '`aws4`: another `region` or `service`.': {
      broken: async () =>
        unsignedOf(sighten.aws4({ ...aws4Options, host, region: 'eu-west-1' })).verify(await signedByAws4(), { event }),
      mended: async () => unsignedOf(aws4).verify(await signedByAws4(), { event }),
    },
    'The function in `check` gave something like `true`, and not `true`.': {
      broken: () => tokenCheck(() => ({ active: true })),
      mended: () => tokenCheck(() => true),
    },
    'The function in `secret` gave `null`: no secret belongs to this request.': {
      broken: async () => tyk.verify(await fromTyk(), { secret: () => null }),
      mended: async () => tyk.verify(await fromTyk(), { secret: () => secret }),
    },
    '`anyOf`: two members accept this delivery.': {
      broken: async () => {
        const member = () => sighten.basic({ username: 'sighten', password: () => secret })
        const auth = sighten.anyOf({ 'Org A': member(), 'Org B': member() })
        return sighten.createReceiver({ auth }).verify(await fromSighten(basic), { event })
      },
      mended: async () => {
        const other = sighten.basic({ username: 'other', password: () => secret })
        const auth = sighten.anyOf({ 'Org A': basic, 'Org B': other })
        return sighten.createReceiver({ auth }).verify(await fromSighten(basic), { event })
      },
    },
    '`urlSecret`: a slash stands behind the secret.': {
      broken: () => hooked('/hook/a-secret/'),
      mended: () => hooked('/hook/a-secret'),
    },
  },
  host_mismatch: {
    'A proxy replaces `Host` by its own name for this server.': {
      broken: async () =>
        unsignedOf(aws4).verify(withHeaders(await signedByAws4(), { host: '10.0.0.7:3000' }), { event }),
      mended: async () => unsignedOf(aws4).verify(withHeaders(await signedByAws4(), { host }), { event }),
    },
    'The sender addresses another of your hosts.': {
      broken: async () =>
        unsignedOf(aws4).verify(await fromSighten(sighten.aws4({ ...aws4Options, host })).then(toOther), { event }),
      mended: async () =>
        unsignedOf(sighten.aws4({ ...aws4Options, host: [host, 'other.example.com'] })).verify(
          await signSighten({ site: 's_1' }, { auth: aws4, url: 'https://other.example.com/webhooks/sender' }),
          { event },
        ),
    },
  },
}

function toOther(signed: Awaited<ReturnType<typeof fromSighten>>) {
  return withHeaders(signed, { host: 'other.example.com' })
}

const tokens: Troubles = {
  algorithm_refused: {
    'A JWT is signed with HS512 or with a private key.': {
      broken: async () => {
        const signed = await fromTight()
        const [, claims] = String(signed.headers['tight-verification']).split('.')
        const token = `${base64url('{"alg":"HS512"}')}.${claims}.${'A'.repeat(86)}`
        return webhooks.tight.verify(withHeaders(signed, { 'tight-verification': token }))
      },
    },
    'A JWT asks for extensions (`crit`, `b64`).': {
      broken: async () => webhooks.tight.verify(await withToken({ iat: nowSeconds }, '{"alg":"HS256","crit":["b64"]}')),
    },
    "`oauth2`: the token's algorithm is not in `algorithms`.": {
      broken: () =>
        jwtCheck('https://login.example.com/jwks').verify(
          bearer(rs256.replace(/^[^.]+/, base64url('{"alg":"ES256"}'))),
          {
            event,
          },
        ),
    },
  },
  token_malformed: {
    '`Bearer` stands before the token, where the bare token is expected.': {
      broken: async () => {
        const signed = await fromTight()
        return webhooks.tight.verify(
          withHeaders(signed, { 'tight-verification': `Bearer ${signed.headers['tight-verification']}` }),
        )
      },
      mended: async () => webhooks.tight.verify(await fromTight()),
    },
    '`oauth2` with `jwksUri`: the token is opaque.': {
      broken: () => jwtCheck('https://login.example.com/jwks').verify(bearer('opaque'), { event }),
      mended: () => tokenCheck((token) => token === 'opaque'),
    },
    'The header arrives twice: Node.js joins both values by a comma.': {
      broken: async () => twice(webhooks.tight, await fromTight(), 'tight-verification'),
      mended: async () => webhooks.tight.verify(await fromTight()),
    },
    'The token has quotes around it, or was cut off.': {
      broken: async () => {
        const signed = await fromTight()
        return webhooks.tight.verify(
          withHeaders(signed, { 'tight-verification': `"${signed.headers['tight-verification']}"` }),
        )
      },
      mended: async () => webhooks.tight.verify(await fromTight()),
    },
  },
  claim_invalid: {
    'A genuine token has no `iat`, or one that is no number.': {
      broken: async () => webhooks.tight.verify(await withToken({})),
    },
  },
  timestamp_malformed: {
    "The sender's timestamp is in milliseconds.": {
      broken: () =>
        stripeLike.verify(
          { headers: { 'stripe-signature': `t=${Date.now()},v1=${'f'.repeat(64)}` }, body: '{}' },
          {
            secret,
          },
        ),
    },
    'Tyk, with `maxAgeSeconds`: the body has no `Timestamp`, or is no JSON.': {
      broken: async () =>
        tyk.verify(await signTyk({ Event: 'New', Message: {} }, { secret }), { secret, maxAgeSeconds: 300 }),
      mended: async () => webhooks.tyk.verify(await signTyk({ Event: 'New', Message: {} }, { secret })),
    },
    'Tyk, with `maxAgeSeconds`: the `Timestamp` has no zone.': {
      broken: async () => tyk.verify(await withoutZone(), { secret, maxAgeSeconds: 300 }),
      mended: async () => webhooks.tyk.verify(await withoutZone()),
    },
    "`aws4`, and Sighten's `hmac`: the date is in another format.": {
      broken: async () =>
        unsignedOf(aws4).verify(withHeaders(await signedByAws4(), { 'x-amz-date': new Date().toISOString() }), {
          event,
        }),
      mended: async () => unsignedOf(aws4).verify(await signedByAws4(), { event }),
    },
  },
  timestamp_too_old: {
    "This server's clock is ahead.": {
      broken: async () => webhooks.tight.verify(await fromTight(), { now: secondsFrom(600) }),
      mended: async () => webhooks.tight.verify(await fromTight(), { now: secondsFrom(0) }),
    },
    'A queue or a slow proxy stands between the sender and this check.': {
      broken: async () => webhooks.tight.verify(await fromTight({ now: secondsFrom(-600) })),
      mended: async () => tight.verify(await fromTight({ now: secondsFrom(-600) }), { secret, toleranceSeconds: 900 }),
    },
    'Somebody repeats an old delivery.': {
      broken: async () => webhooks.tightknit.verify(await fromTightknit(), { now: secondsFrom(86_400) }),
    },
    'A token has an `exp` that is over.': {
      broken: async () => webhooks.tight.verify(await withToken({ iat: nowSeconds, exp: nowSeconds - 1 })),
      mended: async () => webhooks.tight.verify(await withToken({ iat: nowSeconds, exp: nowSeconds + 60 })),
    },
  },
  timestamp_too_new: {
    "This server's clock is behind.": {
      broken: async () => webhooks.tight.verify(await fromTight(), { now: secondsFrom(-600) }),
      mended: async () => webhooks.tight.verify(await fromTight(), { now: secondsFrom(0) }),
    },
    "A token's `iat` is in milliseconds.": {
      broken: async () => webhooks.tight.verify(await withToken({ iat: Date.now() })),
    },
  },
}

const bodies: Troubles = {
  body_hash_missing: {
    'Tight: a genuine token without `request_body_sha256`.': {
      broken: async () => webhooks.tight.verify(await withoutHash()),
      mended: async () => tight.verify(await withoutHash(), { secret, bodyHash: 'ifPresent' }),
    },
    '`aws4`: the sender does not sign its body (`UNSIGNED-PAYLOAD`).': {
      broken: async () => {
        const signed = await signSighten(
          {},
          { auth: aws4, url, headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
        )
        return unsignedOf(aws4).verify(withHeaders(signed, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }), { event })
      },
    },
  },
  body_hash_mismatch: {
    'Something parsed the body and put it together again.': {
      broken: async () => webhooks.tight.verify(reserialized(await fromTight())),
      mended: async () => webhooks.tight.verify(await fromTight()),
    },
    'No body was handed over, or under another name than `body` or `rawBody`.': {
      broken: async () => webhooks.tight.verify({ headers: (await fromTight()).headers }),
      mended: async () => webhooks.tight.verify(await fromTight()),
    },
    'The claim with the hash is not padded base64, but hex, for example.': {
      broken: async () => withHash((hash) => Buffer.from(hash, 'base64').toString('hex')),
      mended: async () => withHash((hash) => hash),
    },
  },
  body_malformed: {
    'The sender sends no JSON. Sighten: form or XML, as the admin chose.': {
      broken: async () =>
        sighten.createReceiver({ auth: basic }).verify(await fromSighten(basic, 'site=s_1'), { event }),
      mended: async () =>
        sighten
          .createReceiver({ auth: basic, bodyFormat: 'form' })
          .verify(await fromSighten(basic, 'site=s_1'), { event }),
    },
    '`isBase64Encoded` is `true`, and the body is not base64.': {
      broken: async () => webhooks.tyk.verify({ ...(await fromTyk()), body: '{}', isBase64Encoded: true }),
      mended: async () => {
        const { body, ...rest } = await fromTyk()
        return webhooks.tyk.verify({ ...rest, body: Buffer.from(body).toString('base64'), isBase64Encoded: true })
      },
    },
  },
  body_incomplete: {
    'The sender hung up, or a limit in front of this one cut the body off.': {
      broken: () =>
        webhooks.tyk.verify(
          stream(function () {
            this.destroy(new Error('the connection broke'))
          }),
        ),
    },
    '`Content-Length` announces a body, and none was handed over: `{ headers, body: request.body }` where nothing read it.':
      {
        broken: async () => webhooks.tyk.verify({ headers: announced, body: undefined }),
        mended: async () => webhooks.tyk.verify(await fromTyk()),
      },
  },
  body_too_large: {
    'The body is longer than 1 MiB.': {
      broken: async () => webhooks.tyk.verify(await signTyk(large, { secret })),
      mended: async () => tyk.verify(await signTyk(large, { secret }), { secret, maxBodyBytes: 2_097_152 }),
    },
  },
  body_encoded: {
    'The body is compressed: it has a `Content-Encoding`.': {
      broken: () =>
        webhooks.tyk.verify(
          stream(
            function () {
              this.push(null)
            },
            { 'content-encoding': 'gzip' },
          ),
        ),
    },
  },
}

const announced = { 'content-length': '2', 'x-signature-sha256': 'f'.repeat(64) }
const large = { Event: 'Large', Message: { text: 'x'.repeat(1_048_576) }, Timestamp: '2026-11-03T10:20:30Z' }

/** As a route's parameter comes: a text that the compiler does not know. */
const slug = (text: string) => text

const crew = sighten.createReceiver({ auth: basic })
const events: Troubles = {
  event_unlisted: {
    'The route names an event that Sighten does not have.': {
      broken: async () => crew.verify(await fromSighten(basic), { event: slug('site-archive') }),
      mended: async () => crew.verify(await fromSighten(basic), { event: slug('site-archived') }),
    },
    'The event is newer than this version.': {
      broken: async () => crew.verify(await fromSighten(basic), { event: slug('crew-assigned') }),
      mended: async () =>
        sighten
          .createReceiver({ auth: basic, additionalEvents: ['Crew Assigned'] })
          .verify(await fromSighten(basic), { event: slug('crew-assigned') }),
    },
  },
  payload_invalid: {
    '`strict` is on, and the event or its shape is newer than this version.': {
      broken: async () => tyk.verify(await signTyk({ Event: 'New' }, { secret }), { secret, strict: true }),
      mended: async () => webhooks.tyk.verify(await signTyk({ Event: 'New' }, { secret })),
    },
  },
  secret_unavailable: {
    'The function in `secret` threw: the secret store cannot be reached.': {
      broken: async () => tyk.verify(await fromTyk(), { secret: () => Promise.reject(new Error('no store')) }),
      mended: async () => tyk.verify(await fromTyk(), { secret: async () => secret }),
    },
  },
  verifier_unavailable: {
    'The function in `check` threw, or took over 5 seconds.': {
      broken: () => tokenCheck(() => Promise.reject(new Error('the server is down'))),
      mended: () => tokenCheck(async () => true),
    },
    'The keys at `jwksUri` cannot be fetched.': {
      // A port that fetch blocks: nothing is asked, and nothing answers.
      broken: () => jwtCheck('http://127.0.0.1:9/jwks').verify(bearer(rs256), { event }),
    },
  },
}

/** The rows below each code. */
export const refusals: Troubles = { ...authentication, ...tokens, ...bodies, ...events }
