import type { ModbusDevice } from '../modbus-pdu.ts'
import { liveMap } from './live-map.ts'

/** Fresh-air units (新风机): fans, damper, coil, filter. A confirmed fire stops them and closes their dampers. */
export const ahuIds = ['mall', 'b-low', 'b-high', 'lobbies'] as const
export type AhuId = (typeof ahuIds)[number]

const fullM3h: Readonly<Record<AhuId, number>> = { mall: 12_000, 'b-low': 6500, 'b-high': 7000, lobbies: 2800 }
const damperS = 15
const dirtyPa = 200

export interface AhuInput {
  readonly fed: boolean
  readonly open: boolean
  readonly fire: boolean
  readonly outdoorCelsius: number
  readonly roomCelsius: number
  readonly waterCelsius: number
  readonly waterShare: number
  readonly at: number
}

export function createAhu(id: AhuId, filterPa: number) {
  let damper = 0
  let on = false
  let speed = 0
  let fault = false
  /** At full flow. */
  let pa = filterPa
  let supply = 22
  let now: AhuInput | undefined
  const month = () => new Date((now?.at ?? 0) + 8 * 3_600_000)

  return {
    get running() {
      return on
    },
    get kw() {
      return (fullM3h[id] / 2000) * speed ** 3
    },
    get damper() {
      return damper
    },
    setFault(is: boolean) {
      fault = is
    },
    setFilter(newPa: number) {
      pa = newPa
    },
    step(dtS: number, given: AhuInput) {
      now = given
      on = given.fed && given.open && !given.fire && !fault
      speed += Math.max(-dtS / 10, Math.min(dtS / 20, (on ? 0.85 : 0) - speed))
      // Its spring closes the damper whether there is power or not.
      damper += Math.max(-dtS / damperS, Math.min(dtS / damperS, (on ? 1 : 0) - damper))
      if (on) pa += (0.05 * dtS) / 3600
      const gained = 0.7 * given.waterShare * (given.waterCelsius - given.outdoorCelsius)
      const target = on ? Math.max(15, Math.min(32, given.outdoorCelsius + gained)) : given.roomCelsius
      supply += (target - supply) * Math.min(1, dtS / 60)
    },
    /** What the panel of all units says of this one. */
    panel: () => ({
      damper: damper * 100,
      filter: pa * (speed / 0.85) ** 2,
      running: on,
      dirty: on && pa > dirtyPa,
      'fire-stop': now?.fire ?? false,
      fault,
    }),
    /** Komfovent, holding registers; its clock packs month and day. */
    device: liveMap(
      `
      outdoor-temperature     3 128 f32 1
      room-temperature        3 130 f32 1
      supply-air-temperature  3 132 f32 1
      frost-temperature       3 136 f32 1
      return-temperature      3 138 f32 1
      supply-pressure         3 140 f32 1
      exhaust-pressure        3 142 f32 1
      supply-fan              3 144 f32 1
      exhaust-fan             3 146 f32 1
      supply-flow             3 148 f32 1
      exhaust-flow            3 150 f32 1
      electric-heater         3 156 f32 1
      status                  3 162 u16 1
      set-status              3 169 u16 1
      intensity               3 170 u16 1
      setpoint                3 171 f32 1
      month                   3 257 hi 1
      day                     3 257 lo 1
      `,
      () => ({
        'outdoor-temperature': now?.outdoorCelsius ?? 20,
        'room-temperature': now?.roomCelsius ?? 22,
        'supply-air-temperature': supply,
        'frost-temperature': Math.max(5, (now?.waterCelsius ?? 20) - 2),
        'return-temperature': now?.waterCelsius ?? 20,
        'supply-pressure': 320 * speed ** 2,
        'exhaust-pressure': -290 * speed ** 2,
        'supply-fan': 10 * speed,
        'exhaust-fan': 9.4 * speed,
        'supply-flow': fullM3h[id] * speed,
        'exhaust-flow': fullM3h[id] * 0.93 * speed,
        'electric-heater': 0,
        status: on ? 1 : 0,
        'set-status': now?.open ? 1 : 0,
        intensity: 100 * speed,
        setpoint: 20,
        month: month().getUTCMonth() + 1,
        day: month().getUTCDate(),
      }),
      undefined,
      'zero',
    ) as ModbusDevice,
  }
}

/** The panel of the four: per unit damper and filter, and whether it runs, is dirty, stopped by fire, broken. */
export const ahuPanel = (ahus: Readonly<Record<AhuId, ReturnType<typeof createAhu>>>): ModbusDevice =>
  liveMap(
    ahuIds
      .flatMap((id, i) => [
        `${id}-damper 4 ${i} u16 1`,
        `${id}-filter 4 ${4 + i} u16 1`,
        `${id}-running 2 ${i} bit 1`,
        `${id}-dirty 2 ${4 + i} bit 1`,
        `${id}-fire-stop 2 ${8 + i} bit 1`,
        `${id}-fault 2 ${12 + i} bit 1`,
      ])
      .join('\n'),
    () =>
      Object.fromEntries(
        ahuIds.flatMap(id => Object.entries(ahus[id].panel()).map(([key, value]) => [`${id}-${key}`, value])),
      ),
  )
