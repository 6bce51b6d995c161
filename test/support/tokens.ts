import { createHash, createHmac } from 'node:crypto'
import { type ErrorCode, type ReceiverOptions, WebhookError } from 'countersign'
import { type JwtOptions, jwt } from 'countersign/schemes'
import { jwtVerify } from 'jose'
import { ping, receiverOf } from './tiny-sender.ts'
import { verdict } from './verdict.ts'

export const tokenSecret = 'the secret of these tokens, 32 bytes'
/** Half a second past a whole one: what is compared must be whole seconds. */
export const tokenTime = new Date('2026-11-03T10:20:30.500Z')
export const iat = Math.floor(tokenTime.getTime() / 1000)
export const toleranceSeconds = 300

export const hs256 = '{"alg":"HS256","typ":"JWT"}'
export const fresh = JSON.stringify({ iat })

export function base64url(part: string | Uint8Array): string {
  return Buffer.from(part).toString('base64url')
}

/** Signs a signing input as it stands, however it is spelt. */
export function signInput(input: string, secret = tokenSecret): string {
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** A token of any two texts, JSON or not, rightly signed. */
export function token(header: string | Uint8Array = hs256, claims: string | Uint8Array = fresh, secret = tokenSecret) {
  return signInput(`${base64url(header)}.${base64url(claims)}`, secret)
}

export function bodyHash(body: string | Uint8Array, encoding: 'base64' | 'base64url' | 'hex' = 'base64'): string {
  return createHash('sha256').update(body).digest(encoding)
}

const options: JwtOptions = { header: 'X-Token', secret: tokenSecret, toleranceSeconds }

/** Whether jose accepts a token: same key, same clock, the same window for `iat`, HS256 alone. */
export async function joseVerdict(text: string): Promise<'accepts' | 'refuses'> {
  const checks = { algorithms: ['HS256'], currentDate: tokenTime, maxTokenAge: 0, clockTolerance: toleranceSeconds }
  return jwtVerify(text, Buffer.from(tokenSecret), checks).then(
    () => 'accepts',
    () => 'refuses',
  )
}

/** Verifies a token by the scheme `jwt`, at the tokens' time. */
export function tokenVerdict(text: string, more: Partial<JwtOptions> = {}, settings: ReceiverOptions<false> = {}) {
  const receiver = receiverOf(jwt({ ...options, ...more }), settings)
  return verdict(receiver.verify({ headers: { 'x-token': text }, body: ping }, { now: tokenTime }))
}

/** Both verdicts, ours and jose's. Whatever jose refuses must be refused here, whichever row it belongs to. */
export async function judge(
  text: string,
  more: Partial<JwtOptions> = {},
): Promise<{ ours: ErrorCode | 'accepted'; jose: 'accepts' | 'refuses' }> {
  const [ours, jose] = await Promise.all([tokenVerdict(text, more), joseVerdict(text)])
  if (jose === 'refuses' && ours === 'accepted') throw new Error('accepted a token that jose refuses')
  return { ours, jose }
}

/** For rows that speak of time: the best of several runs, so that a busy machine does not count. */
export async function bestTime(run: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round += 1) {
    const start = performance.now()
    await run().catch((error: unknown) => {
      if (!(error instanceof WebhookError)) throw error
    })
    best = Math.min(best, performance.now() - start)
  }
  return best
}
