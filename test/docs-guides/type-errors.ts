import { defineProvider } from 'countersign'
import { aws4, dangerouslyUnauthenticated, oauth2, urlSecret } from 'countersign/schemes'
import * as sighten from 'countersign/sighten'
import { contractSuite, type Runner, samples, tamper } from 'countersign/testing'
import { refetchUrls } from 'countersign/tight'
import * as tightknit from 'countersign/tightknit'
import * as tyk from 'countersign/tyk'
import { githubLike } from '../own-senders/github-like.ts'
import { untyped } from '../support/verdict.ts'
import { event, member, signed, untypedOptions, webhook, withoutCrypto } from './set-ups.ts'
import { host, secret, type Troubles } from './trouble.ts'
import { ofReceivers } from './type-errors-options.ts'
import { ofSchemes } from './type-errors-schemes.ts'

const aws4Options = { accessKeyId: 'A', secretAccessKey: secret, region: 'r', service: 's', host }
const update = samples.tight.ENTITY_UPDATE.v6.payload

/** Registers nothing: the suite's own tests run elsewhere. */
const runner: Runner = { describe: () => undefined, it: () => undefined }
const ping = { zen: 'Keep it small.', repository: { full_name: 'countersign/example' } }
const suiteOf = async (subject: object) =>
  contractSuite(
    runner,
    untypedOptions({
      name: 'A sender',
      provider: githubLike,
      options: { secret },
      otherOptions: { secret: 'another' },
      samples: ['ping', 'push'].map((type) => ({ type, level: 'assumed', payload: ping })),
      covers: { body: true, url: false, time: false },
      ...subject,
    }),
  )

const calls: Troubles = {
  'TypeError: the body': {
    'countersign needs the raw body': {
      broken: async () => webhook.verify({ ...(await signed()), body: samples.tyk.UserRegistered.payload }),
      mended: async () => webhook.verify(await signed()),
    },
    'verify takes the request itself': {
      broken: async () => webhook.verify(untyped((await signed()).body), untypedOptions((await signed()).headers)),
      mended: async () => webhook.verify({ headers: (await signed()).headers, body: (await signed()).body }),
    },
    'hand over the member … of what was given': {
      broken: async () => webhook.verify(untyped({ req: 'GET', raw: await signed() })),
      mended: async () => webhook.verify(await signed()),
    },
    'this scheme needs the method and the url of the request': {
      broken: async () => {
        const auth = aws4(aws4Options)
        const { headers, body } = await sighten.sign({}, { auth, url: `https://${host}/` })
        return sighten.verify({ headers, body }, { auth, event })
      },
      mended: async () => {
        const auth = aws4(aws4Options)
        const { method, url, headers, body } = await sighten.sign({}, { auth, url: `https://${host}/` })
        return sighten.verify({ method, url, headers, body }, { auth, event })
      },
    },
    'urlSecret needs the request to have a url': {
      broken: () => tightknit.verify({ headers: {}, body: '{}' }, { auth: urlSecret({ secret }) }),
    },
  },
  'TypeError: the call': {
    'verify needs the event': {
      broken: async () => sighten.createReceiver({ auth: member }).verify(await signed(), untypedOptions({})),
    },
    'baseUrl must be an http(s) URL with nothing behind its path': {
      broken: async () => refetchUrls(update, 'https://api.example?key=value'),
      mended: async () => refetchUrls(update, 'https://api.example'),
    },
    'only the authorization server can make a token': {
      broken: () => sighten.sign({}, { auth: oauth2({ check: () => true }) }),
      mended: () =>
        sighten.sign({}, { auth: dangerouslyUnauthenticated(), headers: { authorization: 'Bearer a-token' } }),
    },
    'a token that a function checks cannot be made here': {
      broken: () => sighten.sign({}, { auth: sighten.token({ key: 'Token', check: () => true }) }),
    },
    'a form is made of a record': {
      broken: () => sighten.sign(7, { auth: member, bodyFormat: 'form' }),
      mended: () => sighten.sign({ site: 's_1' }, { auth: member, bodyFormat: 'form' }),
    },
    'XML is given as text or bytes': {
      broken: () => sighten.sign({ site: 's_1' }, { auth: member, bodyFormat: 'xml' }),
      mended: () => sighten.sign('<site>s_1</site>', { auth: member, bodyFormat: 'xml' }),
    },
    'tamper takes what sign of a sender gave': {
      broken: async () => tamper(untypedOptions(signed())),
      mended: async () => tamper(await signed()),
    },
    'countersign needs node:crypto or WebCrypto': {
      broken: async () => {
        const [receiver, request] = [tyk.createReceiver({ secret }), await signed()]
        return withoutCrypto(() => receiver.verify(request))
      },
    },
  },
  'TypeError: a sender of your own': {
    'defineProvider: …': {
      broken: async () => defineProvider(untypedOptions({ scheme: () => dangerouslyUnauthenticated(), events: {} })),
      mended: async () =>
        defineProvider({
          scheme: () => dangerouslyUnauthenticated(),
          events: {},
          naming: { in: 'body', name: 'type' },
        }),
    },
    'samples must hold at least two': {
      broken: () => suiteOf({ samples: [] }),
      mended: () => suiteOf({}),
    },
    'options.secret is no text': {
      broken: () => suiteOf({ options: { secret: () => secret } }),
      mended: () => suiteOf({ options: { secret: () => secret }, secrets: 'none' }),
    },
  },
}

/** The rows below each family, by the words of the message; `…` stands for any. */
export const typeErrors: Troubles = { ...calls, ...ofReceivers, ...ofSchemes }
