// The mistake: the body is read and parsed ahead of the route.
import { createServer } from 'node:http'
import { answer } from './answer.ts'
import { receive } from './webhooks.ts'

createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
  console.log(typeof body)
  receive(request, response, request.url?.split('/').at(-1) ?? '').catch((error) => {
    console.error(error)
    return answer(request, response, 500)
  })
}).listen(Number(process.env.PORT))
