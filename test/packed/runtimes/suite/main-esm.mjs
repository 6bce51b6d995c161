// The program with the package as ES modules.
import { main } from './main.mjs'

await main(() => import('./library.mjs'), import.meta.resolve('countersign'))
