// @ts-check
import { randomBytes } from 'node:crypto'
import { listSamples, samples } from 'countersign/testing'
import * as tight from 'countersign/tight'
import * as tyk from 'countersign/tyk'
import { expectations } from './expectations.mjs'
import { ownProvider, ownSamples, ownSchemes } from './own-sender.mjs'

/** @import { CallOptions, SignedRequest, SignOptions } from 'countersign' */
/** @import { AnyReceiver, ContractProvider, ListedSample } from 'countersign/testing' */
/** @import { Expectations } from './expectations.mjs' */

/** @typedef {Omit<ListedSample, 'level'>} DemoSample */
/** @typedef {(payload: unknown, options: SignOptions) => Promise<SignedRequest>} Sign */

/**
 * What the demo has to know of a sender and a scheme: another one is another of these in the list below.
 *
 * @template {object} Options
 * @typedef {object} Entry
 * @property {string} sender the group in the table
 * @property {string} scheme
 * @property {string} path
 * @property {ContractProvider<Options>} provider
 * @property {(secret: string, origin: string) => Options} options the receiver's; the secret is this run's
 * @property {readonly DemoSample[]} samples all are delivered
 * @property {string} [subject] the event that is also forged, tampered with, and so on: the first, unless told
 * @property {unknown} [unlisted] a payload whose event is in no list
 * @property {Expectations} expected
 * @property {(sample: DemoSample) => string} [pathOf] where the URL names the event: a path below `path`
 * @property {(path: string) => CallOptions} [contextOf] what the receiver is told of such a path
 */

/**
 * One route of the server, with the sender that delivers to it.
 *
 * @typedef {object} Route
 * @property {string} sender
 * @property {string} scheme
 * @property {string} path
 * @property {AnyReceiver} receiver
 * @property {Sign} sign
 * @property {Sign} signElsewhere signs with the secret of another environment
 * @property {readonly DemoSample[]} samples
 * @property {DemoSample} subject
 * @property {unknown} unlisted
 * @property {Expectations} expected
 * @property {(sample: DemoSample) => string} pathOf
 * @property {(path: string) => CallOptions} contextOf
 */

/**
 * The routes of a server, each with secrets of its own that end with this run.
 *
 * @param {string} origin of the server; some schemes sign it
 * @returns {Route[]}
 */
export function createRoutes(origin) {
  return [
    createRoute(origin, {
      sender: 'Tight',
      scheme: 'jwt',
      path: '/tight',
      provider: tight,
      options: (secret) => ({ secret }),
      samples: listSamples(samples.tight),
      unlisted: { userId: 'fake_userId', type: 'LIFECYCLE', event: 'notListedYet', date: '2025-04-01T11:31:04.1Z' },
      expected: expectations.jwt,
    }),
    createRoute(origin, {
      sender: 'Tyk',
      scheme: 'hmac',
      path: '/tyk',
      provider: tyk,
      options: (secret) => ({ secret }),
      samples: listSamples(samples.tyk),
      subject: 'UserRegistered',
      unlisted: { Event: 'NotListedYet', Message: { ID: 1 }, Timestamp: '2024-04-22T16:38:54Z' },
      expected: expectations.hmac,
    }),
    ...ownSchemes.map(({ scheme, path, make, expected }) =>
      createRoute(origin, {
        sender: 'Your own (defineProvider)',
        scheme,
        path,
        provider: ownProvider(make),
        options: (secret) => ({ secret }),
        samples: ownSamples,
        unlisted: { type: 'order.notListedYet' },
        expected,
      }),
    ),
  ]
}

/**
 * @template {object} Options
 * @param {string} origin
 * @param {Entry<Options>} entry
 * @returns {Route}
 */
function createRoute(origin, { provider, options, ...entry }) {
  const here = options(newSecret(), origin)
  const elsewhere = options(newSecret(), origin)
  const [first] = entry.samples
  const subject = entry.samples.find(({ type }) => type === entry.subject) ?? first
  if (subject === undefined) throw new Error(`there is no sample of ${entry.sender}`)
  return {
    unlisted: undefined,
    pathOf: () => entry.path,
    contextOf: () => ({}),
    ...entry,
    subject,
    receiver: provider.createReceiver(here),
    sign: (payload, how) => provider.sign(payload, { ...here, ...how }),
    signElsewhere: (payload, how) => provider.sign(payload, { ...elsewhere, ...how }),
  }
}

function newSecret() {
  return randomBytes(32).toString('base64url')
}
