import { type Bytes, concat, type Encoding, encode, type MaybePromise } from './bytes.ts'

/** The two primitives, in the forms that are the fastest on a backend. Nothing else in the library exists twice. */
export interface Crypto {
  /** Which of the two this runtime has. */
  readonly backend: 'node:crypto' | 'webcrypto'
  /** HMAC-SHA256 (RFC 2104, FIPS 180-4) over the parts in their order, as text: the backend's own encoder is the fastest. */
  hmac(secret: Bytes, parts: readonly Bytes[], encoding: Encoding): MaybePromise<string>
  /** The same as bytes, for a key that is derived. */
  hmacKey(secret: Bytes, parts: readonly Bytes[]): MaybePromise<Bytes>
  /** SHA-256 (FIPS 180-4) over the parts in their order, as text. */
  sha256(parts: readonly Bytes[], encoding: Encoding): MaybePromise<string>
  /** The text of bytes that are ASCII, `undefined` for others; where that is faster than a decoder of UTF-8. */
  asciiText?(bytes: Bytes): string | undefined
}

type NodeCrypto = typeof import('node:crypto')
interface NodeModules {
  readonly 'node:crypto': NodeCrypto
  readonly 'node:buffer': typeof import('node:buffer')
}
type Hmac = ReturnType<NodeCrypto['createHmac']>

/** Gives the backend, found at the first call and kept by the caller: nothing is touched when a module loads. */
export function lazyCrypto(): () => Crypto {
  let crypto: Crypto | undefined
  return () => {
    crypto ??= findCrypto()
    return crypto
  }
}

function findCrypto(): Crypto {
  const node = builtin('node:crypto')
  // Some runtimes have a node:crypto without HMAC.
  if (typeof node?.createHmac === 'function' && typeof node.createSecretKey === 'function')
    return nodeBackend(node, builtin('node:buffer'))
  if (globalThis.crypto?.subtle !== undefined) return webBackend(globalThis.crypto.subtle)
  throw new TypeError('countersign needs node:crypto or WebCrypto, and this runtime has neither')
}

function builtin<Name extends 'node:crypto' | 'node:buffer'>(name: Name): NodeModules[Name] | undefined {
  try {
    // By way of globalThis and behind try: bundlers for edge runtimes must see no node: import, and some runtimes
    // have no `process`, or one that throws when it is looked at.
    return globalThis.process.getBuiltinModule(name)
  } catch {
    return undefined
  }
}

function nodeBackend(
  { createHash, createHmac, createSecretKey, hash }: NodeCrypto,
  buffer: NodeModules['node:buffer'] | undefined,
): Crypto {
  const keyOf = onceFor(createSecretKey)
  const hmac = (secret: Bytes, parts: readonly Bytes[]): Hmac => {
    const mac = createHmac('sha256', keyOf(secret))
    for (const part of parts) mac.update(part)
    return mac
  }
  const sha256 = (parts: readonly Bytes[], encoding: Encoding): string => {
    const [only] = parts
    // crypto.hash is Node 20.12 and later, and half the cost of createHash on a small input.
    if (parts.length === 1 && only !== undefined && hash !== undefined) return hash('sha256', only, encoding)
    const sum = createHash('sha256')
    for (const part of parts) sum.update(part)
    return sum.digest(encoding)
  }
  return {
    backend: 'node:crypto',
    hmac: (secret, parts, encoding) => hmac(secret, parts).digest(encoding),
    hmacKey: (secret, parts) => plain(hmac(secret, parts).digest()),
    sha256,
    asciiText: (bytes) =>
      // `isAscii` is not in every runtime that has node:crypto.
      buffer?.isAscii?.(bytes)
        ? buffer.Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
        : undefined,
  }
}

/** Prepares each secret once. Found by identity; a buffer that holds another secret since is another key. */
function onceFor<Key extends object>(prepare: (secret: Bytes) => Key): (secret: Bytes) => Key {
  const keys = new WeakMap<Bytes, { readonly copy: Bytes; readonly key: Key }>()
  return (secret) => {
    const known = keys.get(secret)
    if (known !== undefined && isSame(known.copy, secret)) return known.key
    const made = { copy: Uint8Array.from(secret), key: prepare(secret) }
    keys.set(secret, made)
    return made.key
  }
}

/** Both are the receiver's own: how long this takes says nothing about a request. */
function isSame(one: Bytes, other: Bytes): boolean {
  if (one.length !== other.length) return false
  for (let i = 0; i < one.length; i += 1) if (one[i] !== other[i]) return false
  return true
}

function plain({ buffer, byteOffset, byteLength }: Buffer): Bytes {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength) // a digest's buffer is never shared
}

function webBackend(subtle: SubtleCrypto): Crypto {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const keyOf = onceFor((secret) => subtle.importKey('raw', secret, algorithm, false, ['sign']))
  const hmac = async (secret: Bytes, parts: readonly Bytes[]): Promise<Bytes> =>
    new Uint8Array(await subtle.sign('HMAC', await keyOf(secret), concat(parts)))
  return {
    backend: 'webcrypto',
    hmac: async (secret, parts, encoding) => encode(await hmac(secret, parts), encoding),
    hmacKey: hmac,
    sha256: async (parts, encoding) => encode(new Uint8Array(await subtle.digest('SHA-256', concat(parts))), encoding),
  }
}
