import type { SignedRequest } from '../core/sign.ts'
import { check, checkEach, checkSame, refusal } from './assert.ts'
import type { Bench } from './bench.ts'
import type { ListedSample } from './samples.ts'
import { type Tampered, tamper } from './tamper.ts'

/** What must be refused, and how. */
export function refusalContract(bench: Bench): void {
  const { it, first, samples, covers, proofIn } = bench
  const variants = async (fault: Tampered['fault']): Promise<readonly Tampered[]> =>
    tamper(await bench.sign(first)).filter((variant) => variant.fault === fault)

  it(covers.body ? 'refuses every fault in the body' : 'takes a changed body, which is not covered', async () =>
    checkEach(await variants('body'), nameOf, ({ request }) =>
      covers.body ? refusal(() => bench.verify(request), 401) : acceptOrMalformed(bench, request),
    ),
  )

  const readsUrl = covers.url || proofIn === 'url'
  it(readsUrl ? 'refuses another URL' : 'claims no other URL, which is not covered', async () => {
    const verdicts = new Set<string>()
    await checkEach(await variants('url'), nameOf, async ({ request }) =>
      verdicts.add(await urlVerdict(bench, request)),
    )
    // Where the URL is not covered, a part of it may be: the path of one scheme is signed, and not its query.
    if (readsUrl) check(verdicts.has('refused'), 'each other URL was accepted')
  })

  it('refuses another secret', () =>
    checkEach(
      samples,
      ({ type }) => type,
      (sample) => checkOtherSecret(bench, sample),
    ))

  if (proofIn === 'headers') {
    it('refuses every fault in the proof', async () =>
      checkEach(await variants('proof'), nameOf, ({ request }) => refusal(() => bench.verify(request), 401)))

    it('says header_missing where nothing carries a proof', async () => {
      const { headers, authHeaders, ...signed } = await bench.sign(first)
      const left = Object.fromEntries(Object.entries(headers).filter(([name]) => !authHeaders.includes(name)))
      for (const headers of [left, {}, new Headers(left), undefined]) {
        await refusal(() => bench.verify({ ...signed, headers }), 401, 'header_missing')
      }
    })
  }

  it('gives the same refusal by safeVerify', async () =>
    checkEach(tamper(await bench.sign(first)), nameOf, ({ request }) => checkAgreement(bench, request)))
}

function nameOf({ name, description }: Tampered): string {
  return `${name} (${description})`
}

async function checkOtherSecret(bench: Bench, sample: ListedSample): Promise<void> {
  const by = bench.otherReceiver()
  const signed = await bench.sign(sample)
  await refusal(() => bench.verify(signed, { sample, by }), 401)
  const other = await bench.signWithOther(sample)
  await refusal(() => bench.verify(other, { sample }), 401)
  checkSame((await bench.verify(other, { sample, by })).known, true, 'known, by the other receiver')
}

/** A part of the URL may be left out of the proof; the proof of such a request must then not claim the URL. */
async function urlVerdict(bench: Bench, request: Tampered['request']): Promise<'accepted' | 'refused'> {
  const result = await bench.receiver().safeVerify(request, bench.contextOf(bench.first))
  if (result.ok) {
    checkSame(result.delivery.proof.covers.url, false, 'proof.covers.url of what was accepted')
    return 'accepted'
  }
  checkSame(result.error.status, 401, 'the status')
  return 'refused'
}

async function acceptOrMalformed(bench: Bench, request: Tampered['request']): Promise<void> {
  const result = await bench.receiver().safeVerify(request, bench.contextOf(bench.first))
  if (!result.ok) checkSame(result.error.code, 'body_malformed', 'the code')
}

async function checkAgreement(bench: Bench, request: Tampered['request'] | SignedRequest): Promise<void> {
  const result = await bench.receiver().safeVerify(request, bench.contextOf(bench.first))
  if (result.ok) {
    checkSame((await bench.verify(request)).id, result.delivery.id, 'the id')
    return
  }
  check(result.error.message !== '', 'the error has no message')
  await refusal(() => bench.verify(request), result.error.status, result.error.code)
}
