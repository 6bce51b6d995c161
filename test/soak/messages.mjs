// Questions to a process of the soak, and its answers.
import { fork } from 'node:child_process'

/** Starts a process that answers questions; `ask` rejects where the process ends instead. */
export function startProcess(file, { cwd, args = [], execArgv = [] }) {
  const child = fork(file, args, { cwd, execArgv })
  const waiting = new Map()
  let last = 0
  child.on('message', ({ id, value, error }) => {
    const { resolve, reject } = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) resolve(value)
    else reject(new Error(error))
  })
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended with ${signal ?? code}`))
    waiting.clear()
  })
  process.on('exit', () => child.kill('SIGKILL'))
  const ask = (name, ...args) =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve, reject })
      child.send({ id: last, name, args })
    })
  return { ask, stop: () => child.disconnect() }
}

/** Answers by the function that has the question's name, until the parent has gone. */
export function answerMessages(functions) {
  process.on('message', async ({ id, name, args }) => {
    try {
      process.send({ id, value: await functions[name](...args) })
    } catch (error) {
      process.send({ id, error: error?.stack ?? String(error) })
    }
  })
  process.on('disconnect', () => process.exit(0))
}
