import {
  emergencyMap,
  feederMap,
  hvIncomer,
  lightingMap,
  lvSwitchboard,
  roomMap,
  transformerMap,
  ventilationMap,
} from '../maps/power.ts'
import { dc90dr, nmc2 } from '../maps/supply.ts'
import type { ModbusDevice } from '../modbus-pdu.ts'
import { live, type Values } from './live.ts'
import { automatic, type Battery, type Generator, runStates, transfer } from './power-backup.ts'
import type { Feeders } from './power-feeders.ts'
import { type Lighting, type LightingGroup, lightingGroups } from './power-lighting.ts'
import { powerRooms, type Rooms } from './power-rooms.ts'
import { type Side, type Supply, sides } from './power-supply.ts'

/** What the registers of the line power-1 are read from. */
export interface Plant {
  readonly supply: Supply
  readonly feeders: Feeders
  readonly generator: Generator
  readonly ups: Battery
  readonly emergency: Battery & { readonly on: boolean }
  readonly lighting: Lighting
  readonly rooms: Rooms
  readonly now: number
}

const mains = { kv: 10.1, volts: 399 }

/** Units of power-1: 1, 2 incomers; 3, 4 transformers; 5 switchboard; 6 generator; 7 UPS; 8, 9 lighting; 11.. feeders; 31.. rooms. */
export function powerDevices(p: Plant): Map<number, ModbusDevice> {
  const units = new Map<number, ModbusDevice>()
  for (const n of sides) {
    units.set(
      n,
      live(hvIncomer, () => incomer(p, n)),
    )
    units.set(
      2 + n,
      live(transformerMap, () => transformer(p, n)),
    )
  }
  units.set(
    5,
    live(lvSwitchboard, () => switchboard(p)),
  )
  units.set(
    6,
    live(dc90dr, () => genset(p)),
  )
  units.set(
    7,
    live(nmc2, () => upsValues(p)),
  )
  units.set(
    8,
    live(emergencyMap, () => emergencyValues(p)),
  )
  units.set(
    9,
    live(
      lightingMap,
      () => lightingValues(p.lighting),
      (name, value) => switchLight(p, name, value !== 0),
    ),
  )
  for (const [i, f] of p.feeders.all.entries()) {
    const look = () => ({
      closed: f.closed,
      tripped: f.tripped,
      supply: f.supply,
      live: f.supply && f.closed,
      cause: f.cause,
      current: f.amps,
      power: f.kw,
      command: f.closed,
    })
    units.set(
      11 + i,
      live(feederMap, look, (name, value) => name === 'command' && p.feeders.command(f.id, value !== 0)),
    )
  }
  for (const [i, id] of powerRooms.entries()) {
    const fan = p.rooms.fans[id]
    const temperature = () => p.rooms.room(id).celsius
    units.set(
      31 + i,
      live(ventilationMap, () => ({ running: fan.running, fault: fan.failed, temperature: temperature() + 0.8 })),
    )
    // The distribution room has a sensor of its own on another bus.
    if (id !== 'distribution-room')
      units.set(
        36 + i,
        live(roomMap, () => ({ ...p.rooms.room(id), temperature: temperature() })),
      )
  }
  return units
}

function incomer({ supply, now }: Plant, n: Side): Values {
  const { live: alive, closed } = supply.incomers[n]
  const t = supply.transformers[n]
  const kw = closed && alive ? t.kw + t.lossesKw : 0
  return {
    live: alive,
    closed,
    tripped: t.tripped,
    voltage: alive ? mains.kv + 0.05 * Math.sin(now / 40_000 + n) : 0,
    current: kw / (Math.sqrt(3) * 10.1 * supply.powerFactor),
    power: kw,
  }
}

const transformer = ({ supply }: Plant, n: Side): Values => {
  const t = supply.transformers[n]
  return {
    temperature: t.celsius,
    load: t.loadPct,
    fan: t.fan,
    alarm: t.alarm,
    tripped: t.tripped,
    losses: t.lossesKw,
  }
}

function switchboard({ supply, feeders, now }: Plant): Values {
  const volts = (n: Side) => {
    const from = supply.sourceOf(n)
    return from ? mains.volts - supply.transformers[from].loadPct / 25 + Math.sin(now / 30_000 + n) : 0
  }
  const kw = (n: Side) => supply.transformers[n].kw
  return {
    'incomer-1-closed': supply.incomers[1].lvClosed,
    'incomer-2-closed': supply.incomers[2].lvClosed,
    'tie-closed': supply.tie,
    'section-1-voltage': volts(1),
    'section-2-voltage': volts(2),
    'incomer-1-power': kw(1),
    'incomer-2-power': kw(2),
    shed: feeders.all.filter(f => f.cause === 4).length,
  }
}

function genset({ generator, supply }: Plant): Values {
  const g = generator.values
  const up = g.rpm > 1400
  const volts = up ? 230 : 0
  const amps = (g.kw * 1000) / (3 * 230 * 0.87)
  const grid = (supply.sourceOf(1) ?? supply.sourceOf(2)) ? 231 : 0
  return {
    'engine-speed': g.rpm,
    'battery-voltage': g.battery,
    frequency: up ? g.rpm / 30 : 0,
    'voltage-l1': volts,
    'voltage-l2': volts,
    'voltage-l3': volts,
    'current-l1': amps,
    'current-l2': amps,
    'current-l3': amps,
    'generator-power': g.kw,
    'mains-voltage-l1': grid,
    'mains-voltage-l2': grid,
    'mains-voltage-l3': grid,
    'running-hours': g.hours,
    energy: g.kwh,
    gear: automatic,
    'transfer-switch': transfer[generator.position],
    'run-state': runStates[generator.state],
    'alarm-code': generator.alarm,
    'warnings-1': 0,
    'warnings-2': 0,
    'warnings-3': 0,
    'warnings-4': 0,
    'oil-pressure': up ? 420 : 0,
    'water-temperature': g.coolant,
    'fuel-level': g.fuelPct,
  }
}

function upsValues({ ups, rooms }: Plant): Values {
  const input = ups.supply ? 230 : 0
  return {
    'on-mains': input > 0,
    'on-battery': ups.onBattery,
    overload: false,
    'low-battery': ups.charge < 25,
    'replace-battery': false,
    charge: ups.charge,
    runtime: ups.runtimeMin,
    'battery-voltage': 48 + 0.08 * ups.charge,
    temperature: rooms.room('distribution-room').celsius,
    'bad-batteries': 0,
    load: 37,
    'output-voltage': ups.charge > 0 || input ? 230 : 0,
    'input-voltage': input,
    frequency: 50,
  }
}

const emergencyValues = ({ emergency }: Plant): Values => ({
  on: emergency.on,
  'on-battery': emergency.onBattery,
  supply: emergency.supply,
  charge: emergency.charge,
  runtime: emergency.runtimeMin,
  'battery-voltage': 204 + 0.18 * emergency.charge,
})

function lightingValues({ groups }: Lighting): Values {
  const values: Record<string, boolean> = {}
  for (const id of lightingGroups) {
    values[`${id}-on`] = groups[id].on
    values[id] = groups[id].auto ? groups[id].on : groups[id].hand
    values[`${id}-auto`] = groups[id].auto
  }
  return values
}

function switchLight({ lighting }: Plant, name: string, on: boolean): boolean {
  const id = name.replace(/-auto$/, '') as LightingGroup
  const group = lighting.groups[id]
  if (name !== id) {
    group.auto = on
    if (!on) group.hand = group.on
  } else {
    group.auto = false
    group.hand = on
  }
  return true
}
