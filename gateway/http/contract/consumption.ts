import { z } from 'zod'
import { consumptionMarks, media } from '../../../rules/consumption.ts'
import { page, pointId, text, time, when } from './common.ts'

export const consumptionAsk = z.object({
  /** The days of this month, `2026-11`; without it the last 30 days. */
  month: z
    .string()
    .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
    .optional(),
  /** `1mo`: the last twelve months instead of days. */
  step: z.enum(['1d', '1mo']).default('1d'),
  medium: z.enum(media).optional(),
  /** For links, which cannot send the headers Accept and Accept-Language. */
  format: z.enum(['json', 'csv']).optional(),
  lang: z.enum(['zh-CN', 'en']).optional(),
})
export const consumption = page(
  z.object({
    point: pointId,
    equipment: z.string(),
    equipmentName: text,
    /** Of the register, where the equipment has several. */
    name: text.nullable(),
    space: text.nullable(),
    medium: z.enum(media),
    unit: z.string(),
    /** Of what is known; null: nothing is. */
    total: z.number().nullable(),
    /** No gap and no register that went back in it. */
    complete: z.boolean(),
    /** It has counted before, and not since. */
    stoodSince: when,
    rows: z.array(
      z.object({
        /** What the register rose by; null: no good value, a gap. */
        value: z.number().nullable(),
        /** 0..1 of its time the value was good. */
        good: z.number(),
        marks: z.array(z.enum(consumptionMarks)),
        /** Some of it was made up for the demo and never measured. */
        demo: z.boolean(),
      }),
    ),
  }),
).extend({
  step: z.enum(['1d', '1mo']),
  timezone: z.string(),
  /** One more than there are rows: the last row ends with the last. */
  edges: z.array(time),
})
export type ConsumptionView = z.infer<typeof consumption>
