// The words of rows that more than one file tests. The evidence page finds the tests of a row by them.

export const errorsRow =
  'Errors, JSON.stringify(error), util.inspect(error) and the cause chain contain no secret, token, expected or received signature, and no body'
export const familyRow =
  'Tight LIFECYCLE with event: "ENTITY_UPDATE", or any body that claims another family\'s name, is known: false'
export const timeRow = 'toleranceSeconds 0, negative, NaN, Infinity: TypeError. A fixed now on a receiver: TypeError'
export const namesRow =
  '__proto__, constructor and toString as event names give known: false; no prototype is polluted by a payload'
export const consumedRow =
  'A consumed stream or parsed body fails at once (a peer waits 9 s, then answers 202 and loses the event)'
export const limitsRow =
  'Limits before work: body size while reading, header length, number of signatures, number of secrets'
export const bodiesRow =
  'Bodies {}, null, "x", [], 1: authentic ones are known: false; HTTP/2 pseudo-headers, multiValueHeaders, a null Lambda body work'
export const brokenRow =
  'A request whose connection breaks in the middle of the body rejects with a WebhookError, and nothing is left pending'
export const comparisonRow = 'comparison'
