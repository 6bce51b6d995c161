import { utf8 } from '../core/bytes.ts'
import { isObject } from '../core/foreign.ts'
import type { SignedRequest } from '../core/sign.ts'
import { check, checkEach, checkSame, refusal, thrownBy, typeError } from './assert.ts'
import type { Bench, Verification } from './bench.ts'
import { type Confidential, checkNoLeak, confidentialParts } from './leaks.ts'
import type { ListedSample } from './samples.ts'
import { type TamperedRequest, tamper } from './tamper.ts'

/** Stands in bodies only: neither a message nor a path holds eight of its characters by chance. */
const mark = 'Zq8vXw3LkT0uJb5RyNf7PdHs'
const markedBody = JSON.stringify({ [mark]: mark })

/** What errors and issues may say. */
export function leakContract(bench: Bench): void {
  const { it, first, samples, secrets } = bench

  it('quotes neither secret, proof nor body where a fault is refused', async () => {
    const signed = await bench.sign({ ...first, payload: markedBody })
    await checkEach(tamper(signed), nameOf, async ({ request }) => {
      const refused = await thrownBy(() => bench.verify(request))
      if (refused) checkNoLeak(refused.error, await confidential(bench, signed, request))
    })
  })

  it('quotes neither secret, proof nor body in any other refusal', async () =>
    checkEach(await otherRefusals(bench), nameOf, async ({ signed, how }) => {
      const refused = await thrownBy(() => bench.verify(signed, how))
      check(refused !== undefined, 'it was accepted')
      checkNoLeak(refused.error, await confidential(bench, signed, signed))
    }))

  it('quotes nothing of a parsed body', async () => {
    const signed = await bench.sign(first)
    const message = await typeError(() => bench.verify({ ...signed, body: { [mark]: mark } }))
    checkNoLeak(message, { ...(await confidential(bench, signed, signed)), body: utf8(mark) })
  })

  it('quotes no value of an event in another shape', () =>
    checkEach(
      samples.flatMap(damaged),
      ({ type }) => type,
      (sample) => checkIssues(bench, sample),
    ))

  if (secrets === undefined) return
  it('quotes nothing of what a function that gives the secret throws', async () => {
    const signed = await bench.sign(first)
    const by = secrets.receiver(() => Promise.reject(new Error(`${secrets.value} ${mark}`)))
    const error = await refusal(() => bench.verify(signed, { by }), 503)
    checkNoLeak(error, { texts: [secrets.value, mark] })
  })
}

function nameOf({ name }: { readonly name: string }): string {
  return name
}

interface Way {
  readonly name: string
  readonly signed: SignedRequest
  readonly how: Verification
}

async function otherRefusals(bench: Bench): Promise<readonly Way[]> {
  const signed = await bench.sign({ ...bench.first, payload: markedBody })
  const malformed = await bench.sign({ ...bench.first, payload: mark })
  const seconds = bench.toleranceSeconds + 1
  const untimely = [
    { name: 'a stale delivery', signed, how: { seconds } },
    { name: 'a post-dated delivery', signed, how: { seconds: -seconds } },
  ]
  return [
    { name: 'another secret', signed, how: { by: bench.otherReceiver() } },
    { name: 'too long a body', signed, how: { by: bench.receiver({ maxBodyBytes: 1 }) } },
    { name: 'no JSON', signed: malformed, how: {} },
    ...(bench.naming === 'body' ? [{ name: 'no event', signed, how: { by: bench.receiver({ strict: true }) } }] : []),
    ...(bench.covers.time ? untimely : []),
  ]
}

/** The secrets, the proof that was received, and the one that would have been right for what was received. */
async function confidential(
  { secrets, first, sign }: Bench,
  signed: SignedRequest,
  { headers, body }: TamperedRequest | SignedRequest,
): Promise<Confidential> {
  const right = await sign({ ...first, payload: body })
  const parts = [headers, signed.headers, right.headers].flatMap((all) => confidentialParts(all, signed.authHeaders))
  return { texts: [...parts, ...(secrets ? [secrets.value, secrets.other] : [])], body }
}

/** A sample with one member replaced at a time, for each that can be. */
function damaged(sample: ListedSample): readonly ListedSample[] {
  const { payload } = sample
  if (!isObject(payload)) return []
  return Object.keys(payload).map((key) => ({ ...sample, payload: { ...payload, [key]: mark } }))
}

async function checkIssues(bench: Bench, sample: ListedSample): Promise<void> {
  const signed = await bench.sign(sample)
  const { known, issues = [] } = await bench.verify(signed, { sample })
  const quoted = { texts: [mark], body: utf8(mark) }
  checkNoLeak(issues, quoted)
  if (known) return
  const by = bench.receiver({ strict: true })
  checkNoLeak(await refusal(() => bench.verify(signed, { sample, by }), 422), quoted)
  for (const issue of issues) checkSame(Object.keys(issue).join(), 'path,code,expected', "an issue's members")
}
