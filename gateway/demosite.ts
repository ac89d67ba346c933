import { clockDemo } from './demo/clock.ts'
import { deskDemo } from './demo/desk.ts'
import { both, type DemoPart, type LineAddress, type Lines } from './demo/part.ts'

/** All parts of the demo's site.json. A new part is one line here, and one in firmware-sim/plaza.ts. */
const parts: Readonly<Record<string, (lines: Lines) => DemoPart>> = {
  desk: deskDemo,
  clock: clockDemo,
}

/** Where a line is, as the building says it when it is ready. */
export interface LinePlace {
  readonly protocol: string
  readonly port: number
  readonly pty: string | null
  readonly baudRate: number | null
}

/** What a channel says of a line: a serial line by its device where there is one, else by the socket behind it. */
export function linesAt(places: Readonly<Record<string, LinePlace>>): Lines {
  const host = '127.0.0.1'
  return id => {
    const place = places[id]
    if (!place) return absent
    const { protocol, port, pty, baudRate } = place
    if (protocol === 'opcua') return { protocol, endpoint: `opc.tcp://${host}:${port}` }
    if (protocol !== 'modbus-rtu') return { protocol, host, port }
    if (pty === null) return { protocol: 'modbus-rtu-over-tcp', host, port }
    return { protocol, path: pty, baudRate: baudRate ?? 9600 }
  }
}
/** A line that this building does not have: what is on it is left out. */
const absent: LineAddress = { protocol: 'absent' }

/**
 * The demo's site.json: also the example that a newcomer copies from, so everything in it is as one would write it.
 * @param names parts of the building that there are, default all
 */
export function demoSite(lines: Lines, names: readonly string[] = Object.keys(parts)) {
  const made = names.flatMap(name => parts[name]?.(lines) ?? [])
  const channels = made.flatMap(part => part.channels as readonly DemoChannel[])
  const there = new Map(channels.filter(c => c.protocol !== absent.protocol).map(c => [c.id, c]))
  return {
    site: { id: 'demo-plaza', name: both('示范广场', 'Demo Plaza'), timezone: 'Asia/Shanghai' },
    spaces: [
      { id: 'tower-a', kind: 'building', name: both('A 座', 'Tower A') },
      { id: 'b1', kind: 'floor', name: both('A 座地下一层', 'Tower A, basement 1'), parent: 'tower-a' },
      { id: 'distribution-room', kind: 'room', name: both('配电室', 'Distribution room'), parent: 'b1' },
      { id: 'elv-room', kind: 'room', name: both('弱电机房', 'ELV room'), parent: 'b1' },
      { id: 'pump-house', kind: 'room', name: both('生活水泵房', 'Pump house'), parent: 'b1' },
    ],
    // Parts may share a line.
    channels: [...there.values()],
    equipment: made.flatMap(part => part.equipment as readonly DemoEquipment[]).filter(e => there.has(e.channel)),
    rules: made.flatMap(part => [...part.rules]),
  }
}
interface DemoChannel {
  readonly id: string
  readonly protocol: string
}
interface DemoEquipment {
  readonly id: string
  readonly channel: string
  readonly points?: readonly object[]
}
