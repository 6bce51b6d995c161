// Shows the built site on this machine: node .ci/docs-serve.mjs [port]. Without a port it takes a free one.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, resolve, sep } from 'node:path'

const site = resolve(import.meta.dirname, '../site')
const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

/** The file that an address stands for; `undefined` where it would lie outside of the site. */
function fileOf(url) {
  const path = join(site, decodeURIComponent(url.split(/[?#]/)[0]))
  if (path !== site && !path.startsWith(site + sep)) return undefined
  return extname(path) === '' ? join(path, 'index.html') : path
}

export function createSite() {
  return createServer(async (request, response) => {
    try {
      const file = fileOf(request.url)
      const body = await readFile(file)
      response.setHeader('content-type', types[extname(file)] ?? 'text/plain; charset=utf-8')
      response.end(request.method === 'HEAD' ? undefined : body)
    } catch {
      response.statusCode = 404
      response.end('not found\n')
    }
  })
}

if (import.meta.filename === process.argv[1]) {
  const server = createSite().listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}/`)
  })
}
