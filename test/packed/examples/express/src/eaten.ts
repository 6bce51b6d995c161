// The mistake: express.json() ahead of the webhooks.
import express from 'express'
import { webhooks } from './webhooks.ts'

const app = express()
app.use(express.json())
app.use('/webhooks', webhooks)
app.listen(Number(process.env.PORT))
