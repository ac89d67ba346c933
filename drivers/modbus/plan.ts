import { isBits, type Register, sizeOf, type Table } from './codec.ts'

/** Which requests to send for which values. Pure. */

export interface Wanted<T> {
  readonly register: Register
  readonly owner: T
}

/** One read request and the values that lie in its answer. */
export interface Block<T> {
  readonly unit: number
  readonly table: Table
  readonly start: number
  readonly count: number
  readonly items: readonly Wanted<T>[]
}

export interface Limits {
  /** Registers of one request; 125 is the protocol's own limit [Modbus 6.3], some devices take fewer. */
  readonly maxRegisters?: number
  /** Unused registers that are worth reading to save a request. */
  readonly gap?: number
  /** True where a request must not run across: this address was seen to be refused together with the one before it. */
  readonly cut?: (unit: number, table: Table, address: number) => boolean
}

/** [Modbus 6.1] */
export const MAX_BITS = 2000
/** [Modbus 6.3] */
export const MAX_REGISTERS = 125

/** As few requests as the limits allow. A request starts and ends with a value, never inside one. */
export function plan<T>(wanted: readonly Wanted<T>[], limits: Limits = {}): Block<T>[] {
  const sorted = wanted.toSorted(
    ({ register: a }, { register: b }) =>
      a.unit - b.unit || a.table.localeCompare(b.table) || a.address - b.address || sizeOf(a) - sizeOf(b),
  )
  const blocks: { -readonly [K in keyof Block<T>]: Block<T>[K] extends readonly (infer I)[] ? I[] : Block<T>[K] }[] = []
  for (const item of sorted) {
    const { unit, table, address } = item.register
    const end = address + sizeOf(item.register)
    const bits = isBits(table)
    const most = bits ? MAX_BITS : Math.min(limits.maxRegisters ?? MAX_REGISTERS, MAX_REGISTERS)
    const gap = (limits.gap ?? 8) * (bits ? 16 : 1)
    const last = blocks.at(-1)
    if (
      last &&
      last.unit === unit &&
      last.table === table &&
      address - (last.start + last.count) <= gap &&
      end - last.start <= most &&
      !crosses(last.start, address, at => limits.cut?.(unit, table, at) ?? false)
    ) {
      last.count = Math.max(last.count, end - last.start)
      last.items.push(item)
    } else blocks.push({ unit, table, start: address, count: sizeOf(item.register), items: [item] })
  }
  return blocks
}

function crosses(start: number, address: number, cut: (at: number) => boolean): boolean {
  for (let at = start + 1; at <= address; at++) if (cut(at)) return true
  return false
}
