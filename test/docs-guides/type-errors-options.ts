import { basic, dangerouslyUnauthenticated, standardWebhooks } from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import * as tightknit from 'countersign/tightknit'
import * as tyk from 'countersign/tyk'
import {
  member,
  sightenHmac,
  sightenWith,
  signed,
  tykWith,
  untypedOptions,
  verified,
  webhook,
  whsec,
} from './set-ups.ts'
import { host, secret, type Troubles } from './trouble.ts'

const next = 'the next secret'

/** What belongs to every receiver: its secrets, and its options. */
export const ofReceivers: Troubles = {
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
    '… must be a string, bytes, { label, value }, a list of these, or a function': {
      broken: () => tykWith({ secret: Promise.resolve(secret) }),
      mended: () => verified({ secret: () => Promise.resolve(secret) }),
    },
    '… is an empty list': { broken: () => tykWith({ secret: [] }), mended: () => verified({ secret: [secret] }) },
    '… lists more than 64': {
      broken: () => tykWith({ secret: Array.from({ length: 65 }, (_, index) => `${secret} ${index}`) }),
      mended: () => verified({ secret: () => secret }),
    },
    '… lists one secret twice': {
      broken: () => tykWith({ secret: [secret, secret] }),
      mended: () => verified({ secret: [secret] }),
    },
    '… lists two secrets under one label': {
      broken: () => tykWith({ secret: [next, { label: '0', value: secret }] }),
      mended: () => verified({ secret: [next, { label: 'previous', value: secret }] }),
    },
    '… has an empty label': {
      broken: () => tykWith({ secret: { label: '', value: secret } }),
      mended: () => verified({ secret: { label: 'spring', value: secret } }),
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
    '… is not base64': {
      broken: () => sightenHmac({ format: 'authorization', host, secretEncoding: 'base64' }),
      mended: () => sightenHmac({ format: 'authorization', host }),
    },
    '… must be letters, digits and -._~+/ in Authorization': {
      broken: async () => sighten.token({ key: 'Token', value: 'two words' }),
      mended: async () => sighten.token({ key: 'X-Token', value: 'two words', in: 'header' }),
    },
    '… has control characters or lone surrogates': {
      broken: async () => basic({ username: 'a', password: 'two\nlines' }),
    },
    '… is not well-formed Unicode': {
      broken: () => tykWith({ secret: 'cut in two: \ud83d' }),
      mended: () => tykWith({ secret: Uint8Array.of(0xd8, 0x3d) }),
    },
  },
  'TypeError: the options': {
    '… has no option …': {
      broken: () => tykWith({ secret, maxAgeSecond: 300 }),
      mended: () => tykWith({ secret, maxAgeSeconds: 300 }),
    },
    '… needs its options, as an object': { broken: async () => tyk.createReceiver(untypedOptions(secret)) },
    'options are missing': { broken: async () => sighten.createReceiver(untypedOptions(undefined)) },
    'auth must be what one of these gives': {
      broken: () => sightenWith({ auth: undefined }),
      mended: () => sightenWith({ auth: member }),
    },
    'auth must be urlSecret({ secret }) or dangerouslyUnauthenticated()': {
      broken: async () => tightknit.createReceiver(untypedOptions({ auth: dangerouslyUnauthenticated })),
      mended: async () => tightknit.createReceiver({ auth: dangerouslyUnauthenticated() }),
    },
    '… must be a positive number of seconds': {
      broken: () => tykWith({ secret, maxAgeSeconds: Number('five minutes') }),
    },
    'maxBodyBytes must be a positive whole number of bytes': { broken: () => tykWith({ secret, maxBodyBytes: '1mb' }) },
    '… must be true or false': {
      broken: () => tykWith({ secret, strict: 'true' }),
      mended: () => tykWith({ secret, strict: String(true) === 'true' }),
    },
    'now must be a function on a receiver': {
      broken: () => tykWith({ secret, now: new Date() }),
      mended: () => tykWith({ secret, now: () => new Date() }),
    },
    'now must be a valid Date': { broken: async () => webhook.verify(await signed(), { now: new Date('never') }) },
    "bodyFormat must be 'json', 'form' or 'xml'": {
      broken: () => sightenWith({ bodyFormat: 'application/json' }),
      mended: () => sightenWith({ bodyFormat: 'json' }),
    },
    'additionalEvents must be a list of names': {
      broken: () => sightenWith({ additionalEvents: 'Crew Assigned' }),
      mended: () => sightenWith({ additionalEvents: ['Crew Assigned'] }),
    },
    'additionalEvents must hold names: letters, digits and spaces': {
      broken: () => sightenWith({ additionalEvents: [''] }),
    },
    'additionalEvents holds two names with one slug': {
      broken: () => sightenWith({ additionalEvents: ['Crew Assigned', 'crew-assigned'] }),
      mended: () => sightenWith({ additionalEvents: ['Crew Assigned'] }),
    },
  },
}
