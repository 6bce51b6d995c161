// The handler alone, without a server and a disk: countersign/testing signs as the portal does.
import { beforeEach, expect, mock, test } from 'bun:test'
import { listSamples, samples, signTyk, tamper } from 'countersign/testing'
import type { Delivery } from 'countersign/tyk'
import { receive } from '../src/webhooks.ts'

const secret = 'a secret for tests'
const signed = await signTyk(samples.tyk.UserRegistered.payload, { secret })
const kept: Delivery[] = []

beforeEach(() => {
  process.env.PORTAL_WEBHOOKS_SECRET = secret
  kept.length = 0
  mockInbox(async (delivery) => {
    kept.push(delivery)
  })
})

function mockInbox(keep: (delivery: Delivery) => Promise<void>) {
  return mock.module('../src/inbox.ts', () => ({ keep, workThrough() {} }))
}

for (const { type, payload } of listSamples(samples.tyk)) {
  test(`keeps ${type}`, async () => {
    const request = await signTyk(payload, { secret })
    expect((await receive(new Request(request.url, request))).status).toBe(200)
    expect(kept.map((delivery) => delivery.type)).toEqual([type])
  })
}

for (const { name, fault, sendable, request } of tamper(signed)) {
  if (fault === 'url' || !sendable) continue // the URL is not signed; and no Request is like what cannot be sent
  test(`refuses ${name}`, async () => {
    const headers = request.headers as Record<string, string> // sendable: each has one value
    expect((await receive(new Request(request.url, { ...request, headers }))).status).toBe(401)
    expect(kept).toEqual([])
  })
}

test('does not answer what could not be kept', async () => {
  mockInbox(async () => {
    throw new Error('the disk is full')
  })
  await expect(receive(new Request(signed.url, signed))).rejects.toThrow('the disk is full')
})

test('says which mistake it is when the secret is missing', async () => {
  delete process.env.PORTAL_WEBHOOKS_SECRET
  await expect(receive(new Request(signed.url, signed))).rejects.toThrow('is the environment variable set?')
})
