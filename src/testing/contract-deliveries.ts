import type { SignedRequest } from '../core/sign.ts'
import { check, checkBytes, checkEach, checkJson, checkSame } from './assert.ts'
import type { Bench } from './bench.ts'
import type { ListedSample } from './samples.ts'
import type { AnyDelivery } from './subject.ts'

/** What a genuine delivery must come out as. */
export function deliveryContract(bench: Bench): void {
  const { it, samples, first } = bench

  it('signs whole requests', () => checkEach(samples, titleOf, (sample) => checkSigned(bench, sample)))

  for (const sample of samples) {
    it(`verifies ${titleOf(sample)}`, async () => {
      const signed = await bench.sign(sample)
      const delivery = await bench.verify(signed, { sample })
      checkEvent(delivery, sample)
      checkBody(delivery, signed)
      checkProof(delivery, bench)
    })
  }

  it('gives the same answer by safeVerify', async () => {
    const signed = await bench.sign(first)
    const result = await bench.receiver().safeVerify(signed, bench.contextOf(first))
    check(result.ok, 'a genuine delivery is refused')
    checkJson(result.delivery, await bench.verify(signed), 'the delivery')
  })

  it("reads the receiver's own clock", async () => {
    const { now: _, ...context } = bench.contextOf(first)
    const delivery = await bench.receiver({ now: () => bench.now }).verify(await bench.sign(first), context)
    checkSame(delivery.known, true, 'known')
  })

  it('gives one id for one delivery, and another for another', () => checkIds(bench))
}

function titleOf({ type, generation }: ListedSample): string {
  return generation === undefined ? type : `${type} (${generation})`
}

async function checkSigned(bench: Bench, sample: ListedSample): Promise<void> {
  const { method, url, headers, body, authHeaders } = await bench.sign(sample)
  check(/^[A-Z]+$/.test(method), 'the method is not in upper case')
  check(/^https?:\/\/\w/.test(url), 'the URL is not absolute')
  checkBytes(body, new TextEncoder().encode(JSON.stringify(sample.payload)), 'the body')
  for (const name of Object.keys(headers)) checkSame(name, name.toLowerCase(), 'a header name')
  checkSame(authHeaders.length > 0, bench.proofIn === 'headers', 'that headers carry the proof')
  for (const name of authHeaders) check(Boolean(headers[name]), `${name} is an authHeader and not in the headers`)
}

function checkEvent(delivery: AnyDelivery, sample: ListedSample): void {
  checkSame(delivery.known, true, 'known')
  checkSame(delivery.type, sample.type, 'the type')
  checkSame(delivery.generation, sample.generation, 'the generation')
  checkJson(delivery.payload, sample.payload, 'the payload')
}

function checkBody(delivery: AnyDelivery, { body }: SignedRequest): void {
  checkBytes(delivery.body, body, 'the body')
  check(!Object.keys(delivery).includes('body'), 'the body is enumerable')
  check(!('body' in JSON.parse(JSON.stringify(delivery))), 'the body is in the JSON of the delivery')
}

function checkProof({ proof }: AnyDelivery, { covers, now }: Bench): void {
  check(typeof proof.scheme === 'string' && proof.scheme !== '', 'the proof names no scheme')
  checkSame(proof.authenticated, true, 'proof.authenticated')
  for (const part of ['body', 'url', 'time'] as const)
    checkSame(proof.covers[part], covers[part], `proof.covers.${part}`)
  check(typeof proof.coversType === 'boolean', 'proof.coversType is no boolean')
  check(covers.body || !proof.coversType, 'proof.coversType claims more than the body')
  if (covers.time) checkSame(proof.signedAt?.getTime(), now.getTime(), 'proof.signedAt')
}

async function checkIds(bench: Bench): Promise<void> {
  const ids = new Map<string, string>()
  await checkEach(bench.samples, titleOf, async (sample) => {
    const signed = await bench.sign(sample)
    const { id, idFrom } = await bench.verify(signed, { sample })
    check(typeof id === 'string' && id !== '', 'the id is empty')
    check(['sender', 'signature', 'body'].includes(idFrom), 'idFrom is none of sender, signature and body')
    checkSame((await bench.verify(signed, { sample })).id, id, 'the id of the same delivery')
    const respelt = { ...signed, headers: { 'x-unsigned': 'anything', ...signed.headers } }
    checkSame((await bench.verify(respelt, { sample })).id, id, 'the id with an unsigned header beside')
    check(!ids.has(id), `the id is that of ${ids.get(id)} too`)
    ids.set(id, titleOf(sample))
  })
}
