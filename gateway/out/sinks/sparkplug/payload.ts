import {
  BYTES,
  FIXED32,
  FIXED64,
  fieldsOf,
  type Message,
  putBytes,
  putDouble,
  putFlag,
  putText,
  putWhole,
} from './wire.ts'

/** Payloads of Sparkplug B, by the numbers of the Tahu schema [Sparkplug 3.0.0, 6.4.1]; what we never send is left out. */

/** [6.4.16] of what we send, and of what a command may bring. */
export const INT8 = 1
export const INT32 = 3
export const INT64 = 4
export const DOUBLE = 10
export const BOOLEAN = 11
export const STRING = 12
type DataType = typeof INT32 | typeof INT64 | typeof DOUBLE | typeof BOOLEAN | typeof STRING

/** [6.4.9.1] There are no others. */
export const quality = { bad: 0, good: 192, uncertain: 500 } as const

export interface Metric {
  readonly name?: string
  readonly alias?: number
  /** UTC ms; of each metric of ours [6.4.6]. */
  readonly at: number
  readonly type: DataType
  /** Null: there is none, and it says so. */
  readonly value: number | boolean | string | null
  readonly historical?: boolean
  readonly quality?: number
  /** Only in births. */
  readonly unit?: string
}
export interface Payload {
  readonly at: number
  /** 0..255; a death of the node has none [6.4.25]. */
  readonly seq?: number
  readonly metrics: readonly Metric[]
}

export function encodePayload({ at, seq, metrics }: Payload): Buffer {
  const to: Message = []
  putWhole(to, 1, at)
  for (const metric of metrics) putBytes(to, 2, metricOf(metric))
  if (seq !== undefined) putWhole(to, 3, seq)
  return Buffer.from(to)
}
function metricOf(m: Metric): Message {
  const to: Message = []
  if (m.name !== undefined) putText(to, 1, m.name)
  if (m.alias !== undefined) putWhole(to, 2, m.alias)
  putWhole(to, 3, m.at)
  putWhole(to, 4, m.type)
  if (m.historical) putFlag(to, 5, true)
  if (m.value === null) putFlag(to, 7, true)
  if (m.quality !== undefined || m.unit !== undefined) putBytes(to, 9, propertiesOf(m))
  if (typeof m.value === 'string') putText(to, 15, m.value)
  else if (typeof m.value === 'boolean') putFlag(to, 14, m.value)
  else if (m.value !== null)
    if (m.type === DOUBLE) putDouble(to, 13, m.value)
    else putWhole(to, m.type === INT64 ? 11 : 10, m.value)
  return to
}
/** Keys first, then their values in the same order [6.4.9]. */
function propertiesOf({ quality, unit }: Metric): Message {
  const to: Message = []
  const values: Message[] = []
  if (quality !== undefined) {
    putText(to, 1, 'Quality')
    const value: Message = []
    putWhole(value, 1, INT32)
    putWhole(value, 3, quality)
    values.push(value)
  }
  if (unit !== undefined) {
    putText(to, 1, 'engUnit')
    const value: Message = []
    putWhole(value, 1, STRING)
    putText(value, 8, unit)
    values.push(value)
  }
  for (const value of values) putBytes(to, 2, value)
  return to
}

/** What a command names, by its alias or its name. */
export interface Asked {
  readonly name: string | null
  readonly alias: number | null
  /** Its own time, or else that of the payload; null: it has none. */
  readonly at: number | null
  /** Null: none, or one of a kind that no point has. */
  readonly value: number | boolean | string | null
}

/** The metrics of a command. Throws RangeError when it is no payload. */
export function decodeCommand(bytes: Buffer): readonly Asked[] {
  let at: number | null = null
  const metrics: Buffer[] = []
  for (const { field, type, whole, bytes: body } of fieldsOf(bytes)) {
    if (field === 1) at = Number(whole)
    else if (field === 2 && type === BYTES) metrics.push(body)
  }
  return metrics.map(body => {
    const asked = askedOf(body)
    return { ...asked, at: asked.at ?? at }
  })
}
function askedOf(bytes: Buffer): Asked {
  let [name, alias, at]: [string | null, number | null, number | null] = [null, null, null]
  let datatype = 0
  let [isNull, value]: [boolean, bigint | number | boolean | string | null] = [false, null]
  for (const { field, type, whole, bytes: body } of fieldsOf(bytes)) {
    if (field === 1 && type === BYTES) name = body.toString('utf8')
    else if (field === 2) alias = Number(whole)
    else if (field === 3) at = Number(whole)
    else if (field === 4) datatype = Number(whole)
    else if (field === 7) isNull = whole !== 0n
    else if (field === 10 || field === 11) value = whole
    else if (field === 12 && type === FIXED32) value = body.readFloatLE()
    else if (field === 13 && type === FIXED64) value = body.readDoubleLE()
    else if (field === 14) value = whole !== 0n
    else if (field === 15 && type === BYTES) value = body.toString('utf8')
  }
  if (isNull) value = null
  // Signed whole numbers are sent in an unsigned field [6.4.16]: two's complement of 32 or 64 bits.
  if (typeof value === 'bigint') {
    const signed = datatype >= INT8 && datatype <= INT64
    value = Number(signed ? BigInt.asIntN(datatype === INT64 ? 64 : 32, value) : value)
  }
  return { name, alias, at, value }
}
