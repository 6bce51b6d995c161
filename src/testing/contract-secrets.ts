import type { SecretOption } from '../core/secrets.ts'
import { checkEach, checkSame, refusal, typeError } from './assert.ts'
import type { Bench, SecretBench } from './bench.ts'

/** How secrets may be given. */
export function secretContract(bench: Bench): void {
  const { it, first, secrets } = bench
  if (secrets === undefined) return
  const { value, other, receiver } = secrets
  const wrong = wrongSecrets(secrets)

  it('refuses a secret that cannot be one, when the receiver is made', () =>
    checkEach(wrong, nameOf, ([, secret]) => typeError(() => receiver(secret))))

  it('refuses such a secret from a function, at first use', async () => {
    const signed = await bench.sign(first)
    await checkEach(wrong, nameOf, ([, secret]) =>
      // What the types refuse is what this is about; `null` is not among it.
      typeError(() => bench.verify(signed, { by: receiver(() => secret as string) })),
    )
  })

  it('takes the secret in a list, with a label, and from a function', async () => {
    const signed = await bench.sign(first)
    await checkEach(rightSecrets(value), nameOf, async ([, secret]) =>
      checkSame((await bench.verify(signed, { by: receiver(secret) })).known, true, 'known'),
    )
  })

  it('says by the label which secret of a list matched', () => checkRotation(bench, secrets))

  it('answers 503 where the function that gives the secret throws, and 401 where it knows none', async () => {
    const signed = await bench.sign(first)
    const failing = receiver(() => Promise.reject(new Error(value)))
    await refusal(() => bench.verify(signed, { by: failing }), 503, 'secret_unavailable')
    await refusal(() => bench.verify(signed, { by: receiver(() => null) }), 401)
    await refusal(() => bench.verify(signed, { by: receiver(() => other) }), 401)
  })
}

type Named<Value> = readonly [name: string, value: Value]

function nameOf([name]: Named<unknown>): string {
  return name
}

function wrongSecrets({ value, mayBeEmpty }: SecretBench): readonly Named<SecretOption>[] {
  const wrong: Record<string, unknown> = {
    undefined: undefined,
    'white space': ' \t',
    'with a space ahead': ` ${value}`,
    'with a line feed behind': `${value}\n`,
    'an empty list': [],
    'a list with one twice': [value, value],
    'a number': 1,
    'an empty label': { label: '', value },
  }
  const empty = { empty: '', 'no bytes': new Uint8Array(0), 'a list with one empty': [value, ''] }
  return Object.entries(mayBeEmpty ? wrong : { ...wrong, ...empty }) as Named<SecretOption>[] // wrong on purpose: the compiler would refuse them
}

function rightSecrets(value: string): readonly Named<SecretOption>[] {
  const right: Record<string, SecretOption> = {
    'a list of one': [value],
    'with a label': { label: 'current', value },
    'a function': () => value,
    'an async function': async () => value,
    'a function that gives a list': () => [{ label: 'current', value }],
    'an async function that gives a list': async () => [value],
  }
  return Object.entries(right)
}

async function checkRotation(bench: Bench, { value, other, receiver }: SecretBench): Promise<void> {
  const labelled = [
    { label: 'retiring', value: other },
    { label: 'current', value },
  ]
  const right = await bench.sign(bench.first)
  const retiring = await bench.signWithOther(bench.first)
  const credential = async (secret: SecretOption, signed = right): Promise<unknown> =>
    (await bench.verify(signed, { by: receiver(secret) })).proof.credential

  checkSame(await credential(labelled), 'current', 'proof.credential')
  checkSame(await credential(labelled, retiring), 'retiring', 'proof.credential of the other')
  checkSame(await credential(() => labelled), 'current', 'proof.credential, from a function')
  checkSame(await credential([other, value]), '1', 'proof.credential without labels')
  await refusal(() => bench.verify(right, { by: receiver([other]) }), 401)
}
