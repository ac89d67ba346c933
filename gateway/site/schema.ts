import { z } from 'zod'
import type { Driver } from '../../drivers/driver.ts'
import { multiplieds } from '../../drivers/profile.ts'
import { certificateKinds } from '../../rules/certificate.ts'
import { roles } from '../../rules/flow.ts'
import { orderClasses, severities } from '../../rules/rule.ts'
import { controlRoom } from '../access/attendanceschema.ts'
import { accessSchema } from '../access/schema.ts'
import { billingSchema } from '../billing/schema.ts'
import { brokerSchema } from '../broker/schema.ts'
import { emergencyPlan } from '../emergencyplan.ts'
import { linkageSchema } from '../linkage/schema.ts'
import { signInSchema } from '../oidc/schema.ts'
import { opcuaServer } from '../opcua/schema.ts'
import { maintenancePlan, orderSettings } from '../orders/schema.ts'
import { backlogSchema, outputSchema } from '../outputs/schema.ts'
import { patrolSchema } from '../patrol/schema.ts'
import { permitSettings } from '../permits/schema.ts'
import { personalSchema } from '../personal/schema.ts'
import { readingChecksSchema } from '../readings/schema.ts'
import { runRecordSchema } from '../runrecords/schema.ts'
import { ruleCondition } from './conditions.ts'
import { crewSchema } from './crewschema.ts'
import { historySchema } from './historyschema.ts'
import { placeEntries, readingSettings, space } from './placeschema.ts'
import { siteRunbook } from './runbookschema.ts'
import { supplySchema } from './supplyschema.ts'
import { ruleTuning } from './tuning.ts'
import { id, text } from './words.ts'

const value = z.union([z.number(), z.boolean(), z.string()])
const finite = z.number()
const ratio = z.number().positive().max(100_000)

const condition = z.strictObject({
  above: finite.optional(),
  below: finite.optional(),
  equals: value.optional(),
  in: z.array(value).min(1).optional(),
  notIn: z.array(value).min(1).optional(),
  deadband: z.number().min(0).optional(),
})
/** Who may write to a point, and under what conditions; resolved in sitecommands.ts. */
export const commandSchema = z.strictObject({
  roles: z.array(z.enum(roles)).min(1),
  range: z.tuple([finite, finite]).optional(),
  step: z.number().positive().optional(),
  values: z.array(value).min(1).max(100).optional(),
  interlocks: z
    .array(
      z.strictObject({
        point: z.string().min(1).max(129),
        when: condition,
        values: z.array(value).min(1).optional(),
        text,
      }),
    )
    .max(50)
    .default([]),
  secondPerson: z.boolean().default(false),
  release: z.array(value).min(1).max(20).optional(),
  confirmWithinS: z.number().min(1).max(600).default(10),
  coolDownS: z.number().min(0).max(86_400).default(0),
  readBack: z
    .union([
      z.string().min(1).max(129),
      z.strictObject({ points: z.array(z.string().min(1).max(129)).min(1).max(20), equals: value }),
    ])
    .optional(),
  tolerance: z.number().min(0).default(0),
})

export const pointBase = {
  key: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/),
  name: text.optional(),
  kind: z.enum(['number', 'boolean', 'text']).optional(),
  unit: z.string().min(1).max(32).optional(),
  range: z.tuple([finite, finite]).optional(),
  enum: z.record(z.string().regex(/^-?\d+$/), text).optional(),
  writable: z.boolean().optional(),
  /** Where it is, when that is not where its device hangs. */
  space: id.optional(),
  scanMs: z.number().int().min(20).max(86_400_000).optional(),
  deadband: z.number().min(0).optional(),
  decimals: z.number().int().min(0).max(9).optional(),
  multiplied: z.enum(multiplieds).optional(),
  command: commandSchema.optional(),
}
export const equipmentBase = {
  id,
  kind: z.string().min(1).max(64),
  name: text.optional(),
  space: id.optional(),
  channel: id,
  unit: z.number().int().min(0).max(255).optional(),
  profile: z.string().min(1).max(64).optional(),
  multiplier: z.strictObject({ current: ratio.optional(), voltage: ratio.optional() }).optional(),
  ...supplySchema,
  /** None of its points is read more often: what a profile asks for is too much for a slow bus. */
  scanMs: z.number().int().min(20).max(86_400_000).optional(),
  /** Papers that run out. */
  certificates: z
    .array(
      z.strictObject({
        id,
        kind: z.enum(certificateKinds),
        name: text.optional(),
        no: z.string().min(1).max(100).optional(),
        /** The last day on which it holds. */
        expires: z.iso.date(),
      }),
    )
    .max(20)
    .optional(),
}
export const rule = z.strictObject({
  id,
  points: z.array(z.string().min(3).max(200)).min(1),
  when: ruleCondition,
  severity: z.enum(severities),
  delayOnS: z.number().min(0).max(86_400).default(0),
  delayOffS: z.number().min(0).max(86_400).default(0),
  text: text.optional(),
  order: z.strictObject({ class: z.enum(orderClasses), failure: id.optional() }).optional(),
  runbook: z.string().max(64).optional(),
  source: z.string().max(200).optional(),
  latched: z.boolean().optional(),
  causes: z.array(z.string().min(3).max(200)).min(1).max(200).optional(),
  suppressedBy: z.array(z.string().min(1).max(129)).min(1).max(50).optional(),
  group: z.string().min(1).max(64).optional(),
})
const site = z.strictObject({ id, name: text, timezone: z.string().min(1).max(64) })
const channel = z.looseObject({ id, protocol: z.string() })
const equipment = z.strictObject({ ...equipmentBase, points: z.array(z.record(z.string(), z.unknown())).optional() })

/** Everything but what a driver must say about its channels and points. */
export const outline = z.strictObject({
  $schema: z.string().optional(),
  site,
  spaces: z.array(space).default([]),
  channels: z.array(channel).default([]),
  equipment: z.array(equipment).default([]),
  rules: z.array(rule).default([]),
  routes: z.array(placeEntries.routes).default([]),
  doorGroups: z.array(placeEntries.doorGroups).default([]),
  tariffs: z.array(placeEntries.tariffs).default([]),
  contacts: z.array(placeEntries.contacts).default([]),
  plans: z.array(placeEntries.plans).default([]),
  packs: z.array(placeEntries.packs).default([]),
  runbooks: z.array(siteRunbook).default([]),
  schedules: z.array(placeEntries.schedules).default([]),
  calendar: placeEntries.calendar.optional(),
  /** By the id of a rule: what of it is other than delivered. */
  tuning: z.record(z.string().min(1).max(129), ruleTuning).default({}),
  orders: orderSettings.default({ policies: {}, failures: [] }),
  maintenance: z.array(maintenancePlan).max(500).default([]),
  linkage: linkageSchema.optional(),
  history: historySchema.optional(),
  opcuaServer: opcuaServer.optional(),
  broker: brokerSchema.optional(),
  outputs: z.array(outputSchema).max(50).default([]),
  backlog: backlogSchema.optional(),
  billing: billingSchema.optional(),
  access: accessSchema.optional(),
  personal: personalSchema.optional(),
  signIn: signInSchema.optional(),
  emergencyPlan: emergencyPlan.optional(),
  controlRoom: controlRoom.optional(),
  permits: permitSettings.optional(),
  patrol: patrolSchema.optional(),
  shifts: z.array(crewSchema).max(20).default([]),
  runRecords: z.array(runRecordSchema).max(50).default([]),
  readingChecks: readingChecksSchema.optional(),
  readings: readingSettings.optional(),
})
/** The same with holes where something could not be used, so that the rest can be checked too. */
export const outlineWithHoles = z.object({
  site: site.nullable(),
  spaces: z.array(space.nullable()),
  channels: z.array(channel.nullable()),
  equipment: z.array(equipment.nullable()),
  rules: z.array(rule.nullable()),
  routes: z.array(placeEntries.routes.nullable()),
  doorGroups: z.array(placeEntries.doorGroups.nullable()),
  tariffs: z.array(placeEntries.tariffs.nullable()),
  contacts: z.array(placeEntries.contacts.nullable()),
  plans: z.array(placeEntries.plans.nullable()),
  packs: z.array(placeEntries.packs.nullable()),
  runbooks: z.array(siteRunbook.nullable()),
  schedules: z.array(placeEntries.schedules.nullable()),
  calendar: placeEntries.calendar.nullable().optional(),
  emergencyPlan: emergencyPlan.nullable().optional(),
  controlRoom: controlRoom.nullable().optional(),
  permits: permitSettings.nullable().optional(),
  patrol: patrolSchema.nullable().optional(),
  shifts: z.array(crewSchema.nullable()),
  runRecords: z.array(runRecordSchema.nullable()),
  readingChecks: readingChecksSchema.nullable().optional(),
  readings: readingSettings.nullable().optional(),
  tuning: z.record(z.string(), ruleTuning),
  orders: orderSettings.nullable(),
  maintenance: z.array(maintenancePlan.nullable()),
  linkage: linkageSchema.nullable().optional(),
  history: historySchema.nullable().optional(),
  opcuaServer: opcuaServer.nullable().optional(),
  broker: brokerSchema.nullable().optional(),
  outputs: z.array(outputSchema.nullable()),
  backlog: backlogSchema.nullable().optional(),
  billing: billingSchema.nullable().optional(),
  access: accessSchema.nullable().optional(),
  personal: personalSchema.nullable().optional(),
  signIn: signInSchema.nullable().optional(),
})
export type Outline = z.infer<typeof outlineWithHoles>

/** Makes a schema once per driver: made for each of 10,000 points, it would take ten seconds. */
const perDriver = <T>(make: (driver: Driver) => T): ((driver: Driver) => T) => {
  const made = new Map<Driver, T>()
  return driver => made.get(driver) ?? made.set(driver, make(driver)).get(driver)!
}
/** A profile of the site's own, but for what a driver must say about its points. */
const looseSpec = z.looseObject({ key: pointBase.key, range: pointBase.range })
export const profileOutline = z.strictObject({
  $schema: z.string().optional(),
  id,
  protocols: z.array(z.string()).min(1),
  kind: z.string().min(1).max(64),
  name: text,
  source: z.string().min(1).max(500),
  draft: z.literal(true).optional(),
  limits: z.strictObject({ maxRegisters: z.int().min(1).max(125).optional() }).optional(),
  points: z.array(looseSpec).min(1).max(5000),
  probe: z
    .strictObject({
      points: z.array(looseSpec).optional(),
      facts: z
        .array(
          z.union([
            z.strictObject({ key: pointBase.key, within: z.tuple([finite, finite]) }),
            z.strictObject({ key: pointBase.key, equals: z.union([value, z.array(value).min(1)]) }),
            z.strictObject({ key: pointBase.key, good: z.literal(true) }),
            z.strictObject({ key: pointBase.key, absent: z.literal(true) }),
          ]),
        )
        .min(1),
    })
    .optional(),
})

/** A channel of this protocol, whole. */
export const channelOf = perDriver(driver =>
  z.strictObject({ id, protocol: z.literal(driver.protocol), ...driver.channel }),
)
/** A point on this protocol, whole. */
export const pointOf = perDriver(driver => z.strictObject({ ...pointBase, ...driver.address }))

/** The whole of site.json as one JSON schema, for editors and for the page at /api/docs. */
export function siteSchema(drivers: readonly Driver[]): object {
  const union = (all: z.ZodType[]) => (all.length > 1 ? z.union(all) : all[0]!)
  const whole = outline.extend({
    channels: z.array(union(drivers.map(channelOf))).default([]),
    equipment: z
      .array(z.strictObject({ ...equipmentBase, points: z.array(union(drivers.map(pointOf))).optional() }))
      .default([]),
  })
  return { title: 'Gatehouse site.json', ...z.toJSONSchema(whole, { io: 'input', unrepresentable: 'any' }) }
}
