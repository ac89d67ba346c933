import { withCauses } from './causes.ts'
import { clockDemo } from './clock.ts'
import { deskDemo } from './desk.ts'
import { doorLinkDemo } from './doorlink.ts'
import { doorsDemo } from './doors.ts'
import { fireDemo } from './fire.ts'
import { firePrinterDemo } from './fire-printer.ts'
import { floodDemo } from './flood.ts'
import { gasDemo } from './gas.ts'
import { hvacDemo } from './hvac.ts'
import { liftsDemo } from './lifts.ts'
import { metersDemo } from './meters.ts'
import { both, type DemoPart, type LineAddress, type Lines } from './part.ts'
import { powerDemo } from './power.ts'
import { securityDemo } from './security.ts'
import { sensorsDemo } from './sensors.ts'
import { waterDemo } from './water.ts'
import { withPlace } from './withplace.ts'

/** All parts of the demo's site.json. A new part is one line here, and one in firmware-sim/plaza.ts. */
const parts: Readonly<Record<string, (lines: Lines) => DemoPart>> = {
  desk: deskDemo,
  power: lines => joined(powerDemo(lines), metersDemo(lines)),
  water: waterDemo,
  hvac: hvacDemo,
  gas: gasDemo,
  lifts: liftsDemo,
  fire: lines => joined(fireDemo(lines), firePrinterDemo(lines)),
  security: securityDemo,
  doors: doorsDemo,
  'door-link': doorLinkDemo,
  sensors: sensorsDemo,
  flood: floodDemo,
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
    if (protocol === 'text') return { protocol: 'text-tcp', host, port }
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
  const equipment = made.flatMap(part => part.equipment as readonly DemoEquipment[]).filter(e => there.has(e.channel))
  return withPlace({
    site: { id: 'demo-plaza', name: both('示范广场', 'Demo Plaza'), timezone: 'Asia/Shanghai' },
    // Parts may share a line.
    channels: [...there.values()],
    equipment,
    rules: withCauses(
      made.flatMap(part => part.rules as readonly DemoRule[]),
      equipment,
    ),
  })
}

/** Two parts of the site that are one of the building. */
const joined = (a: DemoPart, b: DemoPart): DemoPart => ({
  channels: [...a.channels, ...b.channels],
  equipment: [...a.equipment, ...b.equipment],
  rules: [...a.rules, ...b.rules],
})

interface DemoChannel {
  readonly id: string
  readonly protocol: string
}
interface DemoRule {
  readonly id: string
}
interface DemoEquipment {
  readonly id: string
  readonly kind: string
  readonly channel: string
  readonly space?: string
  readonly profile?: string
  readonly points?: readonly { readonly key: string }[]
}
