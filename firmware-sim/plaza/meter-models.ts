import type { Values } from './live.ts'
import { noise } from './loads.ts'

/**
 * What the meters of the building show, under the names that their manuals' maps use. A model picks what it has.
 * Three values of one moment agree: power = voltage x current x power factor, and the sum of the phases is the total.
 */
export interface Reading {
  readonly kw: number
  readonly kwh: number
  /** Volts of a phase; 0 when there is no supply. */
  readonly volts: number
  readonly factor: number
  /** One phase only. */
  readonly single: boolean
  /** Behind current transformers that the meter does not know of. */
  readonly ratio: number
  readonly seed: number
}

const phases = ['l1', 'l2', 'l3'] as const

export function electricity(r: Reading, at: number): Values {
  const v: Record<string, number> = {}
  const watts = (r.kw * 1000) / r.ratio
  const kwh = r.kwh / r.ratio
  const tan = Math.sqrt(1 / r.factor ** 2 - 1)
  const lean = noise(r.seed, 1) * 0.06 - 0.03
  const shares = r.single ? [1, 0, 0] : [1 / 3 + lean, 1 / 3, 1 / 3 - lean]
  const wave = Math.sin(at / 9000 + r.seed)
  for (const [i, phase] of phases.entries()) {
    const volts = r.volts && r.volts + wave + i * 0.4 - r.kw * 0.002
    const share = shares[i]!
    const apparent = (watts * share) / r.factor
    v[`voltage-${phase}`] = volts
    v[`current-${phase}`] = volts ? apparent / volts : 0
    v[`power-${phase}`] = watts * share
    v[`apparent-power-${phase}`] = apparent
    v[`reactive-power-${phase}`] = watts * share * tan
    v[`power-factor-${phase}`] = r.volts ? r.factor : 1
    v[`energy-import-${phase}`] = kwh * share
    v[`energy-export-${phase}`] = 0
    v[`voltage-thd-${phase}`] = r.volts ? 1.8 + 0.2 * wave : 0
  }
  const current = v['current-l1']! + v['current-l2']! + v['current-l3']!
  return Object.assign(v, {
    voltage: v['voltage-l1']!,
    'voltage-mean': (v['voltage-l1']! + v['voltage-l2']! + v['voltage-l3']!) / 3,
    'voltage-thd': r.volts ? 1.8 + 0.2 * wave : 0,
    current: v['current-l1']!,
    'current-mean': current / 3,
    'current-sum': current,
    power: watts,
    'power-factor': r.volts ? r.factor : 1,
    'apparent-power': watts / r.factor,
    'reactive-power': watts * tan,
    frequency: r.volts ? 50 + 0.015 * Math.sin(at / 23_000) : 0,
    'energy-import': kwh,
    'energy-export': 0,
    'energy-total': kwh,
    'reactive-energy-import': kwh * tan,
    'reactive-energy-export': 0,
    'reactive-energy-total': kwh * tan,
  })
}

/** TUF-2000M with its temperature probes; the manual's T1 is the supply. */
export function flowMeter(m3h: number, m3: number, supply: number, back: number, pipeMm: number): Values {
  const area = Math.PI * (pipeMm / 2000) ** 2
  return {
    flow: m3h,
    'flow-velocity': m3h / 3600 / area,
    'sound-speed': 1404 + 4.4 * supply - 0.03 * supply ** 2,
    'supply-temperature': supply,
    'return-temperature': back,
    'error-bits': 0,
    'signal-quality': 86,
    'signal-step': 3,
    'strength-upstream': 812,
    'strength-downstream': 809,
    'transit-ratio': 99.8,
    'volume-net': m3,
    'volume-positive': m3,
    'volume-negative': 0,
    'pipe-diameter': pipeMm,
  }
}
