// What an edge runtime looks like to the library: no way to reach a built-in module, only globalThis.crypto.
Object.defineProperty(process, 'getBuiltinModule', { value: undefined, configurable: true })
