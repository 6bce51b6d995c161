// @ts-check
import { oauth2 } from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import * as oauth from 'oauth4webapi'
import { createIntrospection } from './introspection.mjs'

/**
 * A receiver of deliveries that carry an opaque token of the authorization server.
 *
 * @param {Record<string, string | undefined>} env such as `process.env`
 * @param {oauth.IntrospectionRequestOptions} [request] more options of each introspection
 */
export function createWebhook(env, request) {
  const check = createIntrospection({
    server: { issuer: read('OAUTH_ISSUER'), introspection_endpoint: read('OAUTH_INTROSPECTION_ENDPOINT') },
    client: { client_id: read('OAUTH_CLIENT_ID') },
    clientAuth: oauth.ClientSecretBasic(read('OAUTH_CLIENT_SECRET')),
    sender: read('WEBHOOK_SENDER_CLIENT_ID'),
    audience: read('WEBHOOK_AUDIENCE'),
    scope: read('WEBHOOK_SCOPE'),
    ...(request && { request }),
  })
  return sighten.createReceiver({ auth: oauth2({ check }) })

  /** @param {string} name */
  function read(name) {
    const value = env[name]
    if (!value) throw new TypeError(`the environment variable ${name} is not set`)
    return value
  }
}
