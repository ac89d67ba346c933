import { z } from 'zod'

const MIB = 2 ** 20
const mib = z.int().min(16).max(16_777_216).optional()

/** What site.json says of how long and how much history is kept. What is left out is as delivered. */
export const historySchema = z.strictObject({
  /** Days that samples are kept, and sums of hours. */
  rawDays: z.int().min(2).max(3660).optional(),
  hourDays: z.int().min(2).max(36_600).optional(),
  /** MiB of either, and of the whole file. */
  rawMiB: mib,
  hourMiB: mib,
  mostMiB: mib,
})

/** As the history takes it: bytes, and only what was said. */
export interface HistoryLimits {
  readonly rawDays?: number
  readonly hourDays?: number
  readonly rawBytes?: number
  readonly hourBytes?: number
  readonly mostBytes?: number
}
export function historyLimits(given: z.infer<typeof historySchema> | null | undefined): HistoryLimits {
  const { rawDays, hourDays, rawMiB, hourMiB, mostMiB } = given ?? {}
  return {
    ...(rawDays !== undefined && { rawDays }),
    ...(hourDays !== undefined && { hourDays }),
    ...(rawMiB !== undefined && { rawBytes: rawMiB * MIB }),
    ...(hourMiB !== undefined && { hourBytes: hourMiB * MIB }),
    ...(mostMiB !== undefined && { mostBytes: mostMiB * MIB }),
  }
}
