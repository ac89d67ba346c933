import { z } from 'zod'
import type { AttendanceRules } from '../../rules/attendance.ts'
import { dayTypes, weekdays } from '../../rules/schedule.ts'
import { clockTime } from '../site/words.ts'

/** What site.json says of its control room [GB 25506; GB 25201 5.2]. */
export const controlRoom = z.strictObject({
  /** People on duty at least; some places allow one under conditions. */
  least: z.int().min(1).max(20).default(2),
  /** Hours in which somebody has to show that he is awake. */
  checks: z
    .array(
      z.strictObject({
        days: z
          .array(z.enum([...weekdays, ...dayTypes]))
          .min(1)
          .optional(),
        from: clockTime,
        to: clockTime,
      }),
    )
    .max(10)
    .default([{ from: '22:00', to: '07:00' }]),
  /** Asked at random, at least and at most so many minutes apart. */
  everyMin: z.tuple([z.int().min(5).max(1440), z.int().min(5).max(1440)]).default([30, 120]),
  /** Whoever does not answer within so many minutes is an alarm. */
  answerMin: z.int().min(1).max(60).default(5),
})

export const attendanceOf = (raw: z.infer<typeof controlRoom> | null | undefined): AttendanceRules | null =>
  raw
    ? {
        ...{ least: raw.least, checks: raw.checks, answerMs: raw.answerMin * 60_000 },
        leastMs: Math.min(...raw.everyMin) * 60_000,
        mostMs: Math.max(...raw.everyMin) * 60_000,
      }
    : null
