import { z } from 'zod'
import { time, when } from './common.ts'

export const attendanceAction = z.enum(['on-duty', 'off-duty', 'present'])
export const attendance = z.object({
  /** Null: the site has not said that it has a control room. */
  least: z.number().int().nullable(),
  on: z.array(z.object({ name: z.string(), since: time })),
  /** Since when somebody is asked to show that he is there; null: nobody is. */
  askedAt: when,
  /** By when. */
  answerBy: when,
  /** Nobody did in time. */
  missed: z.boolean(),
  shownAt: when,
  shownBy: z.string().nullable(),
})
export type AttendanceView = z.infer<typeof attendance>
