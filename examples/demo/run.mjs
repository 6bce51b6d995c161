// @ts-check
import { accepted } from './expectations.mjs'
import { scenarios } from './scenarios.mjs'
import { differences, eventName } from './verdict.mjs'

/** @import { SignedRequest } from 'countersign' */
/** @import { Send } from './deliver.mjs' */
/** @import { Kit, Scenario } from './scenarios.mjs' */
/** @import { DemoSample, Route } from './senders.mjs' */
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
 * Delivers every sample to every route, and then what must not pass.
 *
 * @param {readonly Route[]} routes
 * @param {string} origin
 * @param {Send} send
 * @param {readonly Scenario[]} [list]
 * @returns {Promise<Attempt[]>}
 */
export async function runDemo(routes, origin, send, list = scenarios) {
  const setting = { origin, now: new Date() }
  const attempts = []
  for (const route of routes) {
    for (const sample of route.samples) attempts.push(await trySample(route, sample, setting, send))
    const kit = await createKit(route, routes, setting)
    for (const scenario of list) {
      if (scenario.applies?.(route) !== false) attempts.push(await tryScenario(scenario, kit, send))
    }
  }
  return attempts
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
 * @param {Scenario} scenario
 * @param {Kit} kit
 * @param {Send} send
 * @returns {Promise<Attempt>}
 */
async function tryScenario({ name, make, expect }, kit, send) {
  const { route } = kit
  const outcome = await send(await make(kit))
  const expected = typeof expect === 'function' ? expect(route.expected) : expect
  return { route, name, isSample: false, outcome, problems: differences(route, expected, outcome) }
}

/**
 * @param {Route} route
 * @param {readonly Route[]} routes
 * @param {Setting} setting
 * @returns {Promise<Kit>}
 */
async function createKit(route, routes, setting) {
  const { subject, sign, signElsewhere } = route
  const url = setting.origin + route.pathOf(subject)
  const stranger = routes.find(({ sender }) => sender !== route.sender) ?? route
  return {
    route,
    payload: subject.payload,
    genuine: await signSample(route, subject, setting),
    elsewhere: await signElsewhere(subject.payload, { url, now: setting.now }),
    stranger: await signSample(stranger, stranger.subject, setting),
    sign: (payload, seconds = 0) => sign(payload, { url, now: new Date(setting.now.getTime() + seconds * 1000) }),
  }
}

/**
 * @param {Route} route
 * @param {DemoSample} sample
 * @param {Setting} setting
 * @returns {Promise<SignedRequest>}
 */
export function signSample(route, sample, { origin, now }) {
  return route.sign(sample.payload, { url: origin + route.pathOf(sample), now })
}

/** @param {readonly Attempt[]} attempts */
export function exitCodeOf(attempts) {
  return attempts.length > 0 && attempts.every(({ problems }) => problems.length === 0) ? 0 : 1
}
