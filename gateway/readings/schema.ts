import { z } from 'zod'
import { type MeterMedium, meterMedia } from '../../rules/readings/book.ts'
import { type ReadingCheck, type ReadingLimits, readingCheckCodes, readingLimits } from '../../rules/readings/checks.ts'

const percent = z.number().positive().max(100)
const limit = z.number().min(0).max(100_000)
/** What site.json says of the checks of readings: other limits, checks that are off, how much may be lost. */
export const readingChecksSchema = z.strictObject({
  limits: z
    .strictObject(
      Object.fromEntries(Object.keys(readingLimits).map(key => [key, limit.optional()])) as Record<
        keyof typeof readingLimits,
        z.ZodOptional<typeof limit>
      >,
    )
    .default({}),
  off: z.array(z.enum(readingCheckCodes)).max(20).default([]),
  /** Percent of what goes in, by medium. */
  balance: z.partialRecord(z.enum(meterMedia), percent).default({}),
  /** The same of single main meters, by service point. */
  balanceOf: z.record(z.string().min(1).max(64), percent).default({}),
})
export interface ReadingSettings {
  readonly limits: ReadingLimits
  readonly off: ReadonlySet<ReadingCheck>
  readonly balance: Partial<Readonly<Record<MeterMedium, number>>>
  readonly balanceOf: ReadonlyMap<string, number>
}
export const readingSettingsOf = (raw: z.infer<typeof readingChecksSchema> | null | undefined): ReadingSettings => {
  const said = Object.entries(raw?.limits ?? {}).filter(([, value]) => value !== undefined)
  return {
    limits: { ...readingLimits, ...Object.fromEntries(said) },
    off: new Set(raw?.off ?? []),
    balance: raw?.balance ?? {},
    balanceOf: new Map(Object.entries(raw?.balanceOf ?? {})),
  }
}
