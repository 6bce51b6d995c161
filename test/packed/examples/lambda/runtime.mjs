// Calls a handler as Lambda's own runtime does: gets each event from the runtime API, and posts what became of it.
import { createRequire } from 'node:module'

const [file, name] = process.argv[2].split(/\.(?=\w+$)/)
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`
const { [name]: handler } = createRequire(import.meta.url)(`./${file}.cjs`)

for (;;) {
  const next = await fetch(`${api}/invocation/next`)
  const id = next.headers.get('lambda-runtime-aws-request-id')
  const [path, result] = await call(await next.json(), { awsRequestId: id })
  await fetch(`${api}/invocation/${id}/${path}`, { method: 'POST', body: JSON.stringify(result ?? null) })
}

async function call(event, context) {
  try {
    return ['response', await handler(event, context)]
  } catch (error) {
    console.error(error)
    return ['error', { errorType: error?.name, errorMessage: error?.message }]
  }
}
