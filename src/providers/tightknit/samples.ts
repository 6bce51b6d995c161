import type { SamplesOf } from '../../core/samples.ts'
import type { events } from './events.ts'

const app = {
  event: { id: 's46on9pp403o', title: 'Tech Talk: Save Time Saving', slug: 'talk-save-time-saving' },
  source: { slack_workspace_id: 'T010ABCDEF', slack_channel_id: 'C064T2GAZD9' },
  user: {
    id: 'U01234ABCD',
    first_name: 'Ozzy',
    last_name: 'Otter',
    real_name: 'Ozzy Otter',
    display_name: 'Ozzy the Otter',
    email: 'ozzy@otters.com',
    profile_fields: { Xf060Z34JTHZ: { label: 'Favorite Movie', value: 'Groundhog Day' } },
  },
}

// The names of these members are documented. No whole payload is, so the values are the first product's where it has them.
const portal = {
  user: { profile_id: '1', slack_user_id: 'U01234ABCD', slack_is_admin: false, slack_first_name: 'Ozzy' },
}

/** A payload for every event, in both generations. */
export const samples: SamplesOf<typeof events> = {
  user_registered: {
    app: {
      level: 'documented',
      payload: {
        version: '1.0',
        action: 'event_registration_status_change',
        date: '2024-05-02T03:33:35.052Z',
        status: 'registered',
        custom_metadata: null,
        ...app,
      },
    },
    portal: { level: 'documented', payload: { action: 'calendar_event.user_registered', ...portal } },
  },
  user_unregistered: {
    app: {
      level: 'documented',
      payload: {
        version: '1.0',
        action: 'event_registration_status_change',
        date: '2024-05-02T03:33:35.052Z',
        status: 'unregistered',
        custom_metadata: null,
        ...app,
      },
    },
    // The activity is attested; that it is sent as a webhook is assumed.
    portal: { level: 'assumed', payload: { action: 'calendar_event.user_unregistered', ...portal } },
  },
}
