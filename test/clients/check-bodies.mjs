// Bodies of every kind by every client. A body that is no JSON object is authentic and then not readable: that the
// signature held is seen by the same request with a byte changed, whose signature does not hold.
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { arrivalOf, serve, settings } from './receivers.mjs'
import { ping } from './senders.mjs'
import { clients } from './targets.mjs'

const binary = Buffer.from('00ff fe80 0d0a 00'.replaceAll(' ', ''), 'hex')
const form = [['content-type', 'application/x-www-form-urlencoded']]

/** @type {(Partial<import('./senders.mjs').Job> & { name: string, answer: string })[]} */
const everyClient = [
  { name: 'JSON', body: ping, answer: 'accepted' },
  { name: 'JSON with characters beyond ASCII', body: '{"event":"Ping","name":"Zoë 😀 \u00a0"}', answer: 'accepted' },
  { name: 'JSON with a byte order mark', body: `\ufeff${ping}`, answer: 'accepted' },
  { name: 'JSON with line breaks around it', body: `\r\n${ping}\n`, answer: 'accepted' },
  { name: '300 kB of JSON', body: JSON.stringify({ event: 'Ping', text: 'x'.repeat(300_000) }), answer: 'accepted' },
  { name: 'by PUT', body: ping, method: 'PUT', answer: 'accepted' },
  { name: 'no body', body: '', answer: 'body_malformed' },
  { name: 'bytes that are not text', body: binary, answer: 'body_malformed' },
  { name: 'a form', body: 'event=Ping&a=%20+', headers: form, answer: 'body_malformed' },
  {
    name: 'gzip, as it is sent',
    body: gzipSync(ping),
    headers: [['content-encoding', 'gzip']],
    answer: 'body_encoded',
  },
  { name: 'more than the limit', body: 'x'.repeat(2 ** 20 + 1), answer: 'body_too_large' },
]

const byCurl = [
  { name: 'JSON by --json', headers: [], curl: ['--json', '@{file}'], answer: 'accepted' },
  { name: 'in chunks', curl: ['-H', 'Transfer-Encoding: chunked', '--data-binary', '@{file}'], answer: 'accepted' },
  {
    name: 'with Expect: 100-continue',
    curl: ['-H', 'Expect: 100-continue', '--data-binary', '@{file}'],
    answer: 'accepted',
  },
  // Its body is signed as an empty one.
  { name: 'a file by -T', curl: ['-T', '{file}'], answer: 'signature_mismatch' },
  { name: 'a form by -F', headers: [], curl: ['-F', 'x=@{file}'], answer: 'signature_mismatch' },
  {
    name: 'a query by -G',
    body: '',
    method: 'GET',
    headers: [],
    curl: ['-G', '--data-urlencode', 'a=b c é%', '--data-urlencode', 'event@{file}'],
    answer: 'body_malformed',
  },
]

const byBotocore = [
  { name: 'a file', botocore: { bodyAs: 'file' }, answer: 'accepted' },
  {
    name: 'a query by params',
    path: '/p',
    botocore: { params: { b: "x y+é/~*'", a: '', 'a[]': '1' } },
    answer: 'accepted',
  },
  // The params alone are signed, and both are sent.
  { name: 'a query by params beside one in the URL', botocore: { params: { c: '3' } }, answer: 'signature_mismatch' },
  { name: 'a session token', botocore: { sessionToken: 'a/session+token==' }, answer: 'accepted' },
]

export async function checkBodies(report, { name, send }, receivers) {
  const cases = [...everyClient, ...(name.startsWith('curl') ? byCurl : byBotocore)]
  for (const sender of receivers.senders) {
    const port = await serve(receivers.receiver(sender, settings[clients[name].setting]))
    const jobs = cases.map(({ path = '/p?b=2&a=1', ...job }) => ({ url: `http://127.0.0.1:${port}${path}`, ...job }))
    const answers = await send(jobs)
    for (const [index, one] of cases.entries()) {
      await report.check(`${name}, ${one.name}, to ${sender}`, () => {
        return checkBody(receivers.receiver(sender, settings[clients[name].setting]), one, answers[index])
      })
    }
  }
}

async function checkBody(verify, { body = ping, answer }, answered) {
  const arrival = arrivalOf(answered)
  assert.equal(arrival.answer, answer, answered.text)
  if (!['accepted', 'body_malformed'].includes(answer)) return
  for (const changed of changes(Buffer.from(body))) {
    const { answer: other } = await verify({ ...arrival, body: changed })
    assert(['signature_mismatch', 'body_hash_mismatch'].includes(other), `${other} where a byte was changed`)
  }
}

/** One byte more, one less, another one. */
function changes(body) {
  const more = Buffer.concat([body, Buffer.from(' ')])
  if (body.length === 0) return [more]
  const other = Buffer.from(body)
  other[body.length - 1] ^= 1
  return [more, body.subarray(0, -1), other]
}
