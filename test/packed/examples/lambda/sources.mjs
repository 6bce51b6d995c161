// What calls a function for an HTTP request, each with the event that its documentation shows, and what it makes of the
// answer: "Create a Lambda proxy integration" and "Create AWS Lambda proxy integrations for HTTP APIs" of API Gateway's
// guide, "Use Lambda functions as targets" of the load balancer's, "Invoking function URLs" of Lambda's.
import assert from 'node:assert/strict'

/**
 * @typedef {object} Source
 * @property {(request: import('../socket.mjs').WireRequest) => object} toEvent
 * @property {(outcome: { result?: object, failed?: object }) => { status: number, body: string }} toAnswer
 */

/** @type {Record<string, Source>} */
export const sources = {
  'REST API': { toEvent: (request) => restEvent(request, isNothing), toAnswer: restAnswer },
  'REST API, all types binary': { toEvent: (request) => restEvent(request, isAll), toAnswer: restAnswer },
  'HTTP API, format 2.0': { toEvent: httpEvent, toAnswer: httpAnswer },
  'HTTP API, format 1.0': { toEvent: firstHttpEvent, toAnswer: httpAnswer },
  'function URL': { toEvent: urlEvent, toAnswer: httpAnswer },
  'load balancer': { toEvent: balancerEvent, toAnswer: (outcome) => balancerAnswer(outcome, 'headers') },
  'load balancer, multi-value headers': {
    toEvent: multiValueBalancerEvent,
    toAnswer: (outcome) => balancerAnswer(outcome, 'multiValueHeaders'),
  },
}

/** A REST API hands over names as they were written, and both forms of headers. */
function restEvent(request, isBinary) {
  const { method, path, query, headers } = read(request, titleCase)
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: orNull(lastValues(query)),
    multiValueQueryStringParameters: orNull(allValues(query)),
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      accountId: '123456789012',
      resourceId: 'roq9wj',
      stage: 'prod',
      requestId: 'deef4878-7910-11e6-8f14-25afc3e9ae33',
      identity: { accountId: null, apiKey: null, sourceIp: '192.0.2.1', userAgent: null, userArn: null, user: null },
      resourcePath: '/{proxy+}',
      httpMethod: method,
      apiId: 'gy415nuibc',
    },
    ...body(request, isBinary, null),
  }
}

/** An HTTP API writes names in lower case, joins values by commas, and takes cookies out. */
function httpEvent(request) {
  const { method, path, search, query, headers } = read(request)
  const cookies = headers.filter(([name]) => name === 'cookie').flatMap(([, value]) => value.split('; '))
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: search,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers: joinedValues(headers.filter(([name]) => name !== 'cookie')),
    ...(query.length > 0 ? { queryStringParameters: joinedValues(query) } : {}),
    requestContext: {
      accountId: '123456789012',
      apiId: 'gy415nuibc',
      domainName: 'gy415nuibc.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'gy415nuibc',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'agent' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2026:19:03:58 +0000',
      timeEpoch: 1773342238390,
    },
    ...body(request, isNoText, undefined),
  }
}

function firstHttpEvent(request) {
  const { method, path, query, headers } = read(request)
  return {
    version: '1.0',
    resource: '$default',
    path,
    httpMethod: method,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: orNull(lastValues(query)),
    multiValueQueryStringParameters: orNull(allValues(query)),
    requestContext: {
      accountId: '123456789012',
      apiId: 'gy415nuibc',
      authorizer: { claims: null, scopes: null },
      domainName: 'gy415nuibc.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'gy415nuibc',
      extendedRequestId: 'JKJaXmPLvHcESHA=',
      httpMethod: method,
      identity: {
        accessKey: null,
        accountId: null,
        sourceIp: '192.0.2.1',
        user: null,
        userAgent: 'agent',
        userArn: null,
      },
      path,
      protocol: 'HTTP/1.1',
      requestId: 'JKJaXmPLvHcESHA=',
      requestTime: '12/Mar/2026:19:03:58 +0000',
      requestTimeEpoch: 1773342238390,
      resourceId: null,
      resourcePath: '$default',
      stage: '$default',
    },
    pathParameters: null,
    stageVariables: null,
    ...body(request, isNoText, null),
  }
}

/** As an HTTP API in format 2.0. */
function urlEvent(request) {
  const event = httpEvent(request)
  const domain = { apiId: 'abcdefg', domainName: 'abcdefg.lambda-url.us-east-1.on.aws', domainPrefix: 'abcdefg' }
  const requestContext = { ...event.requestContext, ...domain, accountId: 'anonymous' }
  return { ...event, headers: { ...event.headers, host: domain.domainName }, requestContext }
}

/** A load balancer leaves queries as they are, and gives the last of several values. */
function balancerEvent(request) {
  const { method, path, rawQuery, headers } = read(request)
  return {
    requestContext: balancerContext,
    httpMethod: method,
    path,
    queryStringParameters: lastValues(rawQuery),
    headers: lastValues(headers),
    ...body(request, isNoText, ''),
  }
}

function multiValueBalancerEvent(request) {
  const { method, path, rawQuery, headers } = read(request)
  return {
    requestContext: balancerContext,
    httpMethod: method,
    path,
    multiValueQueryStringParameters: allValues(rawQuery),
    multiValueHeaders: allValues(headers),
    ...body(request, isNoText, ''),
  }
}

const balancerContext = {
  elb: {
    targetGroupArn:
      'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/lambda-279XGJDqGZ5rsrHC2Fjr/49e9d65c45c6791a',
  },
}

/** What all of them read of a request, and add to it. */
function read({ method, path: target, headers, body }, rename = (name) => name.toLowerCase()) {
  const [path, search = ''] = target.split('?')
  const added = [
    ['host', 'receiver.example'],
    ...(body.length > 0 ? [['content-length', String(body.length)]] : []),
    ['x-amzn-trace-id', 'Root=1-5c536348-3d683b8b04734faae651f476'],
    ['x-forwarded-for', '192.0.2.1'],
    ['x-forwarded-port', '443'],
    ['x-forwarded-proto', 'https'],
  ]
  return {
    method,
    path,
    search,
    query: [...new URLSearchParams(search)],
    rawQuery: search === '' ? [] : search.split('&').map((pair) => pair.split(/=(.*)/s)),
    headers: [...headers, ...added].map(([name, value]) => [rename(name), value]),
  }
}

/** Text as text, and the rest in base64: which is which, each says in its own way. */
function body({ headers, body: bytes }, isBinary, none) {
  const [, type = ''] = headers.find(([name]) => name.toLowerCase() === 'content-type') ?? []
  if (bytes.length === 0)
    return none === undefined ? { isBase64Encoded: false } : { body: none, isBase64Encoded: false }
  const isBase64Encoded = isBinary(type)
  return { body: Buffer.from(bytes).toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded }
}

const isNothing = () => false
const isAll = () => true
const isNoText = (type) => !/^(?:text\/|application\/(?:json|javascript|xml)(?:$|[\s;]))/i.test(type)

const titleCase = (name) => name.replace(/(?<![a-z])[a-z]/gi, (letter) => letter.toUpperCase())
const lastValues = (pairs) => Object.fromEntries(pairs)
const orNull = (values) => (Object.keys(values).length > 0 ? values : null)

function allValues(pairs) {
  const values = {}
  for (const [name, value] of pairs) values[name] = [...(values[name] ?? []), value]
  return values
}

function joinedValues(pairs) {
  return Object.fromEntries(Object.entries(allValues(pairs)).map(([name, values]) => [name, values.join(',')]))
}

/** A REST API answers 502 where the function fails, or answers with anything that is not of its format. */
function restAnswer({ result, failed }) {
  if (failed) return { status: 502, body: '' }
  const known = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']
  for (const key of Object.keys(result)) assert(known.includes(key), `a REST API does not know ${key}`)
  return answer(result, 'headers')
}

/** An HTTP API and a function URL take an answer without a status for the body of a good one. */
function httpAnswer({ result, failed }) {
  return failed ? { status: 500, body: '' } : answer(result, 'headers')
}

/** A load balancer reads the headers in the form in which it sends them. */
function balancerAnswer({ result, failed }, headers) {
  return failed ? { status: 502, body: '' } : answer(result, headers)
}

function answer(result, headers) {
  assert(Number.isInteger(result.statusCode), 'the answer has a status')
  assert.equal(typeof result.body, 'string')
  assert.equal(result.isBase64Encoded, false)
  assert.match(String(result[headers]?.['content-type']), /^text\/plain/)
  return { status: result.statusCode, body: result.body }
}
