import { z } from 'zod'
import { orders, tables, types } from '../../../drivers/modbus/codec.ts'
import { reasons } from '../../../drivers/point.ts'
import { time } from './common.ts'

export const peek = z.strictObject({
  unit: z.int().min(0).max(255),
  table: z.enum(tables),
  address: z.int().min(0).max(0xffff),
  count: z.int().min(1).max(2000),
})
export const peeked = z.object({
  at: time,
  tookMs: z.number(),
  words: z.array(z.number().int()).nullable(),
  reason: z.enum(reasons).nullable(),
  /** The device's own refusal [Modbus 7]. */
  exception: z.number().int().nullable(),
})
export const byteOrder = z.strictObject({
  words: z.array(z.int().min(0).max(0xffff)).min(1).max(125),
  /** As on the display, with its decimals. */
  shown: z.string().regex(/^[+-]?\d{1,15}(\.\d{1,12})?$/),
  factor: z.number().positive().max(1e9).optional(),
})
export const candidate = z.object({
  offset: z.number().int(),
  type: z.enum(types),
  order: z.enum(orders),
  byte: z.enum(['high', 'low']).optional(),
  scale: z.number(),
  value: z.number(),
})
export const byteOrderFound = z.object({ items: z.array(candidate), total: z.number().int() })
export type Peeked = z.infer<typeof peeked>
export type CandidateView = z.infer<typeof candidate>
export type ByteOrderFound = z.infer<typeof byteOrderFound>
