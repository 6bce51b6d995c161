// Measures contestants beside each other: round by round, in an order that turns, so that what the machine does to one it
// does to all. A ratio is that of two contestants within one round; what is told is the median over the rounds.
import assert from 'node:assert/strict'

/** @typedef {{ name: string, sync?: boolean, inFlight?: number, requests: unknown[], run: Function }} Contestant */

/**
 * @param {Contestant[]} contestants
 * @param {{ rounds: number, batchMs: number, warmUpMs: number }} effort
 * @returns by name, of every round the microseconds that one operation took: `cpu`, of this process in all its threads, and
 *   `wall`
 */
export async function measure(contestants, { rounds, batchMs, warmUpMs }) {
  // Not between rounds: a forced collection also throws away compiled code, and each round would measure a start.
  globalThis.gc()
  // Twice, so that what is compiled beside the program, and for another contestant, is there when counting begins.
  for (const contestant of contestants) await warmUp(contestant, warmUpMs, batchMs)
  const entries = []
  for (const contestant of contestants) entries.push({ contestant, count: await warmUp(contestant, warmUpMs, batchMs) })
  const results = Object.fromEntries(contestants.map(({ name }) => [name, { cpu: [], wall: [] }]))
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < entries.length; i += 1) {
      const { contestant, count } = entries[(i + round) % entries.length]
      const { cpu, wall } = await time(contestant, count)
      results[contestant.name].cpu.push(cpu / count)
      results[contestant.name].wall.push(wall / count)
    }
  }
  return results
}

/** Runs for a while, and gives how many operations make a batch. */
async function warmUp(contestant, warmUpMs, batchMs) {
  const { inFlight = 1 } = contestant
  let [count, perOperation, spent] = [inFlight, 0, 0]
  while (spent < warmUpMs * 1000) {
    // By processor time: on a busy machine the clock runs on while nothing is warmed up.
    const { cpu } = await time(contestant, count)
    spent += cpu
    perOperation = Math.max(cpu / count, 0.05)
    count = Math.min(count * 2, 1 << 20)
  }
  return Math.max(1, Math.round((batchMs * 1000) / perOperation / inFlight)) * inFlight
}

async function time(contestant, count) {
  const [cpuBefore, wallBefore] = [process.cpuUsage(), process.hrtime.bigint()]
  if (contestant.sync) runAll(contestant, count)
  else if (contestant.inFlight === undefined) await runInTurn(contestant, count)
  else await runTogether(contestant, count)
  const wall = Number(process.hrtime.bigint() - wallBefore) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  return { cpu: user + system, wall }
}

/** Whether something came out is looked at, so that no compiler finds the work useless. */
const answers = { count: 0 }

function runAll({ run, requests }, count) {
  for (let i = 0; i < count; i += 1) if (run(requests[i % requests.length]) !== undefined) answers.count += 1
}

async function runInTurn({ run, requests }, count) {
  for (let i = 0; i < count; i += 1) if ((await run(requests[i % requests.length])) !== undefined) answers.count += 1
}

async function runTogether({ run, requests, inFlight }, count) {
  for (let i = 0; i < count; i += inFlight) {
    const all = Array.from({ length: inFlight }, (_, j) => run(requests[(i + j) % requests.length]))
    for (const answer of await Promise.all(all)) if (answer !== undefined) answers.count += 1
  }
}

/** A benchmark of broken code is a defect: each accepts what is genuine, whole, and refuses what is forged. */
export async function prove({ name, run, requests, forged, signs, sync, payloadOf = (answer) => answer }) {
  for (const [index, request] of requests.entries()) {
    const answer = await run(request)
    const expected = signs ? request.headers.authorization : JSON.parse(request.body.toString())
    assert.deepEqual(answer && payloadOf(answer), expected, `${name} does not give back what is genuine`)
    if (sync) assert(!(run(request) instanceof Promise), `${name} is not synchronous`)
    if (forged !== undefined) assert.equal(await outcome(run, forged[index]), undefined, `${name} accepts a forgery`)
  }
}

async function outcome(run, request) {
  try {
    return await run(request)
  } catch (error) {
    // A mistake of the benchmark would look like a refusal.
    if (error instanceof TypeError || error instanceof ReferenceError) throw error
    return undefined
  }
}

/** A contestant whose refusals are counted like answers. */
export function refusing(contestant) {
  const { run, sync, forged } = contestant
  const refuse = sync
    ? (request) => {
        try {
          return run(request)
        } catch (error) {
          return error
        }
      }
    : async (request) => {
        try {
          return await run(request)
        } catch (error) {
          return error
        }
      }
  return { ...contestant, requests: forged, run: refuse }
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The quarter and the three-quarter point. */
export function quartiles(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part) => sorted[Math.round((sorted.length - 1) * part)]
  return [at(0.25), at(0.75)]
}

/** How many operations `a` does in the time of one of `b`, a round at a time. */
export function ratio(a, b) {
  const ratios = a.map((value, round) => b[round] / value)
  return { ratio: median(ratios), spread: quartiles(ratios) }
}
