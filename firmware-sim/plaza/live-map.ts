import type { ModbusDevice, Table } from '../modbus-pdu.ts'

/**
 * A device whose registers are a table of its manual, one line per value, and whose values are alive:
 *
 *   name  function address type scale
 *
 * function: 1 coil, 2 discrete input, 3 holding register, 4 input register; address 0-based as on the wire.
 * type: u16 s16 u32 s32 f32, high word first; `b0`..`b15` bits of a register, `hi` and `lo` its halves, `bit` an address of
 * a bit table. scale: what one step is worth. A `w` at the end: it can be written.
 */
export type Look = () => Readonly<Record<string, number | boolean>>

interface Value {
  readonly name: string
  readonly table: Table
  readonly address: number
  readonly type: string
  readonly scale: number
  /** -1: not a bit of a register. */
  readonly bit: number
  readonly writable: boolean
}

const tables: Readonly<Record<string, Table>> = { '1': 'coil', '2': 'discrete', '3': 'holding', '4': 'input' }
const line = /^(\S+)\s+([1-4])\s+(0x[\da-f]+|\d+)\s+(u16|s16|u32|s32|f32|bit|hi|lo|b\d+)\s+([\d.]+)(\s+w)?$/i
const view = new DataView(new ArrayBuffer(4))

/**
 * @param look each value of the table in its unit, bits as booleans; called once per request, so that what is read
 *   together belongs together
 * @param write told the value in its unit; false: refused. Without it nothing can be written
 * @param gaps what it does with addresses that the table does not name: refuse with exception 02, or answer 0
 * @throws if a line cannot be understood: a simulator that guesses proves nothing
 */
export function liveMap(
  text: string,
  look: Look,
  write?: (name: string, value: number) => boolean,
  gaps: 'refuse' | 'zero' = 'refuse',
): ModbusDevice {
  const cells = new Map<number, Value[]>()
  const values = text.split('\n').flatMap(row => (row.trim() === '' ? [] : [parse(row.trim())]))
  for (const value of values)
    for (let i = 0; i < wordsOf(value.type); i++) {
      const at = cellOf(value.table, value.address + i)
      cells.set(at, [...(cells.get(at) ?? []), value])
    }
  let seen: ReturnType<Look> = {}

  const word = (value: Value, address: number): number => {
    const held = seen[value.name]
    if (held === undefined) throw new Error(`${value.name}: the table names it, the device has it not`)
    if (value.table === 'coil' || value.table === 'discrete') return held ? 1 : 0
    if (value.bit >= 0) return held ? 1 << value.bit : 0
    const raw = Number(held) / value.scale
    if (value.type === 'f32') view.setFloat32(0, raw)
    else if (value.type === 's32') view.setInt32(0, bound(raw, -0x8000_0000, 0x7fff_ffff))
    else if (value.type === 'u32') view.setUint32(0, bound(raw, 0, 0xffff_ffff))
    else if (value.type === 'hi') return bound(raw, 0, 0xff) << 8
    else if (value.type === 'lo') return bound(raw, 0, 0xff)
    // A transmitter stops at the end of its range; it does not turn over.
    else return value.type === 's16' ? bound(raw, -0x8000, 0x7fff) & 0xffff : bound(raw, 0, 0xffff)
    return view.getUint16((address - value.address) * 2)
  }

  return {
    begin() {
      seen = look()
      return true
    },
    read(table, address) {
      const here = cells.get(cellOf(table, address))
      if (!here) return gaps === 'zero' ? 0 : undefined
      let all = 0
      for (const value of here) all |= word(value, address)
      return all
    },
    ...(write && {
      write(table: 'coil' | 'holding', address: number, raw: number) {
        const value = cells.get(cellOf(table, address))?.[0]
        return value?.writable === true && write(value.name, table === 'coil' ? raw : raw * value.scale)
      },
    }),
  }
}

function parse(row: string): Value {
  const [, name, fc, at, type, scale, w] = line.exec(row) ?? []
  const table = tables[fc ?? '']
  if (!name || !table || !type) throw new Error(`no line of a register table: ${row}`)
  const bit = Number(/^b(\d+)$/.exec(type)?.[1] ?? -1)
  return { name, table, address: Number(at), type, scale: Number(scale), bit, writable: w !== undefined }
}

const order: readonly Table[] = ['coil', 'discrete', 'input', 'holding']
const cellOf = (table: Table, address: number) => order.indexOf(table) * 0x10000 + address
const wordsOf = (type: string) => (/^[usf]32$/.test(type) ? 2 : 1)
const bound = (raw: number, least: number, most: number) => Math.max(least, Math.min(most, Math.round(raw)))
