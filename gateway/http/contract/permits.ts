import { z } from 'zod'
import { roles } from '../../../rules/flow.ts'
import { extensionActions } from '../../../rules/permit/extend.ts'
import {
  checkCodes,
  despites,
  pauseReasons,
  permitActions,
  permitGrades,
  permitKinds,
  permitPhases,
} from '../../../rules/permit/permit.ts'
import { sentence, text, time, when } from './common.ts'

const words = (most: number) => z.string().trim().max(most)
const date = z.iso.date()

const worker = z.strictObject({ name: words(64).min(1), certificate: words(64).default(''), validTo: date })
const gasTest = z.object({
  at: time,
  by: z.string(),
  spot: z.string(),
  percent: z.number(),
  lel4: z.boolean(),
  instrument: z.string(),
  calDue: z.string(),
  /** The last moment at which work may begin by it. */
  validTo: time,
})
const approvals = z.array(z.object({ by: z.string(), role: z.enum(roles), at: time, afterS: z.number() }))

export const permit = z.object({
  id: z.string(),
  no: z.string(),
  kind: z.enum(permitKinds),
  phase: z.enum(permitPhases),
  space: z.string(),
  spaceName: text.nullable(),
  /** The space and all that it lies in, from within outwards. */
  spaces: z.array(z.string()),
  spot: z.string(),
  work: z.string(),
  company: z.string(),
  grade: z.enum(permitGrades),
  /** As it counts now: nights, days of rest and holidays raise it. */
  effective: z.enum(permitGrades),
  outdoor: z.boolean(),
  gas: z.boolean(),
  workers: z.array(z.object({ name: z.string(), certificate: z.string(), validTo: z.string() })),
  guardian: z.string(),
  guardianPhone: z.string(),
  /** To whom the watch is offered. */
  guardianOffer: z.object({ to: z.string(), reason: z.string(), by: z.string(), at: time }).nullable(),
  guardians: z.array(z.object({ from: z.string(), to: z.string(), by: z.string(), reason: z.string(), at: time })),
  validFrom: time,
  validTo: time,
  /** When this start runs out; null: not started. */
  endsAt: when,
  askedBy: z.string(),
  askedAt: time,
  approvals,
  /** Who agrees next; null: nobody has to any more. */
  nextApproval: z.array(z.enum(roles)).nullable(),
  stampedBy: z.string().nullable(),
  issuedAt: when,
  /** What has to be looked at before the start, each with what was found last. */
  checks: z.array(
    z.object({
      code: z.enum(checkCodes),
      ok: z.boolean().nullable(),
      by: z.string().nullable(),
      at: when,
      force: z.number().nullable(),
    }),
  ),
  /** Of the wind, by the site's instrument or as it was put down in the last hour; null: nobody knows. */
  wind: z.number().nullable(),
  /** Other permits at the place or next to it, and whether they forbid a start or ask for a word. */
  others: z.array(
    z.object({
      no: z.string(),
      kind: z.enum(permitKinds),
      nearness: z.enum(['same', 'near']),
      verdict: z.enum(['refuse', 'ask', 'free']),
    }),
  ),
  despite: z.array(z.object({ what: z.array(z.enum(despites)), reason: z.string(), by: z.string(), at: time })),
  extension: z
    .object({
      to: time,
      reason: z.string(),
      askedBy: z.string(),
      askedAt: time,
      approvals,
      /** Who agrees next; null: everybody has. */
      next: z.array(z.enum(roles)).nullable(),
      stampedBy: z.string().nullable(),
      grantedAt: when,
    })
    .nullable(),
  /** Who let it go on at a change of shifts. */
  validated: z.array(z.object({ by: z.string(), at: time })),
  /** A code hangs at the place: it is scanned before the permit is closed. */
  scannable: z.boolean(),
  /** To the insurer and the fire authority; of isolated detectors only. */
  notice: text.nullable(),
  gasNeeded: z.boolean(),
  gasTests: z.array(gasTest),
  spans: z.array(z.object({ from: time, to: when })),
  suspended: z.object({ at: time, reason: z.string(), by: z.string() }).nullable(),
  finishedAt: when,
  finishedBy: z.string().nullable(),
  watchDue: when,
  photo: z.object({ file: z.string(), at: time, by: z.string() }).nullable(),
  scan: z.object({ equipment: z.string(), at: time }).nullable(),
  closedAt: when,
  closedBy: z.string().nullable(),
  revokedBy: z.string().nullable(),
  reason: z.string(),
})
export const newPermit = z.strictObject({
  kind: z.enum(permitKinds).default('hot-work'),
  space: z.string().max(64),
  spot: words(200).min(1),
  work: sentence.max(500),
  company: words(100).default(''),
  grade: z.enum(permitGrades).default('second'),
  outdoor: z.boolean().default(false),
  gas: z.boolean().default(false),
  workers: z.array(worker).max(20),
  guardian: words(64).min(1),
  guardianPhone: words(32).default(''),
  validFrom: time,
  validTo: time,
})
export const permitAction = z.enum(permitActions)
export const permitMove = z.strictObject({
  reason: words(200).default(''),
  pause: z.enum(pauseReasons).optional(),
  /** What the code on equipment at the place says, or the tag of a round there. */
  code: words(300).optional(),
  /** What it is started in spite of; with a reason. */
  despite: z.array(z.enum(despites)).max(despites.length).optional(),
})
export const permitExtend = z.strictObject({ to: time, reason: words(200).min(1) })
export const permitGuard = z.strictObject({
  to: words(64).min(1),
  phone: words(32).default(''),
  reason: words(200).min(1),
})
export const extensionAction = z.enum(extensionActions)
export const extensionMove = z.strictObject({ reason: words(200).default('') })
export const permitChecks = z.strictObject({
  checks: z
    .array(z.strictObject({ code: z.enum(checkCodes), ok: z.boolean(), force: z.int().min(0).max(17).optional() }))
    .min(1)
    .max(20),
})
export const newGasTest = z.strictObject({
  spot: words(100).min(1),
  percent: z.number().min(0).max(100),
  lel4: z.boolean(),
  instrument: words(64).min(1),
  calDue: date,
})
export type PermitView = z.infer<typeof permit>
