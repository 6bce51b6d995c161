import { refuse } from '../../core/errors.ts'

/** What an AWS4 `Authorization` header says. */
export interface Aws4Authorization {
  readonly accessKeyId: string
  /** Day, region, service and terminator, as one text. */
  readonly scope: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const maxSignedHeaders = 64
const required = ['host', 'x-amz-date']

/** Reads the header form of the signature; each of its three members exactly once. */
export function parseAuthorization(value: string): Aws4Authorization {
  const [, algorithm, rest = ''] = /^(\S+) +(.*)$/.exec(value) ?? []
  if (algorithm !== 'AWS4-HMAC-SHA256') refuse('header_malformed', 'Authorization does not say AWS4-HMAC-SHA256')
  const members = rest.split(',').map((member) => /^ *(Credential|SignedHeaders|Signature)=(\S+) *$/.exec(member))
  const memberOf = (name: string): string => {
    const found = members.find((member) => member?.[1] === name)
    // Of three members, none can be there twice and all be there.
    if (found?.[2] === undefined || members.length !== 3) {
      refuse('signature_malformed', 'Authorization must hold Credential, SignedHeaders and Signature once each')
    }
    return found[2]
  }
  const [accessKeyId = '', ...scope] = memberOf('Credential').split('/')
  const signature = memberOf('Signature')
  if (!/^[0-9a-f]{64}$/.test(signature))
    refuse('signature_malformed', 'the Signature is not 64 digits of lower-case hex')
  return { accessKeyId, scope: scope.join('/'), signedHeaders: readSignedHeaders(memberOf('SignedHeaders')), signature }
}

function readSignedHeaders(value: string): readonly string[] {
  const names = value.split(';', maxSignedHeaders + 1)
  if (names.length > maxSignedHeaders)
    refuse('signature_malformed', `SignedHeaders lists more than ${maxSignedHeaders}`)
  const ordered = names.every(
    (name, index) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && name > (names[index - 1] ?? ''),
  )
  if (!ordered) refuse('signature_malformed', 'SignedHeaders is not in lower case, sorted and unique')
  if (!required.every((name) => names.includes(name))) {
    refuse('signature_malformed', `SignedHeaders must hold ${required.join(' and ')}`)
  }
  return names
}

/** `YYYYMMDDTHHMMSSZ` in seconds since 1970; a day that the calendar does not have is refused. */
export function parseAmzDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (match ?? []).slice(1).map(Number)
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  if (match === null || formatAmzDate(date.getTime()) !== text)
    refuse('timestamp_malformed', 'x-amz-date is not a time in UTC')
  return date.getTime() / 1000
}

/** The inverse of {@link parseAmzDate}, of milliseconds. */
export function formatAmzDate(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
}
