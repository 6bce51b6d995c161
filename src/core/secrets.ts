import { asBytes, type Bytes, type MaybePromise, utf8 } from './bytes.ts'
import { refuse } from './errors.ts'

/** One secret: a string stands for its UTF-8 bytes, unless the scheme says that it decodes. */
export type SecretValue = string | Uint8Array

/** One secret, or a secret with the label that `proof.credential` shows when it was the one that matched. */
export type Secret = SecretValue | { readonly label: string; readonly value: SecretValue }

/**
 * One secret, or several while a secret is being rotated; or a function that gives them for a request, also later.
 * From a function, `undefined` is a mistake (an environment variable that is not set), and so a TypeError;
 * `null` says that no secret belongs to this request, and the delivery is refused.
 */
export type SecretOption =
  | Secret
  | readonly Secret[]
  | ((request: unknown) => MaybePromise<Secret | readonly Secret[] | null | undefined>)

/** A secret as the schemes use it: bytes of our own, and the label to report. */
export interface Credential {
  readonly label: string | undefined
  readonly bytes: Bytes
}

export type Keyring = (request: unknown) => MaybePromise<readonly Credential[]>

/** Turns a secret's text into its bytes, or says by a TypeError why it cannot. */
export type SecretDecoder = (text: string, option: string) => Bytes

const maxSecrets = 64

/**
 * Checks the secrets of an option and keeps them ready.
 *
 * @param option the secrets, as the user gave them
 * @param name the option's name, for messages
 * @param decode how a string becomes bytes; its UTF-8 bytes unless told
 * @throws TypeError where a secret is absent, empty, padded with white space, undecodable or given twice
 */
export function createKeyring(option: SecretOption, name = 'secret', decode: SecretDecoder = utf8Secret): Keyring {
  if (typeof option !== 'function') {
    const credentials = readSecrets(option, name, decode)
    return () => credentials
  }
  let last: { text: string; credentials: readonly Credential[] } | undefined
  return async (request) => {
    const given = await callSecretFunction(option, request)
    if (given === null)
      refuse('credential_mismatch', `the function in the option ${name} knows no secret for this request`)
    // Only text is kept: a list or an array of bytes may have changed since it was last given.
    if (typeof given !== 'string') return readSecrets(given, name, decode)
    if (last?.text !== given) last = { text: given, credentials: readSecrets(given, name, decode) }
    return last.credentials
  }
}

async function callSecretFunction(option: (request: unknown) => unknown, request: unknown): Promise<unknown> {
  try {
    return await option(request)
  } catch {
    // Without the cause: what a secret store throws may quote the secret, and this error will be logged.
    refuse('secret_unavailable', 'the function that gives the secret threw: catch inside it to see why')
  }
}

function readSecrets(given: unknown, name: string, decode: SecretDecoder): readonly Credential[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) throw new TypeError(`${name} is an empty list: give at least one`)
  if (list.length > maxSecrets) throw new TypeError(`${name} lists more than ${maxSecrets}`)
  const credentials = list.map((entry, index) =>
    readSecret(entry, name, list.length > 1 ? String(index) : undefined, decode),
  )
  refuseTwins(credentials, name)
  return credentials
}

function readSecret(entry: unknown, name: string, position: string | undefined, decode: SecretDecoder): Credential {
  if (typeof entry === 'object' && entry !== null && 'label' in entry && 'value' in entry) {
    if (typeof entry.label !== 'string' || entry.label === '') throw new TypeError(`${name} has a label that is empty`)
    return { label: entry.label, bytes: secretBytes(entry.value, name, decode) }
  }
  return { label: position, bytes: secretBytes(entry, name, decode) }
}

function secretBytes(value: unknown, name: string, decode: SecretDecoder): Bytes {
  if (value === undefined || value === null) {
    throw new TypeError(`${name} is ${value}: is the environment variable set?`)
  }
  if (typeof value === 'string') {
    if (value !== value.trim()) throw new TypeError(`${name} begins or ends with white space`)
    return refuseEmpty(decode(value, name), name)
  }
  const bytes = asBytes(value)
  if (bytes === undefined) throw new TypeError(`${name} must be a string, bytes, or { label, value }`)
  return refuseEmpty(bytes.slice(), name)
}

function refuseEmpty(bytes: Bytes, name: string): Bytes {
  if (bytes.length === 0) throw new TypeError(`${name} is empty`)
  return bytes
}

function utf8Secret(text: string, name: string): Bytes {
  if (!text.isWellFormed()) throw new TypeError(`${name} is not well-formed Unicode`)
  return utf8(text)
}

function refuseTwins(credentials: readonly Credential[], name: string): void {
  const seen = new Set<string>()
  for (const { bytes } of credentials) {
    const text = bytes.join()
    if (seen.has(text)) throw new TypeError(`${name} lists one secret twice`)
    seen.add(text)
  }
}

/** The secret to sign with: the first, as a sender that rotates uses the newest. */
export async function signingKey(keyring: Keyring): Promise<Bytes> {
  const [credential] = await keyring(undefined)
  if (credential === undefined) throw new TypeError('there is no secret to sign with')
  return credential.bytes
}
