// Where each page stands on the site: pages that are named here keep this order, any other page of docs/ is a guide.
import { readdirSync } from 'node:fs'

const senders = readdirSync(new URL('../src/providers', import.meta.url)).map((name) => `docs/${name}.md`)
const guide = (...names) => names.map((name) => `docs/${name}.md`)
const named = {
  Senders: senders.sort(),
  Guides: guide(
    'frameworks',
    'answering',
    'rotation',
    'types',
    'testing',
    'troubleshooting',
    'proxies',
    'oauth2',
    'own-sender',
    'migrating',
  ),
  Reference: guide('errors', 'schemes', 'aws4'),
  Background: [
    ...guide('provenance', 'security-evidence', 'performance'),
    'SECURITY.md',
    'CHANGELOG.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
  ],
}

/** The groups of pages, in the order of the sidebar. */
export const groups = [...Object.keys(named), 'Examples']

export const openGroups = Object.keys(named)

/** A page's group, and its place among the pages of it; `path` is relative to the repository. */
export function placeOf(path) {
  if (path.startsWith('examples/')) return { group: 'Examples', order: 0 }
  const group = groups.find((name) => named[name]?.includes(path)) ?? 'Guides'
  const order = named[group].indexOf(path)
  return { group, order: order < 0 ? named[group].length : order }
}

/** The first heading of a page, as plain text. */
export function titleOf(markdown) {
  return /^# (.+)$/m.exec(markdown)?.[1].replaceAll('`', '')
}
