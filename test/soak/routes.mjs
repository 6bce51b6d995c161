// The routes of the soak: every built-in sender, and schemes beside theirs. Server and client read the same list.
import { defineProvider } from 'countersign'
import { digest, hmac } from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import { listSamples, samples } from 'countersign/testing'
import * as tight from 'countersign/tight'
import * as tightknit from 'countersign/tightknit'
import * as tyk from 'countersign/tyk'

/** The host that the signed URLs name; the connection goes to loopback. */
export const host = 'hooks.example.com'

/** What is refused whatever the sender is: the name of a fault and the code that answers it. */
const common = {
  unproved: 'header_missing',
  foreign: 'signature_mismatch',
  malformed: 'signature_malformed',
  changed: 'signature_mismatch',
  broken: 'body_malformed',
  encoded: 'body_encoded',
}
const timed = { ...common, stale: 'timestamp_too_old', early: 'timestamp_too_new' }

const anyEvent = { '~standard': { version: 1, vendor: 'soak', validate: (value) => ({ value }) } }

/** The status of each code that the soak causes; every other one is a 401. */
const statuses = { body_malformed: 400, event_unlisted: 404, body_too_large: 413, body_encoded: 415 }

/** The answer to a refused request. */
export function refusal(code) {
  return { status: statuses[code] ?? 401, body: JSON.stringify({ code }) }
}

/** A sender whose events its bodies name, proved by any scheme. */
function ownSender(scheme) {
  return defineProvider({ scheme, events: { 'order.paid': anyEvent }, naming: { in: 'body', name: 'type' } })
}

const orders = [1, 2, 3].map((number) => ({
  type: 'order.paid',
  payload: { type: 'order.paid', order: `A-${number}`, lines: Array(number ** 4).fill('a line of the order') },
}))

function sightenRoute(name, auth, codes, header) {
  return {
    provider: sighten,
    samples: listSamples(samples.sighten),
    pathOf: (type) => `/${name}/${sighten.eventSlug(type)}`,
    nowherePath: `/${name}/no-such-event`,
    options: (secret) => ({ auth: auth(secret) }),
    codes: { ...codes, nowhere: 'event_unlisted' },
    header,
  }
}

const scope = { accessKeyId: 'AKIDEXAMPLE', region: 'eu-central-1', service: 'execute-api', host }

/** `header` carries the proof; `codes` has the code of each fault that the route is given. */
export const routes = {
  tight: {
    provider: tight,
    samples: listSamples(samples.tight),
    codes: { ...timed, malformed: 'token_malformed', changed: 'body_hash_mismatch' },
    header: 'tight-verification',
  },
  tyk: { provider: tyk, samples: listSamples(samples.tyk), codes: common, header: 'x-signature-sha256' },
  tightknit: {
    provider: tightknit,
    samples: listSamples(samples.tightknit).filter(({ generation }) => generation === 'portal'),
    options: (secret) => ({ secret: `whsec_${Buffer.from(secret).toString('base64')}` }),
    codes: timed,
    header: 'webhook-signature',
  },
  'sighten-aws4': sightenRoute(
    'sighten-aws4',
    (secret) => sighten.aws4({ ...scope, secretAccessKey: secret }),
    { ...timed, changed: 'body_hash_mismatch', malformed: 'header_malformed', elsewhere: 'host_mismatch' },
    'authorization',
  ),
  'sighten-hmac': sightenRoute(
    'sighten-hmac',
    (secret) => sighten.hmac({ format: 'authorization', clientId: 'our-client', clientSecret: secret, host }),
    { ...timed, changed: 'body_hash_mismatch', elsewhere: 'signature_mismatch' },
    'authorization',
  ),
  'sighten-basic': sightenRoute(
    'sighten-basic',
    (secret) => sighten.basic({ username: 'sighten', password: secret }),
    { ...common, foreign: 'credential_mismatch', malformed: 'header_malformed', changed: undefined },
    'authorization',
  ),
  shop: {
    provider: ownSender(({ secret }) =>
      hmac({ header: 'X-Shop-Signature', fields: { timestamp: 't', signature: 'v1' }, secret }),
    ),
    samples: orders,
    codes: timed,
    header: 'x-shop-signature',
  },
  partner: {
    provider: ownSender(({ secret }) => digest({ clientId: 'our-client', secret })),
    samples: orders,
    codes: timed,
    header: 'signature',
  },
}

export const secret = 'the secret of the soak, long enough'
export const foreignSecret = 'another secret, just as long as it'

/** The options of a route's receiver, and of a sender's `sign`. */
export function optionsOf({ options = (text) => ({ secret: text }) }, text) {
  return options(text)
}

export function pathOf(name, type) {
  return routes[name].pathOf?.(type) ?? `/${name}`
}
