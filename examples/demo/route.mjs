// @ts-check
import { randomBytes } from 'node:crypto'

/** @import { CallOptions, SignedRequest, SignOptions } from 'countersign' */
/** @import { AnyReceiver, ContractProvider, ListedSample } from 'countersign/testing' */
/** @import { AuthorizationServer } from './authorization-server.mjs' */
/** @import { Expectations } from './expectations.mjs' */
/** @import { Scenario } from './scenarios.mjs' */

/**
 * What is delivered; `credential` is the label of the one that signs it, where the route knows several.
 *
 * @typedef {Omit<ListedSample, 'level'> & { credential?: string }} DemoSample
 */

/** @typedef {SignOptions & { credential?: string }} Signing */
/** @typedef {(payload: unknown, how: Signing) => Promise<SignedRequest>} Sign */

/**
 * Where the routes are: the origin of their server, which some schemes sign, and who gives out tokens.
 *
 * @typedef {{ readonly origin: string, readonly authorizationServer: AuthorizationServer }} Place
 */

/**
 * What both the list of routes and a route say.
 *
 * @typedef {object} Shared
 * @property {string} sender the group in the table
 * @property {string} scheme how the table calls the way to prove origin
 * @property {string} path
 * @property {readonly DemoSample[]} samples all are delivered
 * @property {Expectations} expected
 */

/**
 * What may be left out of the list of routes.
 *
 * @typedef {object} Optional
 * @property {string} method `POST` unless told
 * @property {DemoSample | undefined} unlisted one whose event is in no list
 * @property {DemoSample | undefined} otherEvent where the URL names the event: another one's, which takes the subject too
 * @property {'headers' | 'url' | 'nothing'} proofIn where a request carries its proof: headers, unless told
 * @property {string} elsewhere the words for whose proof it is that must not be accepted
 * @property {number} validSeconds how long a genuine request is good, where that is not for ever
 * @property {readonly Scenario[]} scenarios that only this route has
 * @property {(sample: DemoSample) => string} pathOf where the URL names the event: a path below `path`
 * @property {(path: string) => CallOptions & { event?: string }} contextOf what the receiver is told of such a path
 */

/**
 * What the demo has to know of a sender and a scheme: another one is another of these.
 *
 * @template {object} Options
 * @typedef {object} Own
 * @property {ContractProvider<Options>} provider
 * @property {(secret: string, place: Place) => Options} options the receiver's; the secret is this run's
 * @property {(secret: string, place: Place) => Options} [otherOptions] whose proof must not be accepted: as `options`
 * @property {string} [subject] the event that is also forged, tampered with, and so on: the first, unless told
 */

/**
 * @template {object} Options
 * @typedef {Shared & Partial<Optional> & Own<Options>} Entry
 */

/**
 * One route of the server, with the sender that delivers to it.
 *
 * @typedef {Shared & Optional & { receiver: AnyReceiver, sign: Sign, signElsewhere: Sign, subject: DemoSample }} Route
 */

/**
 * Makes a route with secrets of its own, which end with this run.
 *
 * @template {object} Options
 * @param {Place} place
 * @param {Entry<Options>} entry
 * @returns {Route}
 */
export function createRoute(place, { provider, options, otherOptions = options, ...entry }) {
  const here = options(newSecret(), place)
  const elsewhere = otherOptions(newSecret(), place)
  const [first] = entry.samples
  const subject = entry.samples.find(({ type }) => type === entry.subject) ?? first
  if (subject === undefined) throw new Error(`there is no sample of ${entry.sender}`)
  return {
    method: 'POST',
    unlisted: undefined,
    otherEvent: undefined,
    proofIn: 'headers',
    elsewhere: "another environment's secret",
    validSeconds: entry.expected.covers.time ? 300 : Number.POSITIVE_INFINITY,
    scenarios: [],
    pathOf: () => entry.path,
    contextOf: () => ({}),
    ...entry,
    subject,
    receiver: provider.createReceiver(here),
    sign: (payload, how) => provider.sign(payload, { ...here, ...how }),
    signElsewhere: (payload, how) => provider.sign(payload, { ...elsewhere, ...how }),
  }
}

/**
 * The path of a route with what changes from request to request, as people are shown it.
 *
 * @param {Route} route
 */
export function pathPattern({ path, proofIn, otherEvent }) {
  if (proofIn === 'url') return `${path}/<secret>`
  return otherEvent === undefined ? path : `${path}/<event>`
}

function newSecret() {
  return randomBytes(32).toString('base64url')
}
