// What each sender and each scheme promises, as subjects of the contract suite. What is tested comes from the caller (a
// module, or a bundle of it); what it is tested with comes from the package that is installed here.
const { defineProvider } = require('countersign')
const schemes = require('countersign/schemes')
const testing = require('countersign/testing')

const [secret, otherSecret] = ['the secret of the tests', 'another secret of the tests']
const [whsec, otherWhsec] = ['whsec_plJ3nmyCDGBKInavdOK15jsl', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']
const host = 'receiver.example'
const nothing = { body: false, url: false, time: false }
const all = { body: true, url: true, time: true }

/** For each sender, a function of its module; only `createReceiver` is taken from there, and ways to authenticate. */
exports.providers = {
  tight: (module) => [provider('Tight', module, testing.signTight, { samples: testing.samples.tight, covers: timed })],
  tyk: (module) => [provider('Tyk', module, testing.signTyk, { samples: testing.samples.tyk, covers: bodyAlone })],
  tightknit: (module) => [
    {
      ...provider('Tightknit', module, testing.signTightknit, { samples: testing.samples.tightknit, covers: timed }),
      options: { secret: whsec },
      otherOptions: { secret: otherWhsec },
      wireNameOf: ({ payload }) => payload.action,
    },
  ],
  sighten: (module) => Object.entries(waysOf(module)).map(([name, way]) => sighten(module, name, way)),
}

const bodyAlone = { body: true, url: false, time: false }
const timed = { body: true, url: false, time: true }

function provider(name, { createReceiver }, sign, more) {
  const options = { options: { secret }, otherOptions: { secret: otherSecret } }
  return { name, provider: { createReceiver, sign }, ...options, ...more }
}

/** Each way to authenticate that Sighten has, as a function of its module and of the secret. */
const ways = {
  header: { covers: nothing, make: ({ header }, value) => header({ name: 'X-Key', value }) },
  basic: { covers: nothing, make: ({ basic }, password) => basic({ username: 'sighten', password }), mayBeEmpty: true },
  token: { covers: nothing, make: ({ token }, value) => token({ key: 'X-Token', value, in: 'header' }) },
  aws4: { covers: all, make: ({ aws4 }, secretAccessKey) => aws4({ ...aws4Options, secretAccessKey }) },
  authorization: {
    covers: all,
    make: ({ hmac }, clientSecret) => hmac({ format: 'authorization', clientId: 'client', clientSecret, host }),
  },
  digest: {
    covers: timed,
    make: ({ hmac }, clientSecret) => hmac({ format: 'digest', clientId: 'client', clientSecret }),
  },
  body: {
    covers: bodyAlone,
    make: ({ hmac }, clientSecret) => hmac({ format: 'body', clientSecret, header: 'X-Sig' }),
  },
}

/** A bundle may have `createReceiver` alone: two ways of the installed package are then enough. */
function waysOf({ hmac }) {
  return hmac === undefined ? { basic: ways.basic, authorization: ways.authorization } : ways
}

const aws4Options = { accessKeyId: 'AKIDEXAMPLE', region: 'us-east-1', service: 'execute-api', host }

function sighten(module, name, { covers, make, mayBeEmpty = false }) {
  const auth = (value) => make(module.hmac === undefined ? require('countersign/sighten') : module, value)
  return {
    name: `Sighten by ${name}`,
    provider: { createReceiver: module.createReceiver, sign: testing.signSighten },
    options: { auth: auth(secret) },
    otherOptions: { auth: auth(otherSecret) },
    samples: testing.samples.sighten,
    covers,
    toleranceSeconds: 900,
    contextOf: ({ type }) => ({ event: type }),
    secrets: { value: secret, other: otherSecret, use: (value) => ({ auth: auth(value) }), mayBeEmpty },
  }
}

/** A sender with two events, and their schemas by hand. */
const definition = {
  events: { 'order.paid': schemaOf('order.paid'), 'order.sent': schemaOf('order.sent') },
  naming: { in: 'body', name: 'type' },
}
exports.definition = definition

function schemaOf(name) {
  const fits = (value) => value?.type === name && typeof value.order === 'string'
  const validate = (value) => (fits(value) ? { value } : { issues: [{ message: 'another shape' }] })
  return { '~standard': { version: 1, vendor: 'by hand', validate } }
}

const orders = {
  'order.paid': { level: 'documented', payload: { type: 'order.paid', order: 'A-1' } },
  'order.sent': { level: 'documented', payload: { type: 'order.sent', order: 'A-1' } },
}

/** For each scheme that a contract fits: its options as a function of the secret, and what it covers. */
const schemeOptions = {
  jwt: { covers: timed, use: (value) => ({ header: 'X-Token', bodyHashClaim: 'hash', secret: value }) },
  hmac: { covers: timed, use: (value) => ({ header: 'X-Sig', timestampHeader: 'X-Time', secret: value }) },
  standardWebhooks: { covers: timed, use: (value) => ({ secret: value }), value: whsec, other: otherWhsec },
  aws4: { covers: all, use: (value) => ({ ...aws4Options, secretAccessKey: value }), toleranceSeconds: 900 },
  authorization: { covers: all, use: (value) => ({ clientId: 'client', secret: value, host }), toleranceSeconds: 900 },
  digest: { covers: timed, use: (value) => ({ clientId: 'client', secret: value }), toleranceSeconds: 900 },
  header: { covers: nothing, use: (value) => ({ name: 'X-Key', value }) },
  basic: { covers: nothing, use: (value) => ({ username: 'shop', password: value }), mayBeEmpty: true },
  token: { covers: nothing, use: (value) => ({ key: 'X-Token', value, in: 'header' }) },
  urlSecret: { covers: nothing, use: (value) => ({ secret: value }), proofIn: 'url' },
  anyOf: {
    covers: timed,
    use: (value) => ({ header: 'X-Sig', timestampHeader: 'X-Time', secret: value }),
    fixed: true,
  },
}

/** For each of these schemes, a function of a bundle's `define`, which makes a provider of a definition. */
exports.schemes = Object.fromEntries(
  Object.entries(schemeOptions).map(([name, promise]) => [name, ({ define }) => [scheme(name, define, promise)]]),
)

function scheme(name, define, { use, value = secret, other = otherSecret, mayBeEmpty, fixed, ...promise }) {
  return {
    name,
    provider: { createReceiver: define(definition).createReceiver, sign: installedSign(name) },
    options: use(value),
    otherOptions: use(other),
    samples: orders,
    secrets: fixed ? 'none' : { value, other, use, mayBeEmpty },
    ...promise,
  }
}

/** Of the package that is installed, so that a bundle verifies what it has not signed itself. */
function installedSign(name) {
  const make = name === 'anyOf' ? schemes.hmac : schemes[name] // a member of anyOf signs as it does alone
  return defineProvider({ scheme: make, ...definition }).sign
}
