// A genuine delivery, sent again: as it was, and with one thing changed. The first counts once, the others not at all.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as sendRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { arrivalOf, serve, settings } from './receivers.mjs'
import { ping } from './senders.mjs'
import { clients, forClient } from './targets.mjs'

/** Only the signer for S3 says the hash in a header. */
const otherBody = { 'botocore, S3': 'body_hash_mismatch', others: 'signature_mismatch' }

/**
 * What is sent in place of the delivery, and the answer: one for all clients, or by client. `set` replaces lines of the
 * headers; null takes one away.
 */
const forgeries = [
  ['as it was', {}, 'repeated'],
  ['with a header more that is not signed', { set: { 'x-other': '1', 'user-agent': 'another' } }, 'repeated'],
  // The first curls sign a query as they send it, all others sort it.
  ['the query in another order', { url: '/p?a=1&b=2' }, { 'curl 7': 'signature_mismatch', others: 'repeated' }],
  ['another body', { body: '{"event":"Pong"}' }, otherBody],
  ['a body cut short', { body: ping.slice(0, -1) }, otherBody],
  ['another method', { method: 'PUT' }, 'signature_mismatch'],
  ['another path', { url: '/q?b=2&a=1' }, 'signature_mismatch'],
  ['a slash more', { url: '//p?b=2&a=1' }, 'signature_mismatch'],
  ['another value in the query', { url: '/p?b=2&a=2' }, 'signature_mismatch'],
  ['a parameter more', { url: '/p?b=2&a=1&c' }, 'signature_mismatch'],
  ['no query', { url: '/p' }, 'signature_mismatch'],
  ['another signed header', { set: { 'content-type': 'text/plain' } }, 'signature_mismatch'],
  [
    'a signed header twice, first another',
    { set: { 'content-type': ['text/plain', 'application/json'] } },
    'signature_mismatch',
  ],
  // Node.js drops the second Content-Type, so that nobody behind it reads what was not signed.
  ['a signed header twice, then another', { set: { 'content-type': ['application/json', 'text/plain'] } }, 'repeated'],
  ['a signed header less', { set: { 'content-type': null } }, 'header_missing'],
  ['a second later', { set: { 'x-amz-date': otherSecond } }, 'signature_mismatch'],
  ['no date', { set: { 'x-amz-date': null } }, 'header_missing'],
  ['another host', { set: { host: 'evil.example' } }, 'host_mismatch'],
  ['a host that a proxy might name', { set: { 'x-forwarded-host': 'evil.example' } }, 'repeated'],
  ['another access key', { authorization: (line) => line.replace('AKIDEXAMPLE', 'AKIDEXAMPLF') }, 'signature_mismatch'],
  ['another region', { authorization: (line) => line.replace('eu-central-1', 'eu-central-2') }, 'credential_mismatch'],
  [
    'another signature',
    { authorization: (line) => line.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) },
    'signature_mismatch',
  ],
  ['a signature cut short', { authorization: (line) => line.slice(0, -1) }, 'signature_malformed'],
  [
    'the content type signed no more',
    { authorization: (line) => line.replace('content-type;', '') },
    'signature_mismatch',
  ],
  ['the host signed no more', { authorization: (line) => line.replace('host;', '') }, 'signature_malformed'],
  ['no Authorization', { authorization: () => null }, 'header_missing'],
]

/** The same delivery by the receiver's clock: seconds after it was signed. */
const clock = [
  [899, 'repeated'],
  [901, 'timestamp_too_old'],
  [-899, 'repeated'],
  [-901, 'timestamp_too_new'],
]

function otherSecond(date) {
  return date.replace(/\d\dZ$/, (seconds) => (seconds === '00Z' ? '01Z' : '00Z'))
}

export async function checkForgeries(report, { name, send }, receivers) {
  const more = settings[clients[name].setting]
  for (const sender of receivers.senders) {
    let later
    const now = () => (later === undefined ? new Date() : new Date(genuine.proof.signedAt.getTime() + later * 1000))
    const port = await serve(receivers.receiver(sender, more, { now }), { keepsIds: true })
    const [answer] = await send([{ url: `http://127.0.0.1:${port}/p?b=2&a=1` }])
    const genuine = arrivalOf(answer)
    const check = (title, change, expected) =>
      report.check(`${name}, sent again: ${title}, to ${sender}`, async () => {
        assert.equal(genuine.answer, 'accepted', answer.text)
        const { status, body } = await resend(port, genuine, change)
        const [, , verdict] = /^(\d+) (\w+)$/.exec(body) ?? []
        assert.deepEqual([verdict, status < 400], [expected, expected === 'repeated'], body)
      })
    for (const [title, change, expected] of forgeries) await check(title, change, forClient(expected, name))
    for (const [seconds, expected] of clock) {
      later = seconds
      await check(`${seconds} s after it was signed`, {}, expected)
    }
  }
}

async function resend(port, { method, url, headers }, change) {
  const lines = { ...headers, ...change.set }
  for (const [header, value] of Object.entries(change.set ?? {})) {
    if (typeof value === 'function') lines[header] = value(headers[header][0])
  }
  if (change.authorization !== undefined) lines.authorization = change.authorization(headers.authorization[0])
  const body = change.body ?? ping
  const kept = Object.entries(lines)
    .filter(([header, value]) => value !== null && header !== 'connection')
    .map(([header, value]) => [header, value.length === 1 ? value[0] : value])
  const outgoing = sendRequest({
    host: '127.0.0.1',
    port,
    method: change.method ?? method,
    path: change.url ?? url,
    headers: Object.fromEntries([...kept, ['content-length', String(Buffer.byteLength(body))]]),
    agent: false,
  })
  outgoing.end(body)
  const [response] = await once(outgoing, 'response')
  return { status: response.statusCode, body: await text(response) }
}
