// @ts-check
import { algNone, changeLast, fault, headOf, laterExpiry, proofHeader, randomProof, withProof } from './changes.mjs'
import { duplicate, notDispatched, refused, unlisted } from './expectations.mjs'

/** @import { SignedRequest } from 'countersign' */
/** @import { Shipment } from './deliver.mjs' */
/** @import { Expectations, Expected } from './expectations.mjs' */
/** @import { DemoSample, Route } from './route.mjs' */

/**
 * What a scenario makes its request of.
 *
 * @typedef {object} Kit
 * @property {Route} route
 * @property {SignedRequest} genuine as it was delivered before
 * @property {SignedRequest} elsewhere the same, signed with a secret that is not the route's
 * @property {SignedRequest} stranger a genuine delivery of another sender
 * @property {(sample: DemoSample, seconds?: number) => Promise<SignedRequest>} sign as the sender does, so many seconds from now
 * @property {(sample: DemoSample) => string} urlOf where a sample goes, before any secret is put into it
 */

/**
 * @typedef {object} Scenario
 * @property {string | ((route: Route) => string)} name
 * @property {(kit: Kit) => Shipment | Promise<Shipment>} make
 * @property {Expected | ((expected: Expectations) => Expected | undefined)} expect none where the fault cannot be made
 * @property {(route: Route) => boolean} [applies] to every route, unless told
 * @property {boolean} [onceBySender] whether it is the same for all routes of a sender
 */

const maxBodyBytes = 1_048_576
/** Further off than any scheme tolerates. */
const twentyMinutes = 1200
/** The schemes whose proof is a JSON Web Token. */
const tokens = ['jwt', 'oauth2']

/** @type {readonly Scenario[]} */
export const scenarios = [
  { name: 'the same delivery again', make: ({ genuine }) => genuine, expect: duplicate },
  {
    name: 'an event that no version lists',
    make: ({ route, sign }) => sign(route.unlisted ?? route.subject),
    expect: (expected) => expected.unlisted ?? unlisted,
    applies: (route) => route.unlisted !== undefined,
  },
  {
    name: 'HEAD, to test the connection',
    make: ({ route, urlOf }) => headOf(urlOf(route.subject)),
    expect: notDispatched,
    onceBySender: true,
  },
  {
    name: 'forged: a random proof',
    make: ({ genuine }) => withProof(genuine, randomProof),
    expect: ({ forged }) => forged,
  },
  {
    name: 'forged: a token with alg none',
    make: ({ genuine }) => withProof(genuine, algNone),
    expect: refused(401, 'algorithm_refused'),
    applies: ({ expected }) => tokens.includes(expected.proof),
  },
  {
    name: (route) => `forged: ${route.elsewhere}`,
    make: ({ elsewhere }) => elsewhere,
    expect: ({ elsewhere }) => elsewhere,
  },
  {
    name: 'tampered: one character changed',
    make: ({ genuine }) => ({ ...genuine, body: changeLast(genuine.body) }),
    expect: ({ changedBody }) => changedBody,
  },
  {
    name: 'tampered: body parsed and rewritten',
    make: ({ genuine }) => fault(genuine, 'body-reserialized'),
    expect: ({ changedBody }) => changedBody,
    onceBySender: true,
  },
  {
    name: 'tampered: body cut short',
    make: ({ genuine }) => fault(genuine, 'body-truncated'),
    expect: ({ cutBody }) => cutBody,
    onceBySender: true,
  },
  {
    name: 'tampered: a token that ends later',
    make: ({ genuine }) => withProof(genuine, laterExpiry),
    expect: refused(401, 'signature_mismatch'),
    applies: ({ expected }) => tokens.includes(expected.proof),
  },
  {
    name: 'tampered: proof cut short',
    make: ({ genuine }) => withProof(genuine, (value) => value.slice(0, -1)),
    expect: ({ cutProof }) => cutProof,
  },
  {
    name: 'tampered: a second proof',
    make: ({ genuine }) => fault(genuine, `${proofHeader(genuine)}-followed`),
    expect: ({ secondProof }) => secondProof,
    applies: ({ proofIn }) => proofIn === 'headers',
  },
  {
    name: 'tampered: no proof',
    make: ({ route, genuine, urlOf }) =>
      route.proofIn === 'headers'
        ? fault(genuine, `${proofHeader(genuine)}-removed`)
        : { ...genuine, url: urlOf(route.subject) },
    expect: ({ noProof }) => noProof,
  },
  {
    name: 'misdirected: from another sender',
    make: ({ route, stranger, urlOf }) => ({ ...stranger, url: urlOf(route.subject) }),
    expect: ({ stranger }) => stranger,
  },
  {
    name: 'misdirected: to another URL',
    make: ({ genuine }) => fault(genuine, 'url-path'),
    expect: ({ otherUrl }) => otherUrl,
    applies: ({ otherEvent }) => otherEvent === undefined,
  },
  {
    name: (route) => `misdirected: as ${route.otherEvent?.type}`,
    make: ({ route, genuine, urlOf }) => ({ ...genuine, url: urlOf(route.otherEvent ?? route.subject) }),
    expect: ({ otherEvent }) => otherEvent,
    applies: ({ otherEvent }) => otherEvent !== undefined,
  },
  {
    name: 'stale: signed twenty minutes ago',
    make: ({ route, sign }) => sign(route.subject, -twentyMinutes),
    expect: ({ stale }) => stale,
  },
  {
    name: 'post-dated: by twenty minutes',
    make: ({ route, sign }) => sign(route.subject, twentyMinutes),
    expect: ({ postDated }) => postDated,
  },
  {
    name: 'compressed on the way',
    make: ({ genuine }) => ({ ...genuine, headers: { ...genuine.headers, 'content-encoding': 'gzip' } }),
    expect: refused(415, 'body_encoded'),
    onceBySender: true,
  },
  {
    name: 'longer than 1 MiB',
    make: ({ route, sign }) => sign({ ...route.subject, payload: ' '.repeat(maxBodyBytes + 1) }),
    expect: refused(413, 'body_too_large'),
    onceBySender: true,
  },
  {
    name: 'the connection broke in the body',
    make: ({ genuine }) => ({ ...genuine, breakAfter: genuine.body.length - 1 }),
    expect: refused(400, 'body_incomplete'),
    onceBySender: true,
  },
]
