import { z } from 'zod'
import { roles } from '../../rules/flow.ts'
import { UPLOADED } from '../../rules/picture.ts'
import { dayTypes } from '../../rules/schedule.ts'
import { clockTime, id, text, weekdays } from './words.ts'

/**
 * What site.json says of the place itself, beside its plant: units, patrol routes, door groups, tariffs, telephones,
 * floor plans, rule packs. What one entry refers to is checked in siteplaces.ts.
 */

/** What a unit is used for; a tariff is for one of these. `public`: lifts, corridors, plant; `works`: a decoration site. */
export const uses = ['home', 'shop', 'office', 'public', 'works'] as const
/** Of a unit [户位表]: vacant 空置, delivered 已交付, show 样板房, in-lieu 抵款房, contractor 施工方用房. */
export const unitStates = ['vacant', 'delivered', 'show', 'in-lieu', 'contractor'] as const
export const space = z.strictObject({
  id,
  kind: z.string().min(1).max(64),
  name: text,
  parent: id.optional(),
  /** m², as in the contract. */
  area: z.number().positive().max(1_000_000).optional(),
  use: z.enum(uses).optional(),
  state: z.enum(unitStates).optional(),
  /** What hangs at the door, not who lives there. */
  tenant: z.string().min(1).max(100).optional(),
})

const span = { days: z.array(z.enum(weekdays)).min(1).max(7).optional(), from: clockTime, to: clockTime }
const minutes = z.int().min(1).max(1440)
/** When a route is due. A span whose end is not after its start runs over midnight; it belongs to the day it began. */
const round = z.discriminatedUnion('kind', [
  /** Once within each of these spans. */
  z.strictObject({ kind: z.literal('window'), ...span, graceMin: minutes.optional() }),
  /** Again and again: from one round to the next at most so long, and not sooner than `minGapMin`. */
  z.strictObject({ kind: z.literal('max-gap'), ...span, maxGapMin: minutes, minGapMin: minutes.optional() }),
  /** At least `least` rounds in each `perMin` minutes; without it, in the whole span. */
  z.strictObject({
    kind: z.literal('count'),
    ...span,
    least: z.int().min(1).max(100),
    most: z.int().min(1).max(100).optional(),
    perMin: minutes.optional(),
  }),
  /** `times` rounds at moments drawn anew each day, at least `apartMin` apart: nobody can reckon on them. */
  z.strictObject({ kind: z.literal('random'), ...span, times: z.int().min(1).max(48), apartMin: minutes.optional() }),
])
const item = z.strictObject({
  id,
  text,
  /** "No open flame": where there is one, it is asked whether there is a permit for hot work here. */
  flame: z.boolean().optional(),
  /** What it is about; without it, the point. The same trouble of the same thing is one order. */
  equipment: id.optional(),
})
const stop = {
  id,
  name: text.optional(),
  space: id,
  items: z.array(item).max(50).default([]),
  /** From any other point nobody comes here sooner, s. */
  minTravelSec: z.int().min(0).max(3600).optional(),
  /** A photo belongs to each visit. */
  photo: z.boolean().optional(),
}
const tag = z.string().min(1).max(100)
const pointRef = z.string().min(3).max(129)
const checkpoint = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nfc'), ...stop, tag }),
  z.strictObject({ kind: z.literal('qr'), ...stop, tag }),
  /** A badge held to a reader of the access control counts. */
  z.strictObject({ kind: z.literal('reader'), ...stop, reader: id }),
  /** Somebody was there when the value that the plant shows was written down. */
  z.strictObject({ kind: z.literal('value'), ...stop, point: pointRef }),
])
const route = z.strictObject({
  id,
  name: text,
  by: z.array(z.enum(roles)).min(1),
  ordered: z.boolean().default(false),
  checkpoints: z.array(checkpoint).min(1).max(300),
  rounds: z.array(round).min(1).max(20),
  /** Only what these devices have read counts; they stand in `patrol.devices`. */
  devices: z.array(id).min(1).max(50).optional(),
  source: z.string().max(200).optional(),
})

export const doorModes = ['unlocked', 'card', 'card-pin', 'locked'] as const
const doorGroup = z.strictObject({
  id,
  name: text,
  doors: z.array(id).min(1).max(500),
  schedules: z
    .array(
      z.strictObject({
        ...span,
        days: z
          .array(z.enum([...weekdays, ...dayTypes]))
          .min(1)
          .max(10)
          .optional(),
        mode: z.enum(doorModes),
      }),
    )
    .max(50)
    .default([]),
  otherwise: z.enum(doorModes).default('card'),
  /** Whoever does not belong here comes in only with somebody who does. */
  escort: z.boolean().default(false),
})

/** Never a float: a bill is added up to the cent. */
const decimal = z.string().regex(/^\d{1,9}(\.\d{1,6})?$/)
/** Per kWh or m³, in the currency of the tariff. */
const price = z.strictObject({
  /** The first day that it holds, by the site's calendar. */
  from: z.iso.date(),
  price: decimal.optional(),
  periods: z
    .array(
      z.strictObject({
        /** 尖 sharp, 峰 peak, 平 flat, 谷 valley, 深谷 deep-valley. */
        period: z.enum(['sharp', 'peak', 'flat', 'valley', 'deep-valley']),
        price: decimal,
        spans: z
          .array(z.strictObject({ from: clockTime, to: clockTime }))
          .min(1)
          .max(12),
      }),
    )
    .min(1)
    .max(5)
    .optional(),
})
const tariff = z.strictObject({
  id,
  name: text,
  kind: z.enum(['electricity', 'water', 'gas', 'heat']),
  use: z.enum(uses),
  unit: z.enum(['kW.h', 'm3', 'GJ']),
  currency: z.string().regex(/^[A-Z]{3}$/),
  prices: z.array(price).min(1).max(200),
  source: z.string().max(200).optional(),
})

export const contactKinds = [
  'substation',
  'water-company',
  'gas-company',
  'lift-firm',
  /** The city's platform for lift emergencies: 96333 in most of China. */
  'lift-rescue',
  'fire-service-firm',
  'police',
  'fire',
  'ambulance',
  'duty',
  /** Who lives or works in a unit, where it is known whom to call. */
  'occupant',
  'other',
] as const
export const phone = z.string().regex(/^\+?[\d][\d -]{1,30}(,\d{1,8})?$/)
const contact = z.strictObject({
  id,
  kind: z.enum(contactKinds),
  name: text,
  phone,
  /** Where a duty telephone stands; the unit of an occupant. */
  space: id.optional(),
})

/** Never a path: 32 hex digits of its SHA-256, and what it is. */
export const planFileName = z.string().regex(UPLOADED)
const plan = z.strictObject({
  /** Without `file` the drawing is `plans/<id>.svg` in the data folder. */
  id,
  name: text.optional(),
  /** What was uploaded: a file of `plans/`, named by its content. */
  file: planFileName.optional(),
  /** What is drawn; left out: the whole site. */
  space: id.optional(),
  /** Equipment or space -> the id of its element, or where it is in the viewBox. */
  places: z.record(id, z.union([z.string().min(1).max(100), z.tuple([z.number(), z.number()])])).default({}),
  /** Points of patrol routes, `<route>/<checkpoint>` -> where it is in the viewBox. */
  checkpoints: z
    .record(
      z
        .string()
        .max(130)
        .regex(/^[\w-]+\/[\w-]+$/),
      z.tuple([z.number(), z.number()]),
    )
    .optional(),
  /** What of the drawing is shown at first: x, y, width, height; left out: all of it. */
  view: z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]).optional(),
})
const pack = z.union([id, z.strictObject({ pack: id, spaces: z.array(id).min(1).max(200) })])

/** Hours in which something is occupied, open or due. A span whose end is not after its start runs over midnight. */
const schedule = z.strictObject({
  id,
  name: text.optional(),
  spans: z
    .array(
      z.strictObject({
        days: z
          .array(z.enum([...weekdays, ...dayTypes]))
          .min(1)
          .max(10)
          .optional(),
        from: clockTime,
        to: clockTime,
      }),
    )
    .min(1)
    .max(20),
})
/** Days that are not what their weekday says. */
const calendar = z.strictObject({
  holidays: z.array(z.iso.date()).max(1000).default([]),
  workdays: z.array(z.iso.date()).max(1000).default([]),
})

/** One entry of each section. */
export const placeEntries = {
  routes: route,
  doorGroups: doorGroup,
  tariffs: tariff,
  contacts: contact,
  plans: plan,
  packs: pack,
  schedules: schedule,
  calendar,
}

export type Route = z.infer<typeof route>
export type DoorGroup = z.infer<typeof doorGroup>
export type Tariff = z.infer<typeof tariff>
export type Contact = z.infer<typeof contact>
export type PackUse = z.infer<typeof pack>
type RawPlan = z.infer<typeof plan>
/** With the name that it is shown by. */
export interface SitePlan extends RawPlan {
  readonly name: z.infer<typeof text>
}

/** When the days and months of meter readings end. */
export const readingSettings = z.strictObject({
  /** By the site's clocks; 24:00 is the end of the day. */
  time: clockTime.default('00:00'),
  /** Of the month; in a month that has no such day, its last one. */
  monthDay: z.int().min(1).max(31).default(1),
})
