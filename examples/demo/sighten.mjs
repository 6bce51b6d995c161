// @ts-check
import * as sighten from 'countersign/sighten'
import { listSamples, samples } from 'countersign/testing'
import { algorithm, audience, clients, tokenSeconds } from './authorization-server.mjs'
import { fault } from './changes.mjs'
import { duplicate, expectations, refused, unlisted } from './expectations.mjs'
import { createRoute } from './route.mjs'

/** @import { ContractProvider } from 'countersign/testing' */
/** @import { Expectations } from './expectations.mjs' */
/** @import { Entry, Place, Route } from './route.mjs' */
/** @import { Scenario } from './scenarios.mjs' */

const all = listSamples(samples.sighten)
/** Contracts and milestones share their keys: nothing but the route tells one from the other. */
const few = all.filter(({ type }) => /^(Contract|Milestone) Status Change$/.test(type))
const [, otherEvent] = few

/** @type {Scenario} */
const additionalEvent = {
  name: 'an event of additionalEvents',
  make: ({ sign }) => sign({ type: 'Newer Event', payload: {} }),
  expect: unlisted,
}

/** The format signs the path alone, and the proof says so. @type {Scenario} */
const addedQuery = {
  name: 'misdirected: with a query',
  make: ({ genuine }) => fault(genuine, 'url-query'),
  expect: duplicate,
}

/**
 * What all authentication types share: the URL names the event.
 *
 * @param {string} path
 * @param {Expectations} expected
 */
function sharedBy(path, expected) {
  return {
    sender: 'Sighten',
    path,
    samples: few,
    subject: 'Contract Status Change',
    otherEvent,
    unlisted: { type: 'Not Listed Yet', payload: {} },
    pathOf: (/** @type {{ type: string }} */ { type }) => `${path}/${sighten.eventSlug(type)}`,
    contextOf: (/** @type {string} */ url) => ({ event: url.slice(path.length + 1) }),
    expected: { ...expected, unlisted: refused(404, 'event_unlisted') },
    ...(expected.covers.time && { validSeconds: 900 }),
  }
}

/** @type {readonly Omit<Entry<sighten.Options>, 'provider'>[]} */
const entries = [
  {
    ...sharedBy('/sighten/header', expectations.header),
    scheme: 'header',
    options: (value) => ({ auth: sighten.header({ name: 'X-Demo-Key', value }), additionalEvents: ['Newer Event'] }),
    samples: all,
    scenarios: [additionalEvent],
  },
  {
    ...sharedBy('/sighten/basic', expectations.basic),
    scheme: 'basic',
    method: 'PUT',
    options: (password) => ({ auth: sighten.basic({ username: 'demo-user', password }) }),
  },
  {
    ...sharedBy('/sighten/token', expectations.token),
    scheme: 'token',
    method: 'PATCH',
    options: (value) => ({ auth: sighten.token({ key: 'Token', value }) }),
  },
  {
    ...sharedBy('/sighten/aws4', expectations.aws4),
    scheme: 'aws4',
    method: 'PUT',
    options: (secretAccessKey, { origin }) => {
      const scope = { region: 'us-east-1', service: 'execute-api' }
      return { auth: sighten.aws4({ accessKeyId: 'DEMOACCESSKEY', secretAccessKey, ...scope, host: hostOf(origin) }) }
    },
    samples: all,
  },
  {
    ...sharedBy('/sighten/hmac-authorization', expectations.authorization),
    scheme: "hmac, format 'authorization'",
    options: (clientSecret, { origin }) => {
      const host = hostOf(origin)
      return { auth: sighten.hmac({ format: 'authorization', clientId: 'demo-client', clientSecret, host }) }
    },
  },
  {
    ...sharedBy('/sighten/hmac-body', expectations.hmac),
    scheme: "hmac, format 'body'",
    method: 'PATCH',
    options: (clientSecret) => {
      const client = { clientId: 'demo-client', clientIdHeader: 'X-Demo-Client' }
      const auth = sighten.hmac({ format: 'body', header: 'X-Demo-Signature', ...client, clientSecret })
      return { auth }
    },
  },
  {
    ...sharedBy('/sighten/hmac-digest', expectations.digest),
    scheme: "hmac, format 'digest'",
    options: (clientSecret) => ({
      auth: sighten.hmac({ format: 'digest', clientId: 'demo-client', clientSecret }),
    }),
    scenarios: [addedQuery],
  },
]

/** @type {Entry<sighten.Options>} */
const byNothing = {
  ...sharedBy('/sighten/unauthenticated', expectations.unauthenticated),
  scheme: 'dangerouslyUnauthenticated',
  provider: sighten,
  proofIn: 'nothing',
  options: () => ({ auth: sighten.dangerouslyUnauthenticated() }),
}

/**
 * What `oauth2` is told, and how the sender gets its token: only the authorization server can make one.
 *
 * @typedef {sighten.Options & { token: (credential?: string) => Promise<string>, credential?: string }} TokenOptions
 */

/** @type {ContractProvider<TokenOptions>} */
const tokenSender = {
  createReceiver: ({ auth }) => sighten.createReceiver({ auth }),
  sign: async (payload, { token, credential, ...how }) => {
    const headers = { authorization: `Bearer ${await token(credential)}` }
    const request = await sighten.sign(payload, { ...how, auth: sighten.dangerouslyUnauthenticated(), headers })
    return { ...request, authHeaders: Object.keys(headers) }
  },
}

/** @type {Entry<TokenOptions>} */
const byToken = {
  ...sharedBy('/sighten/oauth2', expectations.oauth2),
  scheme: 'oauth2',
  provider: tokenSender,
  options: (_secret, { authorizationServer: { token, expiredToken, ...server } }) => ({
    auth: receiverOf(server),
    token: (credential) => (credential === 'expired' ? expiredToken() : token(clients.sender)),
  }),
  otherOptions: (_secret, { authorizationServer: { token, ...server } }) => ({
    auth: receiverOf(server),
    token: () => token(clients.other),
  }),
  elsewhere: "another client's token",
  validSeconds: tokenSeconds,
  scenarios: [
    {
      name: 'stale: a token that has expired',
      make: ({ route, sign }) => sign({ ...route.subject, credential: 'expired' }),
      expect: refused(401, 'timestamp_too_old'),
    },
  ],
}

/** @param {{ jwksUri: string, issuer: string }} server */
function receiverOf({ jwksUri, issuer }) {
  return sighten.oauth2({ jwksUri, issuer, audience, algorithms: [algorithm], clientId: clients.sender })
}

const organizations = ['Org A', 'Org B']

/**
 * The organizations by their labels, and which of them sends.
 *
 * @typedef {{ members: Record<string, sighten.Options['auth']>, credential?: string }} OrganizationOptions
 */

/** @type {ContractProvider<OrganizationOptions>} */
const organizationSender = {
  createReceiver: ({ members }) => sighten.createReceiver({ auth: sighten.anyOf(members) }),
  sign: (payload, { members, credential = 'Org A', ...how }) => {
    const auth = members[credential]
    if (auth === undefined) throw new Error(`there is no organization ${credential}`)
    return sighten.sign(payload, { ...how, auth })
  },
}

/** @type {Entry<OrganizationOptions>} */
const byOrganization = {
  ...sharedBy('/sighten/organizations', expectations.basic),
  scheme: 'anyOf two organizations, basic',
  provider: organizationSender,
  options: (secret) => ({
    members: Object.fromEntries(
      organizations.map((label) => [label, sighten.basic({ username: label, password: `${secret} of ${label}` })]),
    ),
  }),
  samples: few.flatMap((sample) => organizations.map((credential) => ({ ...sample, credential }))),
}

/**
 * One route for each authentication type of Sighten, and one for two organizations.
 *
 * @param {Place} place
 * @returns {Route[]}
 */
export function createSightenRoutes(place) {
  return [
    ...entries.map((entry) => createRoute(place, { ...entry, provider: sighten })),
    createRoute(place, byToken),
    createRoute(place, byOrganization),
    createRoute(place, byNothing),
  ]
}

/** @param {string} origin */
function hostOf(origin) {
  return new URL(origin).host
}
