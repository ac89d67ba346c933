import { z } from 'zod'
import { commandPhases, commandReasons } from '../../../rules/command.ts'
import { pointId, text, time, value, when } from './common.ts'

/** Phases: awaiting (a second person), sent, then one of confirmed (read back), not-confirmed (nobody knows whether it was done), refused. */
export const command = z.object({
  id: z.string(),
  point: pointId,
  value,
  /** What was shown before. */
  was: value.nullable(),
  reason: z.string(),
  phase: z.enum(commandPhases),
  why: z.enum(commandReasons).nullable(),
  /** The interlock or the tag that refused it. */
  text: text.nullable(),
  requestedBy: z.string(),
  requestedAt: time,
  secondBy: z.string().nullable(),
  secondAt: when,
  sentAt: when,
  endedAt: when,
  /** What was read back. */
  read: value.nullable(),
})
export const newCommand = z.strictObject({ point: pointId, value, reason: z.string().trim().min(1).max(500) })

export const trailEntry = z.object({
  seq: z.number().int(),
  time,
  actor: z.string(),
  role: z.string(),
  kind: z.string(),
  id: z.string(),
  action: z.string(),
  data: z.record(z.string(), z.unknown()),
})

export type CommandView = z.infer<typeof command>
export type TrailView = z.infer<typeof trailEntry>
