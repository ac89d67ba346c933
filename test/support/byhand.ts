import { decode, type Register, sizeOf } from '../../drivers/modbus/codec.ts'
import type { ModbusDevice } from '../../firmware-sim/modbus-pdu.ts'
import type { Body, Part } from '../../firmware-sim/part.ts'

/** Parts of the building without sockets: stepped by hand, read in memory, and what happens written down as a diary. */
export function byHand(parts: readonly Part[], from: number) {
  let at = from
  const units = new Map<string, ModbusDevice>()
  for (const line of parts.flatMap(p => p.lines))
    if ('units' in line) for (const [unit, device] of line.units) units.set(`${line.id} ${unit}`, device)

  /** One value as a master would have it; the address in the words of site.json. */
  function read(line: string, unit: number, at: Omit<Register, 'unit'>): number | boolean | string | null | undefined {
    const device = units.get(`${line} ${unit}`)
    if (!device) throw new Error(`nobody is unit ${unit} of ${line}`)
    const bits = at.table === 'coil' || at.table === 'discrete'
    const register = { ...at, unit }
    const count = bits ? 1 : sizeOf(register)
    if (device.begin && !device.begin(at.table, at.address, count)) return undefined
    const words = Array.from({ length: count }, (_, i) => device.read(at.table, at.address + i))
    if (words.some(w => w === undefined)) return undefined
    const bytes = Buffer.alloc(bits ? 1 : 2 * count)
    if (bits) bytes[0] = words[0]!
    else for (const [i, word] of words.entries()) bytes.writeUInt16BE(word! & 0xffff, 2 * i)
    return decode(bytes, register)
  }

  return {
    read,
    get at() {
      return at
    },
    knows: (path: string): boolean => parts.some(p => p.actions.some(a => a.path === path)),
    async act(path: string, body: Body = {}) {
      const action = parts.flatMap(p => p.actions).find(a => a.path === path)
      if (!action) throw new Error(`there is no ${path}`)
      await action.run(body)
    },
    /** @param each called after each second, e.g. to write down what it saw */
    pass(seconds: number, each: (s: number) => void = () => {}) {
      for (let s = 1; s <= seconds; s++) {
        at += 1000
        for (const part of parts) part.step?.(1, at)
        each(s)
      }
    },
  }
}

/** Writes down each change of what it is told about: `12 s pump2 true`. */
export function diary(): { entries: string[]; note: (s: number, seen: Readonly<Record<string, unknown>>) => void } {
  const entries: string[] = []
  const last = new Map<string, unknown>()
  return {
    entries,
    note(s, seen) {
      for (const [name, value] of Object.entries(seen)) {
        if (last.has(name) && last.get(name) !== value) entries.push(`${s} s ${name} ${value}`)
        last.set(name, value)
      }
    },
  }
}
