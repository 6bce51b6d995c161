// @ts-check
import { accepted } from './expectations.mjs'
import { scenarios } from './scenarios.mjs'
import { differences, eventName } from './verdict.mjs'

/** @import { SignedRequest } from 'countersign' */
/** @import { Send } from './deliver.mjs' */
/** @import { Expected } from './expectations.mjs' */
/** @import { DemoSample, Route } from './route.mjs' */
/** @import { Kit, Scenario } from './scenarios.mjs' */
/** @import { Outcome } from './server.mjs' */

/**
 * One delivery that was made, and how its verdict differs from the expected one.
 *
 * @typedef {object} Attempt
 * @property {Route} route
 * @property {string} name the event of a sample, or the scenario
 * @property {boolean} isSample
 * @property {Outcome} outcome
 * @property {readonly string[]} problems
 */

/**
 * Where and when everything is signed. One time for all, so that the same delivery is the same to the byte.
 *
 * @typedef {{ origin: string, now: Date }} Setting
 */

/**
 * @typedef {object} RunOptions
 * @property {readonly Scenario[]} [list] all, unless told
 * @property {(name: string) => void} [onStart] is told of each delivery before it is made
 */

/**
 * Delivers every sample to every route, and then what must not pass.
 *
 * @param {readonly Route[]} routes
 * @param {string} origin
 * @param {Send} send
 * @param {RunOptions} [options]
 * @returns {Promise<Attempt[]>}
 */
export async function runDemo(routes, origin, send, { list = scenarios, onStart = () => {} } = {}) {
  const setting = { origin, now: new Date() }
  const attempts = []
  for (const route of routes) {
    const tell = (/** @type {string} */ name) => onStart(`${route.sender}, ${route.scheme}: ${name}`)
    for (const sample of route.samples) {
      tell(eventName(sample))
      attempts.push(await trySample(route, sample, setting, send))
    }
    const isFirst = route === routes.find(({ sender }) => sender === route.sender)
    const kit = await createKit(route, routes, setting)
    for (const due of [...list, ...route.scenarios].flatMap((scenario) => resolve(scenario, route, isFirst))) {
      tell(due.name)
      attempts.push(await tryScenario(due, kit, send))
    }
  }
  return attempts
}

/** @typedef {{ name: string, make: Scenario['make'], expected: Expected }} Due */

/**
 * What a scenario is for one route: nothing, where it does not apply.
 *
 * @param {Scenario} scenario
 * @param {Route} route
 * @param {boolean} isFirst of its sender's routes
 * @returns {Due[]}
 */
function resolve({ name, make, expect, applies, onceBySender = false }, route, isFirst) {
  const expected = typeof expect === 'function' ? expect(route.expected) : expect
  if (expected === undefined || applies?.(route) === false || (onceBySender && !isFirst)) return []
  return [{ name: typeof name === 'function' ? name(route) : name, make, expected }]
}

/**
 * @param {Route} route
 * @param {DemoSample} sample
 * @param {Setting} setting
 * @param {Send} send
 * @returns {Promise<Attempt>}
 */
async function trySample(route, sample, setting, send) {
  const outcome = await send(await signSample(route, sample, setting))
  const problems = differences(route, accepted, outcome, sample)
  return { route, name: eventName(sample), isSample: true, outcome, problems }
}

/**
 * @param {Due} due
 * @param {Kit} kit
 * @param {Send} send
 * @returns {Promise<Attempt>}
 */
async function tryScenario({ name, make, expected }, kit, send) {
  const { route } = kit
  const outcome = await send(await make(kit))
  return { route, name, isSample: false, outcome, problems: differences(route, expected, outcome) }
}

/**
 * @param {Route} route
 * @param {readonly Route[]} routes
 * @param {Setting} setting
 * @returns {Promise<Kit>}
 */
async function createKit(route, routes, setting) {
  const { origin, now } = setting
  const { subject } = route
  const stranger = routes.find(({ sender }) => sender !== route.sender) ?? route
  return {
    route,
    genuine: await signSample(route, subject, setting),
    elsewhere: await signSample({ ...route, sign: route.signElsewhere }, subject, setting),
    stranger: await signSample(stranger, stranger.subject, setting),
    sign: (sample, seconds = 0) => signSample(route, sample, { origin, now: new Date(now.getTime() + seconds * 1000) }),
    urlOf: (sample) => origin + route.pathOf(sample),
  }
}

/**
 * @param {Route} route
 * @param {DemoSample} sample
 * @param {Setting} setting
 * @returns {Promise<SignedRequest>}
 */
export function signSample({ method, pathOf, sign }, sample, { origin, now }) {
  const { payload, credential } = sample
  return sign(payload, { method, url: origin + pathOf(sample), now, ...(credential !== undefined && { credential }) })
}

/** @param {readonly Attempt[]} attempts */
export function exitCodeOf(attempts) {
  return attempts.length > 0 && attempts.every(({ problems }) => problems.length === 0) ? 0 : 1
}
