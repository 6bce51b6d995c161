import { refuse } from '../../core/errors.ts'
import { events } from './events.ts'

/** The name of an event, as in the admin's user interface. */
export type EventName = keyof typeof events

/** A listed name where it is a literal, so that a misspelt one does not compile; any text where only a route knows it. */
export type Listed<Name extends string, More extends string = never> = Name extends EventName | More
  ? Name
  : string extends Name
    ? Name
    : EventName | More

function listedNames(): EventName[] {
  return Object.keys(events) as EventName[] // Object.keys knows its keys as strings only
}

/**
 * Gives an event's slug, for the path of its route: lower case, with hyphens.
 *
 * @param name the event's name, such as `Contract Status Change`
 * @returns for that name `contract-status-change`
 */
export function eventSlug<Name extends string>(name: Listed<Name>): string {
  return slugOf(name)
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
}

/**
 * The inverse of {@link eventSlug}, for a slug that came with a URL.
 *
 * @param slug such as `contract-status-change`
 * @throws WebhookError `event_unlisted` (404) where no event of this version has the slug
 */
export function eventFromSlug(slug: string): EventName {
  return listedNames().find((name) => slugOf(name) === slug) ?? unlisted()
}

/**
 * Finds the event that the caller means, by its name or by its slug.
 *
 * @param given the name or slug
 * @param more names that are newer than this version; a listed event comes before them
 */
export function findEvent(given: string, more: readonly string[]): string {
  return findIn(listedNames(), given) ?? findIn(more, given) ?? unlisted()
}

function findIn(names: readonly string[], given: string): string | undefined {
  return names.includes(given) ? given : names.find((name) => slugOf(name) === given)
}

function unlisted(): never {
  refuse('event_unlisted', 'no event has the name or slug of this route: see additionalEvents for newer ones')
}

/** Copies the option. @throws TypeError where it is no list of names, or two of them have one slug */
export function readAdditionalEvents(option: unknown): readonly string[] {
  if (option === undefined) return []
  if (!Array.isArray(option)) throw new TypeError('additionalEvents must be a list of names')
  const slugs = option.map((name: unknown) => (typeof name === 'string' ? slugOf(name) : ''))
  if (slugs.includes('')) throw new TypeError('additionalEvents must hold names: letters, digits and spaces')
  if (new Set(slugs).size < slugs.length) throw new TypeError('additionalEvents holds two names with one slug')
  return [...option]
}
