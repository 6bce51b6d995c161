// Takes node:crypto out of the library's reach, as on a runtime that has none. Loaded ahead of the library.
const { process } = globalThis
if (typeof process.getBuiltinModule !== 'function') throw new Error('there is no process.getBuiltinModule to hide')
Object.defineProperty(process, 'getBuiltinModule', { value: undefined, configurable: true, writable: true })
if (globalThis.process.getBuiltinModule !== undefined) throw new Error('process.getBuiltinModule cannot be hidden')
