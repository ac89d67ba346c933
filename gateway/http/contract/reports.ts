import { z } from 'zod'
import { reportChannels, reportSteps } from '../../../rules/report.ts'
import { orderClasses } from '../../../rules/rule.ts'
import { crews, natures } from '../../../rules/workorder.ts'
import { text, time, when } from './common.ts'

const caller = z.strictObject({
  name: z.string().trim().max(64).default(''),
  phone: z.string().trim().max(32).default(''),
})
export const newReport = z.strictObject({
  /** Where it came in. */
  channel: z.enum(['desk', 'call-centre']).default('desk'),
  nature: z.enum(natures),
  text: z.string().trim().min(1).max(180),
  /** The room as people say it: `A-1502`. */
  room: z.string().trim().max(60).default(''),
  space: z.string().max(64).optional(),
  equipment: z.string().max(64).optional(),
  caller: caller.default({ name: '', phone: '' }),
  /** The sender's own number. */
  reference: z.string().trim().max(64).default(''),
  /** Instead of what the nature makes of it: water and power are urgent. */
  class: z.enum(orderClasses).optional(),
  appointmentAt: time.optional(),
})
export const report = z.object({
  id: z.string(),
  no: z.string(),
  channel: z.enum(reportChannels),
  nature: z.enum(natures),
  text: z.string(),
  room: z.string(),
  space: z.string().nullable(),
  equipment: z.string().nullable(),
  equipmentName: text.nullable(),
  caller: z.object({ name: z.string(), phone: z.string() }),
  reference: z.string(),
  by: z.string(),
  at: time,
  workorder: z.object({ id: z.string(), no: z.string() }),
  step: z.enum(reportSteps),
  department: z.enum(crews),
  class: z.enum(orderClasses),
  arriveBy: time,
  restoreBy: time,
  appointmentAt: when,
  arrivedAt: when,
  fixedAt: when,
  closedAt: when,
})
export const callbackSecretMade = z.object({ secret: z.string() })

/** What whoever has not signed in may see and say. */
export const intakePlace = z.object({ site: text, equipmentName: text, space: text.nullable() })
export const intakeReport = z.strictObject({
  text: z.string().trim().min(1).max(180),
  nature: z.enum(natures).default('other'),
  name: z.string().trim().max(64).default(''),
  phone: z.string().trim().max(32).default(''),
})
/** `receipt` is shown once, here. */
export const intakeMade = z.object({ no: z.string(), receipt: z.string() })
export const receipt = z.object({
  no: z.string(),
  text: z.string(),
  equipmentName: text.nullable(),
  at: time,
  step: z.enum(reportSteps),
  department: z.enum(crews),
  mayAnswer: z.boolean(),
})
export const intakeAnswer = z.strictObject({ solved: z.boolean() })
export const reportLink = z.object({ path: z.string(), url: z.string().nullable() })

export type ReportView = z.infer<typeof report>
export type IntakePlaceView = z.infer<typeof intakePlace>
export type IntakeMade = z.infer<typeof intakeMade>
export type ReceiptView = z.infer<typeof receipt>
