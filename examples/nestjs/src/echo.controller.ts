import { Body, Controller, Post } from '@nestjs/common'

/** The rest of the application gets its JSON parsed, as ever. */
@Controller('echo')
export class EchoController {
  @Post()
  echo(@Body() body: unknown): unknown {
    return body
  }
}
