// How each client signs and sends: by the program itself, over a socket.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../packed/tools/exec.mjs'
import { emptyFolder } from '../packed/tools/tarball.mjs'
import { credential } from './receivers.mjs'

/**
 * @typedef {object} Job what to send; what is not said is as it should be
 * @property {string} url
 * @property {string} [method]
 * @property {string | Uint8Array} [body]
 * @property {[string, string][]} [headers]
 * @property {Partial<typeof credential>} [scope] instead of the right access key, secret, region or service
 * @property {string[]} [curl] more arguments; `{file}` among them is the path of the body, which is then not sent otherwise
 * @property {object} [botocore] more members of the job, as botocore_sender.py reads them
 *
 * @typedef {{ status: number, text: string }} Answer `status` is 0 where the client sent nothing
 */

const folder = emptyFolder('clients')
// The programs would ask a proxy of the machine for the loopback address.
const env = { NO_PROXY: '*', no_proxy: '*', http_proxy: '', https_proxy: '', HTTP_PROXY: '', HTTPS_PROXY: '' }
export const ping = '{"event":"Ping"}'

/** @returns {(jobs: Job[]) => Promise<Answer[]>} */
export function sendByCurl(program) {
  return async (jobs) => {
    const answers = []
    for (const job of jobs) answers.push(await sendOneByCurl(program, job))
    return answers
  }
}

async function sendOneByCurl(program, { url, method = 'POST', body = ping, headers = json, scope, curl = [] }) {
  const { accessKeyId, secretAccessKey, region, service } = { ...credential, ...scope }
  const file = join(folder, 'body')
  writeFileSync(file, body)
  const own = curl.map((argument) => argument.replace('{file}', file))
  const args = [
    ...['-q', '-sS', '-g', '--max-time', '20', '-X', method, '-w', '\n%{http_code}'],
    ...['--aws-sigv4', `aws:amz:${region}:${service}`, '--user', `${accessKeyId}:${secretAccessKey}`],
    ...headers.flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...(curl.some((argument) => argument.includes('{file}')) ? [] : ['--data-binary', `@${file}`]),
    ...own,
    url,
  ]
  try {
    const { stdout } = await run(program, args, { env })
    const end = stdout.lastIndexOf('\n')
    return { status: Number(stdout.slice(end + 1)), text: stdout.slice(0, end) }
  } catch (error) {
    return { status: 0, text: String(error) }
  }
}

const json = [['content-type', 'application/json']]

/**
 * @param {object} [how] members of every job: `by: 'requests'` or `s3: true`
 * @returns {(jobs: Job[]) => Promise<Answer[]>}
 */
export function sendByBotocore(program, how = {}) {
  return async (jobs) => {
    const file = join(folder, 'jobs.json')
    writeFileSync(file, JSON.stringify(jobs.map((job) => ({ ...asPython(job), ...how }))))
    const script = fileURLToPath(new URL('botocore_sender.py', import.meta.url))
    const { stdout } = await run(program, [script, file], { env: { ...env, PYTHONDONTWRITEBYTECODE: '1' } })
    return JSON.parse(stdout)
  }
}

function asPython({ url, method = 'POST', body = ping, headers = json, scope, botocore }) {
  return { ...credential, ...scope, url, method, headers, body: Buffer.from(body).toString('base64'), ...botocore }
}
