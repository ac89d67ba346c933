import { z } from 'zod'
import { proofs } from '../../../rules/runbook.ts'
import { pointId, sentence, text, time, when } from './common.ts'

export const runbookStep = z.object({
  id: z.string(),
  who: text,
  text,
  hint: text.nullable(),
  proof: z.enum(proofs),
  asks: z.array(
    z.object({ key: z.string(), kind: z.enum(['text', 'number', 'time']), name: text, optional: z.boolean() }),
  ),
  /** The kind of contact to telephone; see GET /api/v1/contacts. */
  call: z.string().nullable(),
  /** From the start of the run. */
  withinS: z.number().nullable(),
  /** The plant ticks it. */
  self: z.boolean(),
  /** It can never be left out. */
  safety: z.boolean(),
  optional: z.boolean(),
  danger: z.string().nullable(),
  see: z.string().nullable(),
  source: z.string().nullable(),
})
const runbookHead = {
  name: text,
  warning: text.nullable(),
  dangers: z.array(z.object({ id: z.string(), text })),
  writer: text,
  copies: z.array(text),
}
export const runbook = z.object({
  id: z.string(),
  ...runbookHead,
  per: z.enum(['site', 'equipment']),
  steps: z.array(runbookStep),
  /** Why it has no steps: the site has to write it. */
  unwritten: text.nullable(),
  source: z.string().nullable(),
})
export const runStep = runbookStep.extend({
  /** open: can be done now. held-back: others come first. */
  state: z.enum(['open', 'held-back', 'done', 'left-out']),
  /** The steps that hold it back. */
  after: z.array(z.string()),
  at: when,
  by: z.string().nullable(),
  /** The point by which the plant ticked it. */
  point: pointId.nullable(),
  values: z.record(z.string(), z.string()),
  note: z.string().nullable(),
  photo: z.boolean(),
  late: z.boolean(),
})
const notice = z.object({ title: z.string(), body: z.string() })
export const run = z.object({
  id: z.string(),
  no: z.string(),
  runbook: z.string(),
  ...runbookHead,
  phase: z.enum(['open', 'completed', 'cancelled']),
  alarm: z.string().nullable(),
  alarms: z.array(z.string()),
  equipment: z.string().nullable(),
  equipmentName: text.nullable(),
  space: text.nullable(),
  /** Ids of the dangers that are set. */
  set: z.array(z.string()),
  steps: z.array(runStep),
  /** Shown beside the steps, because they decide by it. */
  watch: z.array(pointId),
  startedAt: time,
  startedBy: z.string(),
  endedAt: when,
  endedBy: z.string().nullable(),
  reason: z.string().nullable(),
  /** What is still to be done before it can be completed. */
  missing: z.array(z.string()),
  /** Drafts for the customers; null: it interrupts nothing, or it is not restored yet. */
  notices: z.object({
    interrupted: z.object({ 'zh-CN': notice, en: notice }).nullable(),
    restored: z.object({ 'zh-CN': notice, en: notice }).nullable(),
  }),
  /** What the timeline says of each part of the incident report; null: nobody has said it. */
  draft: z.object({
    since: time,
    until: when,
    cause: z.string().nullable(),
    place: z.string().nullable(),
    handling: z.string().nullable(),
    restoredAt: when,
  }),
  report: z
    .object({
      cause: z.string(),
      place: z.string(),
      handling: z.string(),
      restoredAt: time,
      by: z.string(),
      at: time,
    })
    .nullable(),
})
export const newRun = z.strictObject({
  runbook: z.string().max(64),
  alarm: z.string().max(200).optional(),
  equipment: z.string().max(64).optional(),
})
export const doStep = z.strictObject({
  how: z.enum(['do', 'leave-out', 'undo']),
  values: z.record(z.string().max(64), z.string().trim().max(1000)).optional(),
  /** A note; why it is left out or taken back. */
  note: sentence.optional(),
  /** A JPEG, base64. */
  photo: z.base64().max(240_000).optional(),
})
export const setDanger = z.strictObject({ there: z.boolean(), reason: sentence.optional() })
export const endRun = z.strictObject({ how: z.enum(['complete', 'cancel']), reason: sentence.optional() })
export const signReport = z.strictObject({ cause: sentence, place: sentence, handling: sentence, restoredAt: time })

export type RunbookView = z.infer<typeof runbook>
export type RunView = z.infer<typeof run>
export type RunStepView = z.infer<typeof runStep>
