import { UnsupportedMediaTypeException } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { AppModule } from './app.module.ts'
import { logRequests } from './log-requests.ts'

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { rawBody: true })
app.use(logRequests)

// With rawBody alone Nest parses first and keeps the bytes beside: only of JSON and forms, and what is not JSON is
// answered 400 before anybody has looked at its signature. A webhook is bytes, whatever its content type says.
app.useBodyParser('application/octet-stream', { bodyLimit: 1_048_576 })
app
  .getHttpAdapter()
  .getInstance()
  .addHook('onRequest', async ({ url, headers }) => {
    if (!url.startsWith('/webhooks/')) return
    if (headers['content-encoding']) throw new UnsupportedMediaTypeException('a webhook must not be compressed')
    headers['content-type'] = 'application/octet-stream'
  })

await app.listen(process.env.PORT ?? 3000)
