// Which of the two crypto backends was used, by its calls and not by what anybody says.

/** Counts the calls of each backend from now on. */
export async function watchBackends() {
  const calls = { node: 0, web: 0 }
  const count = (backend) => () => {
    calls[backend] += 1
  }
  const hasNode = watchNodeCrypto(count('node'))
  watchWebCrypto(count('web'))

  // A watch that sees nothing would prove nothing.
  await globalThis.crypto.subtle.digest('SHA-256', new Uint8Array(1))
  if (hasNode) globalThis.process.getBuiltinModule('node:crypto').createHash('sha256')
  if (calls.web !== 1 || calls.node !== (hasNode ? 1 : 0)) throw new Error('the calls of a backend cannot be counted')

  Object.assign(calls, { node: 0, web: 0 })
  return { used: () => nameOf(calls) }
}

function nameOf({ node, web }) {
  if (node > 0 && web > 0) return 'both'
  if (node > 0) return 'node:crypto'
  return web > 0 ? 'WebCrypto' : 'none'
}

/** Gives false where node:crypto is out of reach, or where looking for it throws. */
function watchNodeCrypto(onCall) {
  const crypto = findNodeCrypto()
  if (crypto === undefined) return false
  const watched = Object.create(crypto)
  for (const name of ['createHmac', 'createHash', 'hash']) {
    if (typeof crypto[name] !== 'function') continue // crypto.hash is not everywhere
    define(watched, name, (...parameters) => {
      onCall()
      return crypto[name](...parameters)
    })
  }
  const { process } = globalThis
  const find = process.getBuiltinModule.bind(process)
  define(process, 'getBuiltinModule', (id) => (id === 'node:crypto' ? watched : find(id)))
  return true
}

function findNodeCrypto() {
  try {
    return globalThis.process.getBuiltinModule('node:crypto')
  } catch {
    return undefined
  }
}

/** The HMAC and the hash alone: the keys of OAuth 2 are WebCrypto's, whatever the backend. */
function watchWebCrypto(onCall) {
  const subtle = Object.getPrototypeOf(globalThis.crypto.subtle)
  for (const name of ['sign', 'digest']) {
    const original = subtle[name]
    define(subtle, name, function (...parameters) {
      onCall()
      return original.apply(this, parameters)
    })
  }
}

function define(target, name, value) {
  Object.defineProperty(target, name, { value, configurable: true, writable: true })
}
