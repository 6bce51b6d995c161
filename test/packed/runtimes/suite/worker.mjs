// The suite as a worker, for runtimes that take one file.
import * as library from './library.mjs'
import { runSuite } from './suite.mjs'

export default { fetch: async () => Response.json(await runSuite(library)) }
