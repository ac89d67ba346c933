import type { ModbusDevice } from '../modbus-pdu.ts'
import type { FirePrinter } from './fire-printer.ts'
import { analogZones, type Compartment, compartments, fireDevices, perZone, zones } from './fire-zones.ts'
import { type Cell, ownMap } from './own-map.ts'
import { type SmokeControl, shutterCount } from './smoke-control.ts'

/**
 * The fire panel of the control centre. No maker's map: its own one, stated here. Unit 1 of line `fire-1`; like any
 * fire panel it can be read, never written: it is reset with the key at its front.
 * Zone n (0 to 39) is the n-th of fire-zones.ts; compartment c: 0 tower A, 1 tower B, 2 mall, 3 basement.
 *
 * | table    | address    | type   | scale | unit | value                                                        |
 * |----------|------------|--------|-------|------|--------------------------------------------------------------|
 * | discrete | 0 + n      | bool   |       |      | a detector or call point of zone n is in alarm; latched      |
 * | discrete | 40 + n     | bool   |       |      | zone n has a fault                                           |
 * | discrete | 80 + n     | bool   |       |      | zone n is isolated (屏蔽): its alarms are not taken          |
 * | discrete | 120 + n    | bool   |       |      | fire confirmed: two detectors of zone n, or a call point; latched |
 * | discrete | 160        | bool   |       |      | a fire is confirmed somewhere                                |
 * | discrete | 161        | bool   |       |      | any fault                                                    |
 * | discrete | 162, 163   | bool   |       |      | mains fault, battery fault                                   |
 * | discrete | 164        | bool   |       |      | sounder silenced                                             |
 * | discrete | 165        | bool   |       |      | linkage automatic; 0: by hand, nothing is driven             |
 * | discrete | 166, 167   | bool   |       |      | output: start hydrant pumps, start sprinkler pumps           |
 * | discrete | 168 to 170 | bool   |       |      | output: recall lifts, evacuation broadcast, release doors    |
 * | discrete | 176 + c    | bool   |       |      | smoke exhaust damper open                                    |
 * | discrete | 180 + c    | bool   |       |      | fire damper of the fresh air open                            |
 * | discrete | 184 + c    | bool   |       |      | smoke exhaust fan runs                                       |
 * | discrete | 188, 189   | bool   |       |      | stair pressurisation fan of tower A, B runs                  |
 * | input    | 0, 1       | uint16 |       |      | devices in alarm, devices with a fault                       |
 * | input    | 2          | uint16 | 0.1   | V    | battery                                                      |
 * | input    | 10 to 15   | uint16 |       |      | shutter 1 to 6: 0 up, 1 half, 2 down, 3 fault, 4 moving      |
 * | input    | 20 to 31   | uint16 | 1     | %    | analog smoke detector 1 to 12, of its alarm threshold        |
 * | input    | 40 + n     | uint16 |       |      | devices of zone n in alarm                                   |
 */
export interface FirePanel {
  readonly device: ModbusDevice
  /** What the panel itself knows, for people. */
  readonly state: Readonly<PanelState>
  readonly alarmed: ReadonlySet<string>
  readonly confirmed: ReadonlySet<string>
  /** Its linkage is automatic and a fire is confirmed: what hangs on its outputs moves. */
  driving(): boolean
  /** @param index device of the zone, 1 to 6; 5 is for heat, 6 the call point */
  alarm(zone: string, index: number): void
  /** The cause is gone; what is latched stays until the reset. Default: everywhere. */
  clear(zone?: string): void
  fault(zone: string, index: number, on: boolean): void
  isolate(zone: string, on: boolean): void
  /** Smoke at the analog detector of the zone: it gets there in so many seconds, %. */
  smoke(zone: AnalogZone, percent: number, overS: number): void
  silence(): void
  /** With the key: latched alarms are forgotten; where the cause still stands they come again. */
  reset(): void
  setLinkage(auto: boolean): void
  setBatteryFault(on: boolean): void
  /** @param mains whether it is fed. @param at UTC ms */
  step(dtS: number, at: number, mains: boolean): void
}
export type AnalogZone = (typeof analogZones)[number]
interface PanelState {
  devicesInAlarm: number
  devicesWithFault: number
  silenced: boolean
  linkageAuto: boolean
  mains: boolean
  batteryFault: boolean
  batteryVolts: number
  hydrantPumps: boolean
  sprinklerPumps: boolean
}

const zoneIndex = new Map(zones.map(({ id }, n) => [id, n]))
const heat = 5
const callPoint = 6
const hydrantPumpsAfterS = 5
/** A sprinkler head has to burst first. */
const sprinklerPumpsAfterS = 90
const sprinklered: readonly Compartment[] = ['mall', 'basement', 'tower-b']

export function createFirePanel(printer: FirePrinter, smokeControl: SmokeControl): FirePanel {
  /** Devices by their place in `fireDevices`. */
  const causes = new Set<number>()
  const latched = new Set<number>()
  const faults = new Set<number>()
  const isolated = new Set<string>()
  const alarmed = new Set<string>()
  const confirmed = new Set<string>()
  const alight = new Set<Compartment>()
  const counts = new Uint8Array(zones.length)
  const faultCounts = new Uint8Array(zones.length)
  const state: PanelState = {
    devicesInAlarm: 0,
    devicesWithFault: 0,
    silenced: false,
    linkageAuto: true,
    mains: true,
    batteryFault: false,
    batteryVolts: 27.3,
    hydrantPumps: false,
    sprinklerPumps: false,
  }
  const smokes = analogZones.map(() => ({ percent: 0, goal: 0, perS: 0, alarming: false }))
  let confirmedS = 0
  let now = 0

  const deviceAt = (zone: string, index: number) => zoneIndex.get(zone)! * perZone + index - 1
  const zoneOf = (device: number) => Math.floor(device / perZone)

  /** Counts anew; alarms are few and rare. */
  function recount(): void {
    counts.fill(0)
    faultCounts.fill(0)
    alarmed.clear()
    for (const device of latched) {
      const n = zoneOf(device)
      const { id } = zones[n]!
      counts[n]!++
      alarmed.add(id)
      if (counts[n] === 2 || fireDevices[device]!.index === callPoint) confirmed.add(id)
    }
    for (const device of faults) faultCounts[zoneOf(device)]!++
    state.devicesInAlarm = latched.size
    state.devicesWithFault = faults.size
  }

  function raise(device: number): void {
    if (isolated.has(fireDevices[device]!.zone) || latched.has(device)) return
    latched.add(device)
    state.silenced = false
    recount()
    printer.device(fireDevices[device]!, '火警')
  }

  /** A detector in clean air breathes a little, each in its own way. */
  const clean = (i: number) => 7 + (i % 5) + 2 * Math.sin(now / 400_000 + i)
  const analog = (i: number) => Math.min(150, Math.round(clean(i) + smokes[i]!.percent))

  const bits = <T>(from: number, list: readonly T[], read: (item: T, i: number) => boolean): Cell[] =>
    list.map((item, i) => ['discrete', from + i, () => read(item, i)])
  const one = (address: number, read: () => boolean): Cell => ['discrete', address, read]
  const driving = () => state.linkageAuto && confirmed.size > 0
  const device = ownMap([
    ...bits(0, zones, (_, n) => counts[n]! > 0),
    ...bits(40, zones, (_, n) => faultCounts[n]! > 0),
    ...bits(80, zones, ({ id }) => isolated.has(id)),
    ...bits(120, zones, ({ id }) => confirmed.has(id)),
    one(160, () => confirmed.size > 0),
    one(161, () => faults.size > 0 || !state.mains || state.batteryFault),
    one(162, () => !state.mains),
    one(163, () => state.batteryFault),
    one(164, () => state.silenced),
    one(165, () => state.linkageAuto),
    one(166, () => state.hydrantPumps),
    one(167, () => state.sprinklerPumps),
    one(168, driving),
    one(169, driving),
    one(170, driving),
    ...bits(176, compartments, where => smokeControl.exhaustDamper(where) === 1),
    ...bits(180, compartments, where => smokeControl.fireDamper(where) === 1),
    ...bits(184, compartments, where => smokeControl.exhaustFan(where) === 1),
    ...bits(188, ['tower-a', 'tower-b'] as const, tower => smokeControl.stairFan(tower) === 1),
    ['input', 0, () => state.devicesInAlarm],
    ['input', 1, () => state.devicesWithFault],
    ['input', 2, () => Math.round(state.batteryVolts * 10)],
    ...Array.from({ length: shutterCount }, (_, i): Cell => ['input', 10 + i, () => smokeControl.shutter(i + 1)]),
    ...analogZones.map((_, i): Cell => ['input', 20 + i, () => analog(i)]),
    ...zones.map((_, n): Cell => ['input', 40 + n, () => counts[n]!]),
  ])

  function drive(dtS: number): void {
    alight.clear()
    if (driving()) for (const id of confirmed) alight.add(zones[zoneIndex.get(id)!]!.compartment)
    confirmedS = alight.size > 0 ? confirmedS + dtS : 0
    state.hydrantPumps = confirmedS >= hydrantPumpsAfterS
    state.sprinklerPumps = confirmedS >= sprinklerPumpsAfterS && sprinklered.some(where => alight.has(where))
  }

  return {
    device,
    state,
    alarmed,
    confirmed,
    driving,
    alarm(zone, index) {
      causes.add(deviceAt(zone, index))
      raise(deviceAt(zone, index))
    },
    clear(zone) {
      for (const cause of causes) if (zone === undefined || fireDevices[cause]!.zone === zone) causes.delete(cause)
      for (const [i, id] of analogZones.entries())
        if (zone === undefined || id === zone) Object.assign(smokes[i]!, { percent: 0, goal: 0 })
    },
    fault(zone, index, on) {
      const which = deviceAt(zone, index)
      if (on === faults.has(which)) return
      on ? faults.add(which) : faults.delete(which)
      recount()
      printer.device(fireDevices[which]!, on ? '故障' : '恢复')
    },
    isolate(zone, on) {
      if (on === isolated.has(zone)) return
      on ? isolated.add(zone) : isolated.delete(zone)
      for (let index = 1; index <= heat + 1; index++)
        printer.device(fireDevices[deviceAt(zone, index)]!, on ? '屏蔽' : '解除屏蔽')
      if (!on) for (const cause of causes) if (fireDevices[cause]!.zone === zone) raise(cause)
    },
    smoke(zone, percent, overS) {
      const smoke = smokes[analogZones.indexOf(zone)]!
      Object.assign(smoke, { goal: percent, perS: Math.abs(percent - smoke.percent) / Math.max(1, overS) })
    },
    silence() {
      state.silenced = true
      printer.panel('消音')
    },
    reset() {
      latched.clear()
      confirmed.clear()
      state.silenced = false
      recount()
      printer.panel('复位')
      for (const cause of causes) raise(cause)
    },
    setLinkage(auto) {
      state.linkageAuto = auto
    },
    setBatteryFault(on) {
      if (on === state.batteryFault) return
      state.batteryFault = on
      printer.panel(on ? '备电故障' : '备电恢复')
    },
    step(dtS, at, mains) {
      now = at
      printer.step(at)
      if (mains !== state.mains) {
        state.mains = mains
        printer.panel(mains ? '主电恢复' : '主电故障')
      }
      // A 24 V lead battery: floats, sags when it is drawn from, then falls for a day.
      const volts = mains ? 27.3 : Math.max(21, Math.min(25.4, state.batteryVolts) - (0.15 * dtS) / 3600)
      state.batteryVolts = mains ? Math.min(volts, state.batteryVolts + 0.002 * dtS) : volts
      for (const [i, smoke] of smokes.entries()) {
        const way = smoke.goal - smoke.percent
        if (way !== 0) smoke.percent += Math.sign(way) * Math.min(Math.abs(way), smoke.perS * dtS)
        const which = deviceAt(analogZones[i]!, 1)
        const alarming = smoke.percent > 0 && analog(i) >= 100
        if (alarming === smoke.alarming) continue
        smoke.alarming = alarming
        if (!alarming) causes.delete(which)
        else {
          causes.add(which)
          raise(which)
        }
      }
      drive(dtS)
      smokeControl.step(dtS, alight, mains)
    },
  }
}
