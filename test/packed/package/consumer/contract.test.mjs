// Under node:test, as ES modules.
import { describe, it } from 'node:test'
import { registerContract } from './contract.cjs'
import subjects from './subjects.cjs'

const modules = {}
for (const name of Object.keys(subjects.providers)) modules[name] = await import(`countersign/${name}`)
registerContract({ describe, it }, modules)
