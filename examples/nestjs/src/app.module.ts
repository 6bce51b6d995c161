import { Module } from '@nestjs/common'
import { EchoController } from './echo.controller.ts'
import { WebhooksController } from './webhooks.controller.ts'

@Module({ controllers: [WebhooksController, EchoController] })
export class AppModule {}
