// What each sender would send to an example: every event it has, signed by the test kit of the installed package.

export const secrets = {
  tight: 'the secret of Tight, for tests of examples',
  tyk: 'the secret of Tyk, for tests of examples',
  sighten: 'the secret of Sighten, for tests of examples',
  tightknit: `whsec_${Buffer.from('the secret of Tightknit, for tests').toString('base64')}`,
}

/**
 * @typedef {object} Delivery
 * @property {string} type
 * @property {string} path
 * @property {[string, string][]} headers
 * @property {string[]} authHeaders
 * @property {Uint8Array} body
 */

/**
 * Signs one delivery of each event of a sender.
 *
 * @param {object} kit `countersign/testing`, as installed in the example
 * @param {import('./run.mjs').Example} example
 * @param {{ origin: string, now?: Date, only?: string }} how `only`: this event alone
 * @returns {Promise<Delivery[]>}
 */
export async function signAll(kit, { sender, path, signOptions = {} }, { origin, now, only }) {
  const sign = kit[`sign${sender[0].toUpperCase()}${sender.slice(1)}`]
  const listed = kit.listSamples(kit.samples[sender]).filter(({ type }) => only === undefined || type === only)
  return Promise.all(
    listed.map(async ({ type, payload, generation }) => {
      const target = typeof path === 'function' ? path(type) : path
      const options = typeof signOptions === 'function' ? signOptions(type, generation) : signOptions
      // Where a sender has several authentication types, the secret is in the one that the example chose.
      const proof = 'auth' in options ? {} : { secret: secrets[sender] }
      const signed = await sign(payload, { ...proof, url: origin + target, now, ...options })
      const { authHeaders, body } = signed
      return { type, path: target, headers: withoutHost(signed.headers), authHeaders, body }
    }),
  )
}

/** The socket writes the host; it is the one that was signed. */
function withoutHost(headers) {
  return Object.entries(headers).filter(([name]) => name !== 'host' && name !== 'content-length')
}
