// The mistake: an application without `rawBody: true`, on Fastify.
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { AppModule } from './app.module.ts'

const app = await NestFactory.create(AppModule, new FastifyAdapter())
await app.listen(Number(process.env.PORT))
