import { startModbus } from '../../firmware-sim/modbus.ts'
import { both, quietSite } from './sites.ts'

/** Doors of the site that is killed in a fire: by controller and relay, by controller, by relay, and one that fire does not open. */
export const escapes = ['door-1', 'door-2', 'door-4'] as const
export const controlled = ['door-1', 'door-2', 'vault'] as const
const relays = ['door-1', 'door-4'] as const

/** What a wire has seen: when, which door, locked or let go. */
export interface Write {
  readonly at: number
  readonly door: string
  readonly locks: boolean
}

/** The plant of that site on a real Modbus line: the contact of the panel, and relays that say what they do. */
export async function firePlant() {
  const plant = { confirmed: false, writes: [] as Write[], locked: new Map(relays.map(id => [id as string, true])) }
  const relay = (id: string) => ({
    read: (table: string, address: number) =>
      address !== 0 ? undefined : Number(table === 'coil' ? plant.locked.get(id)! : !plant.locked.get(id)!),
    write(table: string, address: number, value: number) {
      if (table !== 'coil' || address !== 0) return false
      plant.writes.push({ at: performance.now(), door: id, locks: value !== 0 })
      plant.locked.set(id, value !== 0)
      return true
    },
  })
  const panel = { read: (_: string, address: number) => (address === 0 ? Number(plant.confirmed) : undefined) }
  const units = new Map<number, ReturnType<typeof relay> | typeof panel>([
    [40, panel],
    ...[21, 22].map(unit => [unit, { read: () => 0 }] as const),
    ...relays.map((id, i) => [11 + i, relay(id)] as const),
  ])
  const server = await startModbus({ framing: 'tcp', units })
  const point = (key: string, table: string, more: object = {}) => ({
    ...{ key, table, address: 0, type: 'bool', scanMs: 100 },
    ...more,
  })
  const command = { roles: ['operator'], release: [false] }
  const door = (id: string, unit: number, points: object[]) => ({
    ...{ id, kind: 'door', name: both(id), space: 'b1', channel: 'relays', unit, points },
  })
  const relayed = (id: string) =>
    door(id, 11 + (relays as readonly string[]).indexOf(id), [
      point('unlocked', 'discrete'),
      point('lock', 'coil', { writable: true, command }),
    ])
  const lid = point('tamper', 'discrete', { scanMs: 3_600_000 })
  const fire = { key: 'b1-confirmed', table: 'discrete', address: 0, type: 'bool', scanMs: 100 }
  const site = {
    ...quietSite,
    channels: [
      ...quietSite.channels,
      { id: 'relays', protocol: 'modbus-tcp', host: '127.0.0.1', port: server.port, timeoutMs: 500 },
    ],
    equipment: [
      ...quietSite.equipment,
      {
        ...{ id: 'panel', kind: 'fire-panel', name: both('panel'), space: 'b1', channel: 'relays', unit: 40 },
        points: [fire],
      },
      ...[relayed('door-1'), door('door-2', 21, [lid]), door('vault', 22, [lid]), relayed('door-4')],
    ],
    doorGroups: [{ id: 'all', name: both('all'), doors: [...escapes] }],
    access: {
      areas: [{ id: 'hall' }],
      doors: [
        ...escapes.map(id => ({ id, area: 'hall' })),
        { id: 'vault', area: 'hall', fireRelease: false, mechanicalExit: true },
      ],
      levels: [{ id: 'all', groups: ['all'] }],
      controllers: [{ id: 'ctl-1', doors: controlled }],
    },
    linkage: {
      mode: 'act',
      zones: [{ id: 'b1', sources: [{ confirmed: 'panel/b1-confirmed' }] }],
      actions: [
        {
          ...{ id: 'doors', kind: 'doors', name: both('doors'), zones: ['*'] },
          devices: relays.map(id => ({
            proof: { point: `${id}/unlocked`, equals: true },
            command: { point: `${id}/lock`, value: false, restore: true },
          })),
        },
      ],
    },
  }
  return { plant, site, stop: server.stop }
}
