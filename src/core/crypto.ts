import { type Bytes, concat, type MaybePromise } from './bytes.ts'

/** The two primitives. They are the only thing in the library that exists twice. */
export interface Crypto {
  /** Which of the two this runtime has. */
  readonly backend: 'node:crypto' | 'webcrypto'
  /** HMAC-SHA256 (RFC 2104, FIPS 180-4) over the parts in their order, 32 bytes. */
  hmac(secret: Bytes, parts: readonly Bytes[]): MaybePromise<Bytes>
  /** SHA-256 (FIPS 180-4) over the parts in their order, 32 bytes. */
  sha256(parts: readonly Bytes[]): MaybePromise<Bytes>
}

type NodeCrypto = typeof import('node:crypto')

/** Gives the backend, found at the first call and kept by the caller: nothing is touched when a module loads. */
export function lazyCrypto(): () => Crypto {
  let crypto: Crypto | undefined
  return () => {
    crypto ??= findCrypto()
    return crypto
  }
}

function findCrypto(): Crypto {
  const node = builtinCrypto()
  if (node !== undefined) return nodeBackend(node)
  if (globalThis.crypto?.subtle !== undefined) return webBackend(globalThis.crypto.subtle)
  throw new TypeError('countersign needs node:crypto or WebCrypto, and this runtime has neither')
}

function builtinCrypto(): NodeCrypto | undefined {
  try {
    // By way of globalThis and behind try: bundlers for edge runtimes must see no node: import, and some runtimes
    // have a `process` that throws when it is looked at. Some have a node:crypto without HMAC, hence the check.
    const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
    return typeof crypto?.createHmac === 'function' ? crypto : undefined
  } catch {
    return undefined
  }
}

function nodeBackend({ createHash, createHmac, hash }: NodeCrypto): Crypto {
  return {
    backend: 'node:crypto',
    hmac(secret, parts) {
      const mac = createHmac('sha256', secret)
      for (const part of parts) mac.update(part)
      return plain(mac.digest())
    },
    sha256(parts) {
      const [only] = parts
      // crypto.hash is Node 20.12 and later, and half the cost of createHash on a small input.
      if (parts.length === 1 && only !== undefined && hash !== undefined) return plain(hash('sha256', only, 'buffer'))
      const sum = createHash('sha256')
      for (const part of parts) sum.update(part)
      return plain(sum.digest())
    },
  }
}

function plain({ buffer, byteOffset, byteLength }: Buffer): Bytes {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength) // a digest's buffer is never shared
}

function webBackend(subtle: SubtleCrypto): Crypto {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  // By identity: a receiver keeps its secrets' bytes, so each is imported once.
  const keys = new WeakMap<Bytes, Promise<CryptoKey>>()
  const keyOf = (secret: Bytes): Promise<CryptoKey> => {
    const known = keys.get(secret)
    if (known !== undefined) return known
    const key = subtle.importKey('raw', secret, algorithm, false, ['sign'])
    keys.set(secret, key)
    return key
  }
  return {
    backend: 'webcrypto',
    async hmac(secret, parts) {
      return new Uint8Array(await subtle.sign('HMAC', await keyOf(secret), concat(parts)))
    },
    async sha256(parts) {
      return new Uint8Array(await subtle.digest('SHA-256', concat(parts)))
    },
  }
}
