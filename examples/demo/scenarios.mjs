// @ts-check
import { algNone, changeLast, fault, headOf, randomProof, withProof } from './changes.mjs'
import { duplicate, notDispatched, refused, unlisted } from './expectations.mjs'

/** @import { SignedRequest } from 'countersign' */
/** @import { Shipment } from './deliver.mjs' */
/** @import { Expectations, Expected } from './expectations.mjs' */
/** @import { Route } from './senders.mjs' */

/**
 * What a scenario makes its request of.
 *
 * @typedef {object} Kit
 * @property {Route} route
 * @property {SignedRequest} genuine as it was delivered before
 * @property {SignedRequest} elsewhere the same, signed with the secret of another environment
 * @property {SignedRequest} stranger a genuine delivery of another sender
 * @property {(payload: unknown, seconds?: number) => Promise<SignedRequest>} sign as the sender does, so many seconds from now
 * @property {unknown} payload
 */

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {(kit: Kit) => Shipment | Promise<Shipment>} make
 * @property {Expected | ((expected: Expectations) => Expected)} expect
 * @property {(route: Route) => boolean} [applies] to every route, unless told
 */

const maxBodyBytes = 1_048_576

/** @type {readonly Scenario[]} */
export const scenarios = [
  { name: 'the same delivery again', make: ({ genuine }) => genuine, expect: duplicate },
  {
    name: 'an event that no version lists',
    make: ({ route, sign }) => sign(route.unlisted),
    expect: unlisted,
    applies: (route) => route.unlisted !== undefined,
  },
  { name: 'HEAD, to test the connection', make: ({ genuine }) => headOf(genuine), expect: notDispatched },
  {
    name: 'forged: a random signature',
    make: ({ genuine }) => withProof(genuine, randomProof),
    expect: ({ wrongSecret }) => wrongSecret,
  },
  {
    name: 'forged: a token with alg none',
    make: ({ genuine }) => withProof(genuine, algNone),
    expect: refused(401, 'algorithm_refused'),
    applies: ({ scheme }) => scheme === 'jwt',
  },
  {
    name: "forged: another environment's secret",
    make: ({ elsewhere }) => elsewhere,
    expect: ({ wrongSecret }) => wrongSecret,
  },
  {
    name: 'tampered: one character changed',
    make: ({ genuine }) => ({ ...genuine, body: changeLast(genuine.body) }),
    expect: ({ changedBody }) => changedBody,
  },
  {
    name: 'tampered: body parsed and rewritten',
    make: ({ genuine }) => fault(genuine, /^body-reserialized$/),
    expect: ({ changedBody }) => changedBody,
  },
  {
    name: 'tampered: body cut short',
    make: ({ genuine }) => fault(genuine, /^body-truncated$/),
    expect: ({ cutBody }) => cutBody,
  },
  {
    name: 'tampered: signature cut short',
    make: ({ genuine }) => fault(genuine, /-truncated$/, 'proof'),
    expect: ({ brokenProof }) => brokenProof,
  },
  {
    name: 'tampered: a second signature header',
    make: ({ genuine }) => fault(genuine, /-followed$/, 'proof'),
    expect: ({ doubledProof }) => doubledProof,
  },
  {
    name: 'tampered: no signature header',
    make: ({ genuine }) => fault(genuine, /-removed$/, 'proof'),
    expect: refused(401, 'header_missing'),
  },
  {
    name: 'misdirected: from another sender',
    make: ({ genuine, stranger }) => ({ ...stranger, url: genuine.url }),
    expect: refused(401, 'header_missing'),
  },
  {
    name: 'misdirected: to another URL',
    make: ({ genuine }) => fault(genuine, /^url-path$/),
    expect: ({ otherUrl }) => otherUrl,
  },
  {
    name: 'stale: signed ten minutes ago',
    make: ({ sign, payload }) => sign(payload, -600),
    expect: ({ stale }) => stale,
  },
  {
    name: 'post-dated: signed ten minutes ahead',
    make: ({ sign, payload }) => sign(payload, 600),
    expect: ({ postDated }) => postDated,
  },
  {
    name: 'compressed on the way',
    make: ({ genuine }) => ({ ...genuine, headers: { ...genuine.headers, 'content-encoding': 'gzip' } }),
    expect: refused(415, 'body_encoded'),
  },
  {
    name: 'longer than 1 MiB',
    make: ({ sign }) => sign(' '.repeat(maxBodyBytes + 1)),
    expect: refused(413, 'body_too_large'),
  },
  {
    name: 'the connection broke in the body',
    make: ({ genuine }) => ({ ...genuine, breakAfter: genuine.body.length - 1 }),
    expect: refused(400, 'body_incomplete'),
  },
]
