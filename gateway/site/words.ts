import { z } from 'zod'

/** Words that every section of site.json is made of. */
export const text = z.strictObject({ 'zh-CN': z.string().min(1).max(200), en: z.string().min(1).max(200) })
export const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/)
/** A time of the site's own clock; 24:00 only as an end. */
export const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/)
export { weekdays } from '../../rules/calendar.ts'
