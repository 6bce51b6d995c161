import { createHash, createHmac } from 'node:crypto'
import { hmac as nobleHmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { isWebhookError, type WebhookRequest } from 'countersign'
import { contractSuite, listSamples, samples } from 'countersign/testing'
import * as tyk from 'countersign/tyk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const secret = 'your-secret-key-here'
const header = 'x-signature-sha256'
const receiver = tyk.createReceiver({ secret })
const covers = { body: true, url: false, time: false }

contractSuite(
  { describe, it },
  {
    name: 'Tyk',
    provider: tyk,
    options: { secret },
    otherOptions: { secret: 'another-secret-key' },
    samples: samples.tyk,
    covers,
  },
)

const otherwise = { header: 'X-Portal-Signature', encoding: 'base64', prefix: 'sha256=' } as const
contractSuite(
  { describe, it },
  {
    name: 'Tyk with its signature written otherwise',
    provider: tyk,
    options: { secret, ...otherwise },
    otherOptions: { secret: 'another-secret-key', ...otherwise },
    samples: samples.tyk,
    covers,
  },
)

/** As the portal's documentation prints them, on one line each. */
const bodies = [
  '{"Event":"UserRegistered","Message":{"ID":29,"Email":"developer@user.com","First":"FirstName","Last":"Lastname","OrgID":1,"Provider":"password","Status":"active","CreatedAt":"2024-04-22T16:38:54.068565+02:00","ByUser":1,"CustomAttributes":[{"Identifier":"company-name","Value":"ACME"}]},"Timestamp":"2024-04-22T16:38:54.082037+02:00"}',
  '{"Event":"UserAccountActivated","Message":{"ID":7,"Email":"devD1@tyk.io","First":"Test","Last":"User","OrgID":7,"Provider":"password","Status":"active","CreatedAt":"2024-04-22T15:46:40.128398Z","ByUser":1,"CustomAttributes":[{"Identifier":"boolean-custom-attribute","Value":"false"}]},"Timestamp":"2024-04-22T17:52:22.673077+02:00"}',
  '{"Event":"UserAccountDeactivated","Message":{"ID":7,"Email":"test@user.io","First":"Test","Last":"User","OrgID":7,"Provider":"password","Status":"inactive","CreatedAt":"2024-04-22T15:46:40.128398Z","ByUser":1,"CustomAttributes":[{"Identifier":"boolean-custom-attribute","Value":"false"}]},"Timestamp":"2024-04-22T17:51:22.24066+02:00"}',
  '{"Event":"PasswordReset","Message":{"ID":7,"Email":"test@user.io","First":"Test","Last":"User","OrgID":7,"Provider":"password","Status":"active","CreatedAt":"2024-04-22T15:46:40.128398Z","CustomAttributes":[{"Identifier":"boolean-custom-attribute","Value":"false"}]},"Timestamp":"2024-04-22T17:58:10.223162+02:00"}',
  '{"Event":"ApplicationRegistered","Message":{"ID":1,"Name":"New App","UserID":1,"CreatedAt":"2024-04-18T13:29:23.738726+02:00"},"Timestamp":"2024-04-18T13:29:23.744826+02:00"}',
  '{"Event":"CredentialRegistered","Message":{"ID":1,"ByUser":3,"AccessRequestID":1,"AppID":3,"CreatedAt":"2024-04-18T13:48:08.489611+02:00"},"Timestamp":"2024-04-18T13:48:08.494266+02:00"}',
  '{"Event":"AccessRequestCreated","Message":{"ID":0,"AppID":1,"ByUser":2,"Status":"approved","ProductIDs":[1],"PlanID":2,"CreatedAt":"0001-01-01T00:00:00Z"},"Timestamp":"2024-04-22T18:09:45.245357+02:00"}',
  '{"Event":"AccessRequestApproved","Message":{"ID":1,"AppID":3,"ByUser":3,"Status":"approved","ProductIDs":[1],"PlanID":2,"CreatedAt":"2024-04-18T13:36:02.769109+02:00"},"Timestamp":"2024-04-18T13:48:08.508925+02:00"}',
  '{"Event":"AccessRequestRejected","Message":{"ID":6,"AppID":7,"ByUser":3,"Status":"rejected","ProductIDs":[],"PlanID":2,"CreatedAt":"2024-04-18T14:40:15.81038+02:00"},"Timestamp":"2024-04-18T14:40:28.998297+02:00"}',
  '{"Event":"OrganisationRegistered","Message":{"ID":8,"Name":"Organisation added from Admin UI","CreatedAt":"2024-04-18T16:12:09.8437+02:00"},"Timestamp":"2024-04-18T16:12:09.849045+02:00"}',
  '{"Event":"OrganisationRequestCreated","Message":{"Name":"Organisation added from Live Portal (the become an org flow)","AdminEmail":"dev@tyk.io","AdminID":3,"ByUser":3,"TeamIDs":[],"Status":"pending","CreatedAt":"2024-04-18T16:13:50.766139+02:00"},"Timestamp":"2024-04-18T16:13:50.796234+02:00"}',
  '{"Event":"OrganisationRequestApproved","Message":{"ID":11,"Email":"dev@tyk.io","First":"Developer","Last":"User","OrgID":2,"Provider":"password","Status":"inactive","CreatedAt":"2024-04-24T15:26:04.312618088Z","CustomAttributes":[]},"Timestamp":"2024-04-24T15:26:04.329072196Z"}',
  '{"Event":"OrganisationRequestRejected","Message":{"Name":"ACME","AdminEmail":"dev@tyk.io","AdminID":17,"ByUser":17,"TeamIDs":[],"Status":"rejected","CreatedAt":"2024-04-18T16:27:34.012613+02:00"},"Timestamp":"2024-04-18T16:27:50.504654+02:00"}',
]

type Event = keyof typeof samples.tyk

/** A sample's body with some members of its `Message`, or of the whole, replaced; `undefined` removes one. */
function edited(event: Event, message: object, whole: object = {}): string {
  const { payload } = samples.tyk[event]
  return JSON.stringify({ ...payload, Message: { ...payload.Message, ...message }, ...whole })
}

/** A request that node:crypto signed. */
function signed(body: string, signature = createHmac('sha256', secret).update(body).digest('hex')): WebhookRequest {
  return { method: 'POST', url: '/tyk', headers: { [header]: signature }, body }
}

async function codeOf(request: WebhookRequest, by: Pick<typeof receiver, 'safeVerify'> = receiver, now?: Date) {
  const result = await by.safeVerify(request, now && { now })
  return result.ok ? 'accepted' : result.error.code
}

describe('the samples', () => {
  it('are the documented bodies, byte for byte', () => {
    const documented = listSamples(samples.tyk).filter(({ level }) => level === 'documented')
    expect(documented.map(({ payload }) => JSON.stringify(payload)).sort()).toEqual([...bodies].sort())
  })

  it('hold all 14 events, and one that nothing documents', () => {
    const list = listSamples(samples.tyk)
    expect(list.map(({ type }) => type)).toEqual(Object.keys(tyk.schemas))
    expect(list).toHaveLength(14)
    expect(list.filter(({ level }) => level !== 'documented').map(({ type }) => type)).toEqual(['RegisterInvite'])
  })
})

describe('the signature', () => {
  const vector = '72e574cb44aab50045e762d0a98cea4c40de07832dfbdff5d0bd53debcc19f53'
  const body = bodies[0] ?? ''

  it('matches the vector', async () => {
    expect(new TextEncoder().encode(body)).toHaveLength(334)
    const request = await tyk.sign(samples.tyk.UserRegistered.payload, { secret })
    expect(request.headers[header]).toBe(vector)
    expect(await receiver.verify(signed(body, vector))).toMatchObject({ known: true, type: 'UserRegistered' })
  })

  it('is accepted in upper case, as the same delivery', async () => {
    const [lower, upper] = await Promise.all(
      [vector, vector.toUpperCase()].map((s) => receiver.verify(signed(body, s))),
    )
    expect(upper?.known).toBe(true)
    expect(upper?.id).toBe(lower?.id)
  })

  it.each([
    ['node:crypto', (bytes: Uint8Array) => createHmac('sha256', secret).update(bytes).digest('hex')],
    [
      '@noble/hashes',
      (bytes: Uint8Array) =>
        Array.from(nobleHmac(sha256, new TextEncoder().encode(secret), bytes), (b) =>
          b.toString(16).padStart(2, '0'),
        ).join(''),
    ],
  ])('of any body by %s is accepted, and so is ours by it', async (_name, sign) => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        const bytes = new TextEncoder().encode(text)
        expect((await tyk.sign(bytes, { secret })).headers[header]).toBe(sign(bytes))
        const delivery = await receiver.verify({ headers: { [header]: sign(bytes) }, body: bytes })
        expect(delivery.payload).toEqual(JSON.parse(text))
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    ['one digit short', vector.slice(1)],
    ['one digit long', `${vector}0`],
    ['33 bytes', `${vector}00`],
    ['doubled', vector + vector],
    ['no hex', 'zz'.repeat(32)],
    ['junk inside', `${vector.slice(0, 30)}zz${vector.slice(32)}`],
    ['0x ahead', `0x${vector}`],
    ['a prefix that is not configured', `sha256=${vector}`],
    ['white space ahead', ` ${vector}`],
    ['white space behind', `${vector} `],
    ['two, joined by a comma', `${vector}, ${vector}`],
    ['its base64', Buffer.from(vector, 'hex').toString('base64')],
    ['a letter from beyond ASCII', `é${vector.slice(1)}`],
    ['a full-width digit', `７${vector.slice(1)}`],
  ])('is refused with %s', async (_what, signature) => {
    expect(await codeOf(signed(body, signature))).toBe('signature_malformed')
  })

  it('is refused at every other length', async () => {
    const lengths = Array.from(vector, (_, length) => length).slice(1)
    const codes = await Promise.all(lengths.map((length) => codeOf(signed(body, vector.slice(0, length)))))
    expect(new Set(codes)).toEqual(new Set(['signature_malformed']))
  })

  it('is missing where the header is empty, or is there without a value', async () => {
    expect(await codeOf(signed(body, ''))).toBe('header_missing')
    expect(await codeOf({ headers: { [header]: undefined }, body })).toBe('header_missing')
  })

  it('is refused where the header comes in two spellings with two values', async () => {
    const headers = { 'X-Signature-SHA256': vector, 'x-signature-sha256': '00'.repeat(32) }
    expect(await codeOf({ headers, body })).toBe('header_malformed')
  })

  it('may be written otherwise, and is then accepted in no other way', async () => {
    const digest = createHmac('sha256', secret).update(body).digest()
    const written = {
      hex: digest.toString('hex'),
      base64: digest.toString('base64'),
      base64url: digest.toString('base64url'),
    }
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      const by = tyk.createReceiver({ secret, encoding, prefix: 'v1=', header: 'X-Portal' })
      const codes = Object.entries(written).map(async ([name, text]) => {
        expect(await codeOf({ headers: { 'x-portal': text }, body }, by)).toBe('signature_malformed')
        return [name, await codeOf({ headers: { 'x-portal': `v1=${text}` }, body }, by)]
      })
      const accepted = (await Promise.all(codes)).filter(([, code]) => code === 'accepted').map(([name]) => name)
      expect(accepted).toEqual([encoding])
      expect(await codeOf(signed(body), by)).toBe('header_missing')
    }
  })

  it('takes the key as UTF-8, given as text or as bytes', async () => {
    const key = 'schlüssel-🔑'
    const request = signed(body, createHmac('sha256', Buffer.from(key)).update(body).digest('hex'))
    expect(await codeOf(request, tyk.createReceiver({ secret: key }))).toBe('accepted')
    expect(await codeOf(request, tyk.createReceiver({ secret: new TextEncoder().encode(key) }))).toBe('accepted')
  })

  it.each([{ encoding: 'HEX' }, { header: '' }, { header: 'X Signature' }, { secret: undefined }])(
    'refuses the options %o',
    (wrong) => {
      // Untyped callers hand over what the compiler would refuse.
      expect(() => tyk.createReceiver({ secret, ...wrong } as tyk.Options)).toThrow(TypeError)
    },
  )
})

describe('"Test connection"', () => {
  it.each([
    ['header_missing, with a hint', { method: 'HEAD', url: '/tyk', headers: {} }],
    ['the same for a Request', new Request('https://receiver.example/tyk', { method: 'HEAD' })],
  ])('a HEAD without a signature gives %s', async (_what, request) => {
    const result = await receiver.safeVerify(request)
    expect(result).toMatchObject({ ok: false, error: { code: 'header_missing', status: 401 } })
    expect(!result.ok && result.error.message).toBe(
      'no X-Signature-SHA256 header: is PORTAL_WEBHOOKS_SECRET set in the portal?',
    )
  })
})

describe('an event', () => {
  const organisation = listSamples(samples.tyk).filter(({ type }) => type.startsWith('Organisation'))

  it('of an organisation is the same in both spellings', async () => {
    expect(organisation).toHaveLength(4)
    for (const { type, payload } of organisation) {
      const body = JSON.stringify(payload).replace(`"${type}"`, `"${type.replace('Organisation', 'Organization')}"`)
      expect(body).toContain('"Event":"Organization')
      expect(await receiver.verify(signed(body))).toMatchObject({ known: true, type, payload: JSON.parse(body) })
    }
  })

  it.each(['OrganizationArchived', 'organisationRegistered', 'UserRegistered ', 'Userregistered', 'OrganisationZ'])(
    'named %s is unlisted, under the name that was sent',
    async (Event) => {
      const delivery = await receiver.verify(signed(edited('OrganisationRegistered', {}, { Event })))
      expect(delivery).toMatchObject({ known: false, reason: 'unlisted', type: Event })
    },
  )

  it('OrganisationRequestApproved has the shape of a user, or of the other requests', async () => {
    const request = edited(
      'OrganisationRequestCreated',
      { Status: 'approved' },
      { Event: 'OrganisationRequestApproved' },
    )
    expect(await receiver.verify(signed(request))).toMatchObject({ known: true, type: 'OrganisationRequestApproved' })
    const neither = edited('OrganisationRegistered', {}, { Event: 'OrganisationRequestApproved' })
    expect(await receiver.verify(signed(neither))).toMatchObject({ known: false, reason: 'changed' })
  })

  it('RegisterInvite has any Message, as long as it is an object', async () => {
    const open = edited('RegisterInvite', { Anything: [1, { at: 'all' }] })
    expect(await receiver.verify(signed(open))).toMatchObject({ known: true, payload: JSON.parse(open) })
    const text = edited('RegisterInvite', {}, { Message: 'text' })
    expect(await receiver.verify(signed(text))).toMatchObject({ known: false, reason: 'unreadable', type: '' })
  })

  it.each(['UserRegistered', 'CredentialRegistered', 'AccessRequestCreated', 'OrganisationRequestCreated'] as const)(
    '%s may lack ByUser',
    async (event) => {
      const body = edited(event, { ByUser: undefined })
      expect(body).not.toContain('ByUser')
      expect(await receiver.verify(signed(body))).toMatchObject({ known: true, type: event })
    },
  )

  it.each(['UserRegistered', 'AccessRequestCreated', 'OrganisationRequestCreated'] as const)(
    '%s may have a Status that is not listed',
    async (event) => {
      const delivery = await receiver.verify(signed(edited(event, { Status: 'on hold' })))
      expect(delivery).toMatchObject({ known: true, payload: { Message: { Status: 'on hold' } } })
    },
  )

  it.each(['0001-01-01T00:00:00Z', ...Array.from({ length: 10 }, (_, digits) => timeWith(digits))])(
    'may be created at %s',
    async (CreatedAt) => {
      const body = edited('AccessRequestCreated', { CreatedAt }, { Timestamp: CreatedAt })
      expect(await receiver.verify(signed(body))).toMatchObject({ known: true, type: 'AccessRequestCreated' })
    },
  )

  it('in another shape says where it differs, and keeps the payload', async () => {
    const body = edited('UserRegistered', { ID: 'twenty-nine', Email: undefined })
    expect(await receiver.verify(signed(body))).toMatchObject({
      known: false,
      reason: 'changed',
      type: 'UserRegistered',
      payload: JSON.parse(body),
      issues: [
        { path: ['Message', 'ID'], code: 'type', expected: 'number' },
        { path: ['Message', 'Email'], code: 'missing', expected: 'string' },
      ],
    })
  })

  it("of one name with another's Message is changed", async () => {
    const body = edited('ApplicationRegistered', {}, { Event: 'UserRegistered' })
    expect(await receiver.verify(signed(body))).toMatchObject({ known: false, reason: 'changed' })
  })
})

describe('the proof', () => {
  it('covers the body and the name in it, and nothing else', async () => {
    const { proof } = await receiver.verify(signed(bodies[0] ?? ''))
    expect(proof).toEqual({ scheme: 'hmac', authenticated: true, covers, coversType: true })
  })

  it('recognises a delivery by the hash of its body: equal bytes look alike', async () => {
    const body = bodies[0] ?? ''
    const { id, idFrom } = await receiver.verify(signed(body))
    expect({ id, idFrom }).toEqual({ id: createHash('sha256').update(body).digest('hex'), idFrom: 'body' })
  })
})

function timeWith(digits: number): string {
  return `2024-04-22T16:38:54${digits === 0 ? '' : `.${'123456789'.slice(0, digits)}`}+02:00`
}

describe('maxAgeSeconds', () => {
  const careful = tyk.createReceiver({ secret, maxAgeSeconds: 60 })
  const at = (time: string): Date => new Date(time)
  const sentAt = (Timestamp: unknown) => signed(edited('UserRegistered', {}, { Timestamp }))

  it('is off unless asked for: a delivery of any age is accepted', async () => {
    expect(await codeOf(sentAt('0001-01-01T00:00:00Z'))).toBe('accepted')
    expect(await codeOf(sentAt('no time'))).toBe('accepted')
  })

  it.each([
    ['2024-04-22T14:37:53Z', 'timestamp_too_new'],
    ['2024-04-22T14:37:55Z', 'accepted'],
    ['2024-04-22T14:38:54Z', 'accepted'],
    ['2024-04-22T14:39:53Z', 'accepted'],
    ['2024-04-22T14:39:54Z', 'timestamp_too_old'],
    ['2024-04-22T14:39:55Z', 'timestamp_too_old'],
  ])('at %s gives %s', async (now, code) => {
    expect(await codeOf(sentAt('2024-04-22T16:38:54+02:00'), careful, at(now))).toBe(code)
  })

  it.each(Array.from({ length: 10 }, (_, digits) => digits))('reads %i digits of a second', async (digits) => {
    const { proof } = await careful.verify(sentAt(timeWith(digits)), { now: at('2024-04-22T14:38:54.900Z') })
    expect(proof.covers).toEqual({ body: true, url: false, time: true })
    const milliseconds = Number('123'.slice(0, digits).padEnd(3, '0'))
    expect(proof.signedAt).toEqual(new Date(Date.UTC(2024, 3, 22, 14, 38, 54, milliseconds)))
  })

  it('counts in whole seconds', async () => {
    expect(await codeOf(sentAt(timeWith(9)), careful, at('2024-04-22T14:39:53.999Z'))).toBe('accepted')
    expect(await codeOf(sentAt(timeWith(9)), careful, at('2024-04-22T14:39:54.000Z'))).toBe('timestamp_too_old')
  })

  it.each(['2024-04-22T14:38:54Z', '2024-04-22T09:08:54-05:30', '2024-04-23T00:23:54+09:45'])(
    'reads the offset of %s',
    async (time) => {
      expect(await codeOf(sentAt(time), careful, at('2024-04-22T14:38:55Z'))).toBe('accepted')
    },
  )

  it("takes Go's zero time for very old", async () => {
    expect(await codeOf(sentAt('0001-01-01T00:00:00Z'), careful, at('2024-04-22T14:38:54Z'))).toBe('timestamp_too_old')
  })

  it.each([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['a number', 1713796734],
    ['in seconds', '1713796734'],
    ['without an offset', '2024-04-22T14:38:54'],
    ['with a short offset', '2024-04-22T16:38:54+02'],
    ['with an impossible offset', '2024-04-22T16:38:54+99:00'],
    ['with a space', '2024-04-22 14:38:54Z'],
    ['with white space around', ' 2024-04-22T14:38:54Z'],
    ['with ten digits of a second', '2024-04-22T14:38:54.1234567890Z'],
    ['with a point and no digits', '2024-04-22T14:38:54.Z'],
    ['in month 13', '2024-13-22T14:38:54Z'],
    ['on 30 February', '2024-02-30T14:38:54Z'],
    ['on day 0', '2024-04-00T14:38:54Z'],
    ['at second 61', '2024-04-22T14:38:61Z'],
    ['a line feed behind', '2024-04-22T14:38:54Z\n'],
    ['a list', ['2024-04-22T14:38:54Z']],
  ])('refuses a Timestamp that is %s', async (_what, time) => {
    expect(await codeOf(sentAt(time), careful, at('2024-04-22T14:38:54Z'))).toBe('timestamp_malformed')
  })

  it.each(['null', '[]', '"x"', '{}', 'not JSON', '{"__proto__":{"Timestamp":"2024-04-22T14:38:54Z"}}'])(
    'refuses %s, which has no Timestamp of its own',
    async (body) => {
      expect(await codeOf(signed(body), careful, at('2024-04-22T14:38:54Z'))).toBe('timestamp_malformed')
    },
  )

  it('reads the Timestamp of nothing that is not authentic', async () => {
    const forged = signed(edited('UserRegistered', {}, { Timestamp: 'no time' }), '00'.repeat(32))
    expect(await codeOf(forged, careful)).toBe('signature_mismatch')
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to be %d', (maxAgeSeconds) => {
    expect(() => tyk.createReceiver({ secret, maxAgeSeconds })).toThrow(TypeError)
  })
})

describe('the one-shot verify', () => {
  it('is the same as a receiver', async () => {
    const request = signed(bodies[0] ?? '')
    expect(await tyk.verify(request, { secret })).toEqual(await receiver.verify(request))
    const error: unknown = await tyk.verify(request, { secret: 'another' }).catch((reason: unknown) => reason)
    expect(isWebhookError(error) && error.code).toBe('signature_mismatch')
  })
})
