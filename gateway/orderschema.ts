import { z } from 'zod'
import { frequencies } from '../rules/maintenance.ts'
import { waits } from '../rules/orderclock.ts'
import { orderClasses } from '../rules/rule.ts'
import { crews } from '../rules/workorder.ts'
import { clockTime, id, text, weekdays } from './sitewords.ts'

/** What site.json says of orders: `orders` (limits, callback, address for the codes) and `maintenance` (planned work). */

const minutes = z
  .number()
  .positive()
  .max(60 * 24 * 366)
const policy = z.strictObject({
  acceptMin: minutes.optional(),
  arriveMin: minutes.optional(),
  restoreMin: minutes.optional(),
  closeMin: minutes.optional(),
  /** For which reasons a clock may stand still; those left out are refused. */
  pauses: z.array(z.enum(waits)).max(waits.length).optional(),
  /** Outside of these hours the clocks stand still; left out: day and night. */
  hours: z.strictObject({ days: z.array(z.enum(weekdays)).min(1).max(7), from: clockTime, to: clockTime }).optional(),
})
export const orderSettings = z.strictObject({
  policies: z.partialRecord(z.enum(orderClasses), policy).default({}),
  /** Where the system of a call centre is told of each step of its reports. */
  callback: z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(500) }).optional(),
  /** What stands before the address in the codes on equipment, as people's telephones reach the gateway. */
  address: z
    .url({ protocol: /^https?$/ })
    .max(200)
    .optional(),
})
export type RawOrderSettings = z.infer<typeof orderSettings>

const value = z.union([z.number(), z.boolean(), z.string()])
export const maintenancePlan = z.strictObject({
  id,
  name: text,
  /** One order for each of them; without any, one for the space or the site. */
  equipment: z.array(id).max(500).default([]),
  space: id.optional(),
  every: z.enum(frequencies),
  /** Of `shift`: when shifts begin, by the site's clocks. */
  shifts: z.array(clockTime).min(1).max(6).optional(),
  /** Another frequency while the plant does not run [requirements N25, N26]. `point`: `<equipment>/<key>`, or a key of each equipment. */
  running: z
    .strictObject({ point: z.string().min(1).max(129), equals: value.default(true), stopped: z.enum(frequencies) })
    .optional(),
  /** A visit of this plan is one of that plan, too: a year's work holds the month's. */
  covers: z.array(id).max(10).default([]),
  items: z.array(z.strictObject({ id, text })).max(200).default([]),
  crew: z.enum(crews).default('general'),
  source: z.string().max(200).optional(),
})
export type MaintenancePlan = z.infer<typeof maintenancePlan>
