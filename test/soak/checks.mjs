// What the figures of both sides must say.

/** Requests that end before their body does: the server must have refused them, whoever still listened. */
const unfinished = ['aborted', 'half-closed early']

export function sumOf(tally, key) {
  return Object.values(tally).reduce((sum, counts) => sum + counts[key], 0)
}

/** Gives what is wrong, in lines. `before` and `after` are the server's counts by kind and outcome. */
export function checkTraffic({ tally, mistakes, slowCut }, before, after) {
  const outcomes = difference(before, after)
  const problems = [...mistakes]
  for (const kind of ['genuine', 'forged'].flatMap((side) => sides.map((way) => `${way}${side}`))) {
    if (!(tally[kind]?.sent > 0)) problems.push(`no request of the kind ${kind} was sent`)
  }
  for (const kind of ['oversized', ...unfinished]) if (!(tally[kind]?.sent > 0)) problems.push(`no request was ${kind}`)
  for (const [kind, { sent, right }] of Object.entries(tally)) {
    if (right !== sent) problems.push(`${kind}: ${sent - right} of ${sent} were answered otherwise`)
  }
  for (const kind of unfinished) problems.push(...checkUnfinished(kind, outcomes[kind] ?? {}))
  return [...problems, ...checkAccepted(tally, outcomes), ...checkSlow(outcomes, slowCut)]
}

const sides = ['', 'pipelined ', 'chunked ', 'half-closed ', 'slow ']

function difference(before, after) {
  const entries = Object.entries(after).map(([kind, counts]) => [
    kind,
    Object.fromEntries(Object.entries(counts).map(([name, number]) => [name, number - (before[kind]?.[name] ?? 0)])),
  ])
  return Object.fromEntries(entries)
}

function checkUnfinished(kind, { body_incomplete: incomplete = 0, ...others }) {
  const wrong = Object.entries(others).filter(([, number]) => number > 0)
  if (incomplete === 0) return [`${kind}: none was refused by body_incomplete`]
  return wrong.map(([outcome, number]) => `${kind}: ${number} were ${outcome}`)
}

/** What the server accepted is what the client sent genuinely, and no more. */
function checkAccepted(tally, outcomes) {
  return Object.entries(outcomes).flatMap(([kind, { accepted = 0 }]) => {
    const due = kind.endsWith('genuine') ? (tally[kind]?.sent ?? 0) : 0
    return accepted === due ? [] : [`${kind}: the server accepted ${accepted}, and ${due} were genuine`]
  })
}

/** A slow sender that was cut off when time was up is the only one whose body may be incomplete. */
function checkSlow(outcomes, slowCut) {
  const cut = (kind) => outcomes[`slow ${kind}`]?.body_incomplete ?? 0
  const found = cut('genuine') + cut('forged')
  return found > slowCut ? [`slow: ${found} bodies were incomplete, and ${slowCut} were cut off`] : []
}
