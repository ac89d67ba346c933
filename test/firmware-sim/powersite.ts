import { drivers, profiles } from '../../drivers/index.ts'
import { decode, type Register, sizeOf } from '../../drivers/modbus/codec.ts'
import { judge, type Point, type Sample } from '../../drivers/point.ts'
import { answer } from '../../firmware-sim/modbus-pdu.ts'
import { noTies, type Ties } from '../../firmware-sim/part.ts'
import type { Indices } from '../../firmware-sim/plaza/meters.ts'
import { powerPart } from '../../firmware-sim/plaza/power.ts'
import { createRoom } from '../../firmware-sim/room.ts'
import { metersDemo } from '../../gateway/demo/meters.ts'
import { both } from '../../gateway/demo/part.ts'
import { powerDemo } from '../../gateway/demo/power.ts'
import { checkSite } from '../../gateway/site/site.ts'

/** Power and meters with a clock of their own, read as the gateway would: same points, same requests, no socket. */

const tcp = { protocol: 'modbus-tcp', host: '127.0.0.1', port: 1 }
const rtu = { protocol: 'modbus-rtu', path: '/dev/ttyS0', baudRate: 9600 }
const lines = (id: string) => (id.startsWith('meters-') ? rtu : tcp)
const power = powerDemo(lines)
const meters = metersDemo(lines)
const equipment = [...power.equipment, ...meters.equipment] as { space: string }[]
/** The distribution room's own sensor belongs to another part. */
const sensor = {
  id: 'room-b1',
  kind: 'room-sensor',
  channel: 'bus-1',
  unit: 1,
  points: [{ key: 'temperature', table: 'input', address: 0, type: 'int16', scale: 0.1 }],
}

export const checked = checkSite(
  JSON.stringify({
    site: { id: 'demo-plaza', name: both('示范广场', 'Demo Plaza'), timezone: 'Asia/Shanghai' },
    spaces: [...new Set(equipment.map(e => e.space))].map(id => ({ id, kind: 'room', name: both(id, id) })),
    channels: [...power.channels, ...meters.channels, { id: 'bus-1', ...rtu }],
    equipment: [...equipment, sensor],
    rules: [...power.rules, ...meters.rules],
  }),
  drivers,
  profiles,
)
export const points = new Map(checked.site?.equipment.flatMap(e => e.points.map(p => [p.id as string, p] as const)))
const channelOf = new Map(checked.site?.equipment.map(e => [e.id, e.channel]))

const codes = { coil: 1, discrete: 2, holding: 3, input: 4 } as const

export function building(start: number, prepare: (ties: Ties) => void = () => {}, kept?: Indices) {
  const ties = noTies()
  prepare(ties)
  let now = start
  const part = powerPart(ties, start, kept)
  const room = createRoom(
    () => now,
    () => ties.rooms['distribution-room'],
  )
  const units = new Map(part.lines.map(line => [line.id, 'units' in line ? line.units : new Map()]))
  units.set('bus-1', new Map([[1, room]]))
  const action = (path: string) => {
    const found = part.actions.find(a => a.path === path)
    if (!found) throw new Error(`no action ${path}`)
    return found
  }
  function read(channel: string, point: Point): Sample {
    const r = point.address as Register
    const device = units.get(channel)?.get(r.unit)
    const pdu = Buffer.from([codes[r.table], r.address >> 8, r.address & 255, 0, sizeOf(r)])
    const reply = device ? answer(device, pdu) : Buffer.from([0x84, 0x0b])
    if (reply[0]! & 0x80) throw new Error(`${point.id}: exception ${reply[1]}`)
    return judge(point, decode(reply.subarray(2), r), now)
  }
  const sample = (point: Point) => read(channelOf.get(point.id.split('/')[0]!)!, point)
  return {
    ties,
    part,
    read,
    get now() {
      return now
    },
    pass(seconds: number, each: (second: number) => void = () => {}) {
      for (let i = 1; i <= seconds; i++) {
        now += 1000
        part.step!(1, now)
        each(i)
      }
    },
    act: (path: string, body: object = {}) => action(path).run(body as never),
    sample: (id: string): Sample => sample(points.get(id) ?? fail(id)),
    value: (id: string) => sample(points.get(id) ?? fail(id)).value,
    write(id: string, value: number): boolean {
      const r = points.get(id)!.address as Register
      const device = units.get(channelOf.get(id.split('/')[0]!)!)!.get(r.unit)!
      const pdu = Buffer.from([5, r.address >> 8, r.address & 255, value ? 0xff : 0, 0])
      return (answer(device, pdu)[0]! & 0x80) === 0
    },
  }
}
export type Building = ReturnType<typeof building>

function fail(id: string): never {
  throw new Error(`the demo has no point ${id}`)
}

/**
 * What changes, in the words `12:00:08 feeder-lifts-a/live true`, Beijing time.
 * @param deed done first, at the moment before the first step
 */
export function diary(b: Building, seconds: number, watched: readonly string[], deed: () => void = () => {}): string[] {
  const entries: string[] = []
  const last = new Map(watched.map(id => [id, b.value(id)]))
  const look = () => {
    for (const id of watched) {
      const value = b.value(id)
      if (value === last.get(id)) continue
      last.set(id, value)
      entries.push(`${new Date(b.now + 8 * 3_600_000).toISOString().slice(11, 19)} ${id} ${value}`)
    }
  }
  deed()
  look()
  b.pass(seconds, look)
  return entries
}
/** A Monday's noon in Beijing. */
export const noon = Date.UTC(2026, 10, 23, 4)
export const plantRunning = (ties: Ties) =>
  Object.assign(ties.demandKw, {
    'lifts-a': 22,
    'lifts-b': 26,
    escalators: 12,
    'water-pumps': 14,
    chillers: 310,
    ventilation: 70,
  })
