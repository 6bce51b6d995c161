import { utf8 } from '../core/bytes.ts'
import type { WebhookRequest } from '../core/receiver.ts'
import { check, checkBytes, checkEach, checkSame, refusal, typeError } from './assert.ts'
import type { Bench } from './bench.ts'
import { headerShapes, requestShapes } from './shapes.ts'

/** How requests may be handed over. */
export function shapeContract(bench: Bench): void {
  const { it, first } = bench
  const accept = async (request: WebhookRequest, body: Uint8Array): Promise<void> => {
    const delivery = await bench.verify(request)
    checkSame(delivery.type, first.type, 'the type')
    checkBytes(delivery.body, new Uint8Array(body), 'the body')
  }

  for (const [name, shape] of Object.entries(headerShapes)) {
    it(`takes headers as ${name}`, async () => {
      const signed = await bench.sign(first)
      await accept({ ...signed, headers: shape(signed.headers) }, signed.body)
    })
  }
  for (const [name, shape] of Object.entries(requestShapes)) {
    it(`takes ${name}`, async () => {
      const signed = await bench.sign(first)
      await accept(shape(signed), signed.body)
    })
  }

  it('throws a TypeError with the fix where the body was parsed or read', async () => {
    const signed = await bench.sign(first)
    const read = new Request(signed.url, signed)
    await read.text()
    const requests = { parsed: { ...signed, body: { parsed: true } }, list: { ...signed, body: [] }, read }
    await checkEach(
      Object.entries(requests),
      ([name]) => name,
      ([, request]) => checkParsed(bench, request),
    )
  })

  it('takes bodies up to maxBodyBytes and refuses longer ones', () => checkLimit(bench))
}

async function checkParsed(bench: Bench, request: WebhookRequest): Promise<void> {
  const receiver = bench.receiver()
  for (const verify of [receiver.verify, receiver.safeVerify]) {
    const message = await typeError(() => verify(request, bench.contextOf(bench.first)))
    for (const name of ['Express', 'Fastify', 'Next.js', 'Lambda']) {
      check(message.includes(name), `the message says nothing of ${name}`)
    }
  }
}

async function checkLimit(bench: Bench): Promise<void> {
  const signed = await bench.sign(bench.first)
  const exact = bench.receiver({ maxBodyBytes: signed.body.length })
  const tight = bench.receiver({ maxBodyBytes: signed.body.length - 1 })
  await checkEach(
    Object.entries(requestShapes),
    ([name]) => name,
    async ([, shape]) => {
      checkSame((await bench.verify(shape(signed), { by: exact })).known, true, 'known')
      await refusal(() => bench.verify(shape(signed), { by: tight }), 413, 'body_too_large')
    },
  )
  const long = { ...signed, body: utf8(' '.repeat(1_048_577)) }
  await refusal(() => bench.verify(long), 413, 'body_too_large')
}
