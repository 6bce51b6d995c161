// The program with the package as CommonJS.
import('./main.mjs').then(({ main }) => main(() => require('./library.cjs'), require.resolve('countersign')))
