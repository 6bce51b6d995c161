import type { IncomingMessage, ServerResponse } from 'node:http'
import { Logger } from '@nestjs/common'

const logger = new Logger('Requests')

/** Method, path and status. No query, no header, no body: these may hold secrets. */
export function logRequests({ method, url = '' }: IncomingMessage, response: ServerResponse, next: () => void): void {
  const [path] = url.split('?')
  response.on('close', () =>
    logger.log(`${method} ${path} ${response.headersSent ? response.statusCode : 'broken off'}`),
  )
  next()
}
