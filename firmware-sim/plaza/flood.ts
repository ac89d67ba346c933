import { real, whole } from '../body.ts'
import type { ModbusDevice } from '../modbus-pdu.ts'
import type { Part } from '../part.ts'

/** Contacts of one concentrator. */
export const floodPoints = 2000

/**
 * A big I/O concentrator, as an old installation has when everything was once wired to one cabinet: 2,000 volt-free
 * contacts in one Modbus device, unit 1 of line `flood-1`; discrete inputs 0 to 1999, 1: in alarm. Input register 0: how
 * many are. It exists to flood the gateway with alarms: in clusters of neighbours, as a lost field supply or a flooded
 * cable trench does it.
 */
export function floodPart(): Part {
  const on = new Uint8Array(floodPoints)
  let count = 0
  /** What is still to come, in the order in which it does. */
  let order: number[] = []
  let perS = 0
  let owed = 0

  const device: ModbusDevice = {
    read(table, address) {
      if (table === 'discrete') return on[address]
      return table === 'input' && address === 0 ? count : undefined
    },
  }
  return {
    lines: [{ id: 'flood-1', protocol: 'modbus-tcp', units: new Map([[1, device]]) }],
    actions: [
      {
        path: 'flood/start',
        example: { points: 2000, perS: 200 },
        text: 'so many contacts go into alarm, so many of them per second, in clusters of neighbours',
        run(body) {
          const points = whole(body, 'points', 1, floodPoints, floodPoints)
          perS = real(body, 'perS', 0.1, 1_000_000, 200)
          order = clustered(floodPoints)
            .filter(n => on[n] === 0)
            .slice(0, points)
          owed = 0
        },
      },
      {
        path: 'flood/stop',
        example: {},
        text: 'all contacts are normal again',
        run() {
          order = []
          on.fill(0)
          count = 0
        },
      },
    ],
    step(dtS) {
      if (order.length === 0) return
      owed += perS * dtS
      const now = order.splice(0, Math.floor(owed))
      owed -= Math.floor(owed)
      for (const n of now) on[n] = 1
      count += now.length
    },
    state: () => ({ flood: { inAlarm: count, toCome: order.length } }),
  }
}

/** All of them, cabinet row by cabinet row, the rows in no order. */
function clustered(points: number): number[] {
  const row = 25
  const rows = Math.ceil(points / row)
  // 37 is prime to the number of rows: each comes once.
  return Array.from({ length: rows }, (_, i) => (i * 37) % rows).flatMap(r =>
    Array.from({ length: row }, (_, i) => r * row + i),
  )
}
