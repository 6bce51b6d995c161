import * as z from 'zod/mini'
import { lazily, object, record } from '../../core/shape.ts'

/** A string of which some values are known. Others are as good: the sender may add them. */
function open<const Known extends string>(..._known: Known[]) {
  // The compiler is told of the known values, to complete them; the check is the same for all.
  return z.string() as unknown as z.ZodMiniType<Known | (string & {}), Known | (string & {})>
}

function event<const Name extends string, Message extends z.ZodMiniType>(name: Name, message: Message) {
  const names = [name, name.replace('Organisation', 'Organization')]
  return object({
    // One name to the compiler; on the wire the other spelling is the same event.
    Event: z.enum(names) as unknown as z.ZodMiniLiteral<Name>,
    Message: message,
    Timestamp: z.string(),
  })
}

const attribute = object({ Identifier: z.string(), Value: z.string() })

const user = object({
  ID: z.number(),
  Email: z.string(),
  First: z.string(),
  Last: z.string(),
  OrgID: z.number(),
  Provider: z.string(),
  Status: open('active', 'inactive'),
  CreatedAt: z.string(),
  ByUser: z.optional(z.number()),
  CustomAttributes: z.optional(z.nullable(z.array(attribute))),
})

const application = object({ ID: z.number(), Name: z.string(), UserID: z.number(), CreatedAt: z.string() })

const credential = object({
  ID: z.number(),
  ByUser: z.optional(z.number()),
  AccessRequestID: z.number(),
  AppID: z.number(),
  CreatedAt: z.string(),
})

const accessRequest = object({
  ID: z.number(),
  AppID: z.number(),
  ByUser: z.optional(z.number()),
  Status: open('approved', 'rejected', 'pending'),
  ProductIDs: z.nullable(z.array(z.number())),
  PlanID: z.number(),
  CreatedAt: z.string(),
})

const organisation = object({ ID: z.number(), Name: z.string(), CreatedAt: z.string() })

const organisationRequest = object({
  Name: z.string(),
  AdminEmail: z.string(),
  AdminID: z.number(),
  ByUser: z.optional(z.number()),
  TeamIDs: z.nullable(z.array(z.number())),
  Status: open('pending', 'rejected', 'approved'),
  CreatedAt: z.string(),
})

/** The portal's 14 events. */
export const events = lazily({
  RegisterInvite: () => event('RegisterInvite', record(z.unknown())),
  UserRegistered: () => event('UserRegistered', user),
  UserAccountActivated: () => event('UserAccountActivated', user),
  UserAccountDeactivated: () => event('UserAccountDeactivated', user),
  PasswordReset: () => event('PasswordReset', user),
  ApplicationRegistered: () => event('ApplicationRegistered', application),
  CredentialRegistered: () => event('CredentialRegistered', credential),
  AccessRequestCreated: () => event('AccessRequestCreated', accessRequest),
  AccessRequestApproved: () => event('AccessRequestApproved', accessRequest),
  AccessRequestRejected: () => event('AccessRequestRejected', accessRequest),
  OrganisationRegistered: () => event('OrganisationRegistered', organisation),
  OrganisationRequestCreated: () => event('OrganisationRequestCreated', organisationRequest),
  OrganisationRequestApproved: () => event('OrganisationRequestApproved', z.union([user, organisationRequest])),
  OrganisationRequestRejected: () => event('OrganisationRequestRejected', organisationRequest),
})

/** What every delivery has. */
export const envelope = object({
  Event: z.string(),
  Message: record(z.unknown()),
  Timestamp: z.string(),
})
