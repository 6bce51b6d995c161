// What the contract does not look at: vectors, errors of several copies, streams of the runtime's own, and its fetch.
import { caught, check, checkSame } from './assert.mjs'
import { signedAt } from './subjects.mjs'
import { vectors } from './vectors.mjs'

/** @param {typeof import('./library.mjs')} library */
export function behaviour({ describe, it }, library, settings) {
  describe('the vectors', () => vectorChecks(it, library))
  describe('errors', () => errorChecks(it, library))
  describe('requests with a stream', () => streamChecks(it, library))
  describe('the keys of an authorization server', () => keyChecks(it, library, settings))
}

const url = 'https://receiver.example/webhook'
const options = { secret: 'a secret for tests' }

function vectorChecks(it, library) {
  for (const { name, receiver, request, now, type } of vectors(library)) {
    it(name, async () => {
      const delivery = await receiver.verify(request, { now, event: type })
      checkSame(delivery.proof.authenticated, true, 'proof.authenticated')
      const body = new TextEncoder().encode(` ${request.body}`)
      const error = await caught(() => receiver.verify({ ...request, body }, { now, event: type }))
      checkSame(error.status, 401, 'the status of another body')
    })
  }
}

function errorChecks(it, { root, tight, tyk, tightknit, sighten }) {
  const receivers = {
    tight: tight.createReceiver(options),
    tyk: tyk.createReceiver(options),
    tightknit: tightknit.createReceiver({ secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl' }),
    sighten: sighten.createReceiver({ auth: sighten.basic({ username: 'sighten', password: 'a password' }) }),
  }
  for (const [name, receiver] of Object.entries(receivers)) {
    it(`of ${name} are known to the root`, async () => {
      const error = await caught(() => receiver.verify({ headers: {}, body: '{}' }, { event: 'Site Archived' }))
      check(root.isWebhookError(error), 'isWebhookError does not know it')
      check(error instanceof root.WebhookError, 'instanceof WebhookError does not know it')
      check(error instanceof Error, 'it is no Error')
      checkSame(error.code, 'header_missing', 'the code')
      checkSame(error.status, root.errorTable.header_missing.status, 'the status')
    })
  }
  it('of others are not', async () => {
    const alike = Object.assign(new Error('no'), { name: 'WebhookError', code: 'header_missing', status: 401 })
    for (const error of [alike, new TypeError('no'), null, undefined, 'WebhookError', {}]) {
      check(!root.isWebhookError(error) && !(error instanceof root.WebhookError), `${String(error)} is taken for one`)
    }
  })
  it('of the caller are TypeErrors', async () => {
    const error = await caught(() => root.verifyTyk({ headers: {}, body: '{}' }, { secret: undefined }))
    checkSame(error.name, 'TypeError', 'the error')
  })
}

function streamChecks(it, { root, tyk, testing: { samples } }) {
  const receiver = tyk.createReceiver(options)
  const { payload } = samples.tyk.UserRegistered
  const signed = () => tyk.sign(payload, options)
  const refusal = async (request, code) => {
    const result = await receiver.safeVerify(request)
    checkSame(result.ok ? 'accepted' : result.error.code, code, 'the answer')
  }
  it('are read in the chunks they have', async () => {
    const { headers, body } = await signed()
    const delivery = await receiver.verify(request(headers, chunked(body, 7)))
    checkSame(delivery.type, 'UserRegistered', 'the type')
    checkSame(delivery.body.join(), body.join(), 'the body')
  })
  it('can be cloned before, and read by somebody else', async () => {
    const { headers, body } = await signed()
    const original = request(headers, chunked(body, 100))
    const delivery = await root.verifyTyk(original.clone(), options)
    checkSame(await original.text(), JSON.stringify(delivery.payload), 'what the other reads')
  })
  it('over the limit are refused while they are read, and cancelled', async () => {
    const { headers } = await signed()
    const endless = countedStream()
    await refusal(request(headers, endless.stream), 'body_too_large')
    await endless.cancelled
    check(endless.pulled() < 8 * 2 ** 20, `${endless.pulled()} bytes were read`)
  })
  it('that break are refused', async () => {
    const { headers } = await signed()
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('broken')) })
    await refusal(request(headers, broken), 'body_incomplete')
  })
  it('with a content encoding are refused', async () => {
    const { headers, body } = await signed()
    await refusal(request({ ...headers, 'content-encoding': 'gzip' }, chunked(body, 100)), 'body_encoded')
  })
}

function request(headers, body) {
  return new Request(url, { method: 'POST', headers, body, duplex: 'half' })
}

function chunked(bytes, size) {
  let offset = 0
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(offset, offset + size))
      offset += size
    },
  })
}

/** Bytes without an end. */
function countedStream() {
  let pulled = 0
  let stream
  const cancelled = new Promise((resolve) => {
    stream = new ReadableStream({
      pull(controller) {
        pulled += 65_536
        controller.enqueue(new Uint8Array(65_536))
      },
      cancel: resolve,
    })
  })
  return { stream, cancelled, pulled: () => pulled }
}

function keyChecks(it, { sighten }, { keys }) {
  const { issuer, audience, url, redirectUrl, closedUrl } = keys
  const [{ clientId, token }] = keys.clients
  const headers = { authorization: `Bearer ${token}` }
  const verdict = async (jwksUri, headers) => {
    const auth = sighten.oauth2({ jwksUri, issuer, audience, algorithms: ['ES256'], clientId })
    const call = { event: 'Site Archived', now: signedAt }
    const result = await sighten.createReceiver({ auth }).safeVerify({ headers, body: '{}' }, call)
    return result.ok ? 'accepted' : `${result.error.code} ${result.error.status}`
  }
  it('are fetched', async () => checkSame(await verdict(url, headers), 'accepted', 'the answer'))
  it('are not looked for elsewhere', async () =>
    checkSame(await verdict(redirectUrl, headers), 'verifier_unavailable 503', 'the answer'))
  it('may be out of reach', async () =>
    checkSame(await verdict(closedUrl, headers), 'verifier_unavailable 503', 'the answer'))
  it('do not make a token of another client good', async () => {
    const other = { authorization: `Bearer ${keys.clients[1].token}` }
    checkSame(await verdict(url, other), 'claim_invalid 401', 'the answer')
  })
}
