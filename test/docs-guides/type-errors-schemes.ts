import {
  basic,
  dangerouslyUnauthenticated,
  header,
  jwt,
  oauth2,
  standardWebhooks,
  urlSecret,
} from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import { anyOf, aws4With, hmacWith, member, oauth2With, sightenHmac, untypedOptions, whsec } from './set-ups.ts'
import { host, secret, type Troubles } from './trouble.ts'

const check = () => true
const fields = { timestamp: 't', signature: 'v1' }
const timestampHeader = 'X-Time'

const signing: Troubles[string] = {
  '… must be a header name': { broken: async () => header({ name: 'X Key', value: secret }) },
  'encoding must be …': { broken: () => hmacWith({ encoding: 'utf8' }) },
  'prefix must be a string': {
    broken: () => hmacWith({ prefix: null }),
    mended: () => hmacWith({ prefix: 'sha256=' }),
  },
  "prefix must be 'webhook' or 'svix'": {
    broken: async () => standardWebhooks(untypedOptions({ secret: whsec, prefix: 'webhook-' })),
    mended: async () => standardWebhooks({ secret: whsec, prefix: 'webhook' }),
  },
  "fields must name the signature's part": {
    broken: () => hmacWith({ fields: ['t', 'v1'] }),
    mended: () => hmacWith({ fields }),
  },
  'give timestampHeader or fields.timestamp, not both': {
    broken: () => hmacWith({ fields, timestampHeader }),
    mended: () => hmacWith({ timestampHeader }),
  },
  'signedText must hold {body} once': {
    broken: () => hmacWith({ signedText: 'v0:body' }),
    mended: () => hmacWith({ signedText: 'v0:{body}' }),
  },
  'signedText must hold {timestamp} once where there is a timestamp': {
    broken: () => hmacWith({ signedText: 'v0:{timestamp}:{body}' }),
    mended: () => hmacWith({ signedText: 'v0:{timestamp}:{body}', timestampHeader }),
  },
  'signedText knows {timestamp} and {body} only': { broken: () => hmacWith({ signedText: '{url}.{body}' }) },
  "bodyHash must be 'required' or 'ifPresent'": {
    broken: async () => jwt(untypedOptions({ header: 'X-Token', secret, bodyHash: false })),
    mended: async () => jwt({ header: 'X-Token', secret, bodyHash: 'ifPresent' }),
  },
  "format must be 'authorization', 'body' or 'digest'": { broken: () => sightenHmac({}) },
  'clientId must be a text without …': {
    broken: () => sightenHmac({ format: 'digest', clientId: 'our client' }),
    mended: () => sightenHmac({ format: 'digest', clientId: 'our-client' }),
  },
  'clientIdHeader needs a clientId': {
    broken: () => sightenHmac({ format: 'body', header: 'X-Signature', clientIdHeader: 'X-Client' }),
    mended: () => sightenHmac({ format: 'body', header: 'X-Signature', clientIdHeader: 'X-Client', clientId: 'ours' }),
  },
  "secretEncoding must be 'utf8' or 'base64'": {
    broken: () => sightenHmac({ format: 'authorization', host, secretEncoding: 'hex' }),
    mended: () => sightenHmac({ format: 'authorization', host, clientSecret: 'c2VjcmV0', secretEncoding: 'base64' }),
  },
}

const naming: Troubles[string] = {
  'username must be a text without a colon': {
    broken: async () => basic(untypedOptions({ username: undefined, password: secret })),
  },
  'key must be the one word ahead of the token': {
    broken: async () => sighten.token({ key: 'Bearer ', value: 'abc' }),
    mended: async () => sighten.token({ key: 'Bearer', value: 'abc' }),
  },
  "in must be 'authorization' or 'header'": {
    broken: async () => sighten.token(untypedOptions({ key: 'X-Token', value: 'abc', in: 'headers' })),
    mended: async () => sighten.token({ key: 'X-Token', value: 'abc', in: 'header' }),
  },
  'parameter must be the name of a query parameter': {
    broken: async () => urlSecret({ secret, parameter: '' }),
    mended: async () => urlSecret({ secret }),
  },
  '… must be a text without white space or slashes': { broken: () => aws4With({ region: undefined }) },
  'host must be the host that the sender addresses': {
    broken: () => aws4With({ host: `https://${host}/hooks` }),
    mended: () => aws4With({ host }),
  },
  "pathEncoding must be 'double' or 'single'": {
    broken: () => aws4With({ pathEncoding: 'none' }),
    mended: () => aws4With({ pathEncoding: 'single' }),
  },
}

const checks: Troubles[string] = {
  'give either … or check': {
    broken: () => oauth2With({ check }),
    mended: async () => oauth2({ check }),
  },
  'check must be a function of the token': {
    broken: async () => oauth2(untypedOptions({ check: check() })),
    mended: async () => oauth2({ check }),
  },
  '… must be an https: URL': {
    broken: () => oauth2With({ jwksUri: 'http://login.internal/jwks' }),
    mended: () => oauth2With({ jwksUri: 'http://login.internal/jwks', dangerouslyAllowHttp: ['login.internal'] }),
  },
  'dangerouslyAllowHttp must be a list of hosts': {
    broken: () => oauth2With({ jwksUri: 'http://login.internal:8080/jwks', dangerouslyAllowHttp: true }),
    mended: () =>
      oauth2With({ jwksUri: 'http://login.internal:8080/jwks', dangerouslyAllowHttp: ['login.internal:8080'] }),
  },
  'issuer, audience, clientId, subject and scope must not be empty': { broken: () => oauth2With({ issuer: '' }) },
  'oauth2 needs clientId, subject or scope': { broken: () => oauth2With({ clientId: undefined }) },
  'scope must be one or more scopes, with one space between them': {
    broken: () => oauth2With({ scope: 'events:write  sites:read' }),
    mended: () => oauth2With({ scope: 'events:write sites:read' }),
  },
  'algorithms must list signature algorithms with public keys': {
    broken: () => oauth2With({ algorithms: ['HS256'] }),
  },
}

const combining: Troubles[string] = {
  'anyOf takes its members by label': {
    broken: () => anyOf(untypedOptions([member])),
    mended: () => anyOf({ 'Org A': member }),
  },
  'anyOf needs at least one member': { broken: () => anyOf({}), mended: () => anyOf({ a: member }) },
  'anyOf: … authenticates nobody': {
    broken: () => anyOf({ a: member, b: untypedOptions(dangerouslyUnauthenticated()) }),
  },
  'anyOf: … have the same credential': { broken: () => anyOf({ a: member, b: member }) },
  'anyOf: the members are of several schemes or formats': {
    broken: () => anyOf({ a: member, b: untypedOptions(header({ name: 'X-Key', value: 'another' })) }),
  },
}

/** What belongs to the ways of authentication. */
export const ofSchemes: Troubles = {
  'TypeError: the options of a scheme': { ...signing, ...naming },
  'TypeError: oauth2, check and anyOf': { ...checks, ...combining },
}
