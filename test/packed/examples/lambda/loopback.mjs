// A server on loopback, for what stands in for a service of AWS.
import { createServer } from 'node:http'

/** @param {(request: import('node:http').IncomingMessage, body: string) => Promise<{ status?: number, headers?: object, body?: string }>} answer */
export async function listen(answer) {
  const server = createServer(async (request, response) => {
    const { status = 200, headers, body } = await answer(request, await readBody(request))
    response.writeHead(status, headers).end(body)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { host: `127.0.0.1:${server.address().port}`, close }
}

async function readBody(request) {
  return Buffer.concat(await request.toArray()).toString('utf8')
}
