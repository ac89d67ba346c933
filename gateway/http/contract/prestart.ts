import { z } from 'zod'
import { preStartKinds } from '../../../rules/runrecord/prestart.ts'
import { text, time, when } from './common.ts'
import { runCells, runColumn, runTyped } from './runrecords.ts'

const said = z.string().trim().max(300)

export const preStartEntry = z.object({
  id: z.string(),
  equipment: z.string(),
  at: time,
  kind: z.enum(preStartKinds),
  /** Who went through the list or overrode it; empty: it started without. */
  by: z.string(),
  /** Items that were not ok when the list was gone through. */
  notOk: z.array(text),
  remark: z.string(),
  reason: z.string(),
  reasonBy: z.string(),
  /** The start happened at an unknown moment since then. */
  unseenFrom: when,
})
export const preStartPlant = z.object({
  equipment: z.string(),
  name: text,
  validMin: z.int(),
  items: z.array(runColumn),
  /** What the items with a point show now. */
  cells: runCells,
  running: z.boolean().nullable(),
  /** Why it may not be started now; null: it may. */
  lack: text.nullable(),
  /** The newest list or override. */
  last: preStartEntry.nullable(),
})
export const preStartSheet = z.object({
  mine: z.boolean(),
  plants: z.array(preStartPlant),
  /** Of the day, newest first. */
  entries: z.array(preStartEntry),
})
export const preStartAsk = z.object({ day: z.iso.date().optional() })
export const preStartCheck = z.strictObject({
  equipment: z.string().max(64),
  typed: runTyped.default({}),
  remark: said.default(''),
})
export const preStartOverride = z.strictObject({ equipment: z.string().max(64), reason: said.min(1) })
export const preStartReason = z.strictObject({ reason: said.min(1) })

export type PreStartSheet = z.infer<typeof preStartSheet>
export type PreStartPlant = z.infer<typeof preStartPlant>
export type PreStartEntryView = z.infer<typeof preStartEntry>
