import { z } from 'zod'
import { WATCH_MIN } from '../rules/permit/permit.ts'

/** What site.json says of permits. */
export const permitSettings = z.strictObject({
  /** So long the place is watched after hot work. */
  watchMinutes: z.int().min(WATCH_MIN.least).max(WATCH_MIN.most).default(WATCH_MIN.usual),
  /** Whether detectors may be isolated at all, by a permit of at most 10 h. */
  isolation: z.boolean().default(false),
})
export interface PermitSettings {
  readonly watchMinutes: number
  readonly isolation: boolean
}
export const permitsOf = (raw: z.infer<typeof permitSettings> | null | undefined): PermitSettings => ({
  watchMinutes: raw?.watchMinutes ?? WATCH_MIN.usual,
  isolation: raw?.isolation ?? false,
})
