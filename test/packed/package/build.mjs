// Makes the bundles of one bundler. Arguments: its name, the folder to write to, and the entries as JSON.
import { bundlers } from './bundlers.mjs'

const [name, folder, entries] = process.argv.slice(2)
await bundlers[name].build(JSON.parse(entries), folder)
