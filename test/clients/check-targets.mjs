// Every target by every client: what is on the wire, what accepts it, and what was signed where nothing does.
import assert from 'node:assert/strict'
import { arrivalOf, serve, settings } from './receivers.mjs'
import { ping } from './senders.mjs'
import { clients, expectedOf, targets } from './targets.mjs'

const proof = {
  scheme: 'aws4',
  authenticated: true,
  covers: { body: true, url: true, time: true },
}

export async function checkTargets(report, { name, send }, receivers) {
  const client = clients[name]
  const ports = new Map()
  const portOf = async (sender, setting) => {
    const key = `${sender}, ${setting}`
    if (!ports.has(key)) ports.set(key, await serve(receivers.receiver(sender, settings[setting])))
    return ports.get(key)
  }
  const rows = []
  for (const sender of receivers.senders) {
    for (const target of targets) {
      const expected = expectedOf(client, target)
      const port = await portOf(sender, expected.settings?.[0] ?? client.setting)
      rows.push({ target, sender, expected, url: `http://127.0.0.1:${port}${target}` })
    }
  }
  const answers = await send(rows.map(({ url }) => ({ url })))
  for (const [index, row] of rows.entries()) {
    await report.check(`${name}, ${row.target}, to ${row.sender}`, () => checkRow(row, answers[index], receivers))
  }
}

async function checkRow({ target, sender, expected }, answer, receivers) {
  const arrival = arrivalOf(answer)
  if (expected.answer !== undefined) return assert.equal(arrival.answer, expected.answer, answer.text)
  assert.equal(arrival.url, expected.wire ?? target, `what is on the wire: ${answer.text}`)
  const accepting = await settingsThatAccept(receivers, arrival)
  if (expected.settings === undefined) {
    assert.deepEqual(accepting, [], 'the settings that accept it')
    assert.equal(arrival.answer, 'signature_mismatch')
    return checkSigned(receivers, arrival, expected.signedAs)
  }
  assert.deepEqual(accepting, expected.settings, 'the settings that accept it')
  assert.equal(arrival.answer, 'accepted')
  assert.deepEqual(arrival.proof, { ...proof, coversType: sender === 'own', signedAt: signedAt(arrival) })
}

/** The proof of a refusal: the same signature is good for another target. */
async function checkSigned(receivers, arrival, signedAs) {
  assert.notEqual(signedAs, arrival.url)
  // An HTTP parser hands over one character a byte.
  const accepting = await settingsThatAccept(receivers, { ...arrival, url: Buffer.from(signedAs).toString('latin1') })
  assert.notDeepEqual(accepting, [], `${signedAs} was not signed either`)
}

async function settingsThatAccept(receivers, { method, url, headers }) {
  const accepting = []
  for (const [name, more] of Object.entries(settings)) {
    const { answer } = await receivers.receiver('own', more)({ method, url, headers, body: ping })
    if (answer === 'accepted') accepting.push(name)
  }
  return accepting
}

function signedAt({ headers }) {
  const [date] = headers['x-amz-date']
  return new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}
