import type { ModbusDevice, Table } from '../modbus-pdu.ts'

/** One address of a device of our own invention: a register 0..65535 or a bit. */
export type Cell = readonly [table: Table, address: number, read: () => number | boolean]

/**
 * A device that can only be read. Whatever its table does not name is refused with exception 02.
 * @throws when two lines have the same address
 */
export function ownMap(cells: readonly Cell[]): ModbusDevice {
  const tables: Record<Table, Map<number, () => number | boolean>> = {
    coil: new Map(),
    discrete: new Map(),
    input: new Map(),
    holding: new Map(),
  }
  for (const [table, address, read] of cells) {
    if (tables[table].has(address)) throw new Error(`${table} ${address} is there twice`)
    tables[table].set(address, read)
  }
  return {
    read(table, address) {
      const read = tables[table].get(address)
      return read && Number(read())
    },
  }
}
