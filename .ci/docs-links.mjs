// Promise: no page of the built site links to a page, a file or an anchor that is not there, every page of docs/ is on
// the site and in the sidebar, and llms.txt names it too. Run it after `npm run docs`.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { inflateSync } from 'node:zlib'
import { titleOf } from './docs-pages.mjs'
import { createReport, listFiles } from './source.mjs'

const site = 'site'
const report = createReport('docs links')
const pages = existsSync(site) ? listFiles(site, /\.html$/) : []
if (pages.length === 0) report.add(site, 'is empty: run npm run docs first')

const texts = new Map(pages.map((page) => [page, withoutScripts(readFileSync(page, 'utf8'))]))
const anchors = new Map([...texts].map(([page, text]) => [page, new Set(matches(text, /\s(?:id|name)="([^"]*)"/g))]))
let links = 0

function withoutScripts(html) {
  return html.replace(/<script(?![^>]*\ssrc=)[^>]*>[\s\S]*?<\/script>/g, '')
}

function matches(text, pattern) {
  return [...text.matchAll(pattern)].map(([, found]) => plain(found))
}

function plain(text) {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&')
}

function checkLink(page, link) {
  links += 1
  const [path, anchor] = link.split('#')
  const target = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path.split('?')[0])))
  if (!existsSync(target)) return report.add(page, `links to ${link}, which is not there`)
  if (!target.startsWith(`${site}/`)) return report.add(page, `links to ${link}, outside of the site`)
  if (target.endsWith('.md')) report.add(page, `links to ${link}: a page, but not one of the site`)
  if (anchor && anchors.has(target) && !anchors.get(target).has(decodeURIComponent(anchor)))
    report.add(page, `links to ${link}, and there is no such anchor`)
}

for (const [page, text] of texts) {
  for (const link of matches(text, /\s(?:href|src)="([^"]*)"/g)) {
    if (/^(https?|mailto|data):|^\/\//.test(link)) continue
    if (link.startsWith('/')) report.add(page, `links to ${link}: the site may stand in a folder of its host`)
    else checkLink(page, link)
  }
}

/** The sidebar is built in the browser, from compressed data. */
function sidebarPaths() {
  const [, data] = /"([^"]+)"/.exec(readFileSync(join(site, 'assets/navigation.js'), 'utf8'))
  const paths = (items) => items.flatMap(({ path, children = [] }) => [path, ...paths(children)]).filter(Boolean)
  return paths(JSON.parse(inflateSync(Buffer.from(data, 'base64')).toString()))
}

const inSidebar = pages.length > 0 ? sidebarPaths() : []
for (const path of inSidebar) checkLink(join(site, 'index.html'), path)
const overview = readFileSync('llms.txt', 'utf8')
for (const file of readdirSync('docs').filter((name) => name.endsWith('.md'))) {
  const page = `guide/${file.replace(/md$/, 'html')}`
  if (!titleOf(readFileSync(`docs/${file}`, 'utf8')))
    report.add(`docs/${file}`, 'has no title: a line that begins with #')
  if (!inSidebar.includes(page)) report.add(`docs/${file}`, `is not in the sidebar as ${page}`)
  if (!overview.includes(`(docs/${file})`)) report.add('llms.txt', `does not name docs/${file}`)
}
for (const [, path] of overview.matchAll(/\]\((?!https?:)([^)#]+)/g))
  if (!existsSync(path)) report.add('llms.txt', `names ${path}, which is not there`)

report.end(`${pages.length} pages, ${links} links, ${inSidebar.length} entries of the sidebar`)
