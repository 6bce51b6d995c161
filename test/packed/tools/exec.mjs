// Programs that the suites start: to the end with run, or kept running with start. Nothing runs without a time limit.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Runs a program to its end and gives what it printed; rejects with that where it failed or took too long.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, timeoutMs?: number }} [options] `env` is added to
 *   this process's own
 * @returns {Promise<{ stdout: string, stderr: string }>}
 */
export async function run(command, args, { cwd, env, timeoutMs = 300_000 } = {}) {
  const program = start(command, args, { cwd, env })
  const timer = setTimeout(() => program.stop(), timeoutMs)
  const { code, signal } = await program.ended
  clearTimeout(timer)
  if (code === 0) return program.output
  const { stdout, stderr } = program.output
  throw new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}\n${stdout}${stderr}`)
}

/**
 * Starts a program, in a process group of its own, so that stop ends its children too.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} [options]
 */
export function start(command, args, { cwd, env } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (output[name] += text))
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal }))
  })
  ended.catch(() => {}) // whoever awaits it still sees the failure
  running.add(child)
  child.on('close', () => running.delete(child))
  return { child, output, ended, stop: () => stop(child) }
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
process.on('exit', () => {
  for (const child of running) kill(child, 'SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  kill(child, 'SIGTERM')
  const timer = setTimeout(() => kill(child, 'SIGKILL'), 3000)
  await closed
  clearTimeout(timer)
}

function kill(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It has ended by itself.
  }
}
