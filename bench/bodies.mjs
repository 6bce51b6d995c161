// Bodies of an exact length that a sender could send: `list` has as many small members as fit, `text` one long text.
// The text is ASCII and differs by `index`, so that no two bodies are equal.

const filler = 'The quick brown fox jumps over the lazy dog and runs on. '

/** Makes payloads until their JSON has the length: first the members, then the text, which takes what is left. */
function exactly(size, index, shape, payload, memberLength) {
  const room = size - JSON.stringify(payload(0, `${index}`)).length
  const count = shape === 'list' && room > 2 * memberLength ? Math.floor(room / memberLength) - 1 : 0
  const start = `${index} `
  const left = size - Buffer.byteLength(JSON.stringify(payload(count, start)))
  if (left < 0) throw new Error(`no body of ${size} bytes: ${-left} too long`)
  const text = start + filler.repeat(Math.ceil(left / filler.length)).slice(0, left)
  const body = Buffer.from(JSON.stringify(payload(count, text)))
  if (body.length !== size) throw new Error(`the body has ${body.length} bytes, not ${size}`)
  return body
}

const times = (count, make) => Array.from({ length: count }, (_, i) => make(String(i).padStart(6, '0')))

/** An event of few members where there is no room for more. */
export function tykBody(size, index, shape) {
  const event = (Event, Message) => ({ Event, Message, Timestamp: '2024-04-22T16:38:54.082037+02:00' })
  if (size < 512) {
    const application = (_, Name) => ({ ID: 1, Name, UserID: 1, CreatedAt: '2024-04-18T13:29:23.738726+02:00' })
    return exactly(size, index, shape, (...rest) => event('ApplicationRegistered', application(...rest)), 1)
  }
  const attribute = (i) => ({ Identifier: `attribute-${i}`, Value: `value ${i}` })
  const user = (count, First) => ({
    ID: 29,
    Email: 'developer@user.com',
    First,
    Last: 'Lastname',
    OrgID: 1,
    Provider: 'password',
    Status: 'active',
    CreatedAt: '2024-04-22T16:38:54.068565+02:00',
    ByUser: 1,
    CustomAttributes: times(count, attribute),
  })
  return exactly(size, index, shape, (...rest) => event('UserRegistered', user(...rest)), 59)
}

export function tightBody(size, index, shape) {
  const line = (i) => ({ id: `lin_${i}`, amount: 15399, description: `line ${i}` })
  const payload = (count, notes) => ({
    editor: { userId: 'u' },
    company: { id: 'co_1234' },
    type: 'ENTITY_UPDATE',
    url: '/v6/banks/transactions/btn_936723',
    data: { id: 'btn_936723', amount: 15399, notes, ...(count > 0 && { lineItems: times(count, line) }) },
  })
  return exactly(size, index, shape, payload, 63)
}

export function tightknitBody(size, index, shape) {
  if (size < 1024) {
    const portal = (_, slack_first_name) => ({
      action: 'calendar_event.user_registered',
      user: { profile_id: 'p_1', slack_user_id: 'U01234ABCD', slack_is_admin: false, slack_first_name },
      version: '1.0',
    })
    return exactly(size, index, shape, portal, 1)
  }
  const field = (i) => [`Xf${i}`, { label: `Favorite ${i}`, value: 'Groundhog Day' }]
  const app = (count, real_name) => ({
    version: '1.0',
    action: 'event_registration_status_change',
    date: '2024-05-02T03:33:35.052Z',
    status: 'registered',
    custom_metadata: null,
    event: { id: 's46on9pp403o', title: 'Tech Talk: Save Time Saving', slug: 'talk-save-time-saving' },
    source: { slack_workspace_id: 'T010ABCDEF', slack_channel_id: 'C064T2GAZD9' },
    user: {
      id: 'U01234ABCD',
      first_name: 'Ozzy',
      last_name: 'Otter',
      real_name,
      display_name: 'Ozzy the Otter',
      email: 'ozzy@otters.com',
      profile_fields: Object.fromEntries(times(count, field)),
    },
  })
  return exactly(size, index, shape, app, 64)
}

/** Milestone Status Change; the body does not name it. */
export function sightenBody(size, index, shape) {
  const comment = (i) => ({
    uuid: `0b6f2c34-0000-4000-8000-000000${i}`,
    comment: `text ${i}`,
    timestamp: '2021-11-09T18:46:04.661432Z',
    commentor: 'bot@example.com',
    thread: null,
  })
  const payload = (count, status) => ({
    site: '0b6f2c34-0000-4000-8000-000000000002',
    status,
    milestone_definition: '0b6f2c34-0000-4000-8000-000000000005',
    sub_tasks: [],
    comments: times(count, comment),
  })
  return exactly(size, index, shape, payload, 165)
}
