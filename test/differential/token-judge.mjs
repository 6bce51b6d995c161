// Both verdicts on one token, ours and jose's, and what follows from them.
import { createHash } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { claimName, makeToken } from './token-maker.mjs'
import { rowsOf, stricterRows } from './token-rows.mjs'

/** Who verifies each token, and what each asks of the body's hash. */
function createJudges({ tight, root, schemes }, secret) {
  const byScheme = (options) => {
    const scheme = schemes.jwt({ header: ['Tight-Verification', 'Hurdlr-Verification'], secret, ...options })
    const events = {}
    return root
      .defineProvider({ scheme: () => scheme, events, naming: { in: 'body', name: 'type' } })
      .createReceiver({})
  }
  return [
    { name: 'Tight', receiver: tight.createReceiver({ secret }), hash: 'required', tolerance: 300 },
    {
      name: 'Tight, body hash if present',
      receiver: tight.createReceiver({ secret, bodyHash: 'ifPresent' }),
      hash: 'ifPresent',
      tolerance: 300,
    },
    { name: 'the scheme jwt, 60 s', receiver: byScheme({ toleranceSeconds: 60 }), hash: 'none', tolerance: 60 },
  ]
}

/** @param {import('./subjects.mjs').Library} library */
export function createTokenCourt(library) {
  const judges = new Map()
  /** @param {string} secret */
  const judgesOf = (secret) => {
    if (!judges.has(secret)) judges.set(secret, createJudges(library, secret))
    return judges.get(secret)
  }
  return {
    /** What the judges say of one case: `{ judge, outcome, row? }` each; an `outcome` with `problem` must not be. */
    async judge(seed, number) {
      const token = makeToken(seed, number)
      const jose = await joseAccepts(token, {})
      const findings = []
      for (const judge of judgesOf(token.secret)) findings.push(await compare(library, judge, token, jose))
      return { token, findings }
    },
  }
}

/** jose's own checks: HS256 alone, `exp` and `nbf` at this time. Gives what it read, or why it refused. */
async function joseAccepts({ text, secret, now }, more) {
  try {
    const checks = { algorithms: ['HS256'], currentDate: now, ...more }
    const { payload } = await jwtVerify(text, new TextEncoder().encode(secret), checks)
    return { claims: payload }
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : 'no Error' }
  }
}

async function compare({ root }, { name, receiver, hash, tolerance }, token, jose) {
  const ours = await ourVerdict(root, receiver, token)
  const refusal = await refusalOf(token, jose, hash, tolerance)
  const finding = { judge: name, ours, jose: refusal ?? 'accepts' }
  if (ours.startsWith('threw')) return { ...finding, problem: 'it is neither a delivery nor a WebhookError' }
  if (refusal !== undefined) {
    return ours === 'accepted'
      ? { ...finding, problem: 'accepted below the floor' }
      : { ...finding, outcome: 'both refuse' }
  }
  return { ...finding, ...explain(ours, readingOf(token, jose.claims, tolerance)) }
}

/** Why a token is below the floor: what jose says, also of `iat` in the same window, or the rule of the body's hash. */
async function refusalOf(token, jose, hash, tolerance) {
  if (jose.claims === undefined) return jose.refusal
  const window = await joseAccepts(token, { maxTokenAge: 0, clockTolerance: tolerance })
  return (
    window.refusal ?? (keepsBodyRule(hash, token.body, jose.claims) ? undefined : 'accepts, but the body hash is wrong')
  )
}

function readingOf({ text, now }, claims, tolerance) {
  return { text, claims, tolerance, seconds: Math.floor(now.getTime() / 1000), header: decodeProtectedHeader(text) }
}

/** A token that jose accepts: we do so too, or a row says with this code that we do not. */
function explain(ours, reading) {
  const rows = rowsOf(reading)
  if (ours === 'accepted') {
    return rows.length === 0 ? { outcome: 'both accept' } : { problem: `accepted, against the row ${rows.join()}` }
  }
  const row = rows.find((one) => stricterRows[one]?.codes.includes(ours))
  return row === undefined
    ? { problem: `refused, and no row says so (${rows.join() || 'none applies'})` }
    : { outcome: 'only we refuse', row }
}

async function ourVerdict(root, receiver, { text, body, now, header }) {
  try {
    await receiver.verify({ headers: Object.fromEntries(header.map((name) => [name, text])), body }, { now })
    return 'accepted'
  } catch (error) {
    return root.isWebhookError(error) ? error.code : `threw ${error}`
  }
}

/** The rule of the body's hash, which is not jose's: padded base64 of the exact body, as the one text. */
function keepsBodyRule(rule, body, claims) {
  if (rule === 'none' || (rule === 'ifPresent' && !Object.hasOwn(claims, claimName))) return true
  return Object.hasOwn(claims, claimName) && claims[claimName] === createHash('sha256').update(body).digest('base64')
}
