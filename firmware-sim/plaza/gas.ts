import type { ModbusDevice } from '../modbus-pdu.ts'
import type { Part, Ties } from '../part.ts'
import { flagIn, numberIn } from './bodies.ts'
import { byHour, wave } from './daily.ts'
import { liveMap } from './live-map.ts'

/** Where a detector hangs; the numbers are its place in the list and its unit less one. */
const places = [
  { space: 'mall-l3', fan: 'kitchens' },
  { space: 'mall-l3', fan: 'kitchens' },
  { space: 'mall-l3', fan: 'kitchens' },
  { space: 'gas-valve-room', fan: 'valve-room' },
  { space: 'chiller-plant', fan: 'valve-room' },
] as const
type Fan = (typeof places)[number]['fan']

/** % of the lower explosive limit: warning, and the level that closes the valve after 5 s. */
const levels = { low: 20, high: 50 }
const shutAfterS = 5
const fanS = 90
const stillS = 600
const servedKPa = 3
/** The kitchens of the food court, as a share of their peak of 42 m3/h. */
const meals = [
  0, 0, 0, 0, 0.02, 0.1, 0.3, 0.4, 0.3, 0.4, 0.7, 1, 1, 0.7, 0.3, 0.3, 0.6, 0.95, 1, 0.9, 0.6, 0.25, 0.05, 0,
]
const status = { normal: 0, low: 1, high: 2, fault: 3 } as const
/** What a detector sends when its sensor is broken: FFFF. */
const noReading = 6553.5

/**
 * Line `gas-1`, Modbus RTU. Unit 1 is the panel with the shut-off valve (紧急切断阀), units 2..6 are detectors. The valve
 * closes by its spring when the coil is written 0 or a detector is at its high level; it is opened by hand at the valve
 * only, so writing 1 is refused. The fans run from the low level on, while they have mains.
 *
 * | unit | table    | address | type   | scale | value                                                    |
 * |------|----------|---------|--------|-------|----------------------------------------------------------|
 * | 1    | input    | 0, 1    | uint16 | 0.1   | pressure before, 0.01: behind the regulator, kPa         |
 * | 1    | input    | 2       | uint16 | 0.1   | flow, m3/h                                               |
 * | 1    | discrete | 0..4    | bool   |       | valve open; closed; closed by an alarm; fans of kitchens, valve room |
 * | 1    | coil     | 0       | bool   |       | valve: 1 open, writing 0 closes it                       |
 * | 2..6 | input    | 0       | uint16 | 0.1   | concentration, % LEL; FFFF: sensor broken                |
 * | 2..6 | input    | 1       | uint16 |       | 0 normal, 1 low alarm, 2 high alarm, 3 sensor fault      |
 */
export function gasPart(ties: Ties): Part {
  let at = 0
  let open = true
  let byAlarm = false
  let automatic = true
  let kPa = servedKPa
  let highS = 0
  const fans: Record<Fan, boolean> = { kitchens: false, 'valve-room': false }
  const detectors = places.map(place => ({ ...place, lel: 0, perS: 0, fault: false }))

  const statusOf = (d: (typeof detectors)[number]) =>
    d.fault ? status.fault : d.lel >= levels.high ? status.high : d.lel >= levels.low ? status.low : status.normal
  const share = () => kPa / servedKPa
  const flow = () => (42 * byHour(meals, at) * (1 + 0.1 * wave(at, 9)) + 6 * leaking().length) * share()
  const leaking = () => detectors.filter(d => d.perS > 0 && kPa > 0.05)

  const panel: ModbusDevice = liveMap(
    `
    inlet-pressure   4 0 u16 0.1
    outlet-pressure  4 1 u16 0.01
    flow             4 2 u16 0.1
    opened           2 0 bit 1
    closed           2 1 bit 1
    by-alarm         2 2 bit 1
    fan-kitchens     2 3 bit 1
    fan-valve-room   2 4 bit 1
    valve            1 0 bit 1 w
    `,
    () => ({
      'inlet-pressure': 118 + 2 * wave(at, 4),
      'outlet-pressure': kPa * (1 + 0.01 * wave(at, 5)),
      flow: flow(),
      opened: open,
      closed: !open,
      'by-alarm': byAlarm,
      'fan-kitchens': fans.kitchens,
      'fan-valve-room': fans['valve-room'],
      valve: open,
    }),
    (_, value) => {
      if (value && !open) return false
      if (!value) open = false
      return true
    },
  )
  const devices = detectors.map(d =>
    liveMap('concentration 4 0 u16 0.1\nstatus 4 1 u16 1', () => ({
      concentration: d.fault ? noReading : d.lel,
      status: statusOf(d),
    })),
  )

  const detectorOf = (body: Readonly<Record<string, unknown>>) =>
    detectors[Math.round(numberIn(body, 'detector', 1, detectors.length)) - 1]!

  return {
    step(dtS, now) {
      at = now
      kPa += ((open ? servedKPa : 0) - kPa) * Math.min(1, dtS / 8)
      for (const d of detectors) {
        // Catering itself lets a little escape.
        const usual = d.space === 'mall-l3' ? 0.002 * byHour(meals, at) : 0
        d.lel += (d.perS * share() + usual - d.lel / (fans[d.fan] ? fanS : stillS)) * dtS
        d.lel = Math.max(0, Math.min(100, d.lel))
      }
      const fed = ties.fed.ventilation
      for (const fan of ['kitchens', 'valve-room'] as const)
        fans[fan] = fed && detectors.some(d => d.fan === fan && !d.fault && d.lel >= (fans[fan] ? 5 : levels.low))
      highS = detectors.some(d => statusOf(d) === status.high) ? highS + dtS : 0
      if (automatic && open && highS >= shutAfterS) {
        open = false
        byAlarm = true
      }
      const spaces = new Set(leaking().map(d => d.space))
      for (const { space } of places)
        if (spaces.has(space)) ties.gasLeaks.add(space)
        else ties.gasLeaks.delete(space)
      ties.gasSupply.kPa = kPa
    },
    lines: [
      {
        id: 'gas-1',
        protocol: 'modbus-rtu',
        units: new Map([[1, panel] as const, ...devices.map((device, i) => [i + 2, device] as const)]),
      },
    ],
    actions: [
      {
        path: 'gas/leak',
        example: { detector: 2, perS: 1 },
        text: 'gas leaks near detector 1..3 (kitchens), 4 (valve room), 5 (chiller plant): % LEL per second',
        run: body => {
          const perS = numberIn(body, 'perS', 0, 20, 1)
          detectorOf(body).perS = perS
        },
      },
      {
        path: 'gas/repair',
        example: {},
        text: 'leaks are mended, the valve is opened by hand',
        run() {
          for (const d of detectors) d.perS = 0
          open = true
          byAlarm = false
          highS = 0
        },
      },
      {
        path: 'gas/valve',
        example: { open: false },
        text: 'the shut-off valve is closed or opened at the valve',
        run: body => {
          open = flagIn(body, 'open')
          if (open) byAlarm = false
        },
      },
      {
        path: 'gas/automatic',
        example: { on: false },
        text: 'whether a high alarm closes the valve by itself',
        run: body => {
          automatic = flagIn(body, 'on')
        },
      },
      {
        path: 'gas/sensor',
        example: { detector: 1, fault: true },
        text: 'the sensor of a detector breaks, or is replaced',
        run: body => {
          const fault = flagIn(body, 'fault')
          detectorOf(body).fault = fault
        },
      },
    ],
    state: () => ({
      valve: { open, byAlarm, automatic, kPa },
      fans: { ...fans },
      detectors: detectors.map(d => ({ space: d.space, lel: d.lel, status: statusOf(d) })),
    }),
  }
}
