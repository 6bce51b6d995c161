import { own } from '../../core/foreign.ts'
import type { InputOf } from '../../core/schema.ts'
import { entityPaths, type events, resources } from './events.ts'

type EntityUpdate = (typeof events)['ENTITY_UPDATE']
type Resources = typeof resources

/** A bank transaction of v6. Money is in cents, as far as the samples show; `amount` is signed. */
export type BankTransaction = InputOf<Resources['bankTransaction']>
/** A bank account of v6. */
export type BankAccount = InputOf<Resources['bankAccount']>
/** An invoice of v6. */
export type Invoice = InputOf<Resources['invoice']>
/** A bill of v6. */
export type Bill = InputOf<Resources['bill']>
/** A customer of v6. */
export type Customer = InputOf<Resources['customer']>
/** A vendor of v6. */
export type Vendor = InputOf<Resources['vendor']>

/** What a v6 update is about: `data` has the resource's shape, or `resource` is undefined and `data` is any JSON object. */
export type Resource =
  | { [Name in keyof Resources]: { readonly resource: Name; readonly data: InputOf<Resources[Name]> } }[keyof Resources]
  | { readonly resource: undefined; readonly data: Record<string, unknown> }

/** Longest path first: a rule's path begins like a transaction's. */
const resourcePaths: readonly (readonly [path: string, resource: keyof Resources | undefined])[] = [
  ['/v6/banks/transactions/rules', undefined],
  ['/v6/banks/transactions', 'bankTransaction'],
  ['/v6/banks/accounts', 'bankAccount'],
  ['/v6/invoicing/invoices', 'invoice'],
  ['/v6/bills', 'bill'],
  ['/v6/customers', 'customer'],
  ['/v6/vendors', 'vendor'],
]

/**
 * Tells what a v6 update is about, by the path of its `url`, and gives `data` the type of that resource once it has
 * its shape. `resource` is undefined for the other resources, for what lies below one, and for an unexpected shape.
 *
 * @param payload the payload of a v6 `ENTITY_UPDATE`
 */
export function resourceOf({ url, data }: InputOf<EntityUpdate['v6']>): Resource {
  const resource = findResource(url)
  return resource !== undefined && resources[resource].safeParse(data).success
    ? ({ resource, data } as Resource) // the schema of this very resource has just accepted it
    : { resource: undefined, data }
}

function findResource(url: string): keyof Resources | undefined {
  const path = url.replace(/\?.*$/s, '')
  const [collection = '', resource] = resourcePaths.find(([start]) => `${path}/`.startsWith(`${start}/`)) ?? []
  // The path of one resource: the collection's, and an id.
  return /^\/[^/]+$/.test(path.slice(collection.length)) ? resource : undefined
}

/**
 * Gives the absolute URLs to fetch again after an update: the collections of a v5 update's `entities`, or the one `url`
 * of a v6 update. Unlisted entities, and a `url` that is not a plain path, give nothing. No URL leaves the base URL's
 * origin, nor the path it may have.
 *
 * @param payload the payload of an `ENTITY_UPDATE`
 * @param baseUrl where the API is: `http:` or `https:`, and a path where the API's paths begin below one
 * @throws TypeError where `baseUrl` is no such URL
 */
export function refetchUrls(
  payload: InputOf<EntityUpdate['v5'] | EntityUpdate['v6']>,
  baseUrl: string | URL,
): string[] {
  const base = readBase(baseUrl)
  const entities = own(payload, 'entities')
  const paths = Array.isArray(entities) ? entities.map(entityPath) : [own(payload, 'url')]
  // A name may come twice, or under its older spelling.
  return [...new Set(paths)].flatMap((path) => join(base, path))
}

function entityPath(entity: unknown): unknown {
  // An older generation's name for the same entity.
  return own(entityPaths, entity === 'attachments' ? 'attachment' : String(entity))
}

function readBase(baseUrl: string | URL): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.href === url.origin + url.pathname
  if (!isPlain) throw new TypeError('baseUrl must be an http(s) URL with nothing behind its path')
  return url.href.replace(/\/+$/, '')
}

/** One URL, or none. What the URL parser would rewrite, as it does with `/../` and `\`, is not a plain path. */
function join(base: string, path: unknown): string[] {
  if (typeof path !== 'string' || !/^\/(?!\/)[^#\\\s]*$/.test(path)) return []
  // An encoded dot or slash is plain to the URL parser, and may be a step upwards to the server behind it.
  if (/^[^?]*%(?:2e|2f|5c)/i.test(path)) return []
  const url = `${base}${path}`
  return URL.canParse(url) && new URL(url).href === url ? [url] : []
}
