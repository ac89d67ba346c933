import { adw300, b23, dtsu666, em24, iem3000, pzem016, sdm120, sdm630 } from '../maps/meters.ts'
import type { MappedDevice } from '../maps/table.ts'
import { mcm16, tuf2000m } from '../maps/water.ts'
import type { ModbusDevice } from '../modbus-pdu.ts'
import type { Ties } from '../part.ts'
import { type Counter, createCounter } from './counter.ts'
import { live } from './live.ts'
import { noise, type Shape, shapes } from './loads.ts'
import {
  type ElectricMeter,
  type ElectricModel,
  electricMeters,
  handedOver,
  litresPerPulse,
  lives,
  mainMeters,
  mainRatio,
  pipeMeters,
  pulseMeters,
  pulseModules,
} from './meter-list.ts'
import { electricity, flowMeter } from './meter-models.ts'
import { type Feeders, standingKw } from './power-feeders.ts'
import type { Side, Supply } from './power-supply.ts'

/** Indices by meter, kept from one run for the next. */
export type Indices = Readonly<Record<string, number>>

const models: Record<ElectricModel, { map: MappedDevice; single?: true }> = {
  dtsu666: { map: dtsu666 },
  adw300: { map: adw300 },
  sdm120: { map: sdm120, single: true },
  sdm630: { map: sdm630 },
  iem3000: { map: iem3000 },
  b23: { map: b23 },
  em24: { map: em24 },
  pzem016: { map: pzem016, single: true },
}
const phaseVolts = 231
/** Bars and cables between the mains and the feeders. */
export const cableLoss = 0.004
/** Cold water of the chillers: what they make of a kW, and what of it goes to tower B. */
const coldPerKw = 4.4
const coldShare = 0.5
const kwPerM3hKelvin = 1.163

const minutes = (n: number) => n * 60_000
/** What a load of this shape has used between the handover and then, per unit of its peak. */
const since = (shape: Shape, at: number, laterMin = 0) =>
  Math.max(0, shape.hours(at - minutes(laterMin)) - shape.hours(handedOver - minutes(laterMin)))

/**
 * @param kept indices that somebody kept from an earlier run
 * @param firstStart of the building, UTC ms: what has happened to some meters counts from there
 */
export function createMeters(
  ties: Ties,
  supply: Supply,
  feeders: Feeders,
  at: number,
  kept: Indices = {},
  firstStart?: number,
) {
  let now = at
  const counters = new Map<string, Counter>()
  const lines = new Map<string, Map<number, ModbusDevice>>()
  /** What flows through each at a moment. */
  const flows: { counter: Counter; rate(at: number): number }[] = []

  function meter(
    id: string,
    closed: (at: number) => number,
    rate: (at: number) => number,
    more?: Partial<ElectricMeter>,
  ) {
    const spec = { serial: 2_026_001 + counters.size, closed, limit: more?.limit, stuckSince: more?.stuckSince }
    const counter = createCounter({ ...spec, ...livedThrough(id, firstStart) }, at, kept[id])
    counters.set(id, counter)
    flows.push({ counter, rate })
    return counter
  }
  function wire(line: string, unit: number, device: ModbusDevice) {
    const units = lines.get(line) ?? new Map<number, ModbusDevice>()
    if (units.has(unit)) throw new Error(`${line} has two units ${unit}`)
    lines.set(line, units.set(unit, device))
  }

  /** Of a whole feeder: its shape where the load is ours, else what its plant may be expected to draw. */
  function closedOfFeeder({ feeder, nominalKw = 0 }: ElectricMeter, until: number): number {
    const own = {
      homes: shapes.homes,
      offices: shapes.offices,
      shops: shapes.shops,
      'lighting-public': shapes.publicLight,
    }
    const shape = own[feeder as keyof typeof own] ?? shapes.plant
    return nominalKw * since(shape, until) + standingKw * since(shapes.always, until)
  }
  function electric(m: ElectricMeter) {
    const { of } = m
    const f = feeders.byId[m.feeder]
    const counter =
      of === 'feeder'
        ? meter(
            m.id,
            t => closedOfFeeder(m, t),
            () => f.kw,
            m,
          )
        : meter(
            m.id,
            t => of.peakKw * since(of.shape, t, of.laterMin),
            t => (feeders.live(f) ? of.peakKw * of.shape.at(t - minutes(of.laterMin)) : 0),
            m,
          )
    const { map, single = false } = models[m.model]
    const fixed = { single, ratio: m.ratio ?? 1, factor: single ? 0.96 : f.spec.factor, seed: counters.size }
    const look = () => {
      const volts = (of === 'feeder' ? f.supply : feeders.live(f)) ? phaseVolts : 0
      return electricity({ ...fixed, kw: counter.rate, kwh: counter.index, volts }, now)
    }
    wire(m.line, m.unit, live(map, look))
  }
  function main({ id, unit, side }: { id: string; unit: number; side: Side }) {
    const behind = electricMeters.filter(m => m.of === 'feeder' && feeders.byId[m.feeder].spec.section === side)
    const closed = (t: number) => behind.reduce((sum, m) => sum + closedOfFeeder(m, t), 0) * (1 + cableLoss)
    const counter = meter(id, closed, () => supply.transformers[side].kw * (1 + cableLoss))
    const look = () => {
      const volts = supply.energised(side) ? phaseVolts + 1 : 0
      const fixed = { single: false, ratio: mainRatio, factor: supply.powerFactor, seed: unit }
      return electricity({ ...fixed, kw: counter.rate, kwh: counter.index, volts }, now)
    }
    wire('power-2', unit, live(dtsu666, look))
  }
  function pulses({ id, line, unit, serial }: (typeof pulseModules)[number]) {
    const inputs = pulseMeters
      .filter(m => m.module === id)
      .map(m => {
        const counter = meter(
          `${id}/${m.key}`,
          t => m.peakM3h * since(m.shape, t, m.laterMin),
          t => m.peakM3h * m.shape.at(t - minutes(m.laterMin)),
        )
        return { counter, input: `input-${m.input}`, count: `count-${m.input}` }
      })
    const idle = Object.fromEntries(mcm16.rows.map(row => [row.name, 0]))
    const look = () => {
      const values: Record<string, number> = { ...idle, 'supply-voltage': 23.9, 'serial-number': serial }
      values.uptime = Math.floor((now - handedOver) / 1000) % 2 ** 32
      for (const { counter, input, count } of inputs) {
        const pulse = (counter.index * 1000) / litresPerPulse
        values[count] = Math.floor(pulse)
        // The reed contact is closed for a part of each turn; one that sticks stays closed and counts no more.
        values[input] = counter.stuck || pulse % 1 < 0.2 ? 1 : 0
      }
      return values
    }
    wire(line, unit, live(mcm16, look))
  }
  function pipe(p: (typeof pipeMeters)[number]) {
    const swing = (t: number) => 0.4 * Math.sin(t / 600_000 + noise(p.unit, 2))
    const flow = (t: number): number => {
      if (p.carries === 'water') return p.peakM3h * p.shape.at(t)
      if (p.carries === 'heat') return Math.max(0, 18 - ties.outdoor.celsius) * 0.39
      return ties.fed.chillers ? (ties.demandKw.chillers * coldPerKw * coldShare) / (kwPerM3hKelvin * 5) : 0
    }
    const counter = meter(p.id, t => p.peakM3h * since(p.shape, t), flow)
    const temperatures = { water: [17, 17], heat: [52, 32], cold: [7.1, 12.1] } as const
    const [there, back] = temperatures[p.carries]
    const look = () => {
      const s = swing(now)
      return flowMeter(counter.rate, counter.index, there + s, (p.carries === 'water' ? there : back) + s, p.pipeMm)
    }
    wire(p.line, p.unit, live(tuf2000m, look))
  }
  mainMeters.forEach(main)
  electricMeters.forEach(electric)
  pulseModules.forEach(pulses)
  pipeMeters.forEach(pipe)

  return {
    lines,
    counters,
    step(dtS: number, until: number) {
      now = until
      // The load is straight between its knots: its middle is its mean.
      const middle = until - dtS * 500
      for (const { counter, rate } of flows) counter.add(dtS, rate(middle))
    },
    indices: (): Indices => Object.fromEntries([...counters].map(([id, c]) => [id, c.index])),
  }
}

function livedThrough(id: string, firstStart: number | undefined) {
  const life = lives[id]
  if (!life || firstStart === undefined) return {}
  if ('stuckDaysAgo' in life) return { stuckSince: firstStart - minutes(life.stuckDaysAgo * 1440) }
  const began = { since: firstStart - minutes(life.beganDaysAgo * 1440), index: life.at }
  return { began, ...(life.serial !== undefined && { serial: life.serial }) }
}
export type Meters = ReturnType<typeof createMeters>
