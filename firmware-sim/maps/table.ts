import type { ModbusDevice, Table } from '../modbus-pdu.ts'

/**
 * A device as a table of its manual: one line per value.
 *
 *   name  function address type scale value
 *
 * function: 1 coil, 2 discrete input, 3 holding register, 4 input register; address 0-based as on the wire.
 * type: u16 s16 u32 s32 u64 s64 f32 f64, with `w` when the low word comes first; `hi` and `lo` are the halves of a register,
 * `b0` to `b31` its bits, `bit` an address of a bit table. scale: what one step is worth; `0.01-273.15` has an offset.
 * value: in the unit of the manual; `!FFFF` is what the device sends when it has none.
 */
export interface Documented {
  readonly name: string
  /** null: the device says that it has no reading. */
  readonly value: number | boolean | null
}
/** Where one value of the manual lies. */
export interface MapRow {
  readonly name: string
  readonly table: Table
  readonly address: number
  /** A word of the table above: u16, f32w, b3 ... */
  readonly type: string
  readonly scale: number
  readonly offset: number
}
export interface MappedDevice {
  readonly id: string
  readonly rows: readonly MapRow[]
  readonly values: readonly Documented[]
  /** One request may ask for so many registers. */
  readonly maxRegisters: number
  /** @param gaps what it does with addresses that the manual does not name: refuse with exception 02, or answer 0 */
  device(gaps: 'refuse' | 'zero'): ModbusDevice
}

const tables: Record<string, Table> = { '1': 'coil', '2': 'discrete', '3': 'holding', '4': 'input' }

/** @throws if a line cannot be understood or two lines overlap: a simulator that guesses proves nothing */
export function mapped(id: string, text: string, maxRegisters = 125): MappedDevice {
  const cells = new Map<string, number>()
  const taken = new Set<string>()
  const values: Documented[] = []
  const rows: MapRow[] = []
  for (const line of text.split('\n').map(l => l.trim())) {
    if (line === '') continue
    const fail = (why: string): never => {
      throw new Error(`${id}: ${why}: ${line}`)
    }
    const [name, fc, at, type, scaling, given, ...more] = line.split(/\s+/)
    const table = tables[fc ?? ''] ?? fail('no such function')
    const address = Number(at)
    const [, scale, offset = '0'] = /^([\d.]+)([+-][\d.]+)?$/.exec(scaling ?? '') ?? fail('no scale')
    if (!name || !type || !given || more.length > 0 || !Number.isInteger(address)) return fail('not six words')
    const words = given.startsWith('!')
      ? [...(given.slice(1).match(/.{4}/g) ?? fail('no words'))].map(w => Number.parseInt(w, 16))
      : wordsOf(type, (Number(given) - Number(offset)) / Number(scale), fail)
    const part = /^(b\d+|hi|lo)$/.test(type) ? type : ''
    for (const [i, word] of words.entries()) {
      const cell = `${table} ${address + i}`
      if (taken.has(cell) || taken.has(cell + part)) fail('overlaps')
      taken.add(cell + part)
      cells.set(cell, (cells.get(cell) ?? 0) | word)
    }
    const flag = type === 'bit' || /^b\d+$/.test(type)
    rows.push({ name, table, address, type, scale: Number(scale), offset: Number(offset) })
    values.push({ name, value: given.startsWith('!') ? null : flag ? given === '1' : Number(given) })
  }
  return {
    id,
    rows,
    values,
    maxRegisters,
    device: gaps => ({
      begin: (table, _, count) => table === 'coil' || table === 'discrete' || count <= maxRegisters,
      read: (table, address) => cells.get(`${table} ${address}`) ?? (gaps === 'zero' ? 0 : undefined),
    }),
  }
}

/** The registers of one value. */
function wordsOf(type: string, raw: number, fail: (why: string) => never): number[] {
  if (type === 'bit') return [raw]
  const bit = /^b(\d+)$/.exec(type)
  if (bit) return [raw << Number(bit[1])]
  if (type === 'hi') return [Math.round(raw) << 8]
  if (type === 'lo') return [Math.round(raw)]
  const form = /^([usf])(16|32|64)(w?)$/.exec(type) ?? fail('no such type')
  const bytes = Number(form[2]) / 8
  const view = new DataView(new ArrayBuffer(bytes))
  const whole = BigInt(Math.round(form[1] === 'f' ? 0 : raw))
  if (form[1] === 'f') bytes === 4 ? view.setFloat32(0, raw) : view.setFloat64(0, raw)
  else if (bytes === 8) view.setBigInt64(0, BigInt.asIntN(64, whole))
  else if (bytes === 4) view.setInt32(0, Number(BigInt.asIntN(32, whole)))
  else view.setInt16(0, Number(BigInt.asIntN(16, whole)))
  const words = Array.from({ length: bytes / 2 }, (_, i) => view.getUint16(i * 2))
  return form[3] === 'w' ? words.reverse() : words
}
