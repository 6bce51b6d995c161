// @ts-check

/**
 * What the command line asks for.
 *
 * @typedef {{ mode: 'run' } | { mode: 'help' } | { mode: 'listen', port: number } | { mode: 'wrong', message: string }} Command
 */

export const usage = `npm run demo                     delivers everything to a server of its own and prints the verdicts
npm run demo -- --listen 3000    keeps serving on 127.0.0.1:3000 and prints curl commands to paste`

/**
 * Reads the command line.
 *
 * @param {readonly string[]} argv what follows the script's name
 * @returns {Command}
 */
export function parseArguments(argv) {
  if (argv.some((argument) => argument === '--help' || argument === '-h')) return { mode: 'help' }
  const [flag, value, ...others] = argv.flatMap((argument) => splitFlag(argument))
  if (flag === undefined) return { mode: 'run' }
  if (flag !== '--listen') return wrong(`unknown argument ${flag}`)
  if (value === undefined) return wrong('--listen needs a port, for example --listen 3000')
  if (others.length > 0) return wrong(`unknown argument ${others[0]}`)
  const port = readPort(value)
  return port === undefined ? wrong(`--listen needs a port from 0 to 65535, not ${value}`) : { mode: 'listen', port }
}

/** @param {string} argument `--listen=3000` is `--listen 3000` */
function splitFlag(argument) {
  const at = argument.indexOf('=')
  return argument.startsWith('--') && at > 0 ? [argument.slice(0, at), argument.slice(at + 1)] : [argument]
}

/** @param {string} text */
function readPort(text) {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined
}

/**
 * @param {string} message
 * @returns {Command}
 */
function wrong(message) {
  return { mode: 'wrong', message: `demo: ${message} (npm run demo -- --help)` }
}
