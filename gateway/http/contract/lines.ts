import { z } from 'zod'
import { lineTroubles } from '../../../drivers/modbus/linetrouble.ts'
import { reasons } from '../../../drivers/point.ts'
import { peek, peeked } from './commission.ts'
import { text, time } from './common.ts'

const unit = z.int().min(0).max(255)
/** Where to look: a channel, or a line that is none yet. */
export const line = z.union([
  z.strictObject({ channel: z.string().min(1).max(64) }),
  z.strictObject({
    protocol: z.enum(['modbus-tcp', 'modbus-rtu-over-tcp']),
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535),
  }),
  z.strictObject({
    protocol: z.literal('modbus-rtu'),
    path: z.string().regex(/^\/dev\/[\w./:-]+$/),
    baudRate: z.int().min(300).max(1_000_000).default(9600),
    parity: z.enum(['none', 'even', 'odd']).default('none'),
    stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
  }),
])
export const linePeek = peek.extend({ line })
/** Why nothing came of it, beside the reason of the single value. */
const trouble = z.object({ code: z.enum(lineTroubles), detail: z.string().nullable() }).nullable()
/** Nobody is asked: the device was given up for silent, or there is no connection. */
const away = z.object({ what: z.enum(['unit', 'line']), retryInMs: z.number() }).nullable()
/** The channel that has this line; null: none yet. */
const channel = z.string().nullable()
export const linePeeked = peeked.extend({ trouble, away, channel })

const points = z.array(z.record(z.string(), z.unknown())).min(1).max(200)
export const lineIdentify = z.strictObject({ line, unit })
export const identified = z.object({
  channel,
  trouble,
  /** What this unit of the channel is known as already. */
  equipment: z.string().nullable(),
  /** Models that it proves to be, the surest first. */
  items: z.array(
    z.object({
      id: z.string(),
      name: text,
      kind: z.string(),
      /** dark: it fits, but for zeros, as of a device without mains. */
      verdict: z.enum(['right', 'dark']),
      draft: z.boolean(),
    }),
  ),
  asked: z.number().int(),
  /** Models to whose question nothing came back. */
  silent: z.number().int(),
})
export const linePreview = z.strictObject({
  line,
  unit,
  profile: z.string().max(64).optional(),
  points: points.optional(),
})
export const previewed = z.object({
  at: time,
  channel,
  trouble,
  /** wrong: another device answers; none: the model has no proof. */
  verdict: z.enum(['right', 'wrong', 'silent', 'dark', 'none']),
  items: z.array(
    z.object({
      key: z.string(),
      name: text,
      unit: z.string().nullable(),
      decimals: z.number().int().nullable(),
      value: z.union([z.number(), z.boolean(), z.string()]).nullable(),
      enum: z.record(z.string(), text).nullable(),
      quality: z.enum(['good', 'uncertain', 'bad']),
      reason: z.enum(reasons).nullable(),
    }),
  ),
})
export const serialPort = z.object({
  path: z.string(),
  device: z.string(),
  name: z.string().nullable(),
  /** The gateway may open it; who is in `group` may. */
  access: z.object({ may: z.boolean(), group: z.string() }),
})
export const newProfile = z.strictObject({ profile: z.record(z.string(), z.unknown()) })
export type LineAsk = z.input<typeof line>
export type LinePeeked = z.infer<typeof linePeeked>
export type Identified = z.infer<typeof identified>
export type Previewed = z.infer<typeof previewed>
export type SerialPortView = z.infer<typeof serialPort>
export type LineTroubleView = NonNullable<LinePeeked['trouble']>
