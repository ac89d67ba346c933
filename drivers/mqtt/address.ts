import { z } from 'zod'
import type { Problem } from '../driver.ts'
import type { Kind, Point } from '../point.ts'

/** What a device says of its being there: Zigbee2MQTT and Home Assistant call it so. */
export interface Availability {
  readonly topic: string
  /** JSON pointer; without it the payload itself, or its `state` as Zigbee2MQTT writes it. */
  readonly path?: string | undefined
  readonly online?: string | undefined
  readonly offline?: string | undefined
}
export interface MqttAddress {
  /** `{equipment}` stands for the id of the equipment, so that a profile fits many. */
  readonly topic: string
  /** JSON pointer [RFC 6901]; without it the payload itself is the value. */
  readonly path?: string | undefined
  /** Words of the device and what they mean; null: it has no reading. */
  readonly map?: Readonly<Record<string, number | boolean | string | null>> | undefined
  readonly scale?: number | undefined
  readonly offset?: number | undefined
  /** JSON pointer to the device's own time: ISO 8601 with its zone, or seconds or ms since 1970. */
  readonly time?: string | undefined
  /** Several: all must say online. */
  readonly availability?: string | Availability | readonly (string | Availability)[] | undefined
  /** Silent for longer, the point has no value. */
  readonly expectS?: number | undefined
  readonly set?: { readonly topic: string; readonly template?: string | undefined } | undefined
}

const topic = z.string().min(1).max(512)
const pointer = z.string().max(256)
const availability = z.union([
  topic,
  z.strictObject({
    topic,
    path: pointer.optional(),
    online: z.string().min(1).max(64).optional(),
    offline: z.string().min(1).max(64).optional(),
  }),
])

export const address = {
  topic,
  path: pointer.optional(),
  map: z.record(z.string().max(256), z.union([z.number(), z.boolean(), z.string(), z.null()])).optional(),
  scale: z.number().optional(),
  offset: z.number().optional(),
  time: pointer.optional(),
  availability: z.union([availability, z.array(availability).min(1).max(4)]).optional(),
  expectS: z.number().min(1).max(604_800).optional(),
  set: z.strictObject({ topic, template: z.string().min(1).max(1024).optional() }).optional(),
}

/** The kind of what the map gives; without one a number, as most of what is measured. */
export function kindOf({ map }: MqttAddress): Kind {
  const kinds = new Set(Object.values(map ?? {}).flatMap(value => (value === null ? [] : [typeof value])))
  if (kinds.size !== 1) return 'number'
  return kinds.has('boolean') ? 'boolean' : kinds.has('string') ? 'text' : 'number'
}

/** The topic as it is on the wire. */
export const topicOf = (point: Point, written: string): string =>
  written.replaceAll('{equipment}', point.id.slice(0, point.id.indexOf('/')))

export function availabilitiesOf(point: Point): Availability[] {
  const { availability: given } = point.address as MqttAddress
  const all = given === undefined ? [] : Array.isArray(given) ? given : [given]
  return (all as (string | Availability)[]).map(one => {
    const full = typeof one === 'string' ? { topic: one } : one
    return { ...full, topic: topicOf(point, full.topic) }
  })
}

/** [RFC 6901 3] */
const isPointer = (text: unknown): boolean => typeof text === 'string' && /^(\/([^~/]|~[01])*)*$/.test(text)
/** A topic that names one thing [MQTT 3.1.1, 4.7]. */
const isTopic = (text: unknown): boolean => typeof text === 'string' && text !== '' && !/[+#\0]/.test(text)

export function pointProblems(point: Point, at: string): Problem[] {
  const given = (point.address ?? {}) as Partial<MqttAddress>
  const { map, scale, offset, set } = given
  const problems: Problem[] = []
  const add = (field: string, code: string, params?: Problem['params']) =>
    problems.push({ path: `${at}.${field}`, code, ...(params && { params }) })
  if (!isTopic(given.topic)) add('topic', 'mqtt-topic-malformed')
  for (const field of ['path', 'time'] as const)
    if (given[field] !== undefined && !isPointer(given[field])) add(field, 'mqtt-pointer-malformed')
  const list = given.availability === undefined ? [] : [given.availability].flat()
  for (const one of list as readonly (string | Partial<Availability> | null)[]) {
    const full = typeof one === 'string' ? { topic: one } : (one ?? {})
    if (!isTopic(full.topic)) add('availability', 'mqtt-topic-malformed')
    if (full.path !== undefined && !isPointer(full.path)) add('availability', 'mqtt-pointer-malformed')
  }
  if (map !== null && typeof map === 'object')
    for (const [word, value] of Object.entries(map))
      if (value !== null && (typeof value === 'string' ? 'text' : typeof value) !== point.kind)
        add('map', 'mqtt-map-kind', { word, kind: point.kind })
  if (scale === 0) add('scale', 'mqtt-scale-zero')
  for (const [field, said] of Object.entries({ scale, offset }))
    if (said !== undefined && (point.kind !== 'number' || map !== undefined)) add(field, 'mqtt-needs-number', { field })
  if (point.writable && !set) add('set', 'mqtt-writable-needs-set')
  if (set && !point.writable) add('set', 'mqtt-set-needs-writable')
  if (set && !isTopic(set.topic)) add('set.topic', 'mqtt-topic-malformed')
  if (typeof set?.template === 'string' && !set.template.includes('{value}'))
    add('set.template', 'mqtt-template-without-value', { placeholder: '{value}' })
  return problems
}
