import {
  aws4,
  basic,
  dangerouslyUnauthenticated,
  header,
  hmac,
  oauth2,
  standardWebhooks,
  urlSecret,
} from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import { samples, signTyk } from 'countersign/testing'
import * as tightknit from 'countersign/tightknit'
import * as tyk from 'countersign/tyk'
import { untyped } from '../support/verdict.ts'
import { host, secret, type Troubles } from './trouble.ts'

const webhook = tyk.createReceiver({ secret })
const signed = () => signTyk(samples.tyk.UserRegistered.payload, { secret })
const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const event = 'Site Archived'
const member = basic({ username: 'a', password: secret })

/** Options as a caller without types gives them. */
const untypedOptions = (options: object) => options as never
const tykWith = async (options: object) => tyk.createReceiver(untypedOptions(options))
const verified = async (options: object) => tyk.verify(await signed(), untypedOptions(options))

const keys = {
  jwksUri: 'https://login.example.com/jwks',
  issuer: 'https://login.example.com',
  audience: 'https://hooks.example.com',
  algorithms: ['RS256'],
  clientId: 'sighten',
}
const oauth2With = async (options: object) => oauth2(untypedOptions({ ...keys, ...options }))
const aws4With = async (options: object) =>
  aws4(untypedOptions({ accessKeyId: 'A', secretAccessKey: secret, region: 'r', service: 's', host, ...options }))
const anyOf = async (members: Parameters<typeof sighten.anyOf>[0]) => sighten.anyOf(members)

/** Calls a function, until its first await, as a runtime without cryptography would. */
function withoutCrypto<T>(call: () => T): T {
  const kept = ['process', 'crypto'].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const)
  try {
    for (const [name] of kept) Object.defineProperty(globalThis, name, { value: undefined, configurable: true })
    return call()
  } finally {
    for (const [name, descriptor] of kept) if (descriptor) Object.defineProperty(globalThis, name, descriptor)
  }
}

/** The rows below each family, by the words of the message; `…` stands for any. */
export const typeErrors: Troubles = {
  'TypeError: the body': {
    'countersign needs the raw body': {
      broken: async () => webhook.verify({ ...(await signed()), body: samples.tyk.UserRegistered.payload }),
      mended: async () => webhook.verify(await signed()),
    },
    'verify takes the request itself': {
      broken: async () => webhook.verify(untyped((await signed()).body), untypedOptions((await signed()).headers)),
      mended: async () => webhook.verify({ headers: (await signed()).headers, body: (await signed()).body }),
    },
    'this scheme needs the method and the url of the request': {
      broken: async () => {
        const auth = aws4({ accessKeyId: 'A', secretAccessKey: secret, region: 'r', service: 's', host })
        const { headers, body } = await sighten.sign({}, { auth, url: `https://${host}/` })
        return sighten.verify({ headers, body }, { auth, event })
      },
      mended: async () => {
        const auth = aws4({ accessKeyId: 'A', secretAccessKey: secret, region: 'r', service: 's', host })
        const { method, url, headers, body } = await sighten.sign({}, { auth, url: `https://${host}/` })
        return sighten.verify({ method, url, headers, body }, { auth, event })
      },
    },
    'urlSecret needs the request to have a url': {
      broken: () => tightknit.verify({ headers: {}, body: '{}' }, { auth: urlSecret({ secret }) }),
    },
  },
  'TypeError: the secret': {
    '… is undefined': {
      broken: () => verified({ secret: () => undefined }),
      mended: () => verified({ secret: () => secret }),
    },
    '… is empty': { broken: () => tykWith({ secret: '' }) },
    '… begins or ends with white space': {
      broken: () => tykWith({ secret: `${secret}\n` }),
      mended: () => verified({ secret: `${secret}\n`.trim() }),
    },
    '… lists one secret twice': {
      broken: () => tykWith({ secret: [secret, secret] }),
      mended: () => verified({ secret: [secret] }),
    },
    'secret is missing': { broken: async () => tightknit.createReceiver(untypedOptions({})) },
    'give either secret or auth': {
      broken: async () =>
        tightknit.createReceiver(untypedOptions({ secret: whsec, auth: dangerouslyUnauthenticated() })),
    },
    '… is not whsec_ and base64': { broken: async () => standardWebhooks({ secret: 'the text of a secret' }) },
    '… is shorter than 16 bytes': { broken: async () => standardWebhooks({ secret: 'whsec_c2hvcnQ=' }) },
    '… is an asymmetric key': {
      broken: async () => standardWebhooks({ secret: 'whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }),
    },
    '… must be letters, digits and -._~+/ in Authorization': {
      broken: async () => sighten.token({ key: 'Token', value: 'two words' }),
      mended: async () => sighten.token({ key: 'X-Token', value: 'two words', in: 'header' }),
    },
  },
  'TypeError: the options': {
    '… has no option …': {
      broken: () => tykWith({ secret, maxAgeSecond: 300 }),
      mended: () => tykWith({ secret, maxAgeSeconds: 300 }),
    },
    '… needs its options, as an object': { broken: async () => tyk.createReceiver(untypedOptions(secret as never)) },
    'auth must be what one of these gives': {
      broken: async () => sighten.createReceiver(untypedOptions({ auth: undefined })),
      mended: async () => sighten.createReceiver({ auth: member }),
    },
    '… must be a positive number of seconds': {
      broken: () => tykWith({ secret, maxAgeSeconds: Number('five minutes') }),
    },
    'maxBodyBytes must be a positive whole number of bytes': { broken: () => tykWith({ secret, maxBodyBytes: '1mb' }) },
    'now must be a function on a receiver': {
      broken: () => tykWith({ secret, now: new Date() }),
      mended: () => tykWith({ secret, now: () => new Date() }),
    },
    'now must be a valid Date': { broken: async () => webhook.verify(await signed(), { now: new Date('never') }) },
    'username must be a text without a colon': {
      broken: async () => basic(untypedOptions({ username: undefined, password: secret })),
    },
    '… must be a text without white space or slashes': { broken: () => aws4With({ region: undefined }) },
    'host must be the host that the sender addresses': {
      broken: () => aws4With({ host: `https://${host}/hooks` }),
      mended: () => aws4With({ host }),
    },
    'header must be a header name': { broken: async () => header({ name: 'X Key', value: secret }) },
    'encoding must be …': { broken: async () => hmac(untypedOptions({ header: 'X', secret, encoding: 'utf8' })) },
    "format must be 'authorization', 'body' or 'digest'": {
      broken: async () => sighten.hmac(untypedOptions({ clientSecret: secret })),
    },
    'oauth2 needs clientId, subject or scope': { broken: () => oauth2With({ clientId: undefined }) },
    'issuer, audience, clientId, subject and scope must not be empty': { broken: () => oauth2With({ issuer: '' }) },
    'jwksUri must be an https: URL': {
      broken: () => oauth2With({ jwksUri: 'http://login.internal/jwks' }),
      mended: () => oauth2With({ jwksUri: 'http://login.internal/jwks', dangerouslyAllowHttp: ['login.internal'] }),
    },
    'algorithms must list signature algorithms with public keys': {
      broken: () => oauth2With({ algorithms: ['HS256'] }),
    },
    'anyOf: … authenticates nobody': {
      broken: () => anyOf({ a: member, b: untypedOptions(dangerouslyUnauthenticated()) }),
    },
    'anyOf: … have the same credential': { broken: () => anyOf({ a: member, b: member }) },
    'anyOf: the members are of several schemes or formats': {
      broken: () => anyOf({ a: member, b: untypedOptions(header({ name: 'X-Key', value: 'another' })) }),
    },
  },
  'TypeError: the call': {
    'verify needs the event': {
      broken: async () => sighten.createReceiver({ auth: member }).verify(await signed(), untypedOptions({})),
    },
    'only the authorization server can make a token': {
      broken: () => sighten.sign({}, { auth: oauth2({ check: () => true }) }),
      mended: () =>
        sighten.sign({}, { auth: dangerouslyUnauthenticated(), headers: { authorization: 'Bearer a-token' } }),
    },
    'a token that a function checks cannot be made here': {
      broken: () => sighten.sign({}, { auth: sighten.token({ key: 'Token', check: () => true }) }),
    },
    'countersign needs node:crypto or WebCrypto': {
      broken: async () => {
        const [receiver, request] = [tyk.createReceiver({ secret }), await signed()]
        return withoutCrypto(() => receiver.verify(request))
      },
    },
  },
}
