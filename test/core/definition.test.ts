import { defineProvider } from 'countersign'
import { hmac } from 'countersign/schemes'
import * as tyk from 'countersign/tyk'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'

const whole = {
  scheme: (options: { secret: string }) => hmac({ header: 'X-Sig', ...options }),
  events: { Ping: z.object({ event: z.literal('Ping') }) },
  naming: { in: 'body', name: 'event' },
} as const

const naming = "defineProvider: naming must be { in: 'body' or 'header', name } or { in: 'call', name: a function }"

describe('a definition that would make every delivery unlisted or unreadable is a TypeError', () => {
  it.each([
    [{ scheme: hmac({ header: 'X-Sig', secret: 'a secret' }) }, 'defineProvider: scheme must be a function'],
    [{ events: undefined }, 'defineProvider: events must be an object'],
    [{ events: [] }, 'defineProvider: events must be an object'],
    [{ events: { Ping: () => true } }, 'defineProvider: the event Ping must have a schema'],
    [{ events: { Ping: {} } }, 'defineProvider: the event Ping must have a schema'],
    [{ events: { Ping: { v1: whole.events.Ping, v2: 'v2' } } }, 'defineProvider: the event Ping must have a schema'],
    [{ envelope: {} }, 'defineProvider: envelope must be a schema'],
    [{ parse: 'json' }, 'defineProvider: parse must be a function'],
    [{ naming: undefined }, naming],
    [{ naming: 'event' }, naming],
    [{ naming: { in: 'path', name: 'event' } }, naming],
    [{ naming: { in: 'body', name: '' } }, naming],
    [{ naming: { in: 'body' } }, naming],
    [{ naming: { in: 'header', name: 'X Event' } }, naming],
    [{ naming: { in: 'header', name: () => 'Ping' } }, naming],
    [{ naming: { in: 'call', name: 'event' } }, naming],
    [{ event: {} }, 'defineProvider has no option event: did you mean events?'],
  ])('%j', (wrong, message) => {
    expect(() => defineProvider({ ...whole, ...wrong } as never)).toThrow(TypeError)
    expect(() => defineProvider({ ...whole, ...wrong } as never)).toThrow(message)
  })

  it('but a getter may make its schema when it is asked for', async () => {
    const get = vi.fn(() => whole.events.Ping)
    const events: object = Object.defineProperty({}, 'Ping', { get, enumerable: true })
    const sender = defineProvider({ ...whole, events } as never)
    expect(get).not.toHaveBeenCalled()
    const options = { secret: 'a secret' } as never
    const delivery = await sender.verify(await sender.sign({ event: 'Ping' }, options), options)
    expect(delivery).toMatchObject({ known: true, type: 'Ping' })
    expect(get).toHaveBeenCalled()
  })

  it('nothing at all', () => {
    expect(() => defineProvider(undefined as never)).toThrow('defineProvider needs its options, as an object')
  })

  it('a schema that is a function, and one for each generation, are schemas', async () => {
    const callable = Object.assign(() => true, { '~standard': whole.events.Ping['~standard'] })
    for (const Ping of [callable, { v1: callable }]) {
      const sender = defineProvider({ ...whole, events: { Ping } } as never)
      expect(sender.schemas).toEqual({ Ping })
    }
  })
})

it.each(['true', 'yes', 1, null])('strict: %j is a TypeError: it would be off without a word', (strict) => {
  expect(() => tyk.createReceiver({ secret: 'a secret of the portal', strict } as never)).toThrow(
    'strict must be true or false',
  )
})
