import { z } from 'zod'
import { sentence, text, time, when } from './common.ts'

export const upLevels = z.object({
  levels: z.array(
    z.object({
      level: z.number().int(),
      roster: z.string(),
      names: z.array(z.string()),
      told: z.boolean(),
      /** Levels that would be skipped; null: not allowed for such an alarm. */
      skips: z.array(z.number().int()).nullable(),
    }),
  ),
})
export const reportUp = z.strictObject({ level: z.number().int().min(1).max(10), reason: sentence })
export const reportedUp = z.object({
  /** The report that is owed afterwards to those who were skipped; null: nobody was. */
  owes: z.string().nullable(),
})
/** Levels were skipped in an emergency: open until somebody has written the report of it. */
export const afterReport = z.object({
  id: z.string(),
  alarm: z.string(),
  alarmText: text.nullable(),
  level: z.number().int(),
  skipped: z.array(z.number().int()),
  reason: z.string(),
  by: z.string(),
  at: time,
  writtenAt: when,
  writtenBy: z.string().nullable(),
  words: z.string().nullable(),
})
export const writeAfterReport = z.strictObject({ words: z.string().trim().min(1).max(4000) })

export type UpLevels = z.infer<typeof upLevels>
export type AfterReportView = z.infer<typeof afterReport>
