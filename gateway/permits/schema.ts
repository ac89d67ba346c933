import { z } from 'zod'
import type { PointId } from '../../drivers/point.ts'
import { WATCH_MIN } from '../../rules/permit/permit.ts'

/** What site.json says of permits. */
export const permitSettings = z.strictObject({
  /** So long the place is watched after hot work. */
  watchMinutes: z.int().min(WATCH_MIN.least).max(WATCH_MIN.most).default(WATCH_MIN.usual),
  /** Whether detectors may be isolated at all, by a permit of at most 10 h. */
  isolation: z.boolean().default(false),
  /** The point of the wind: a speed in m/s, or a force. Without one whoever starts work in the open puts it down. */
  wind: z.string().min(3).max(129).optional(),
})
export interface PermitSettings {
  readonly watchMinutes: number
  readonly isolation: boolean
  readonly wind: PointId | null
}
export const permitsOf = (raw: z.infer<typeof permitSettings> | null | undefined): PermitSettings => ({
  watchMinutes: raw?.watchMinutes ?? WATCH_MIN.usual,
  isolation: raw?.isolation ?? false,
  wind: (raw?.wind as PointId | undefined) ?? null,
})
