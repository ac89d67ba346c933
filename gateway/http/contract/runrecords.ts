import { z } from 'zod'
import { reasons } from '../../../drivers/point.ts'
import { cellSources, outs, runCauses, runPhases, writers } from '../../../rules/runrecord/words.ts'
import { text, time, when } from './common.ts'

const value = z.union([z.number(), z.boolean(), z.string()])
const count = z.int().min(0)
const said = z.string().trim().max(300)

const cell = z.object({
  value: value.nullable(),
  source: z.enum(cellSources),
  at: when,
  reason: z.enum(reasons).nullable(),
  out: z.enum(outs).nullable(),
  /** What the plant said where somebody typed something else. */
  live: value.optional(),
})
const cells = z.record(z.string(), cell)
export const runCells = cells

export const runColumn = z.object({
  key: z.string(),
  equipment: z.string().nullable(),
  equipmentName: text.nullable(),
  name: text,
  kind: z.enum(['number', 'boolean', 'text', 'choice']),
  unit: z.string().nullable(),
  decimals: z.number().nullable(),
  point: z.string().nullable(),
  codes: z.record(z.string(), text).nullable(),
  normal: z.tuple([z.number().nullable(), z.number().nullable()]).nullable(),
  expect: z.array(value).nullable(),
  choices: z.array(z.object({ id: z.string(), text, ok: z.boolean() })),
  optional: z.boolean(),
})
export const runLine = z.object({
  id: z.string(),
  form: z.string(),
  day: z.iso.date(),
  cause: z.enum(runCauses),
  due: time,
  /** From here on it may be written. */
  from: time,
  /** When it is missed. */
  over: time,
  phase: z.enum(runPhases),
  /** By how much it was too late; 0: in time. */
  lateMs: count,
  cells,
  readAt: when,
  by: z.string(),
  confirmedAt: when,
  remark: z.string(),
  /** Why it was missed or put right. */
  reason: z.string(),
  reasonBy: z.string(),
  replaces: z.string().nullable(),
  replacedBy: z.string().nullable(),
  /** It happened at an unknown moment since then, while no gateway looked. */
  unseenFrom: when,
  away: z.boolean(),
  afterwards: z.boolean(),
  demo: z.boolean(),
})
export const runForm = z.object({
  id: z.string(),
  name: text,
  source: z.string(),
  by: z.array(z.enum(writers)),
  equipment: z.array(z.string()),
  /** Equipment that is gone through with a check list before its start. */
  preStart: z.array(z.string()),
  /** Whether whoever asks may write it. */
  mine: z.boolean(),
  /** Lines that are to be written now. */
  open: count,
  /** Lines of the plant that nobody has confirmed, of the last 7 days. */
  waiting: count,
  /** Lines of the last 24 h that are missed and unexplained. */
  missed: count,
  /** The next line by its times; null: only the plant writes, or nothing is planned. */
  next: when,
  /** Whether the plant runs, where it writes its own lines; null: not known, or it does not. */
  running: z.boolean().nullable(),
})
export const runForms = z.object({ items: z.array(runForm), next: z.null() })
export const runSheet = z.object({
  form: z.string(),
  name: text,
  source: z.string(),
  day: z.iso.date(),
  mine: z.boolean(),
  columns: z.array(runColumn),
  lines: z.array(runLine),
  /** Up to which entry of the trail this is. */
  trail: z.object({ seq: count, hash: z.string(), at: time }),
})
export const runSheetAsk = z.object({
  day: z.iso.date().optional(),
  format: z.enum(['json', 'csv']).optional(),
  lang: z.enum(['zh-CN', 'en']).optional(),
})
export const runReading = z.object({ id: z.string(), line: z.string(), at: time, cells })
export const runTyped = z.record(
  z.string().max(129),
  z.union([z.number(), z.boolean(), z.string().trim().min(1).max(200)]),
)
export const runConfirm = z.strictObject({
  /** Of the values that were taken; not for a line that the plant wrote. */
  reading: z.string().max(64).nullable().default(null),
  typed: runTyped.default({}),
  remark: said.default(''),
})
export const runCorrect = z.strictObject({
  typed: runTyped.default({}),
  remark: said.default(''),
  reason: said.min(1),
})
export const runExcuse = z.strictObject({ reason: said.min(1) })

export type RunColumnView = z.infer<typeof runColumn>
export type RunLineView = z.infer<typeof runLine>
export type RunFormView = z.infer<typeof runForm>
export type RunSheet = z.infer<typeof runSheet>
export type RunReadingView = z.infer<typeof runReading>
export type RunCellView = z.infer<typeof cell>
