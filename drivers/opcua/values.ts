import { DataType, type DataValue, LocalizedText, VariantArrayType } from 'node-opcua'
import type { Reading } from './protocol.ts'

/** DataValue -> Reading: the one place in the worker where the stack's values become plain ones. */

const LONGEST_TEXT = 4096

export const refused = (index: number, status: string): Reading => ({
  index,
  status,
  severity: 'bad',
  value: undefined,
  at: undefined,
})

export function readingOf(index: number, { statusCode, value, sourceTimestamp }: DataValue): Reading {
  const severity = statusCode.isGood() ? 'good' : statusCode.value >>> 30 === 1 ? 'uncertain' : 'bad'
  return {
    index,
    status: statusCode.name,
    severity,
    // An array is no value: two numbers would pass for one of 64 bits.
    value:
      severity !== 'bad' && value?.arrayType === VariantArrayType.Scalar
        ? plain(value.value, value.dataType)
        : undefined,
    at: timeOf(sourceTimestamp),
  }
}

/** UTC ms. 1601 is how OPC UA writes "no time". */
export function timeOf(time: unknown): number | undefined {
  const at = time instanceof Date ? time.getTime() : undefined
  return at !== undefined && at > 0 ? at : undefined
}

/** Numbers, booleans, texts. 64-bit integers only where a number holds them exactly. */
export function plain(value: unknown, type?: DataType): Reading['value'] {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') return value.length <= LONGEST_TEXT ? value : undefined
  if (Array.isArray(value) && value.length === 2) return integer64(value as [number, number], type === DataType.Int64)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof LocalizedText) return plain(value.text ?? undefined)
  return undefined
}

function integer64([high, low]: [number, number], signed: boolean): number | undefined {
  if (!Number.isInteger(high) || !Number.isInteger(low)) return undefined
  const whole = (signed ? high | 0 : high) * 2 ** 32 + (low >>> 0)
  return Number.isSafeInteger(whole) ? whole : undefined
}
