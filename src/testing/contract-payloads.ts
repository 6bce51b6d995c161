import { check, checkEach, checkJson, checkSame, refusal } from './assert.ts'
import type { Bench } from './bench.ts'
import type { ListedSample } from './samples.ts'
import type { AnyDelivery } from './subject.ts'

const unlistedNames = ['countersign.unlisted', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '\u0000']
const bareValues = ['null', '"x"', '[]', '1', 'true']

/** What becomes of an authentic body that is not a known event. */
export function payloadContract(bench: Bench): void {
  const { it, first, naming } = bench

  if (naming !== 'call') {
    it('gives an event that is not listed as known: false, and refuses it where strict', () => checkUnlisted(bench))
  }

  it('gives JSON that is no event as known: false, and refuses it where strict', async () => {
    // Where the body does not name its event, an empty object may be one.
    const bodies = naming === 'body' ? [...bareValues, '{}'] : bareValues
    await checkEach(bodies, String, async (body) => {
      const delivery = await checkUnknown(bench, first, body)
      checkSame(delivery.type, '', 'the type')
      checkJson(delivery.payload, JSON.parse(body), 'the payload')
    })
  })

  it('refuses what is authentic and not JSON as body_malformed', () => {
    const bodies = ['', ' ', '{', 'not JSON', '{}{}', "{'a':1}", new Uint8Array([0x22, 0xff, 0x22])]
    return checkEach(bodies, String, async (payload) => {
      const signed = await bench.sign({ ...first, payload })
      await refusal(() => bench.verify(signed), 400, 'body_malformed')
    })
  })

  it('reads a body with a byte order mark, signed as sent', async () => {
    const signed = await bench.sign({ ...first, payload: `\uFEFF${JSON.stringify(first.payload)}` })
    const delivery = await bench.verify(signed)
    checkSame(delivery.known, true, 'known')
    checkSame(delivery.body[0], 0xef, 'the first byte')
  })

  it('keeps members that no schema lists', async () => {
    const payload = { ...Object(first.payload), 'x-new-member': ['kept'] }
    const delivery = await bench.verify(await bench.sign({ ...first, payload }))
    checkJson(delivery.payload, payload, 'the payload')
  })
}

/** Verifies an authentic body that must come out as unknown, and must be refused where strict. */
async function checkUnknown(bench: Bench, sample: ListedSample, payload: unknown): Promise<AnyDelivery> {
  const signed = await bench.sign({ ...sample, payload })
  const delivery = await bench.verify(signed, { sample })
  checkSame(delivery.known, false, 'known')
  check(['unlisted', 'changed', 'unreadable'].includes(delivery.reason ?? ''), 'the delivery gives no reason')
  const strict = bench.receiver({ strict: true })
  await refusal(() => bench.verify(signed, { sample, by: strict }), 422, 'payload_invalid')
  return delivery
}

async function checkUnlisted(bench: Bench): Promise<void> {
  const named = bench.samples.flatMap((sample) => unlistedNames.map((type) => renamed(bench, sample, type)))
  const changed = named.filter((sample) => sample !== undefined)
  const reasons = new Set<unknown>()
  check(changed.length > 0, 'no sample holds the name of its event, so no other could be put in its place')
  await checkEach(
    changed,
    ({ type }) => JSON.stringify(type),
    async (sample) => {
      const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
      const delivery = await checkUnknown(bench, sample, sample.payload)
      checkJson(delivery.payload, sample.payload, 'the payload')
      if (delivery.reason === 'unlisted') checkSame(delivery.type, sample.type, 'the type')
      reasons.add(delivery.reason)
      checkJson(Object.getOwnPropertyNames(Object.prototype), JSON.parse(before), 'the prototype of all objects')
    },
  )
  check(reasons.has('unlisted'), 'no event that is not listed gives the reason unlisted')
}

/** The sample as another event's; `undefined` where nothing in it names the event. */
function renamed({ naming, wireNameOf }: Bench, sample: ListedSample, type: string): ListedSample | undefined {
  if (naming === 'header') return { ...sample, type }
  const text = JSON.stringify(sample.payload)
  const payload = text.replaceAll(JSON.stringify(wireNameOf(sample)), JSON.stringify(type))
  return payload === text ? undefined : { ...sample, type, payload: JSON.parse(payload) }
}
