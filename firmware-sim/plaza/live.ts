import type { MappedDevice, MapRow } from '../maps/table.ts'
import type { ModbusDevice, Table } from '../modbus-pdu.ts'

/** What a device measures at this moment, by the names of its map, in their units. */
export type Values = Readonly<Record<string, number | boolean>>

interface Cells {
  readonly first: number
  readonly words: Uint16Array
  readonly rows: readonly Row[]
}
interface Row extends MapRow {
  /** Registers it takes. */
  readonly size: number
  /** Of a number: 16, 32 or 64. 0: a part of a register, moved up by `shift`. */
  readonly width: number
  readonly shift: number
  /** It is the first that speaks of its register, or the only one. */
  readonly clears: boolean
}

const view = new DataView(new ArrayBuffer(8))

/**
 * A device whose manual is a map and whose values live. They are looked at once per request, so that the words of one
 * number belong together. Between its first and last address of a table gaps read 0; outside: exception 02.
 * @param write what happens when a row of a coil or holding register is written, value in its unit; false: refused
 * @throws if `look` lacks a value of the map: a register nobody fills would read 0 as if it were measured
 */
export function live(
  map: MappedDevice,
  look: () => Values,
  write?: (name: string, value: number) => boolean,
): ModbusDevice {
  const have = look()
  const missing = map.rows.find(row => !Object.hasOwn(have, row.name))
  if (missing) throw new Error(`${map.id}: nobody knows ${missing.name}`)
  const tables = new Map<Table, Cells>()
  for (const [table, rows] of Map.groupBy(map.rows, row => row.table)) tables.set(table, cellsOf(rows))
  return {
    begin(table, address, count) {
      const cells = tables.get(table)
      const registers = table === 'input' || table === 'holding'
      if (!cells || (registers && count > map.maxRegisters)) return false
      const values = look()
      for (const row of cells.rows)
        if (row.address < address + count && row.address + row.size > address)
          put(row, values[row.name]!, cells.words, row.address - cells.first)
      return true
    },
    read(table, address) {
      const cells = tables.get(table)
      return cells?.words[address - cells.first]
    },
    ...(write && {
      write(table: 'coil' | 'holding', address: number, value: number) {
        const row = tables.get(table)?.rows.find(r => r.address === address)
        return row !== undefined && write(row.name, value * row.scale + row.offset)
      },
    }),
  }
}

function cellsOf(rows: readonly MapRow[]): Cells {
  const first = Math.min(...rows.map(r => r.address))
  const seen = new Set<number>()
  const sized = rows.map((row): Row => {
    const part = /^(?:b(\d+|it)|(hi)|lo)$/.exec(row.type)
    const width = part ? 0 : Number(/\d+/.exec(row.type)![0])
    const clears = !seen.has(row.address)
    seen.add(row.address)
    return { ...row, width, size: width / 16 || 1, shift: part?.[2] ? 8 : Number(part?.[1]) || 0, clears }
  })
  const last = Math.max(...sized.map(r => r.address + r.size))
  return { first, words: new Uint16Array(last - first), rows: sized }
}

function put(row: Row, value: number | boolean, words: Uint16Array, at: number): void {
  const raw = (Number(value) - row.offset) / row.scale
  if (row.width === 0) {
    if (row.clears) words[at] = 0
    words[at]! |= Math.round(raw) << row.shift
    return
  }
  encode(row, raw)
  const swapped = row.type.endsWith('w')
  for (let i = 0; i < row.size; i++) words[at + (swapped ? row.size - 1 - i : i)] = view.getUint16(i * 2)
}

/** Into `view`, high word first. What does not fit stays at the end of the scale, as a device's does. */
function encode({ type, width }: Row, raw: number): void {
  if (type.startsWith('f32')) view.setFloat32(0, raw)
  else if (type.startsWith('f64')) view.setFloat64(0, raw)
  else if (width === 64) view.setBigInt64(0, BigInt(Math.round(raw)))
  else {
    const signed = type.startsWith('s')
    const least = signed ? -(2 ** (width - 1)) : 0
    const most = signed ? 2 ** (width - 1) - 1 : 2 ** width - 1
    const whole = Math.min(most, Math.max(least, Math.round(raw)))
    if (width === 16) view.setUint16(0, whole & 0xffff)
    else view.setUint32(0, whole >>> 0)
  }
}
