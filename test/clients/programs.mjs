// The programs that sign: curl, and Debian's Python with botocore. What is missing is installed by apt-get.
import { existsSync } from 'node:fs'
import { run } from '../packed/tools/exec.mjs'

/** A program that is to be tried instead of the system's own: --curl=/path/to/curl --python=/path/to/python3 */
function chosen(name) {
  const prefix = `--${name}=`
  return process.argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length)
}

/** Gives what a program prints; the system's own is installed where it is missing. */
async function ask(name, usual, args, packageName) {
  const program = chosen(name) ?? usual
  const print = () => run(program, args)
  const { stdout } = program === usual ? await print().catch(() => install(packageName).then(print)) : await print()
  return { program, stdout }
}

/** @returns {Promise<{ program: string, version: string, major: number }>} */
export async function findCurl() {
  const { program, stdout } = await ask('curl', 'curl', ['--version'], 'curl')
  const version = /^curl (\S+)/.exec(stdout)?.[1] ?? ''
  return { program, version, major: Number.parseInt(version, 10) }
}

const versionsOf =
  'import botocore, requests, urllib3; print(botocore.__version__, requests.__version__, urllib3.__version__)'

/** @returns {Promise<{ program: string, versions: { botocore: string, requests: string, urllib3: string } }>} */
export async function findPython() {
  const { program, stdout } = await ask('python', '/usr/bin/python3', ['-c', versionsOf], 'python3-botocore')
  const [botocore = '', requests = '', urllib3 = ''] = stdout.trim().split(' ')
  return { program, versions: { botocore, requests, urllib3 } }
}

async function install(name) {
  if (!existsSync('/usr/bin/apt-get')) throw new Error(`${name} is missing, and there is no apt-get to install it with`)
  const [command, ...rest] = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get']
  const apt = (...args) => run(command, [...rest, ...args], { env: { DEBIAN_FRONTEND: 'noninteractive' } })
  await apt('update')
  await apt('install', '-y', '--no-install-recommends', name)
}
