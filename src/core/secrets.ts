import { after, asBytes, type Bytes, concat, type MaybePromise, tryEach, utf8 } from './bytes.ts'
import { refuse } from './errors.ts'
import type { SchemeTraits } from './scheme.ts'

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

/** Gives the credentials for a request; `fixed` are those that do not depend on it. */
export interface Keyring {
  (request: unknown): MaybePromise<readonly Credential[]>
  readonly fixed: readonly Credential[]
}

/** Turns a secret's text into its bytes, or says by a TypeError why it cannot. */
export type SecretDecoder = (text: string, option: string) => Bytes

const maxSecrets = 64

/** What a scheme asks of its secrets. */
interface Rules {
  /** The option's name, for messages. */
  readonly name: string
  readonly decode: SecretDecoder
  readonly minBytes: number
}

/**
 * Checks the secrets of an option and keeps them ready.
 *
 * @param option the secrets, as the user gave them
 * @param name the option's name, for messages
 * @param decode how a string becomes bytes; its UTF-8 bytes unless told
 * @param minBytes the least that is accepted, after decoding
 * @throws TypeError where a secret is absent, too short, padded with white space, undecodable or given twice
 */
export function createKeyring(
  option: SecretOption,
  name = 'secret',
  decode: SecretDecoder = utf8Secret,
  minBytes = 1,
): Keyring {
  const rules = { name, decode, minBytes }
  if (typeof option !== 'function') {
    const fixed = readSecrets(option, rules)
    return Object.assign(() => fixed, { fixed })
  }
  let last: { text: string; credentials: readonly Credential[] } | undefined
  const ask = async (request: unknown): Promise<readonly Credential[]> => {
    const given = await callSecretFunction(option, request)
    if (given === null) refuse('credential_mismatch', `the function in the option ${name} knows none for this request`)
    // Only text is kept: a list or an array of bytes may have changed since it was last given.
    if (typeof given !== 'string') return readSecrets(given, rules)
    if (last?.text !== given) last = { text: given, credentials: readSecrets(given, rules) }
    return last.credentials
  }
  return Object.assign(ask, { fixed: [] })
}

async function callSecretFunction(option: (request: unknown) => unknown, request: unknown): Promise<unknown> {
  try {
    return await option(request)
  } catch {
    // Without the cause: what a secret store throws may quote the secret, and this error will be logged.
    refuse('secret_unavailable', 'the function that gives the secret threw: catch inside it to see why')
  }
}

function readSecrets(given: unknown, rules: Rules): readonly Credential[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) throw new TypeError(`${rules.name} is an empty list: give at least one`)
  if (list.length > maxSecrets) throw new TypeError(`${rules.name} lists more than ${maxSecrets}`)
  const positionOf = (index: number): string | undefined => (list.length > 1 ? String(index) : undefined)
  const nameOf = (index: number): string => (list.length > 1 ? `${rules.name}[${index}]` : rules.name)
  const credentials = list.map((entry, index) =>
    readSecret(entry, positionOf(index), { ...rules, name: nameOf(index) }),
  )
  if (new Set(credentials.map(({ bytes }) => bytes.join())).size < credentials.length) {
    throw new TypeError(`${rules.name} lists one secret twice`)
  }
  if (new Set(credentials.map(({ label }) => label)).size < credentials.length) {
    throw new TypeError(`${rules.name} lists two secrets under one label`)
  }
  return credentials
}

function readSecret(entry: unknown, position: string | undefined, rules: Rules): Credential {
  if (typeof entry === 'object' && entry !== null && 'label' in entry && 'value' in entry) {
    if (typeof entry.label !== 'string' || entry.label === '') throw new TypeError(`${rules.name} has an empty label`)
    return { label: entry.label, bytes: secretBytes(entry.value, rules) }
  }
  return { label: position, bytes: secretBytes(entry, rules) }
}

function secretBytes(value: unknown, { name, decode, minBytes }: Rules): Bytes {
  if (value === undefined || value === null) {
    throw new TypeError(`${name} is ${value}: is the environment variable set?`)
  }
  if (typeof value === 'string' && value !== value.trim()) {
    throw new TypeError(`${name} begins or ends with white space: a file or a pasted value often ends in a line break`)
  }
  if (value === '' && minBytes > 0) throw new TypeError(`${name} is empty: is the environment variable set?`)
  const bytes = typeof value === 'string' ? decode(value, name) : asBytes(value)?.slice()
  if (bytes === undefined)
    throw new TypeError(
      `${name} must be a string, bytes, { label, value }, a list of these, or a function that gives them`,
    )
  if (bytes.length < minBytes) {
    throw new TypeError(bytes.length === 0 ? `${name} is empty` : `${name} is shorter than ${minBytes} bytes`)
  }
  return bytes
}

function utf8Secret(text: string, name: string): Bytes {
  if (!text.isWellFormed()) throw new TypeError(`${name} is not well-formed Unicode`)
  return utf8(text)
}

/** What the first secret that fits gives, `undefined` where none does. */
export function trySecrets<T>(
  credentials: MaybePromise<readonly Credential[]>,
  attempt: (credential: Credential) => MaybePromise<T | undefined>,
): MaybePromise<T | undefined> {
  return after(credentials, (list) => tryEach(list, attempt))
}

/** The secret to sign with: the first, as a sender that rotates uses the newest. */
export async function signingKey(keyring: Keyring): Promise<Bytes> {
  const [credential] = await keyring(undefined)
  if (credential === undefined) throw new TypeError('there is no secret to sign with')
  return credential.bytes
}

/** A scheme's traits, of what makes its format, its keyring, and the name that belongs to the secret. */
export function keyringTraits(format: readonly unknown[], { fixed }: Keyring, name = ''): SchemeTraits {
  const credentials = fixed.map(({ bytes }) => concat([utf8(name), emptyByte, bytes]))
  return { format: JSON.stringify(format).toLowerCase(), credentials }
}

/** Stands between name and secret, which hold none. */
const emptyByte: Bytes = /* @__PURE__ */ new Uint8Array(1)
