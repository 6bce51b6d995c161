import { type ErrorCode, WebhookError } from 'countersign'
import {
  type Aws4Options,
  anyOf,
  authorization,
  aws4,
  basic,
  dangerouslyUnauthenticated,
  digest,
  header,
  hmac,
  jwt,
  type Proof,
  type Scheme,
  standardWebhooks,
  token,
  urlSecret,
} from 'countersign/schemes'
import { describe, expect, it } from 'vitest'
import { options as awsOptions, signed as awsSigned } from './support/aws-signer.ts'
import { ping, receiverOf, tinySender, verifyBy } from './support/tiny-sender.ts'
import { caught, verdict } from './support/verdict.ts'

const now = new Date('2026-11-03T10:20:30.500Z')
const url = 'https://receiver.example/hook'
const host = 'receiver.example'

/** One credential of each scheme, by a text of its own. */
const makers: readonly (readonly [string, (name: string) => Scheme<Proof>, foreign: ErrorCode])[] = [
  ['hmac', (name) => hmac({ header: 'X-Sig', secret: name }), 'signature_mismatch'],
  ['jwt', (name) => jwt({ header: 'X-Token', secret: name }), 'signature_mismatch'],
  ['header', (name) => header({ name: 'X-Static', value: name }), 'credential_mismatch'],
  ['basic', (name) => basic({ username: name, password: 'the same password' }), 'credential_mismatch'],
  ['token', (name) => token({ key: 'Token', value: name }), 'credential_mismatch'],
  ['urlSecret', (name) => urlSecret({ secret: name }), 'credential_mismatch'],
  ['standardWebhooks', (name) => standardWebhooks({ secret: Buffer.alloc(24, name) }), 'signature_mismatch'],
  ['authorization', (name) => authorization({ clientId: name, secret: name, host }), 'signature_mismatch'],
  ['digest', (name) => digest({ clientId: name, secret: 'one secret' }), 'signature_mismatch'],
  ['aws4', (name) => aws4({ ...awsOptions, accessKeyId: name, secretAccessKey: name, host }), 'signature_mismatch'],
]

/** A delivery of the tiny sender, proved by this scheme. */
function deliveryBy(scheme: Scheme) {
  return tinySender(scheme).sign({ event: 'Ping' }, { url, now })
}

describe.each(makers)('several organizations at one route, by %s', (_name, make, foreign) => {
  const organizations = () => anyOf({ north: make('alpha'), south: make('beta'), west: make('gamma') })

  it.each([
    ['alpha', 'north'],
    ['beta', 'south'],
    ['gamma', 'west'],
  ])('a delivery by %s is from %s', async (name, label) => {
    const delivery = await verifyBy(organizations(), await deliveryBy(make(name)), { now })
    const alone = await verifyBy(make(name), await deliveryBy(make(name)), { now })
    expect(delivery.proof).toEqual({ ...alone.proof, credential: label })
    // Scoped by the label: no organization can take the id of another's delivery.
    expect(delivery.idFrom).toBe(alone.idFrom)
    expect(delivery.id).not.toBe(alone.id)
    const again = await verifyBy(organizations(), await deliveryBy(make(name)), { now })
    expect(again.id).toBe(delivery.id)
  })

  it('a delivery by anyone else is refused, as one member would', async () => {
    const request = await deliveryBy(make('delta'))
    expect(await verdict(verifyBy(organizations(), request, { now }))).toBe(foreign)
    expect(await verdict(verifyBy(make('alpha'), request, { now }))).toBe(foreign)
  })

  it('a delivery without any proof is refused, as one member would', async () => {
    const request = { method: 'POST', url: '/', headers: { host }, body: ping }
    const alone = await verdict(verifyBy(make('alpha'), request, { now }))
    expect(alone).not.toBe('accepted')
    expect(await verdict(verifyBy(organizations(), request, { now }))).toBe(alone)
  })

  it('equal credentials under two labels are a TypeError: nobody could say whose matched', () => {
    expect(() => anyOf({ north: make('alpha'), south: make('beta'), other: make('alpha') })).toThrow(TypeError)
    const nested = anyOf({ a: make('alpha'), b: make('beta') })
    expect(() => anyOf({ north: nested, south: make('beta') })).toThrow('north and south have the same credential')
  })

  it('dangerouslyUnauthenticated() beside it is a TypeError, whichever comes first', () => {
    const open: Scheme<Proof> = dangerouslyUnauthenticated()
    expect(() => anyOf({ north: make('alpha'), open })).toThrow(TypeError)
    expect(() => anyOf({ open, north: make('alpha') })).toThrow(TypeError)
    expect(() => anyOf({ open })).toThrow('open authenticates nobody')
  })

  it('any other scheme beside it is a TypeError', () => {
    for (const [, other] of makers.filter(([, one]) => one !== make)) {
      expect(() => anyOf({ north: make('alpha'), south: other('beta') })).toThrow('several schemes or formats')
    }
  })

  it('signs as its first member', async () => {
    const request = await deliveryBy(organizations())
    expect(request).toEqual(await deliveryBy(make('alpha')))
    expect((await verifyBy(organizations(), request, { now })).proof.credential).toBe('north')
  })
})

/** The member whose deliveries `awsSigned` makes; and others, each with a secret of its own. */
const aws = (more: Partial<Aws4Options>) => aws4({ ...awsOptions, ...more })
const otherAws = (more: Partial<Aws4Options>) => aws({ accessKeyId: 'b', secretAccessKey: 'b', ...more })

describe('members of one scheme in several formats are a TypeError', () => {
  it.each<readonly [string, Scheme<Proof>, Scheme<Proof>]>([
    ['hmac, encoding', hmac({ header: 'X', secret: 'a' }), hmac({ header: 'X', secret: 'b', encoding: 'base64' })],
    ['hmac, header', hmac({ header: 'X', secret: 'a' }), hmac({ header: 'Y', secret: 'b' })],
    ['hmac, prefix', hmac({ header: 'X', secret: 'a' }), hmac({ header: 'X', secret: 'b', prefix: 'v1=' })],
    ['hmac, timestamp', hmac({ header: 'X', secret: 'a' }), hmac({ header: 'X', secret: 'b', timestampHeader: 'T' })],
    ['jwt, header', jwt({ header: 'X', secret: 'a' }), jwt({ header: 'Y', secret: 'b' })],
    ['jwt, body hash', jwt({ header: 'X', secret: 'a', bodyHashClaim: 'h' }), jwt({ header: 'X', secret: 'b' })],
    ['header, name', header({ name: 'X', value: 'a' }), header({ name: 'Y', value: 'b' })],
    ['token, place', token({ key: 'X', value: 'a' }), token({ key: 'X', in: 'header', value: 'b' })],
    [
      'standardWebhooks, prefix',
      standardWebhooks({ secret: Buffer.alloc(24, 'a'), prefix: 'svix' }),
      standardWebhooks({ secret: Buffer.alloc(24, 'b'), prefix: 'webhook' }),
    ],
    ['token, key', token({ key: 'X', value: 'a' }), token({ key: 'Y', value: 'b' })],
    ['urlSecret, place', urlSecret({ secret: 'a' }), urlSecret({ secret: 'b', parameter: 'key' })],
    [
      'authorization, with and without a credential',
      authorization({ clientId: 'a', secret: 'a', host }),
      authorization({ secret: 'b', host }),
    ],
    ['aws4, path', aws({}), otherAws({ pathEncoding: 'single' })],
    ['aws4, dots', aws({}), otherAws({ normalizePath: true })],
    ['aws4, payload', aws({}), otherAws({ dangerouslyAllowUnsignedPayload: true })],
  ])('%s', (_name, one, other) => {
    expect(() => anyOf({ one, other })).toThrow('several schemes or formats')
  })

  it.each<readonly [string, Scheme<Proof>, Scheme<Proof>]>([
    ['the case of a header', hmac({ header: 'X-A', secret: 'a' }), hmac({ header: 'x-a', secret: 'b' })],
    ['a hint', header({ name: 'X', value: 'a' }), header({ name: 'X', value: 'b', hint: 'look there' })],
    ['aws4, region and host', aws({ accessKeyId: 'a' }), otherAws({ region: 'eu-west-1', host: 'b.example' })],
    [
      'authorization, host and encoding of the secret',
      authorization({ clientId: 'a', secret: 'YQ==', host }),
      authorization({ clientId: 'b', secret: 'Yg==', secretEncoding: 'base64', host: 'b.example' }),
    ],
    ['one secret, two clients', digest({ clientId: 'a', secret: 's' }), digest({ clientId: 'b', secret: 's' })],
  ])('but not what does not change the format: %s', async (_name, one, other) => {
    const both = anyOf({ one, other })
    const sent = { url: 'https://b.example/hook', now }
    const request = await tinySender(other).sign({ event: 'Ping' }, sent)
    expect((await verifyBy(both, request, { now })).proof.credential).toBe('other')
  })
})

describe('mistakes of the caller are TypeErrors', () => {
  const one = header({ name: 'X', value: 'a' })
  it('no members, an empty label', () => {
    expect(() => anyOf({})).toThrow(TypeError)
    expect(() => anyOf({ '': one })).toThrow('empty label')
  })

  it('a scheme of one’s own that does not say what it may stand beside', () => {
    const own: Scheme<Proof> = { verify: one.verify, sign: one.sign }
    expect(() => anyOf({ own })).toThrow(TypeError)
  })

  it.each([undefined, null])('a member that is %s', (a) => {
    const members = { a: a as never, b: header({ name: 'X', value: 's' }) }
    expect(() => anyOf(members)).toThrow(/^anyOf: a authenticates nobody, or cannot be combined$/)
  })

  it('credentials that differ in their label alone', () => {
    const members = {
      a: header({ name: 'X', value: { label: 'a', value: 's' } }),
      b: header({ name: 'X', value: 's' }),
    }
    expect(() => anyOf(members)).toThrow('a and b have the same credential')
  })

  it('a credential that one member has among others for rotation, and another has, too', () => {
    const members = {
      a: header({ name: 'X', value: ['old', 'new'] }),
      b: header({ name: 'X', value: ['newer', 'old'] }),
    }
    expect(() => anyOf(members)).toThrow('a and b have the same credential')
  })

  it.each<readonly [string, Scheme<Proof>, Scheme<Proof>]>([
    ['aws4', aws({}), aws({ accessKeyId: 'b' })],
    [
      'authorization',
      authorization({ clientId: 'a', secret: 's', host }),
      authorization({ clientId: 'b', secret: 's', host }),
    ],
    [
      'authorization, one of them in base64',
      authorization({ clientId: 'a', secret: 's', host }),
      authorization({ clientId: 'b', secret: 'cw==', secretEncoding: 'base64', host }),
    ],
  ])('%s: one secret under two names, which are not signed and so could be exchanged on the way', (_name, a, b) => {
    expect(() => anyOf({ a, b })).toThrow('a and b have the same credential')
  })

  it('a function that gives no secret, at the first delivery', async () => {
    const scheme = anyOf({ a: one, b: header({ name: 'X', value: () => undefined }) })
    await expect(verifyBy(scheme, { headers: { x: 'a' }, body: ping })).rejects.toThrow(TypeError)
  })

  it('a delivery that fits two members is from nobody', async () => {
    const check = { key: 'X', in: 'header' } as const
    const overlapping = anyOf({
      a: token({ ...check, check: () => true }),
      b: token({ ...check, check: (text) => text === 'b' }),
    })
    expect(await verdict(verifyBy(overlapping, { headers: { x: 'b' }, body: ping }))).toBe('credential_mismatch')
    expect((await verifyBy(overlapping, { headers: { x: 'c' }, body: ping })).proof.credential).toBe('a')
  })

  it('no organization can take the id of another, whatever its label and whatever it signs', async () => {
    const make = (letter: string) => standardWebhooks({ secret: `whsec_${letter.repeat(32)}` })
    const inner = anyOf({ b: make('B') })
    const scheme = anyOf({ 'a/b': make('A'), a: inner, c: make('C') })
    const signers: readonly (readonly [Scheme, string])[] = [
      [make('A'), 'c'],
      [make('B'), 'b/c'],
      [make('B'), 'c'],
      [make('C'), 'c'],
      [make('C'), '["a/b"]/c'],
    ]
    const ids = signers.map(async ([signer, id]) => {
      const request = await tinySender(signer).sign({ event: 'Ping' }, { url, now, headers: { 'webhook-id': id } })
      return (await verifyBy(scheme, request, { now })).id
    })
    expect(new Set(await Promise.all(ids)).size).toBe(signers.length)
    expect(await ids[0]).toBe('["a/b"]/c')
  })

  it('a message names labels, and no credential', () => {
    const make = () => hmac({ header: 'X', secret: 'a very private secret' })
    expect(() => anyOf({ a: make(), b: make() })).toThrow(/^anyOf: a and b have the same credential$/)
  })
})

describe('the code of a refusal is the one that fits best, in whatever order the members stand', () => {
  /** Both orders of two members. */
  async function verdicts(one: Scheme<Proof>, other: Scheme<Proof>, request: Parameters<typeof verifyBy>[1]) {
    const both = [anyOf({ one, other }), anyOf({ other, one })]
    return Promise.all(both.map((scheme) => verdict(verifyBy(scheme, request, { now }))))
  }
  const twice = (code: string) => [code, code]
  const west = otherAws({ region: 'eu-west-1' })
  const elsewhere = otherAws({ host: 'other.example.com' })

  it.each<readonly [string, Scheme<Proof>, Parameters<typeof awsSigned>[0], string]>([
    ['another secret, where the other member is of another region', west, { secret: 'another' }, 'signature_mismatch'],
    [
      'another secret, where the other member is of another host',
      elsewhere,
      { secret: 'another' },
      'signature_mismatch',
    ],
    ['another body, where the other member is of another region', west, { declaredHash: 'x' }, 'body_hash_mismatch'],
    ['another body, where the other member is of another host', elsewhere, { declaredHash: 'x' }, 'body_hash_mismatch'],
    ['a region of neither', west, { scope: '20261103/us-west-9/execute-api/aws4_request' }, 'credential_mismatch'],
    ['a host of neither', elsewhere, { host: 'third.example.com' }, 'host_mismatch'],
    ['stale', west, { date: '20261103T090000Z' }, 'timestamp_too_old'],
    ['a malformed header', west, { edit: (text) => `${text}0` }, 'signature_malformed'],
  ])('aws4: %s', async (_name, other, parts, code) => {
    expect(await verdicts(aws({}), other, awsSigned(parts))).toEqual(twice(code))
  })

  it('jwt: stale for the member whose it is, a mismatch for the other', async () => {
    const [one, other] = ['a', 'b'].map((secret) => jwt({ header: 'X-Token', secret }))
    if (one === undefined || other === undefined) throw new Error('two were made')
    const request = await tinySender(one).sign({ event: 'Ping' }, { now: new Date('2026-11-03T09:00:00Z') })
    expect(await verdicts(one, other, request)).toEqual(twice('timestamp_too_old'))
  })

  it('a member that could not be asked might have matched: its 503 wins, and the sender tries again', async () => {
    const broken = hmac({
      header: 'X-Sig',
      secret: () => {
        throw new Error('the vault is shut')
      },
    })
    const sound = hmac({ header: 'X-Sig', secret: 'a' })
    const foreign = await deliveryBy(hmac({ header: 'X-Sig', secret: 'b' }))
    expect(await verdicts(sound, broken, foreign)).toEqual(twice('secret_unavailable'))
    expect(await verdicts(sound, broken, await deliveryBy(sound))).toEqual(twice('accepted'))
    const error = await caught(verifyBy(anyOf({ broken, sound }), foreign, { now }))
    expect(error).toMatchObject({ status: 503, retryable: true })
  })

  it('and wins over what another member found out', async () => {
    const stale = jwt({ header: 'X-Token', secret: 'a' })
    const broken = jwt({ header: 'X-Token', secret: () => Promise.reject(new Error('the vault is shut')) })
    const request = await tinySender(stale).sign({ event: 'Ping' }, { now: new Date('2026-11-03T09:00:00Z') })
    expect(await verdict(verifyBy(stale, request, { now }))).toBe('timestamp_too_old')
    expect(await verdicts(stale, broken, request)).toEqual(twice('secret_unavailable'))
  })

  it('of two that say as much it is the first', async () => {
    const refusing = (code: ErrorCode, byte: number): Scheme<Proof> => ({
      verify: () => {
        throw new WebhookError(code, 'refused by a member')
      },
      sign: () => ({}),
      traits: () => ({ format: 'own', credentials: [Uint8Array.of(byte)] }),
    })
    const [stale, changed] = [refusing('timestamp_too_old', 1), refusing('body_hash_mismatch', 2)]
    const request = { headers: {}, body: ping }
    expect(await verdicts(stale, changed, request)).toEqual(['timestamp_too_old', 'body_hash_mismatch'])
  })

  it('the same where a check of tokens throws', async () => {
    const broken = token({ key: 'Bearer', check: () => Promise.reject(new Error('no network')) })
    const sound = token({ key: 'Bearer', check: (text) => text === 'right' })
    const requests = ['wrong', 'right'].map((text) => ({ headers: { authorization: `Bearer ${text}` }, body: ping }))
    expect(await verdicts(sound, broken, requests[0] ?? {})).toEqual(twice('verifier_unavailable'))
    expect(await verdicts(sound, broken, requests[1] ?? {})).toEqual(twice('accepted'))
  })
})

it('members are asked at one time: one that waits does not hold up the others', async () => {
  let waiting = 0
  let open = (): void => {}
  const all = new Promise<void>((resolve) => {
    open = resolve
  })
  const make = (value: string) =>
    header({
      name: 'X',
      value: async () => {
        waiting += 1
        if (waiting === 3) open()
        await all
        return value
      },
    })
  const scheme = anyOf({ a: make('alpha'), b: make('beta'), c: make('gamma') })
  const { proof } = await verifyBy(scheme, { headers: { x: 'beta' }, body: ping })
  expect(proof.credential).toBe('b')
})

describe('members within members, functions and rotation', () => {
  const value = (secret: Parameters<typeof header>[0]['value']) => header({ name: 'X', value: secret })
  const request = (text: string) => ({ headers: { x: text }, body: ping })

  it('a secret that is rotated within a member: the label is the member’s', async () => {
    const scheme = anyOf({
      north: value(['n1', { label: 'newest', value: 'n2' }]),
      south: value([{ label: 'north', value: 's1' }]),
    })
    const labels = ['n1', 'n2', 's1'].map(async (text) => (await verifyBy(scheme, request(text))).proof.credential)
    expect(await Promise.all(labels)).toEqual(['north', 'north', 'south'])
  })

  it('anyOf within anyOf: the outer label', async () => {
    const inner = anyOf({ a: value('1'), b: value('2') })
    const scheme = anyOf({ outer: inner, c: value('3') })
    const labels = ['1', '2', '3'].map(async (text) => (await verifyBy(scheme, request(text))).proof.credential)
    expect(await Promise.all(labels)).toEqual(['outer', 'outer', 'c'])
    expect(await verdict(verifyBy(scheme, request('4')))).toBe('credential_mismatch')
  })

  it('functions are asked for the request, all of them: two that match would be a mistake', async () => {
    const asked: string[] = []
    const ask = (name: string, secret: string | null) => (given: unknown) => {
      asked.push(name)
      expect(given).toBe(delivery)
      return Promise.resolve(secret)
    }
    const delivery = request('2')
    const scheme = anyOf({ a: value(ask('a', null)), b: value(ask('b', '2')), c: value(ask('c', '3')) })
    expect((await verifyBy(scheme, delivery)).proof.credential).toBe('b')
    expect(asked).toEqual(['a', 'b', 'c'])
  })

  it('a label that every object has is a label', async () => {
    const scheme = anyOf(
      Object.fromEntries([
        ['__proto__', value('1')],
        ['constructor', value('2')],
      ]),
    )
    const labels = ['1', '2'].map(async (text) => (await verifyBy(scheme, request(text))).proof.credential)
    expect(await Promise.all(labels)).toEqual(['__proto__', 'constructor'])
  })

  it('a receiver takes it as any scheme', async () => {
    const receiver = receiverOf(anyOf({ a: value('1') }))
    expect(await receiver.safeVerify(request('1'))).toMatchObject({
      ok: true,
      delivery: { proof: { credential: 'a' } },
    })
    expect(await receiver.safeVerify(request('2'))).toMatchObject({ ok: false, error: { code: 'credential_mismatch' } })
  })
})
