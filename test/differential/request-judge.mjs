// What became of one request, as one text: equal where two backends agree. It holds the verdict with its code, the
// delivery with its id and proof, and what was signed.
import { createHash } from 'node:crypto'

/**
 * @param {import('./subjects.mjs').Library} library
 * @param {Awaited<ReturnType<ReturnType<typeof import('./request-maker.mjs').createRequestMaker>>>} made
 */
export async function judgeRequest({ root }, { signed, receiver, request, call, must }) {
  const { verdict, details } = await outcomeOf(root, receiver, request, call)
  const problem = problemOf(verdict, must)
  const { url, headers } = signed
  return { verdict, problem, text: [verdict, ...details, hash(JSON.stringify({ url, headers }))].join(' ') }
}

async function outcomeOf(root, receiver, request, call) {
  try {
    const { known, reason, type, generation, id, idFrom, proof, body } = await receiver.verify(request, call)
    const details = [known, reason, type, generation, id, idFrom, JSON.stringify(proof), hash(body)]
    return { verdict: 'accepted', details: details.map(String) }
  } catch (error) {
    if (!root.isWebhookError(error)) return { verdict: `threw ${error}`, details: [] }
    return { verdict: error.code, details: [String(error.status), error.message] }
  }
}

function problemOf(verdict, must) {
  if (verdict.startsWith('threw')) return 'it is neither a delivery nor a WebhookError'
  if (must === 'be accepted' && verdict !== 'accepted') return 'nothing was changed, and it must be accepted'
  if (must === 'be refused' && verdict === 'accepted') return 'the body was changed and is covered: it must be refused'
  return undefined
}

/** Of node:crypto, whichever backend the library has. */
function hash(data) {
  return createHash('sha256').update(data).digest('base64url').slice(0, 16)
}
