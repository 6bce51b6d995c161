// The peers, each as its own documentation has it, made once where it can be. All get the bytes and give the payload.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { WebhookVerificationService } from '@hookflo/tern'
import * as octokit from '@octokit/webhooks-methods'
import aws4 from 'aws4'
import { createVerifier } from 'fast-jwt'
import { jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'

const stripe = new Stripe('sk_test_nothing')

/** Signs a body in a peer's own format, and gives a request with the body's bytes. */
const signed = ({ method, url, body, headers }, more) => ({ method, url, headers: { ...headers, ...more }, body })
const seconds = () => Math.floor(Date.now() / 1000)

const stripeEvents = (secret) => ({
  name: 'stripe constructEvent',
  sync: true,
  sign(request) {
    const timestamp = seconds()
    const mac = createHmac('sha256', secret).update(`${timestamp}.`).update(request.body).digest('hex')
    return signed(request, { 'stripe-signature': `t=${timestamp},v1=${mac}` })
  },
  run: ({ headers, body }) => stripe.webhooks.constructEvent(body, headers['stripe-signature'], secret),
})

/** Of standardwebhooks and svix; the receiver's headers go in as they are. */
function standardPeer(name, Webhook, whsec) {
  const webhook = new Webhook(whsec)
  return {
    name,
    sync: true,
    sign(request) {
      const [id, timestamp] = [`msg_${request.headers['x-request-id']}`, new Date(seconds() * 1000)]
      return signed(request, {
        'webhook-id': id,
        'webhook-timestamp': String(timestamp.getTime() / 1000),
        'webhook-signature': webhook.sign(id, timestamp, request.body.toString()),
      })
    },
    run: ({ headers, body }) => webhook.verify(body.toString(), headers),
  }
}

/** It takes text and gives a boolean: the text is made of the bytes, and parsed where it is genuine. */
const octokitVerify = (secret) => ({
  name: '@octokit/webhooks-methods',
  sign(request) {
    const mac = createHmac('sha256', secret).update(request.body).digest('hex')
    return signed(request, { 'x-hub-signature-256': `sha256=${mac}` })
  },
  async run({ headers, body }) {
    const text = body.toString()
    return (await octokit.verify(secret, text, headers['x-hub-signature-256'])) ? JSON.parse(text) : undefined
  },
})

/** It takes a Request and nothing else, so one is made. */
function tern(secret, headerName) {
  const config = {
    platform: 'custom',
    secret,
    signatureConfig: { algorithm: 'hmac-sha256', headerName, headerFormat: 'raw', payloadFormat: 'raw' },
  }
  return {
    name: '@hookflo/tern',
    async run({ method, headers, body }) {
      const request = new Request('https://receiver.example/webhook', { method, headers, body })
      const { isValid, payload } = await WebhookVerificationService.verify(request, config)
      return isValid ? payload : undefined
    },
  }
}

export const hmacPeers = (secret, whsec, header) => [
  stripeEvents(secret),
  octokitVerify(secret),
  standardPeer('standardwebhooks', StandardWebhook, whsec),
  standardPeer('svix', SvixWebhook, whsec),
  tern(secret, header),
]

export function standardPeers(whsec) {
  const peers = [standardPeer('standardwebhooks', StandardWebhook, whsec), standardPeer('svix', SvixWebhook, whsec)]
  return peers.map(({ sign: _sign, ...peer }) => peer)
}

const sha256 = (body) => createHash('sha256').update(body).digest('base64')
const equal = (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
const ifOfBody = ({ request_body_sha256: claim }, body) =>
  equal(claim, sha256(body)) ? JSON.parse(body.toString()) : undefined

/** Each verifies the token; the body's hash and the parsing beside it are the same for all. */
export async function jwtPeers(secret, header) {
  const bytes = new TextEncoder().encode(secret)
  const usages = ['verify']
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, usages)
  const fastJwt = createVerifier({ key: secret, algorithms: ['HS256'], cache: false })
  const joseOptions = { algorithms: ['HS256'], maxTokenAge: 300 }
  return [
    {
      name: "the vendor's own way",
      async run({ headers, body }) {
        const { payload } = await jwtVerify(headers[header], new TextEncoder().encode(secret), joseOptions)
        const sum = Buffer.from(await crypto.subtle.digest('SHA-256', body)).toString('base64')
        return equal(payload.request_body_sha256, sum) ? JSON.parse(body.toString()) : undefined
      },
    },
    {
      name: 'jose, key as bytes',
      run: async ({ headers, body }) => ifOfBody((await jwtVerify(headers[header], bytes, joseOptions)).payload, body),
    },
    {
      name: 'jose, CryptoKey kept',
      run: async ({ headers, body }) => ifOfBody((await jwtVerify(headers[header], key, joseOptions)).payload, body),
    },
    {
      name: 'jsonwebtoken',
      sync: true,
      run: ({ headers, body }) =>
        ifOfBody(jsonwebtoken.verify(headers[header], secret, { algorithms: ['HS256'], maxAge: 300 }), body),
    },
    {
      name: 'fast-jwt, without its cache',
      sync: true,
      run: ({ headers, body }) => ifOfBody(fastJwt(headers[header]), body),
    },
  ]
}

/** Signs the request again, as its sender did: it has nothing that verifies. It takes the body's hash from the header. */
export const aws4Sign = (credentials, { region, service }) => ({
  name: 'aws4, signing',
  sync: true,
  signs: true,
  run({ method, url, headers, body }) {
    const { host, 'content-type': type, 'x-amz-date': date } = headers
    const sum = createHash('sha256').update(body).digest('hex')
    const some = { host, 'content-type': type, 'x-amz-date': date, 'x-amz-content-sha256': sum }
    return aws4.sign({ method, host, path: url, service, region, headers: some, body }, credentials).headers
      .Authorization
  },
})
