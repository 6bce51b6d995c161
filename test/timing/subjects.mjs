// What is timed. Each compares a received text with the expected one, and is told `false` every time.

/** The comparison that must be seen: it ends at the first character that differs. */
function earlyExit(received, expected) {
  if (received.length !== expected.length) return false
  for (let i = 0; i < expected.length; i += 1) {
    if (received.charCodeAt(i) !== expected.charCodeAt(i)) return false
  }
  return true
}

/**
 * `load` gives the comparison, of the library's modules. `batch` of them are timed as one sample, since one alone is as
 * short as a tick of the clock. A `control` must be seen; what is `shown` is for the table alone.
 */
export const subjects = {
  'the comparison': { batch: 16, load: async (bundles) => (await bundles.bytes()).constantTimeEqual },
  'control: it ends early': { batch: 16, control: true, load: async () => earlyExit },
  'for comparison: ===': { batch: 16, shown: true, load: async () => (received, expected) => received === expected },
}

async function verifier({ tyk }, secret) {
  const receiver = (await tyk()).createReceiver({ secret })
  return async ({ received, body }) =>
    (await receiver.safeVerify({ headers: { 'x-signature-sha256': received }, body })).ok
}

/** The signature that is expected of a body. */
export async function signatureOf({ tyk }, secret, body) {
  return (await (await tyk()).sign(body, { secret })).headers['x-signature-sha256']
}

/** Whole verifications of a body, with the one comparison inside. How much of a leak they show is shown by the second. */
export const verifications = {
  'a whole verification': { load: verifier },
  'for comparison: one with an early exit too': {
    shown: true,
    async load(bundles, secret) {
      const verify = await verifier(bundles, secret)
      return async (item) => (await verify(item)) || earlyExit(item.received, item.expected)
    },
  },
}
