// The suite as a program: on Node.js, Bun and Deno.
import { runSuite } from './suite.mjs'

/**
 * @param {() => unknown} load loads the library; called when node:crypto is hidden, where the first argument asks for it
 * @param {string} resolved the file that the package's name leads to
 */
export async function main(load, resolved) {
  if (globalThis.process.argv[2] === 'hidden') await import('./hide.mjs')
  console.log(JSON.stringify({ ...(await runSuite(await load())), resolved }))
}
