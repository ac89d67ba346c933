import { z } from 'zod'
import { reasons } from '../../../drivers/point.ts'
import { certificateKinds } from '../../../rules/certificate.ts'
import { roles } from '../../../rules/flow.ts'
import { systems } from '../../../rules/plant/systems.ts'
import { severities } from '../../../rules/rule.ts'
import { pointId, text, time, value } from './common.ts'

export const sample = z.object({
  value: value.nullable(),
  quality: z.enum(['good', 'uncertain', 'bad']),
  reason: z.enum(reasons).nullable(),
  at: time,
  seen: time,
})
export const point = z.object({
  id: pointId,
  kind: z.enum(['number', 'boolean', 'text']),
  unit: z.string().nullable(),
  sample,
})
/** The conditions of an alarm rule or an interlock. */
const condition = z.union([
  z.object({ above: z.number(), deadband: z.number().optional() }),
  z.object({ below: z.number(), deadband: z.number().optional() }),
  z.object({ equals: value }),
  z.object({ in: z.array(value) }),
  z.object({ notIn: z.array(value) }),
])
/** What may be written to a point, by whom, and on what conditions. */
export const commandSpec = z.object({
  roles: z.array(z.enum(roles)),
  range: z.tuple([z.number(), z.number()]).nullable(),
  step: z.number().nullable(),
  values: z.array(value).nullable(),
  interlocks: z.array(z.object({ point: pointId, when: condition, values: z.array(value).nullable(), text })),
  secondPerson: z.boolean(),
  confirmWithinS: z.number(),
  /** The points that show that it was done. */
  readBack: z.array(pointId),
})
export const pointInfo = z.object({
  id: pointId,
  key: z.string(),
  name: text,
  kind: z.enum(['number', 'boolean', 'text']),
  unit: z.string().nullable(),
  enum: z.record(z.string(), text).nullable(),
  /** Digits after the point that mean something; null when nobody said. */
  decimals: z.number().int().nullable(),
  scanMs: z.number(),
  /** Absent: this point takes no commands. */
  command: commandSpec.optional(),
})
/** Points that tell of a breaker; null: not measured. */
const breaker = { closed: pointId.nullable(), tripped: pointId.nullable() }
export const equipment = z.object({
  id: z.string(),
  kind: z.string(),
  name: text,
  space: z.object({ id: z.string(), name: text }).nullable(),
  channel: z.string(),
  protocol: z.string(),
  unit: z.number().nullable(),
  profile: z.string().nullable(),
  points: z.array(pointInfo),
  /** Where the overview draws it; null: with no system. */
  system: z.enum(systems).nullable(),
  /** `<equipment>` or `<equipment>/<busbar>`: the normal supply first, then the reserves. */
  fedBy: z.array(z.string()),
  /** The equipment that measures what goes through it. */
  meter: z.string().nullable(),
  busbars: z.array(
    z.object({
      id: z.string(),
      name: text.nullable(),
      /** V between the phases. */
      nominal: z.number(),
      /** Points of the board itself; null: not measured. */
      voltage: pointId.nullable(),
      fedBy: z.array(
        z.object({ from: z.string(), ...breaker, power: pointId.nullable(), meter: z.string().nullable() }),
      ),
    }),
  ),
  ties: z.array(z.object({ between: z.tuple([z.string(), z.string()]), ...breaker })),
  /** Papers that run out. */
  certificates: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(certificateKinds),
      name: text,
      no: z.string().nullable(),
      /** The last day on which it holds. */
      expires: z.string(),
    }),
  ),
})

// Place --------------------------------------------------------------------------------------------------------------

export const space = z.object({
  id: z.string(),
  kind: z.string(),
  name: text,
  parent: z.string().nullable(),
  /** m² */
  area: z.number().nullable(),
  use: z.string().nullable(),
  state: z.string().nullable(),
  tenant: z.string().nullable(),
})
const box = z.tuple([z.number(), z.number(), z.number(), z.number()])
export const plan = z.object({
  id: z.string(),
  name: text,
  /** What is drawn; null: the whole site. */
  space: z.string().nullable(),
  /** ok: `GET /api/v1/plans/<id>` answers the drawing. Otherwise `why` says what to do. */
  status: z.enum(['ok', 'missing', 'refused']),
  why: text.nullable(),
  /** Equipment or space -> the id of its element, or where it is in the viewBox. Spaces that are ids of elements need none. */
  places: z.record(z.string(), z.union([z.string(), z.tuple([z.number(), z.number()])])),
  /** The uploaded file; null: `plans/<id>.svg` of the data folder. Another file has another name. */
  file: z.string().nullable(),
  /** svg: shapes. png, jpg: a picture, on which nothing but positions can be told. null: nothing is shown. */
  kind: z.enum(['svg', 'png', 'jpg']).nullable(),
  /** x, y, width, height of the whole drawing; of a picture its pixels. */
  box: box.nullable(),
  /** What of it is shown at first; null: all. */
  view: box.nullable(),
  /** Points of patrol routes with their places, for those who may see rounds. */
  checkpoints: z.array(z.object({ id: z.string(), name: text, at: z.tuple([z.number(), z.number()]) })),
  /** Spaces and equipment that have an element or a position on this drawing. */
  drawn: z.array(z.string()),
  /** Of `places`: those whose element is not in the drawing. */
  missing: z.array(z.string()),
  /** Tags that are not shown, such as `image` or `use`. */
  leftOut: z.array(z.string()),
})
/** A drawing that was uploaded and is kept; a plan has it when site.json says `file`. */
export const planFile = z.object({
  file: z.string(),
  kind: z.enum(['svg', 'png', 'jpg']),
  box,
  /** Ids of its elements; none of a picture. */
  ids: z.array(z.string()),
  leftOut: z.array(z.string()),
})
/** As they stand in site.json, with what was left out filled in; see docs/site.md. Nothing acts by them yet. */
export const route = z.looseObject({ id: z.string(), name: text })
export const doorGroup = z.looseObject({ id: z.string(), name: text, doors: z.array(z.string()) })
export const tariff = z.looseObject({ id: z.string(), name: text, kind: z.string() })
export const contact = z.object({
  id: z.string(),
  kind: z.string(),
  name: text,
  phone: z.string(),
  space: z.string().nullable(),
})
export const rulePack = z.object({
  id: z.string(),
  name: text,
  rules: z.array(
    z.object({
      id: z.string(),
      text,
      severity: z.enum(severities),
      source: z.string().nullable(),
      /** Which equipment it is for, and which of its points; `*` stands for any word. */
      kinds: z.array(z.string()),
      keys: z.array(z.string()),
      /** Of the site that runs, how many points it watches; 0: switched off, or there is nothing for it. */
      watches: z.number().int(),
    }),
  ),
})
export type SampleView = z.infer<typeof sample>
export type PointView = z.infer<typeof point>
export type PointInfo = z.infer<typeof pointInfo>
export type EquipmentView = z.infer<typeof equipment>
export type SpaceView = z.infer<typeof space>
export type RulePackView = z.infer<typeof rulePack>
export type PlanView = z.infer<typeof plan>
export type PlanFile = z.infer<typeof planFile>
