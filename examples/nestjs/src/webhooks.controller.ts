import {
  Controller,
  Head,
  HttpCode,
  HttpException,
  Logger,
  type OnApplicationBootstrap,
  Post,
  type RawBodyRequest,
  Req,
} from '@nestjs/common'
import type { WebhookRequest } from 'countersign'
import * as tyk from 'countersign/tyk'
import { keep, workThrough } from './inbox.ts'
import { work } from './work.ts'

const webhook = tyk.createReceiver({ secret: () => process.env.PORTAL_WEBHOOKS_SECRET })

@Controller('webhooks')
export class WebhooksController implements OnApplicationBootstrap {
  readonly #logger = new Logger(WebhooksController.name)

  @Post('tyk')
  @HttpCode(200)
  async receive(@Req() request: RawBodyRequest<WebhookRequest>): Promise<void> {
    const result = await webhook.safeVerify(request) // takes request.rawBody
    if (!result.ok) {
      const { code, message, status } = result.error
      this.#logger.warn(`${code}: ${message}`) // safe to log
      throw new HttpException(code, status)
    }
    await keep(result.delivery)
    workThrough(work) // not awaited: the answer goes out first
  }

  /** The portal's "Test connection" proves nothing, and nothing is done for it. */
  @Head('tyk')
  testConnection(): void {}

  onApplicationBootstrap(): void {
    workThrough(work) // what waits since the last time
  }
}
