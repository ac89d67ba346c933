import { z } from 'zod'
import type { Problem } from '../driver.ts'
import type { Kind, Point } from '../point.ts'
import { isBits, isFlag, orders, type Register, sizeOf, tables, typeOf, types } from './codec.ts'
import { MAX_REGISTERS } from './plan.ts'

/** The address part of a Modbus point: its fields, what it is, and what a schema cannot tell about it. */

export const addressShape = {
  table: z.enum(tables),
  address: z.int().min(0).max(0xffff),
  type: z.enum(types).optional(),
  order: z.enum(orders).optional(),
  bit: z.int().min(0).max(31).optional(),
  mask: z.int().min(1).max(0xffffffff).optional(),
  scale: z.number().optional(),
  offset: z.number().optional(),
  noValue: z.union([z.number(), z.array(z.number()).min(1)]).optional(),
  length: z.int().min(1).max(MAX_REGISTERS).optional(),
  encoding: z.enum(['ascii', 'gbk']).optional(),
  byte: z.enum(['high', 'low']).optional(),
  quality: z
    .strictObject({
      table: z.enum(tables),
      address: z.int().min(0).max(0xffff),
      type: z.enum(types).optional(),
      order: z.enum(orders).optional(),
      bit: z.int().min(0).max(31).optional(),
      byte: z.enum(['high', 'low']).optional(),
      mask: z.int().min(1).max(0xffffffff).optional(),
      equals: z.union([z.number(), z.array(z.number()).min(1)]).optional(),
      not: z.union([z.number(), z.array(z.number()).min(1)]).optional(),
      below: z.number().optional(),
      above: z.number().optional(),
    })
    .optional(),
  multiple: z.boolean().optional(),
}

export const registerOf = (point: Point): Register => point.address as Register

export function kindOf(address: Register): Kind {
  if (isFlag(address)) return 'boolean'
  return typeOf(address) === 'string' ? 'text' : 'number'
}

/** True if a request can be made of it, whatever hand wrote the file. */
export const isReadable = (r: Register): boolean =>
  tables.includes(r.table) &&
  types.includes(typeOf(r)) &&
  Number.isInteger(r.address) &&
  r.address >= 0 &&
  r.address + sizeOf(r) <= 0x10000 &&
  Number.isInteger(r.unit) &&
  r.unit >= 0 &&
  r.unit <= 255

/** @param maxRegisters of one request; a longer value could never be read */
export function problemsOf(
  points: readonly Point[],
  units: readonly [number, number],
  maxRegisters: number,
): Problem[] {
  const problems: Problem[] = []
  const unit = registerOf(points[0] ?? ({ address: { unit: units[0] } } as Point))?.unit
  if (!(Number.isInteger(unit) && unit >= units[0] && unit <= units[1]))
    problems.push({ path: 'unit', code: 'modbus-unit-out-of-range', params: { min: units[0], max: units[1] } })
  for (const [i, point] of points.entries()) {
    const add = (field: string, code: string, params?: Problem['params']) =>
      problems.push({ path: `points[${i}].${field}`, code, ...(params && { params }) })
    pointProblems(point, maxRegisters, add)
  }
  return problems
}

type Add = (field: string, code: string, params?: Problem['params']) => unknown

function pointProblems(point: Point, maxRegisters: number, add: Add): unknown {
  const r = registerOf(point)
  if (typeof r !== 'object' || r === null || !tables.includes(r.table)) return add('table', 'modbus-table-unknown')
  if (!Number.isInteger(r.address) || r.address < 0)
    return add('address', 'modbus-address-past-end', { address: String(r.address), last: 0xffff })
  const type = typeOf(r)
  if (!types.includes(type)) return add('type', 'modbus-type-unknown')
  const bits = isBits(r.table)
  if (bits && type !== 'bool') return add('type', 'modbus-type-needs-register', { type, table: r.table })
  const size = sizeOf(r)
  const width = size * 16

  if (r.address + size > 0x10000)
    add('address', 'modbus-address-past-end', { address: r.address, last: 0x10000 - size })
  if (type === 'string' && r.length === undefined) add('length', 'modbus-string-needs-length')
  if (type !== 'string' && r.length !== undefined) add('length', 'modbus-only-for-strings', { field: 'length' })
  if (type !== 'string' && r.encoding !== undefined) add('encoding', 'modbus-only-for-strings', { field: 'encoding' })
  if (!bits && size > maxRegisters) add('type', 'modbus-longer-than-request', { size, most: maxRegisters })
  if (r.order !== undefined && r.order !== 'ABCD') {
    if (bits) add('order', 'modbus-field-needs-register', { field: 'order' })
    // With one register there are no words to swap: whoever writes CDAB there has mistaken the type.
    else if (size === 1 && r.order !== 'BADC') add('order', 'modbus-order-needs-two-registers', { order: r.order })
  }
  for (const field of ['bit', 'mask'] as const) {
    if (r[field] === undefined) continue
    if (bits) add(field, 'modbus-field-needs-register', { field })
    else if (type !== 'bool' && type !== 'uint16' && type !== 'uint32')
      add(field, 'modbus-field-needs-unsigned', { field, type })
  }
  if (r.byte !== undefined && type !== 'int8' && type !== 'uint8') add('byte', 'modbus-byte-needs-8-bits', { type })
  if (r.quality !== undefined) qualityProblems(point, r, maxRegisters, add)
  if (r.bit !== undefined && r.bit >= width) add('bit', 'modbus-bit-out-of-range', { bit: r.bit, last: width - 1 })
  if (r.mask !== undefined && r.mask >= 2 ** width) add('mask', 'modbus-mask-out-of-range', { bits: width })
  if (r.bit !== undefined && r.mask !== undefined) add('mask', 'modbus-bit-and-mask')
  if (r.scale === 0) add('scale', 'modbus-scale-zero')
  const numeric = !isFlag(r) && type !== 'string'
  for (const field of ['scale', 'offset'] as const)
    if (r[field] !== undefined && !numeric) add(field, 'modbus-field-needs-number', { field })
  if (r.noValue !== undefined && (bits || type === 'string'))
    add('noValue', 'modbus-field-needs-number', { field: 'noValue' })
  if (point.kind !== kindOf(r)) add('kind', 'modbus-kind-does-not-fit', { kind: point.kind, is: kindOf(r) })
  if (point.writable) {
    if (r.table === 'discrete' || r.table === 'input') add('writable', 'modbus-writable-table', { table: r.table })
    if (r.bit !== undefined || r.mask !== undefined || type === 'int8' || type === 'uint8')
      add('writable', 'modbus-writable-part')
  }
  return undefined
}

/** The register that speaks for the point must itself be one, and must have one condition. */
function qualityProblems(point: Point, r: Register, maxRegisters: number, add: Add): void {
  const { equals, not, below, above, ...at } = r.quality!
  const mark: Register = { unit: r.unit, ...at }
  const conditions = [equals, not, below, above].filter(c => c !== undefined).length
  if (conditions > 1 || (conditions === 0 && !isFlag(mark))) add('quality', 'modbus-quality-condition')
  if (mark.type === 'string') return void add('quality.type', 'modbus-field-needs-number', { field: 'quality' })
  const { writable: _, ...readOnly } = point
  pointProblems({ ...readOnly, kind: kindOf(mark), address: mark }, maxRegisters, (field, code, params) =>
    add(`quality.${field}`, code, params),
  )
}
