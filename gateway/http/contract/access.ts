import { z } from 'zod'
import { credentialActions, credentialKinds, credentialPhases, personKinds } from '../../../rules/access/credential.ts'
import { ruleIds } from '../../../rules/access/decide.ts'
import { doorModes, settableModes } from '../../../rules/access/doormode.ts'
import { type Outcome, outcomeCodes } from '../../../rules/access/outcome.ts'
import { sentence, text, time, when } from './common.ts'

const outcome = z.enum(outcomeCodes as [Outcome, ...Outcome[]])
const line = (most: number) => z.string().trim().max(most)
const id = z.string().max(64)

/** Of a photo of a person. */
export const PHOTO_BYTES = 1_000_000

export const newCompany = z.strictObject({
  name: line(100).min(1),
  /** Of its passes. */
  colour: z.string().regex(/^#[0-9a-f]{6}$/),
  phone: line(32).default(''),
})
export const company = z.object({
  id: z.string(),
  name: z.string(),
  colour: z.string(),
  phone: z.string(),
  blocked: z.boolean(),
})
export const companyBlock = z.strictObject({ blocked: z.boolean(), reason: sentence })
export const newWorks = z.strictObject({
  name: line(100).min(1),
  space: id.optional(),
  company: id.optional(),
  /** The number of the works permit [施工许可证]. */
  permit: line(64).default(''),
  permitTo: time.optional(),
})
export const works = z.object({
  id: z.string(),
  no: z.string(),
  name: z.string(),
  space: z.string().nullable(),
  company: z.string().nullable(),
  permit: z.string(),
  permitTo: when,
  openedAt: time,
  closedAt: when,
  closedBy: z.string().nullable(),
})
/** What was not given back when the site was closed: no such pass opens anything any more. */
export const worksClosed = z.object({
  works,
  unreturned: z.array(z.object({ id: z.string(), no: z.string(), name: z.string() })),
})

export const newPerson = z.strictObject({
  name: line(64).min(1),
  kind: z.enum(personKinds),
  company: id.optional(),
  trade: line(64).default(''),
  phone: line(32).default(''),
  /** For lockdowns and threat levels. */
  level: z.int().min(0).max(9).default(0),
  /** By which doors know a second person, an escort's firm or somebody in charge. */
  roles: z.array(line(32).min(1)).max(10).default([]),
  /** The account with which he signs in here: he grants himself nothing. */
  account: line(64).optional(),
  certificates: z
    .array(z.strictObject({ kind: line(64).min(1), no: line(64).default(''), validTo: time }))
    .max(20)
    .default([]),
  idKind: z.enum(['id-card', 'passport', 'permit', 'other']).optional(),
  idNumber: line(40).min(4).optional(),
})
export const person = z.object({
  id: z.string(),
  no: z.string(),
  name: z.string(),
  kind: z.enum(personKinds),
  company: z.string().nullable(),
  trade: z.string(),
  phone: z.string(),
  level: z.int(),
  roles: z.array(z.string()),
  status: z.enum(['active', 'suspended']),
  account: z.string().nullable(),
  certificates: z.array(z.object({ kind: z.string(), no: z.string(), validTo: time })),
  idKind: z.string().nullable(),
  /** The rest is only read with a reason, which stands on the trail. */
  idLast4: z.string().nullable(),
  hasPin: z.boolean(),
  /** Of his photo; it is at `people/<id>/photo/<hash>`. */
  photo: z.string().nullable(),
  createdAt: time,
  /** Where he is by the doors; null: nobody knows. */
  area: z.string().nullable(),
})
export const personStatus = z.strictObject({ status: z.enum(['active', 'suspended']), reason: sentence })
export const personPin = z.strictObject({
  pin: z
    .string()
    .regex(/^\d{4,8}$/)
    .nullable(),
})
export const withReason = z.strictObject({ reason: sentence })
export const idNumber = z.object({ idNumber: z.string().nullable() })
export const forgive = z.strictObject({ minutes: z.int().min(1).max(480).default(15), reason: sentence })

const money = z.string().regex(/^\d{1,6}(\.\d{1,2})?$/)
const leaseWords = {
  /** Which bay; empty: any. */
  bay: line(32).default(''),
  plate: line(16).min(1),
  /** The number of the agreement [车位租用协议]. */
  agreement: line(64).min(1),
  /** Yuan for the period. */
  fee: money,
  receipt: line(40).min(1),
}
const lease = z.object({
  bay: z.string(),
  plate: z.string(),
  agreement: z.string(),
  validTo: time,
  fee: z.string(),
  receipt: z.string(),
})
/** The lease goes on: so does its card. */
export const leaseRenewal = z.strictObject({ validTo: time, fee: money, receipt: line(40).min(1) })
export const newCredential = z.strictObject({
  person: id,
  class: z.enum(credentialKinds),
  /** What stands on the card; for a UID hexadecimal. */
  number: line(40).optional(),
  facility: z.int().min(0).max(65_535).optional(),
  /** What the reader said, instead of the number. */
  bits: z
    .string()
    .regex(/^[01]{8,128}$/)
    .optional(),
  validFrom: time.optional(),
  validTo: time,
  levels: z.array(id).max(20).default([]),
  works: id.optional(),
  /** Yuan; never a float. */
  deposit: money.optional(),
  receipt: line(40).min(1).optional(),
  /** Of a parking card, or of a number plate: the card ends with its lease. */
  lease: z.strictObject(leaseWords).optional(),
})
export const credential = z.object({
  id: z.string(),
  no: z.string(),
  person: z.string(),
  personName: z.string(),
  colour: z.string().nullable(),
  class: z.enum(credentialKinds),
  /** The end of its number. */
  shown: z.string(),
  phase: z.enum(credentialPhases),
  expired: z.boolean(),
  validFrom: time,
  validTo: time,
  levels: z.array(z.string()),
  works: z.string().nullable(),
  duplicate: z.enum(['none', 'holder', 'gate', 'returned']),
  deposit: z.string().nullable(),
  receipt: z.string().nullable(),
  refundedAt: when,
  lease: lease.nullable(),
  issuedBy: z.string(),
  issuedAt: time,
  approvedBy: z.string().nullable(),
  approvedAt: when,
  reason: z.string(),
})
/** `link` is shown once, here: the page on the holder's phone that shows his code of the moment. */
export const credentialMade = z.object({ id: z.string(), no: z.string(), link: z.string().nullable() })
export const credentialMove = z.strictObject({ reason: line(300).default('') })
export const credentialAction = z.enum(credentialActions)
export const refund = z.strictObject({ receipt: line(40).min(1) })
export const duplicateMove = z.strictObject({ to: z.enum(['gate', 'holder']) })
export const passCode = z.object({ no: z.string(), code: z.string(), until: when, name: z.string(), validTo: time })
export const passKey = z.object({ keyId: z.number(), publicKey: z.string() })

const layer = z.object({
  id: z.string().nullable(),
  mode: z.enum(doorModes),
  since: time,
  until: when,
  level: z.int().nullable(),
  by: z.string().nullable(),
  reason: z.string(),
})
export const accessDoor = z.object({
  id: z.string(),
  name: text,
  space: z.string().nullable(),
  area: z.string(),
  from: z.string(),
  class: z.enum(['low', 'medium', 'high']),
  groups: z.array(z.string()),
  escort: z.boolean(),
  twoPersons: z.array(z.string()),
  /** The one that counts. */
  mode: layer,
  layers: z.array(layer),
  /** By its contact; null: it cannot be read. */
  open: z.boolean().nullable(),
  position: z.enum(['closed', 'released', 'open', 'warned', 'held', 'forced']),
  /** The controller has its own table of cards, which does not come from here. */
  ownTable: z.boolean(),
})
export const accessView = z.object({
  items: z.array(accessDoor),
  next: z.null(),
  policyVersion: z.string().nullable(),
  /** false: temporary passes are not let in until somebody says that the clock is right. */
  clockSafe: z.boolean(),
  levels: z.array(z.object({ id: z.string(), name: text })),
  /** Gates with a guard: events name them as they name doors. */
  gates: z.array(z.object({ id: z.string(), name: text })),
  areas: z.array(z.object({ id: z.string(), name: text, inside: z.int(), capacity: z.int().nullable() })),
  /** People of whom nobody knows where they are, as after a fire release. */
  unknown: z.int(),
})
export const setDoorMode = z.strictObject({
  mode: z.enum(settableModes),
  /** Left out: as long as is usual. */
  minutes: z.int().min(1).max(1440).optional(),
  level: z.int().min(1).max(9).optional(),
  reason: sentence,
})
const looks = z.array(
  z.object({ rule: z.enum(ruleIds as unknown as [string, ...string[]]), outcome: outcome.nullable() }),
)
const decided = {
  outcome,
  rule: z.string(),
  /** The explanation, filled in. */
  text,
  looks,
  policyVersion: z.string(),
}
export const reading = z.strictObject({
  door: id,
  direction: z.enum(['in', 'out']).default('in'),
  bits: z
    .string()
    .regex(/^[01]{1,128}$/)
    .optional(),
  uid: line(64).optional(),
  plate: line(16).optional(),
  /** Of a QR code, as it was read. */
  code: z.string().max(512).optional(),
  pin: z
    .string()
    .regex(/^\d{1,12}$/)
    .optional(),
  /** The reader's own number of this message: the same one again at this door is refused, and an alarm. */
  message: z.string().min(1).max(64).optional(),
})
export const readingAnswer = z.object({
  ...decided,
  unlock: z.boolean(),
  event: z.int(),
  person: z.object({ id: z.string(), name: z.string(), kind: z.enum(personKinds) }).nullable(),
})
export const accessEvent = z.object({
  ...decided,
  seq: z.int(),
  at: time,
  door: z.string(),
  direction: z.enum(['in', 'out']),
  person: z.string().nullable(),
  personName: z.string().nullable(),
  credential: z.string().nullable(),
  /** The door was really opened for it. */
  entered: z.boolean(),
  mode: z.string(),
})
export const explanation = z.object({
  items: z.array(z.object({ ...decided, credential: z.string(), no: z.string(), class: z.enum(credentialKinds) })),
  next: z.null(),
})
export const holderList = z.object({
  mode: z.enum(doorModes),
  items: z.array(
    z.object({ ...decided, person: z.string(), personName: z.string(), kind: z.enum(personKinds), no: z.string() }),
  ),
  next: z.null(),
})

export type CompanyView = z.infer<typeof company>
export type WorksView = z.infer<typeof works>
export type WorksClosed = z.infer<typeof worksClosed>
export type PersonView = z.infer<typeof person>
export type CredentialView = z.infer<typeof credential>
export type CredentialMade = z.infer<typeof credentialMade>
export type PassCode = z.infer<typeof passCode>
export type AccessView = z.infer<typeof accessView>
export type AccessDoorView = z.infer<typeof accessDoor>
export type AccessEventView = z.infer<typeof accessEvent>
export type Explanation = z.infer<typeof explanation>
export type HolderList = z.infer<typeof holderList>
