// Signatures that this library did not make: it must accept them on every runtime.

const tightBody =
  '{"editor":{"userId":"fake_userId"},"company":{"id":"co_1234"},"type":"LIFECYCLE","event":"bankAccountCreated","datetime":"2025-04-01T11:31:04.1Z","eventData":{"entityId":"fake_id","apiName":"PLAID","type":"DEPOSITORY"}}'
const tightToken =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3NDM1MDcwNjUsInJlcXVlc3RfYm9keV9zaGEyNTYiOiJSd0kxQ1VBZi80cEdxNFhiNFVYelE5ZFVvOU5NNjlIUUh3VG9WYy9GWmNBPSJ9.6NLJTu8O2sVX4WpbBdduanIez4jstXxvB_VO_BBgesg'
const sightenBody = '{"status":"INPROG","name":"Installation Agreement","site":"70e49050-4cb0-49f8-8120-0e555745e2ae"}'
const sightenUrl = 'https://hooks.example.com/hooks/sighten?env=test'
const host = 'hooks.example.com'

export function vectors(library) {
  return [tightVector(library), tightknitVector(library), tykVector(library), ...sightenVectors(library)]
}

function tightVector({ tight }) {
  return {
    name: 'a token of Tight',
    receiver: tight.createReceiver({ secret: 'self_made_webhook_secret_for_tests' }),
    request: { headers: { 'Tight-Verification': tightToken }, body: tightBody },
    now: new Date(1743507065_000),
  }
}

/** Printed in the documentation of Svix. */
function tightknitVector({ tightknit }) {
  const headers = {
    'svix-id': 'msg_loFOjxBNrRLzqYUf',
    'svix-timestamp': '1731705121',
    'svix-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
  }
  return {
    name: 'a signature of Svix',
    receiver: tightknit.createReceiver({ secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl' }),
    request: { headers, body: '{"event_type":"ping","data":{"success":true}}' },
    now: new Date(1731705121_000),
  }
}

function tykVector({ tyk, testing: { samples } }) {
  const signature = '72e574cb44aab50045e762d0a98cea4c40de07832dfbdff5d0bd53debcc19f53'
  return {
    name: 'a signature of Tyk',
    receiver: tyk.createReceiver({ secret: 'your-secret-key-here' }),
    request: {
      headers: { 'X-Signature-SHA256': signature },
      body: JSON.stringify(samples.tyk.UserRegistered.payload),
    },
  }
}

function sightenVectors({ sighten }) {
  const client = { clientId: 'test-client-id', clientSecret: 'test-client-secret' }
  const vector = (name, auth, headers, more) => ({
    name: `a signature of Sighten: ${name}`,
    receiver: sighten.createReceiver({ auth }),
    request: { method: 'POST', url: sightenUrl, headers, body: sightenBody, ...more },
    now: new Date('2021-11-09T18:46:04Z'),
    type: 'Contract Status Change',
  })
  const aws = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', host }
  const body = { ...client, format: 'body', header: 'X-Signature' }
  const timed = { ...body, timestampHeader: 'X-Timestamp' }
  return [
    vector('aws4', sighten.aws4({ ...aws, region: 'us-east-1', service: 'execute-api' }), headersOf.aws4, {
      url: '/hooks/sighten',
    }),
    vector('hmac, authorization', sighten.hmac({ ...client, format: 'authorization', host }), headersOf.authorization),
    vector('hmac, digest', sighten.hmac({ ...client, format: 'digest' }), headersOf.digest),
    vector('hmac, body', sighten.hmac(body), headersOf.body),
    vector('hmac, body and time', sighten.hmac(timed), headersOf.timed),
  ]
}

const headersOf = {
  aws4: {
    host,
    'content-type': 'application/json',
    'x-amz-content-sha256': 'c447bce61761b7c5b922915a46135ab3a24add6de3adb9536eb60fa9a642ee09',
    'x-amz-date': '20211109T184604Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20211109/us-east-1/execute-api/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=0d7b9237e57c77c6f860cbbedd337d8184ce9693766a03296438c9d31f7b75db',
  },
  authorization: {
    host,
    'x-ms-date': 'Tue, 09 Nov 2021 18:46:04 GMT',
    'x-ms-content-sha256': 'xEe85hdht8W5IpFaRhNas6JK3W3jrblTbrYPqaZC7gk=',
    authorization:
      'HMAC-SHA256 Credential=test-client-id&SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=VJdfvg1xoaniAzWO8CaJBBDSXfcq5X9L7kiYGPQ9fLI=',
  },
  digest: {
    'client-id': 'test-client-id',
    'request-id': '3f2504e04f8941d39a0c0305e82c3301',
    'request-timestamp': '2021-11-09T18:46:04Z',
    signature: 'HMACSHA256=t4m55h8U6Peac3Yae49QjpNImM3Nz+ZgzmNM3vUQDlw=',
  },
  body: { 'x-signature': 'fd75221a9f911a4ac02bd146130cd3341174a0a5fa71c0da77bcfbd957b48bd0' },
  timed: {
    'x-signature': 'f86c7fb7f95eed34594e3839c4492f1ed4797a6cfb6e8aa5fc3dc985a79c2a49',
    'x-timestamp': '1636483564',
  },
}
