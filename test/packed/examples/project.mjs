// An example as its reader has it: copied into an empty folder, installed with the tarball, compiled, built, started.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { run, start } from '../tools/exec.mjs'
import { installNode } from '../tools/nodes.mjs'
import { emptyFolder, root } from '../tools/tarball.mjs'
import { freePort, send, untilListening } from './socket.mjs'

/**
 * @typedef {object} Project
 * @property {string} folder
 * @property {string} inbox the folder in which the example keeps its deliveries
 * @property {string} runtime with its version
 * @property {Record<string, string>} env PATH, and what the example's servers need
 * @property {object} kit `countersign/testing`, as the example has it
 * @property {() => Promise<Server>} open starts the example's server
 * @property {(command: string[]) => Promise<Server>} openWith starts another one
 */

/**
 * @typedef {object} Server
 * @property {string} origin
 * @property {(request: import('./socket.mjs').WireRequest) => Promise<import('./socket.mjs').Answer>} send
 * @property {() => Promise<{ id: string, type: string }[]>} kept every delivery kept since the last forget()
 * @property {() => Promise<void>} forget
 * @property {() => string} log everything printed so far
 * @property {() => Promise<void>} close
 */

/**
 * @param {string} name
 * @param {import('./run.mjs').Example} example
 * @param {string} tarball
 * @returns {Promise<Project>}
 */
export async function prepare(name, example, tarball) {
  const folder = emptyFolder(name)
  await copyExample(name, folder)
  const node = example.node && (await installNode(example.node))
  const env = { ...node?.env, CI: '1' }
  const npm = (...args) => run('npm', args, { cwd: folder, env })
  await npm('install', '--no-audit', '--no-fund', tarball)

  const overlay = fileURLToPath(new URL(name, import.meta.url))
  if (existsSync(overlay)) cpSync(overlay, folder, { recursive: true })
  // Without a secret: a build has none.
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const script of ['typecheck', 'build']) if (scripts[script]) await npm('run', script)

  const inbox = join(folder, 'inbox')
  const project = {
    folder,
    inbox,
    runtime: `Node ${node?.version ?? process.versions.node}`,
    env: { ...env, ...example.env },
  }
  const kit = await import(pathToFileURL(join(folder, 'node_modules/countersign/dist/testing.js')).href)
  const openWith = (command) => openServer(project, command)
  return {
    ...project,
    kit,
    openWith,
    open: () => example.open?.({ ...project, kit, openWith }) ?? openWith(['npm', 'start']),
  }
}

/** What git knows or would take: no folder of packages, no build. */
async function copyExample(name, folder) {
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', `examples/${name}`]
  const { stdout } = await run('git', listed, { cwd: root })
  const files = stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))
  if (files.length === 0) throw new Error(`examples/${name} is empty`)
  for (const file of files) {
    const target = join(folder, file.slice(`examples/${name}/`.length))
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(root, file), target)
  }
}

async function openServer({ folder, inbox, env }, [command, ...args]) {
  const port = await freePort()
  const program = start(command, args, { cwd: folder, env: { ...env, PORT: String(port), INBOX: inbox } })
  await untilListening(port, program)
  return {
    origin: `http://127.0.0.1:${port}`,
    send: (request) => send(port, request),
    kept: async () => readInbox(inbox),
    forget: () => emptyInbox(inbox),
    log: () => program.output.stdout + program.output.stderr,
    close: () => program.stop(),
  }
}

/** The inbox of the examples: one JSON file a delivery, moved into `done` when its work was done. */
function readInbox(inbox) {
  // In this order: what moves in between is seen twice, and counts once.
  const names = new Set([...listJson(inbox), ...listJson(join(inbox, 'done'))])
  return [...names].map((name) => JSON.parse(readEither(join(inbox, name), join(inbox, 'done', name))))
}

function readEither(first, second) {
  try {
    return readFileSync(first, 'utf8')
  } catch {
    return readFileSync(second, 'utf8')
  }
}

function listJson(folder) {
  return existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : []
}

/** Empties the inbox when all the work is done, and fails where it never is. */
async function emptyInbox(inbox) {
  for (const end = Date.now() + 5000; listJson(inbox).length > 0; await wait(10))
    if (Date.now() > end) throw new Error('what was kept was not worked through')
  rmSync(inbox, { recursive: true, force: true })
}
