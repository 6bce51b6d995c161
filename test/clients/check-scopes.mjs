// Who signed and for which host; headers that are signed besides; HTTP/2; and a payload that is not signed.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { arrivalOf, serve, settings } from './receivers.mjs'
import { clients, forClient } from './targets.mjs'

const json = ['content-type', 'application/json']

/** For each: what is sent, what the receiver is told, and the answer. */
const shared = [
  { name: 'another secret', job: { scope: { secretAccessKey: 'another' } }, answer: 'signature_mismatch' },
  { name: 'another access key', job: { scope: { accessKeyId: 'AKIDANOTHER' } }, answer: 'signature_mismatch' },
  { name: 'another region', job: { scope: { region: 'eu-central-2' } }, answer: 'credential_mismatch' },
  { name: 'another service', job: { scope: { service: 'lambda' } }, answer: 'credential_mismatch' },
  { name: 'another host by option', more: { host: 'hooks.example.com' }, answer: 'host_mismatch' },
  {
    name: 'a host that is not connected to',
    job: { headers: [json, ['host', 'hooks.example.com']] },
    more: { host: 'hooks.example.com' },
    answer: 'accepted',
  },
  {
    name: 'a host with its port, in capitals',
    job: { headers: [json, ['host', 'Hooks.Example.com:8443']] },
    more: { host: ['a.example', 'hooks.example.com:8443'] },
    answer: 'accepted',
  },
  {
    name: 'two secrets, of which it has the second',
    more: { secretAccessKey: ['the next one', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'] },
    answer: 'accepted',
  },
  {
    name: 'further headers with white space',
    job: { headers: [json, ['x-custom', 'a \t b  c'], ['x-other', '"d  e"']] },
    signs: /SignedHeaders=\S*x-custom;x-other/,
    answer: 'accepted',
  },
  {
    name: 'a session token',
    job: { headers: [json, ['x-amz-security-token', 'a/session+token==']] },
    signs: /SignedHeaders=\S*x-amz-security-token/,
    answer: 'accepted',
  },
]
/** Not by botocore's signer for S3, which writes this header itself. */
const otherHash = {
  name: 'the hash of another body in a header',
  job: { headers: [json, ['x-amz-content-sha256', createHash('sha256').update('another').digest('hex')]] },
  answer: 'body_hash_mismatch',
}

const byCurl = [
  otherHash,
  { name: 'over HTTP/2', job: { curl: ['--http2-prior-knowledge'] }, http2: true, answer: 'accepted' },
  {
    name: 'a path as it is',
    path: '/a/./b',
    job: { curl: ['--path-as-is'] },
    answer: { 'curl 7': 'accepted', others: 'not sent' },
  },
  {
    name: "curl's own content type",
    job: { headers: [] },
    signs: /SignedHeaders=host;x-amz-date,/,
    answer: 'accepted',
  },
  {
    name: 'for S3',
    path: '/a%20b?b=2',
    job: { scope: { service: 's3' } },
    more: { service: 's3', pathEncoding: 'single' },
    signs: { 'curl 7': /SignedHeaders=content-type;host;x-amz-date,/, others: /SignedHeaders=\S*x-amz-content-sha256/ },
    answer: 'accepted',
  },
  {
    name: 'with the names of another provider',
    job: { curl: ['--aws-sigv4', 'osc:osc:eu-central-1:execute-api'] },
    answer: 'header_malformed',
  },
]

const unsigned = { botocore: { context: { payload_signing_enabled: false } } }
const byBotocore = [
  otherHash,
  { name: 'a payload that is not signed', job: unsigned, answer: 'body_hash_missing' },
  {
    name: 'a payload that is not signed, allowed by name',
    job: unsigned,
    more: { dangerouslyAllowUnsignedPayload: true },
    answer: 'accepted',
    covers: { body: false, url: true, time: true },
  },
]

/** Over plain HTTP, S3's signer signs every payload. */
const byS3 = [{ name: 'a payload that need not be signed', job: unsigned, answer: 'accepted' }]

function casesOf(name) {
  if (name === 'botocore, S3') return [...shared, ...byS3]
  return [...shared, ...(name.startsWith('curl') ? byCurl : byBotocore)]
}

export async function checkScopes(report, { name, send }, receivers) {
  const cases = casesOf(name)
  for (const sender of receivers.senders) {
    const jobs = []
    for (const { path = '/p?b=2&a=1', job, more, http2 } of cases) {
      const verify = receivers.receiver(sender, { ...settings[clients[name].setting], ...more })
      jobs.push({ url: `http://127.0.0.1:${await serve(verify, { http2 })}${path}`, ...job })
    }
    const answers = await send(jobs)
    for (const [index, one] of cases.entries()) {
      await report.check(`${name}, ${one.name}, to ${sender}`, () => checkOne(name, one, answers[index]))
    }
  }
}

function checkOne(name, { answer, signs = /SignedHeaders=\S*host/, covers }, answered) {
  const arrival = arrivalOf(answered)
  const expected = forClient(answer, name)
  assert.equal(arrival.answer, expected, answered.text)
  if (expected !== 'accepted') return
  assert.match(arrival.headers.authorization[0], forClient(signs, name))
  assert.deepEqual(arrival.proof.covers, covers ?? { body: true, url: true, time: true })
}
