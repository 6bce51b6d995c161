import * as sighten from 'countersign/sighten'

/** The receiver of a credential of the type AWS4: what its form says. The secret is read when a delivery comes. */
export const webhook = sighten.createReceiver({
  auth: sighten.aws4({
    accessKeyId: 'sighten',
    secretAccessKey: () => process.env.SIGHTEN_SECRET_KEY,
    region: 'us-east-1',
    service: 'webhooks',
    host: process.env.WEBHOOK_HOST ?? 'localhost', // which the sender addresses, as the Host header names it
  }),
})
