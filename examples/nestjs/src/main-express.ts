import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { AppModule } from './app.module.ts'
import { logRequests } from './log-requests.ts'

const app = await NestFactory.create<NestExpressApplication>(AppModule, { rawBody: true })
app.use(logRequests)

// With rawBody alone Nest parses first and keeps the bytes beside: only up to 100 kB, inflated, and what is not JSON is
// answered 400 before anybody has looked at its signature. Webhooks have a parser of their own, ahead of Nest's.
app.useBodyParser('raw', { type: (request) => request.url?.startsWith('/webhooks/'), limit: '1mb', inflate: false })

await app.listen(process.env.PORT ?? 3000)
