import type { ModbusDevice } from '../modbus-pdu.ts'
import { type Cell, ownMap } from './own-map.ts'

/**
 * Contacts of the security systems on a 16-input module, Wiren Board WB-MCM16 (from its template: inputs 1 to 16 at
 * discrete 0 to 15; their pulse counts, u64 of four registers, at input 20 + 4n; uptime 104 s, supply 121 0.001 V,
 * serial number 270, all high word first). A contact is 1 when it is in alarm.
 */
export const contacts = [
  ...[1, 2, 3, 4, 5, 6].map(n => `perimeter-${n}`),
  'cctv-loss',
  'recorder',
  ...['hv-room', 'distribution-room', 'generator-room', 'lift-room-a', 'lift-room-b', 'elv-room', 'fire-pump-room'],
  'co2-room',
] as const
export const guardedRooms = contacts.slice(8)

export interface ContactModule {
  readonly device: ModbusDevice
  readonly on: ReadonlySet<string>
  set(contact: string, on: boolean): void
  step(dtS: number): void
}

export function createContactModule(): ContactModule {
  const on = new Set<string>()
  const counts = contacts.map((_, i) => 12 + ((i * 37) % 90))
  let uptimeS = 1_728_000
  const device = ownMap([
    ...contacts.map((name, i): Cell => ['discrete', i, () => on.has(name)]),
    ...contacts.flatMap((_, i): Cell[] => [
      ['input', 20 + 4 * i, () => 0],
      ['input', 21 + 4 * i, () => 0],
      ['input', 22 + 4 * i, () => counts[i]! >>> 16],
      ['input', 23 + 4 * i, () => counts[i]! & 0xffff],
    ]),
    ['input', 104, () => Math.floor(uptimeS) >>> 16],
    ['input', 105, () => Math.floor(uptimeS) & 0xffff],
    ['input', 121, () => 23_874],
    ['input', 270, () => 0x00fe],
    ['input', 271, () => 0x2a51],
  ])
  return {
    device,
    on,
    set(contact, to) {
      if (to && !on.has(contact)) counts[contacts.indexOf(contact)]!++
      to ? on.add(contact) : on.delete(contact)
    },
    step(dtS) {
      uptimeS += dtS
    },
  }
}
