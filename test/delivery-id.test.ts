import { createHash } from 'node:crypto'
import { createReceiver, sign } from 'countersign/tyk'
import { describe, expect, it } from 'vitest'

const secret = 'a secret of sixteen bytes or more'

async function verified() {
  const request = await sign({ Event: 'Unlisted', Timestamp: '2026-11-21T00:00:00Z', Message: {} }, { secret })
  const expected = createHash('sha256').update(request.body).digest('hex')
  return { request, expected, delivery: await createReceiver({ secret }).verify(request) }
}

// A hash may be made when it is first read: nobody must see that.
describe('an id that is a hash of the body', () => {
  it('is read like any other member, however the delivery is copied', async () => {
    const { delivery, expected } = await verified()
    expect(Object.keys(delivery)).toContain('id')
    expect(Object.entries(delivery)).toContainEqual(['id', expected])
    expect({ ...delivery }.id).toBe(expected)
    expect(structuredClone(delivery).id).toBe(expected)
    expect(JSON.parse(JSON.stringify(delivery))).toMatchObject({ id: expected, idFrom: 'body' })
    expect(Object.freeze(delivery).id).toBe(expected)
  })

  it('does not change once it was read', async () => {
    const { request, delivery, expected } = await verified()
    expect(delivery.id).toBe(expected)
    request.body.fill(0)
    expect(delivery.id).toBe(expected)
  })

  it('of two deliveries is of each its own, in whatever order they are read', async () => {
    const receiver = createReceiver({ secret })
    const requests = await Promise.all(['one', 'two'].map((Event) => sign({ Event, Message: {} }, { secret })))
    const deliveries = await Promise.all(requests.map((request) => receiver.verify(request)))
    const ids = [...deliveries].reverse().map(({ id }) => id)
    const hashes = [...requests].reverse().map(({ body }) => createHash('sha256').update(body).digest('hex'))
    expect(ids).toEqual(hashes)
  })
})
