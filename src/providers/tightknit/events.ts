import * as z from 'zod/mini'
import { lazily, object, record } from '../../core/shape.ts'

/** Absent or null: the facts say that a member is optional, and not how it is left out. */
function maybe<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.optional(z.nullable(schema))
}

const text = maybe(z.string())

/** A delivery of the first product. One action stands for both events, and the status tells them apart. */
function app<const Status extends string>(status: Status) {
  return object({
    version: z.string(),
    action: z.literal('event_registration_status_change'),
    date: z.string(),
    status: z.literal(status),
    custom_metadata: z.optional(z.unknown()), // null in the sample; what else it may hold is not documented
    event: object({ id: z.string(), title: z.string(), slug: z.string() }),
    source: object({ slack_workspace_id: z.string(), slack_channel_id: text }),
    user: object({
      id: z.string(),
      first_name: z.string(),
      last_name: z.string(),
      real_name: z.string(),
      display_name: z.string(),
      email: z.string(),
      profile_fields: record(object({ label: z.string(), value: z.string() })),
    }),
  })
}

/** A delivery of the portal. It is documented in part, so everything but its action and its user may be left out. */
function portal<const Action extends string>(action: Action) {
  return object({
    action: z.literal(action),
    user: object({
      profile_id: maybe(z.union([z.string(), z.number()])),
      slack_user_id: text,
      slack_is_admin: maybe(z.boolean()),
      slack_first_name: text,
    }),
    version: text,
    date: text,
    status: text,
    custom_metadata: z.optional(z.unknown()),
    event: maybe(object({ id: text, title: text, slug: text })),
    source: maybe(object({ slack_workspace_id: text, slack_channel_id: text })),
  })
}

/** The two events, each in the two generations of its payload. */
export const events = lazily({
  user_registered: () => ({ app: app('registered'), portal: portal('calendar_event.user_registered') }),
  user_unregistered: () => ({ app: app('unregistered'), portal: portal('calendar_event.user_unregistered') }),
})

/** What every delivery has. The status is of use where an `event_registration_status_change` has one that is not listed. */
export const envelope = object({ action: z.string(), status: z.optional(z.unknown()) })
