// @ts-check
import { pathPattern } from './route.mjs'
import { cut } from './style.mjs'
import { columnWidths, headLine, rowLine } from './table.mjs'
import { coveredParts, saysOf } from './verdict.mjs'

/** @import { Attempt } from './run.mjs' */
/** @import { Outcome } from './server.mjs' */
/** @import { Paint } from './style.mjs' */
/** @import { Cell, Column, Row } from './table.mjs' */

const width = 100

/** @type {readonly Column[]} */
const columns = [
  { title: ' ' },
  { title: 'event, or what was sent' },
  { title: 'verdict' },
  { title: 'proved' },
  { title: 'ms', align: 'right' },
]

/** @type {readonly Column[]} */
const overviewColumns = [
  { title: ' ' },
  { title: 'sender' },
  { title: 'scheme' },
  { title: 'events', align: 'right' },
  { title: 'as expected', align: 'right' },
  { title: 'proved' },
]

/**
 * The whole report: a table for each sender, an overview of all routes, and what it comes to.
 *
 * @param {readonly Attempt[]} attempts
 * @param {Paint} paint
 * @returns {string}
 */
export function renderReport(attempts, paint) {
  const widths = columnWidths(columns, attempts.map(toRow), width)
  const groups = groupBy(attempts, ({ route }) => route.sender).map((group) => renderGroup(group, widths, paint))
  return [...groups, renderOverview(attempts, paint), legend(paint), conclusion(attempts, paint)].join('\n\n')
}

/**
 * @param {readonly Attempt[]} attempts of one sender
 * @param {readonly number[]} widths
 * @param {Paint} paint
 */
function renderGroup(attempts, widths, paint) {
  const tables = groupBy(attempts, ({ route }) => route.path).map((table) => [
    paint('bold', `   ${routeTitle(table)}`),
    ...table.flatMap((attempt) => attemptLines(attempt, widths, paint)),
  ])
  const title = paint('bold', attempts[0]?.route.sender ?? '')
  const head = [title, headLine(columns, widths, paint)]
  return [...head, tables.map((lines) => lines.join('\n')).join('\n\n'), '', `   ${groupSummary(attempts)}`].join('\n')
}

/** @param {readonly Attempt[]} attempts of one route */
function routeTitle([attempt]) {
  if (attempt === undefined) return ''
  const { scheme, method } = attempt.route
  return cut(`${scheme}   ${method} ${pathPattern(attempt.route)}`, width - 3)
}

/**
 * @param {readonly Attempt[]} attempts
 * @param {(attempt: Attempt) => string} keyOf
 * @returns {Attempt[][]} in order
 */
function groupBy(attempts, keyOf) {
  const keys = new Set(attempts.map(keyOf))
  return [...keys].map((key) => attempts.filter((attempt) => keyOf(attempt) === key))
}

/**
 * @param {Attempt} attempt
 * @param {readonly number[]} widths
 * @param {Paint} paint
 */
function attemptLines(attempt, widths, paint) {
  const problems = attempt.problems.map((problem) => paint('red', `   ${problem}`))
  return [rowLine(columns, widths, toRow(attempt), paint), ...problems]
}

/**
 * @param {Attempt} attempt
 * @returns {Row}
 */
function toRow({ name, isSample, outcome, problems }) {
  return [
    mark(problems.length === 0),
    name,
    { text: `${outcome.status} ${saysOf(outcome)}`, colour: verdictColour(outcome, isSample) },
    provedText(outcome),
    { text: outcome.ms.toFixed(1), colour: 'dim' },
  ]
}

/**
 * @param {boolean} isRight
 * @returns {Cell}
 */
function mark(isRight) {
  return isRight ? { text: '✓', colour: 'green' } : { text: '✗', colour: 'red' }
}

/**
 * A line for each route.
 *
 * @param {readonly Attempt[]} attempts
 * @param {Paint} paint
 */
function renderOverview(attempts, paint) {
  const rows = groupBy(attempts, ({ route }) => route.path).map(overviewRow)
  const widths = columnWidths(overviewColumns, rows, width)
  const lines = rows.map((row) => rowLine(overviewColumns, widths, row, paint))
  return [paint('bold', 'All routes'), headLine(overviewColumns, widths, paint), ...lines].join('\n')
}

/**
 * @param {readonly Attempt[]} attempts of one route
 * @returns {Row}
 */
function overviewRow(attempts) {
  const right = attempts.filter(({ problems }) => problems.length === 0)
  const samples = right.filter(({ isSample }) => isSample)
  const events = new Set(samples.map(({ name }) => name))
  const proofs = new Set(samples.map(({ outcome }) => provedText(outcome, false)))
  return [
    mark(right.length === attempts.length),
    attempts[0]?.route.sender ?? '',
    attempts[0]?.route.scheme ?? '',
    String(events.size),
    `${right.length} of ${attempts.length}`,
    [...proofs].join(', '),
  ]
}

/**
 * Yellow is what passes though something is wrong with it: right where it is not covered, and worth a look.
 *
 * @param {Outcome} outcome
 * @param {boolean} isSample
 */
function verdictColour({ result }, isSample) {
  if (!result?.ok) return 'dim'
  return isSample ? 'green' : 'yellow'
}

/**
 * @param {Outcome} outcome
 * @param {boolean} [withLabel]
 */
function provedText({ result }, withLabel = true) {
  if (!result?.ok) return ''
  const { proof } = result.delivery
  if (!proof.authenticated) return 'nothing'
  const names = coveredParts(proof).flatMap(([name, covered]) => (covered ? [name] : []))
  const label = withLabel && proof.credential !== undefined ? ` (${proof.credential})` : ''
  return (names.length === 0 ? 'sender only' : names.join(' ')) + label
}

/** @param {readonly Attempt[]} attempts */
function groupSummary(attempts) {
  /** @param {(attempt: Attempt) => boolean} test */
  const count = (test) => attempts.filter(test).length
  const right = count(({ problems }) => problems.length === 0)
  const accepted = count(({ outcome }) => outcome.result?.ok === true)
  const refused = count(({ outcome }) => outcome.result?.ok === false)
  const times = attempts.map(({ outcome }) => outcome.ms).sort((a, b) => a - b)
  const median = times[Math.floor(times.length / 2)] ?? 0
  return `${right} of ${attempts.length} as expected: ${accepted} accepted, ${refused} refused; median ${median.toFixed(1)} ms`
}

/** @param {Paint} paint */
function legend(paint) {
  const lines = [
    'proved   what nobody changed on the way: the body, the URL, the time of signing, the type of event.',
    '         "sender only": whoever has seen one request can send any other, so a changed body passes.',
    '         "nothing": anyone can send anything. A label says whose credential it was, of several.',
    '         Where time or URL is not proved, an old or misdirected delivery passes. Its id shows that',
    '         it is a duplicate; but where the URL names the event, it passes as the other event.',
    'events   on the first route of a sender all of them, with each generation of their payloads.',
    'ms       on the server, from the headers to the answer.',
  ]
  return lines.map((line) => paint('dim', line)).join('\n')
}

/**
 * @param {readonly Attempt[]} attempts
 * @param {Paint} paint
 */
function conclusion(attempts, paint) {
  const wrong = attempts.filter(({ problems }) => problems.length > 0)
  if (wrong.length > 0) {
    const list = wrong.map(
      ({ route, name, problems }) => `${route.sender}, ${route.scheme}, ${name}: ${problems.join('; ')}`,
    )
    return [paint('red', `${wrong.length} of ${attempts.length} verdicts not as expected:`), ...list].join('\n')
  }
  return [
    paint('green', `All ${attempts.length} verdicts as expected.`),
    '',
    'Next:  npm run demo -- --listen 3000    signed curl commands to paste, each delivery explained',
    '       examples/demo/own-sender.mjs     a sender of your own',
    '       examples/demo/server.mjs         the route, as you would write it',
  ].join('\n')
}
