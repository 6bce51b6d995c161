// @ts-check
import { listSamples, samples } from 'countersign/testing'
import * as tightknit from 'countersign/tightknit'
import { expectations, unreadable } from './expectations.mjs'
import { createRoute } from './route.mjs'

/** @import { Entry, Place, Route } from './route.mjs' */

const all = listSamples(samples.tightknit)
/** The first product's, which signs nothing. */
const unsigned = all.filter(({ generation }) => generation === 'app')
/** An activity of which no page says that it is sent as a webhook. */
const unlisted = { type: 'poll.created', payload: { action: 'poll.created' } }

/** @type {readonly Omit<Entry<tightknit.Options>, 'sender' | 'provider' | 'unlisted'>[]} */
const entries = [
  {
    scheme: 'standardWebhooks, webhook-…',
    path: '/tightknit/webhook',
    options: (secret) => ({ secret: whsec(secret) }),
    samples: all,
    expected: expectations.standardWebhooks,
  },
  {
    scheme: 'standardWebhooks, svix-…',
    path: '/tightknit/svix',
    options: (secret) => ({ secret: whsec(secret), prefix: 'svix' }),
    samples: all,
    expected: expectations.standardWebhooks,
  },
  {
    scheme: 'urlSecret',
    path: '/tightknit/unsigned',
    options: (secret) => ({ auth: tightknit.urlSecret({ secret }) }),
    samples: unsigned,
    proofIn: 'url',
    elsewhere: "another environment's URL",
    expected: expectations.urlSecret,
  },
  {
    scheme: 'dangerouslyUnauthenticated',
    path: '/tightknit/unauthenticated',
    options: () => ({ auth: tightknit.dangerouslyUnauthenticated() }),
    samples: unsigned,
    proofIn: 'nothing',
    expected: { ...expectations.unauthenticated, stranger: unreadable },
  },
]

/**
 * One route for each way to be sure of Tightknit.
 *
 * @param {Place} place
 * @returns {Route[]}
 */
export function createTightknitRoutes(place) {
  const shared = { sender: 'Tightknit', provider: tightknit, unlisted }
  return entries.map((entry) => createRoute(place, { ...shared, ...entry }))
}

/** @param {string} secret in base64url, of which the sender's form is plain base64 */
function whsec(secret) {
  return `whsec_${Buffer.from(secret, 'base64url').toString('base64')}`
}
