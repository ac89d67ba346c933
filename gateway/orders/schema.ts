import { z } from 'zod'
import type { Role } from '../../rules/flow.ts'
import { anchors, frequencies } from '../../rules/maintenance.ts'
import { waits } from '../../rules/orderclock.ts'
import { riskLevels } from '../../rules/orderrisk.ts'
import { signers } from '../../rules/orderwork.ts'
import { orderClasses } from '../../rules/rule.ts'
import { crews, natures } from '../../rules/workorder.ts'
import { clockTime, id, text, weekdays } from '../site/words.ts'

/** What site.json says of orders: `orders` (limits, callback, address for the codes) and `maintenance` (planned work). */

const minutes = z
  .number()
  .positive()
  .max(60 * 24 * 366)
const hours = z
  .number()
  .positive()
  .max(24 * 366)
const pct = z.number().min(0).max(100)
const told = ['engineer', 'operator', 'manager', 'desk', 'admin'] as const satisfies readonly Role[]
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
  /** Kinds of reports that are urgent; left out: water, power, gas, lift and fire. */
  urgent: z.array(z.enum(natures)).max(natures.length).optional(),
  /** Who is told at how many per cent of a clock's time; the last step is told again until somebody acknowledges. */
  escalation: z
    .array(
      z.strictObject({ pct: z.number().int().min(1).max(1000), tell: z.array(z.enum(told)).min(1).max(told.length) }),
    )
    .min(1)
    .max(10)
    .optional(),
  /** The same trouble so soon after its repair opens the order again; so soon after its closing the new one follows it. */
  again: z.strictObject({ reopenMin: minutes.optional(), followHours: hours.optional() }).optional(),
  /** The return visit is due so long after the repair; left out: 48 h. */
  visitHours: hours.optional(),
  /** Of the orders that nobody reported, so many per cent have a return visit as well; left out: none. */
  samplePct: z.number().min(0).max(100).optional(),
  /** What the key figures are held against, per cent; left out: as built in. */
  targets: z.strictObject({ visited: pct, timely: pct, satisfied: pct, replied: pct }).partial().optional(),
  /** A complaint is answered within so many working days; left out: 4. */
  replyDays: z.int().min(1).max(60).optional(),
  /** Failure classes of rules (`order.failure`) that are no kind of report, and who repairs them. */
  failures: z
    .array(z.strictObject({ id, name: text, crew: z.enum(crews) }))
    .max(100)
    .default([]),
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
  /** By the calendar; may be left out where a `counter` says when. With both: whichever comes first. */
  every: z.enum(frequencies).optional(),
  /** `planned`: by the calendar or each so many hours, whenever the last was done; `done`: so long after that. */
  anchor: z.enum(anchors).optional(),
  /** By what the plant has run: `every` so many of what the point counts, hours or starts; to be done within so many days. */
  counter: z
    .strictObject({
      point: z.string().min(1).max(129),
      every: z.number().positive().max(10_000_000),
      withinDays: z.int().min(1).max(366).default(7),
    })
    .optional(),
  /** Of `shift`: when shifts begin, by the site's clocks. */
  shifts: z.array(clockTime).min(1).max(6).optional(),
  /** Another frequency while the plant does not run [requirements N25, N26]. `point`: `<equipment>/<key>`, or a key of each equipment. */
  running: z
    .strictObject({ point: z.string().min(1).max(129), equals: value.default(true), stopped: z.enum(frequencies) })
    .optional(),
  /** A visit of this plan is one of that plan, too: a year's work holds the month's. */
  covers: z.array(id).max(10).default([]),
  items: z
    .array(
      z.strictObject({
        id,
        text,
        /** What may happen at this step, and what is done against it. */
        risk: z.strictObject({ level: z.enum(riskLevels), hazard: text, control: text }).optional(),
      }),
    )
    .max(200)
    .default([]),
  crew: z.enum(crews).default('general'),
  /** Without whose signatures its orders cannot be closed. */
  signs: z.array(z.enum(signers)).max(signers.length).default([]),
  source: z.string().max(200).optional(),
})
export type MaintenancePlan = z.infer<typeof maintenancePlan>
