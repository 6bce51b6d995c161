import { checkEach, checkSame, refusal } from './assert.ts'
import type { Bench } from './bench.ts'

/** Where the time is covered: how old and how new a delivery may be. */
export function freshnessContract(bench: Bench): void {
  const { it, first, covers, toleranceSeconds: tolerance } = bench
  if (!covers.time) return
  const at = (seconds: number): string => `${seconds} s after it was signed`

  it('takes a delivery inside the tolerance', async () => {
    const signed = await bench.sign(first)
    await checkEach([1 - tolerance, -1, 0, 1, tolerance - 1], at, async (seconds) =>
      checkSame((await bench.verify(signed, { seconds })).known, true, 'known'),
    )
  })

  it('refuses a stale delivery; exactly the tolerance old is stale', async () => {
    const signed = await bench.sign(first)
    await checkEach([tolerance, tolerance + 1, 2 * tolerance, 1e6, 1e9], at, (seconds) =>
      refusal(() => bench.verify(signed, { seconds }), 401, 'timestamp_too_old'),
    )
  })

  it('refuses a post-dated delivery', async () => {
    const signed = await bench.sign(first)
    await checkEach([-1 - tolerance, -2 * tolerance, -1e6, -1e9], at, (seconds) =>
      refusal(() => bench.verify(signed, { seconds }), 401, 'timestamp_too_new'),
    )
  })
}
