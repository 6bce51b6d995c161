import type { SamplesOf } from '../../core/samples.ts'
import type { events } from './events.ts'

/** A payload for every event of the portal. */
export const samples: SamplesOf<typeof events> = {
  // No sample of this one is public: its envelope is the usual one, and what it says is not known.
  RegisterInvite: {
    level: 'assumed',
    payload: { Event: 'RegisterInvite', Message: {}, Timestamp: '2024-04-22T16:38:54.082037+02:00' },
  },
  UserRegistered: {
    level: 'documented',
    payload: {
      Event: 'UserRegistered',
      Message: {
        ID: 29,
        Email: 'developer@user.com',
        First: 'FirstName',
        Last: 'Lastname',
        OrgID: 1,
        Provider: 'password',
        Status: 'active',
        CreatedAt: '2024-04-22T16:38:54.068565+02:00',
        ByUser: 1,
        CustomAttributes: [{ Identifier: 'company-name', Value: 'ACME' }],
      },
      Timestamp: '2024-04-22T16:38:54.082037+02:00',
    },
  },
  UserAccountActivated: {
    level: 'documented',
    payload: {
      Event: 'UserAccountActivated',
      Message: {
        ID: 7,
        Email: 'devD1@tyk.io',
        First: 'Test',
        Last: 'User',
        OrgID: 7,
        Provider: 'password',
        Status: 'active',
        CreatedAt: '2024-04-22T15:46:40.128398Z',
        ByUser: 1,
        CustomAttributes: [{ Identifier: 'boolean-custom-attribute', Value: 'false' }],
      },
      Timestamp: '2024-04-22T17:52:22.673077+02:00',
    },
  },
  UserAccountDeactivated: {
    level: 'documented',
    payload: {
      Event: 'UserAccountDeactivated',
      Message: {
        ID: 7,
        Email: 'test@user.io',
        First: 'Test',
        Last: 'User',
        OrgID: 7,
        Provider: 'password',
        Status: 'inactive',
        CreatedAt: '2024-04-22T15:46:40.128398Z',
        ByUser: 1,
        CustomAttributes: [{ Identifier: 'boolean-custom-attribute', Value: 'false' }],
      },
      Timestamp: '2024-04-22T17:51:22.24066+02:00',
    },
  },
  PasswordReset: {
    level: 'documented',
    payload: {
      Event: 'PasswordReset',
      Message: {
        ID: 7,
        Email: 'test@user.io',
        First: 'Test',
        Last: 'User',
        OrgID: 7,
        Provider: 'password',
        Status: 'active',
        CreatedAt: '2024-04-22T15:46:40.128398Z',
        CustomAttributes: [{ Identifier: 'boolean-custom-attribute', Value: 'false' }],
      },
      Timestamp: '2024-04-22T17:58:10.223162+02:00',
    },
  },
  ApplicationRegistered: {
    level: 'documented',
    payload: {
      Event: 'ApplicationRegistered',
      Message: { ID: 1, Name: 'New App', UserID: 1, CreatedAt: '2024-04-18T13:29:23.738726+02:00' },
      Timestamp: '2024-04-18T13:29:23.744826+02:00',
    },
  },
  CredentialRegistered: {
    level: 'documented',
    payload: {
      Event: 'CredentialRegistered',
      Message: { ID: 1, ByUser: 3, AccessRequestID: 1, AppID: 3, CreatedAt: '2024-04-18T13:48:08.489611+02:00' },
      Timestamp: '2024-04-18T13:48:08.494266+02:00',
    },
  },
  AccessRequestCreated: {
    level: 'documented',
    payload: {
      Event: 'AccessRequestCreated',
      Message: {
        ID: 0,
        AppID: 1,
        ByUser: 2,
        Status: 'approved',
        ProductIDs: [1],
        PlanID: 2,
        CreatedAt: '0001-01-01T00:00:00Z',
      },
      Timestamp: '2024-04-22T18:09:45.245357+02:00',
    },
  },
  AccessRequestApproved: {
    level: 'documented',
    payload: {
      Event: 'AccessRequestApproved',
      Message: {
        ID: 1,
        AppID: 3,
        ByUser: 3,
        Status: 'approved',
        ProductIDs: [1],
        PlanID: 2,
        CreatedAt: '2024-04-18T13:36:02.769109+02:00',
      },
      Timestamp: '2024-04-18T13:48:08.508925+02:00',
    },
  },
  AccessRequestRejected: {
    level: 'documented',
    payload: {
      Event: 'AccessRequestRejected',
      Message: {
        ID: 6,
        AppID: 7,
        ByUser: 3,
        Status: 'rejected',
        ProductIDs: [],
        PlanID: 2,
        CreatedAt: '2024-04-18T14:40:15.81038+02:00',
      },
      Timestamp: '2024-04-18T14:40:28.998297+02:00',
    },
  },
  OrganisationRegistered: {
    level: 'documented',
    payload: {
      Event: 'OrganisationRegistered',
      Message: { ID: 8, Name: 'Organisation added from Admin UI', CreatedAt: '2024-04-18T16:12:09.8437+02:00' },
      Timestamp: '2024-04-18T16:12:09.849045+02:00',
    },
  },
  OrganisationRequestCreated: {
    level: 'documented',
    payload: {
      Event: 'OrganisationRequestCreated',
      Message: {
        Name: 'Organisation added from Live Portal (the become an org flow)',
        AdminEmail: 'dev@tyk.io',
        AdminID: 3,
        ByUser: 3,
        TeamIDs: [],
        Status: 'pending',
        CreatedAt: '2024-04-18T16:13:50.766139+02:00',
      },
      Timestamp: '2024-04-18T16:13:50.796234+02:00',
    },
  },
  // Documented in the shape of a user; a request of the shape of its two siblings is as good.
  OrganisationRequestApproved: {
    level: 'documented',
    payload: {
      Event: 'OrganisationRequestApproved',
      Message: {
        ID: 11,
        Email: 'dev@tyk.io',
        First: 'Developer',
        Last: 'User',
        OrgID: 2,
        Provider: 'password',
        Status: 'inactive',
        CreatedAt: '2024-04-24T15:26:04.312618088Z',
        CustomAttributes: [],
      },
      Timestamp: '2024-04-24T15:26:04.329072196Z',
    },
  },
  OrganisationRequestRejected: {
    level: 'documented',
    payload: {
      Event: 'OrganisationRequestRejected',
      Message: {
        Name: 'ACME',
        AdminEmail: 'dev@tyk.io',
        AdminID: 17,
        ByUser: 17,
        TeamIDs: [],
        Status: 'rejected',
        CreatedAt: '2024-04-18T16:27:34.012613+02:00',
      },
      Timestamp: '2024-04-18T16:27:50.504654+02:00',
    },
  },
}
