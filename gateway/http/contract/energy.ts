import { z } from 'zod'
import { energyPeriods } from '../../../rules/energy.ts'
import { meterMedia, pointUses } from '../../../rules/readings/book.ts'
import { text, time } from './common.ts'

export const energyAsk = z.object({
  /** `2026-11`; without it the newest month that was read. */
  month: z
    .string()
    .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
    .optional(),
})
export const energyOverview = z.object({
  /** Null: nothing was read yet. */
  month: z.string().nullable(),
  from: time.nullable(),
  /** Before the end of the month: so far it was read. */
  to: time.nullable(),
  whole: z.boolean(),
  /** m² of the site; null: a building does not say its area. */
  area: z.number().nullable(),
  media: z.array(
    z.object({
      medium: z.enum(meterMedia),
      unit: z.string(),
      /** Null: a main meter is not known. */
      total: z.number().nullable(),
      perM2: z.number().nullable(),
      known: z.number(),
      unknownPercent: z.number().nullable(),
      byUse: z.array(z.object({ use: z.enum(pointUses), used: z.number() })),
      byArea: z.array(
        z.object({
          ...{ space: z.string().nullable(), name: text.nullable(), used: z.number() },
          ...{ area: z.number().nullable(), perM2: z.number().nullable() },
        }),
      ),
      byPeriod: z.array(z.object({ period: z.enum(energyPeriods), used: z.number() })),
      wanting: z.array(z.string()),
      unplaced: z.array(z.string()),
      demo: z.boolean(),
      /** The months up to this one, oldest first; null: not known. */
      months: z.array(z.object({ month: z.string(), total: z.number().nullable() })),
    }),
  ),
})
export type EnergyOverview = z.infer<typeof energyOverview>
