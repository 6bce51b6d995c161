import { secrets } from './senders.mjs'

export default {
  framework: 'Express',
  package: 'express',
  sender: 'tight',
  path: '/webhooks/tight',
  env: { TIGHT_WEBHOOK_SECRET: secrets.tight },
  eaten: { command: ['node', 'dist/eaten.js'], fix: /Express: the webhook route ahead of express\.json\(\)/ },
  more: checkRest,
}

/** The rest of the application parses JSON as ever. */
async function checkRest({ check, server }) {
  await check('the other routes parse JSON', async () => {
    const body = Buffer.from('{"greeting":"hello"}')
    const headers = [['content-type', 'application/json']]
    const answer = await server.send({ method: 'POST', path: '/echo', headers, body })
    if (answer.body !== '{"greeting":"hello"}') throw new Error(`${answer.status} ${answer.body}`)
  })
}
