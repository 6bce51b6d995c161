// One function: a process with its handler, and the runtime API from which it gets its events, one after the other.
import { start } from '../../tools/exec.mjs'
import { listen } from './loopback.mjs'

/**
 * @typedef {object} LambdaFunction
 * @property {(event: object) => Promise<{ result?: object, failed?: object }>} invoke
 * @property {() => string} log
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ folder: string, env: Record<string, string | undefined> }} project
 * @param {string} handler as Lambda names it: `file.export`
 * @returns {Promise<LambdaFunction>}
 */
export async function startFunction({ folder, env }, handler) {
  const calls = createCalls()
  const api = await listen((request, body) => answerRuntime(calls, request.url.split('/').at(-1), body))
  const program = start('node', ['runtime.mjs', handler], {
    cwd: folder,
    env: { ...env, AWS_LAMBDA_RUNTIME_API: api.host },
  })
  const ended = program.ended.then(() => Promise.reject(new Error(`the function ended\n${program.output.stderr}`)))
  ended.catch(() => {}) // whoever calls it sees it
  return {
    invoke: (event) => Promise.race([calls.add(event), ended]),
    log: () => program.output.stdout + program.output.stderr,
    async close() {
      await program.stop()
      await api.close()
    },
  }
}

/** `next` waits for an event; then comes what became of it. */
async function answerRuntime(calls, what, body) {
  if (what !== 'next') {
    calls.current.resolve(what === 'response' ? { result: JSON.parse(body) } : { failed: JSON.parse(body) })
    return { status: 202 }
  }
  calls.current = await calls.next()
  return { headers: { 'lambda-runtime-aws-request-id': 'of-this-call' }, body: calls.current.event }
}

/** Events that wait for the function, or the function for them. */
function createCalls() {
  const events = []
  const takers = []
  const match = () => {
    while (events.length > 0 && takers.length > 0) takers.shift()(events.shift())
  }
  return {
    add: (event) =>
      new Promise((resolve) => {
        events.push({ event: JSON.stringify(event), resolve })
        match()
      }),
    next: () =>
      new Promise((resolve) => {
        takers.push(resolve)
        match()
      }),
  }
}
