// What README.md says of `rawBody: true` alone, on Express.
import { NestFactory } from '@nestjs/core'
import { AppModule } from './app.module.ts'

const app = await NestFactory.create(AppModule, { rawBody: true })
await app.listen(Number(process.env.PORT))
