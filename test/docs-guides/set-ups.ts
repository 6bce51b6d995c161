import { aws4, basic, hmac, oauth2 } from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import { samples, signTyk } from 'countersign/testing'
import * as tyk from 'countersign/tyk'
import { host, secret } from './trouble.ts'

export const webhook = tyk.createReceiver({ secret })
export const signed = () => signTyk(samples.tyk.UserRegistered.payload, { secret })
export const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
export const event = 'Site Archived'
export const member = basic({ username: 'a', password: secret })

/** Options as a caller without types gives them. */
export const untypedOptions = (options: unknown) => options as never
export const tykWith = async (options: object) => tyk.createReceiver(untypedOptions(options))
export const verified = async (options: object) => tyk.verify(await signed(), untypedOptions(options))
export const sightenWith = async (options: object) =>
  sighten.createReceiver(untypedOptions({ auth: member, ...options }))

const keys = {
  jwksUri: 'https://login.example.com/jwks',
  issuer: 'https://login.example.com',
  audience: 'https://hooks.example.com',
  algorithms: ['RS256'],
  clientId: 'sighten',
}
export const oauth2With = async (options: object) => oauth2(untypedOptions({ ...keys, ...options }))
export const aws4With = async (options: object) =>
  aws4(untypedOptions({ accessKeyId: 'A', secretAccessKey: secret, region: 'r', service: 's', host, ...options }))
export const hmacWith = async (options: object) => hmac(untypedOptions({ header: 'X-Signature', secret, ...options }))
export const sightenHmac = async (options: object) => sighten.hmac(untypedOptions({ clientSecret: secret, ...options }))
export const anyOf = async (members: Parameters<typeof sighten.anyOf>[0]) => sighten.anyOf(members)

/** Calls a function, until its first await, as a runtime without cryptography would. */
export function withoutCrypto<T>(call: () => T): T {
  const kept = ['process', 'crypto'].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const)
  try {
    for (const [name] of kept) Object.defineProperty(globalThis, name, { value: undefined, configurable: true })
    return call()
  } finally {
    for (const [name, descriptor] of kept) if (descriptor) Object.defineProperty(globalThis, name, descriptor)
  }
}
