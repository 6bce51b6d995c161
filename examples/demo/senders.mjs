// @ts-check
import { listSamples, samples } from 'countersign/testing'
import * as tight from 'countersign/tight'
import * as tyk from 'countersign/tyk'
import { expectations } from './expectations.mjs'
import { ownProvider, ownSamples, ownSchemes } from './own-sender.mjs'
import { createRoute } from './route.mjs'
import { createSightenRoutes } from './sighten.mjs'
import { createTightknitRoutes } from './tightknit.mjs'

/** @import { Place, Route } from './route.mjs' */

/**
 * The routes of a server: another sender or scheme is another entry.
 *
 * @param {Place} place
 * @returns {Route[]}
 */
export function createRoutes(place) {
  return [
    createRoute(place, {
      sender: 'Tight',
      scheme: 'jwt',
      path: '/tight',
      provider: tight,
      options: (secret) => ({ secret }),
      samples: listSamples(samples.tight),
      unlisted: {
        type: 'notListedYet',
        payload: { userId: 'fake_userId', type: 'LIFECYCLE', event: 'notListedYet', date: '2025-04-01T11:31:04.1Z' },
      },
      expected: expectations.jwt,
    }),
    createRoute(place, {
      sender: 'Tyk',
      scheme: 'hmac',
      path: '/tyk',
      provider: tyk,
      options: (secret) => ({ secret }),
      samples: listSamples(samples.tyk),
      subject: 'UserRegistered',
      unlisted: {
        type: 'NotListedYet',
        payload: { Event: 'NotListedYet', Message: { ID: 1 }, Timestamp: '2024-04-22T16:38:54Z' },
      },
      expected: expectations.hmac,
    }),
    ...createSightenRoutes(place),
    ...createTightknitRoutes(place),
    ...ownSchemes.map(({ scheme, path, make, expected }) =>
      createRoute(place, {
        sender: 'Your own (defineProvider)',
        scheme,
        path,
        provider: ownProvider(make),
        options: (secret) => ({ secret }),
        samples: ownSamples,
        unlisted: { type: 'order.notListedYet', payload: { type: 'order.notListedYet' } },
        expected,
      }),
    ),
  ]
}
