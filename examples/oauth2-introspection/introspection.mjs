// @ts-check
import * as oauth from 'oauth4webapi'

/** An answer of more bytes is not read to its end: a server gone wrong must not fill the memory of this one. */
const maxBytes = 65_536

/** @type {(url: string, init: oauth.CustomFetchOptions<'POST', URLSearchParams>) => Promise<Response>} */
async function fetchLimited(url, init) {
  const response = await fetch(url, init)
  let length = 0
  const limit = new TransformStream({
    transform(chunk, controller) {
      length += chunk.byteLength
      if (length > maxBytes) controller.error(new Error('the answer is too long'))
      else controller.enqueue(chunk)
    },
  })
  return new Response(response.body?.pipeThrough(limit), response)
}

/**
 * Makes the function that asks the authorization server about a token (RFC 7662). It gives `true` for a token of the
 * sender, `false` for any other, and throws where the server cannot be asked.
 *
 * @param {object} options
 * @param {oauth.AuthorizationServer} options.server its `issuer` and `introspection_endpoint`
 * @param {oauth.Client} options.client this receiver's own client at the server, which may introspect
 * @param {oauth.ClientAuth} options.clientAuth how that client proves itself
 * @param {string} options.sender the `client_id` of the one client that may send
 * @param {string} options.audience the `aud` that stands for this receiver
 * @param {string} options.scope a scope that the token must have
 * @param {oauth.IntrospectionRequestOptions} [options.request] more options of the request
 */
export function createIntrospection({ server, client, clientAuth, sender, audience, scope, request }) {
  return async (/** @type {string} */ token) => {
    // Less than the 5 s that countersign waits, so that a server that hangs leaves no request behind.
    const limits = { signal: AbortSignal.timeout(4000), [oauth.customFetch]: fetchLimited, ...request }
    const response = await oauth.introspectionRequest(server, client, clientAuth, token, limits)
    const answer = await oauth.processIntrospectionResponse(server, client, response)

    const now = Math.floor(Date.now() / 1000)
    const { exp, nbf = 0 } = answer
    const inTime = typeof exp === 'number' && now < exp && typeof nbf === 'number' && nbf <= now
    const scopes = typeof answer.scope === 'string' ? answer.scope.split(' ') : []
    return (
      answer.active === true &&
      inTime &&
      answer.iss === server.issuer &&
      [answer.aud].flat().includes(audience) &&
      answer.client_id === sender &&
      scopes.includes(scope)
    )
  }
}
