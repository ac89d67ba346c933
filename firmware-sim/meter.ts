import type { ModbusDevice } from './modbus-pdu.ts'

/**
 * Eastron SDM630, a three-phase meter, from its Modbus manual: input registers (FC 04), float32, high word first.
 * Register addresses of `sdm630Map` are 0-based as on the wire (the manual's 30001 is 0).
 * "An odd start address or an odd count" of registers is answered with exception 02, since each value takes two.
 * The manual's further values inside a block (demands, averages ...) answer 0; outside the blocks: exception 02.
 * Its settings (holding registers) are left out: the map at hand doesn't give them.
 */
export const sdm630Map = {
  'voltage.l1': 0x0000,
  'voltage.l2': 0x0002,
  'voltage.l3': 0x0004,
  'current.l1': 0x0006,
  'current.l2': 0x0008,
  'current.l3': 0x000a,
  'power.l1': 0x000c,
  'power.l2': 0x000e,
  'power.l3': 0x0010,
  'apparent.l1': 0x0012,
  'apparent.l2': 0x0014,
  'apparent.l3': 0x0016,
  'reactive.l1': 0x0018,
  'reactive.l2': 0x001a,
  'reactive.l3': 0x001c,
  'factor.l1': 0x001e,
  'factor.l2': 0x0020,
  'factor.l3': 0x0022,
  'power.total': 0x0034,
  'apparent.total': 0x0038,
  'reactive.total': 0x003c,
  'factor.total': 0x003e,
  frequency: 0x0046,
  'energy.import': 0x0048,
  'energy.export': 0x004a,
  'reactive.import': 0x004c,
  'reactive.export': 0x004e,
  'thd.l1': 0x00ea,
  'thd.l2': 0x00ec,
  'thd.l3': 0x00ee,
  'thd.average': 0x00f8,
  'energy.total': 0x0156,
  'reactive.energy': 0x0158,
  'import.l1': 0x015a,
  'import.l2': 0x015c,
  'import.l3': 0x015e,
  'export.l1': 0x0160,
  'export.l2': 0x0162,
  'export.l3': 0x0164,
} as const satisfies Record<string, number>

export type MeterValue = keyof typeof sdm630Map
export type MeterState = Record<MeterValue, number>

const blocks = [
  [0x0000, 0x006b],
  [0x00c8, 0x010d],
  [0x014e, 0x0165],
] as const

export interface Meter extends ModbusDevice {
  /** What the registers say now: volts, amperes, watts, volt-amperes, vars, hertz, kWh, kvarh, percent. */
  readonly state: Readonly<MeterState>
  /** Pins a value (NaN too); null lets physics have it again. false: no such value. */
  set(name: string, value: number | null): boolean
}

/** Load of an office building by hour of the day, as a share of its peak. */
const dailyShape = [
  0.34, 0.32, 0.31, 0.31, 0.32, 0.36, 0.45, 0.6, 0.8, 0.92, 0.97, 0.98, 0.9, 0.93, 1, 0.99, 0.95, 0.86, 0.72, 0.62,
  0.55, 0.47, 0.41, 0.37,
]
const phases = [1, 2, 3] as const
const share = { 1: 0.36, 2: 0.33, 3: 0.31 }
const baseFactor = { 1: 0.93, 2: 0.91, 3: 0.95 }
const peakWatts = 42_000
const maxStepMs = 60_000

/**
 * @param now UTC ms; the daily load follows its clock at UTC+8
 */
export function createMeter(now: () => number): Meter {
  const overrides = new Map<MeterValue, number>()
  const state = Object.fromEntries(Object.keys(sdm630Map).map(name => [name, 0])) as MeterState
  const put = (name: MeterValue, value: number) => {
    state[name] = overrides.get(name) ?? value
  }
  const kwh = { 1: 17_402.31, 2: 15_988.77, 3: 14_822.52 }
  let kvarh = 19_204.6
  let last = now()

  /** Sums of slow waves: noise that is the same for the same time, so that two reads of one moment agree. */
  const wave = (t: number, seed: number) =>
    0.5 * Math.sin(t / 7000 + seed * 2.1) + 0.3 * Math.sin(t / 2300 + seed) + 0.2 * Math.sin(t / 61_000 + seed * 3.7)

  function loadWatts(t: number): number {
    const hour = (((t / 3_600_000 + 8) % 24) + 24) % 24
    const before = dailyShape[Math.floor(hour)] ?? 0.5
    const after = dailyShape[(Math.floor(hour) + 1) % 24] ?? 0.5
    return peakWatts * (before + (after - before) * (hour % 1)) * (1 + 0.03 * wave(t, 5))
  }

  function electricity(t: number, hours: number): void {
    let p = 0
    let s = 0
    let q = 0
    let thd = 0
    for (const n of phases) {
      const watts = loadWatts(t) * share[n] * (1 + 0.02 * wave(t, n))
      const factor = baseFactor[n] + 0.015 * wave(t, n + 10)
      const volts = 231 + 1.2 * wave(t, n + 20) - watts / 12_000
      const apparent = watts / factor
      const reactive = Math.sqrt(apparent ** 2 - watts ** 2)
      put(`voltage.l${n}`, volts)
      put(`current.l${n}`, apparent / volts)
      put(`power.l${n}`, watts)
      put(`apparent.l${n}`, apparent)
      put(`reactive.l${n}`, reactive)
      put(`factor.l${n}`, factor)
      const distortion = 2.1 + 0.4 * wave(t, n + 30)
      put(`thd.l${n}`, distortion)
      thd += distortion / phases.length
      kwh[n] += (watts / 1000) * hours
      put(`import.l${n}`, kwh[n])
      put(`export.l${n}`, 0)
      p += watts
      s += apparent
      q += reactive
    }
    kvarh += (q / 1000) * hours
    put('power.total', p)
    put('apparent.total', s)
    put('reactive.total', q)
    put('factor.total', p / s)
    put('frequency', 50 + 0.02 * wave(t, 40))
    put('thd.average', thd)
    const imported = kwh[1] + kwh[2] + kwh[3]
    put('energy.import', imported)
    put('energy.export', 0)
    put('energy.total', imported)
    put('reactive.import', kvarh)
    put('reactive.export', 0)
    put('reactive.energy', kvarh)
  }

  /** Brings the registers to this moment. A clock set back adds no energy, and takes none. */
  function advance(): void {
    const until = now()
    last = Math.min(last, until)
    while (until - last > maxStepMs) {
      last += maxStepMs
      electricity(last, maxStepMs / 3_600_000)
    }
    electricity(until, (until - last) / 3_600_000)
    last = until
  }

  const words = Buffer.alloc(0x166 * 2)
  return {
    get state() {
      advance()
      return state
    },
    set(name, value) {
      if (!Object.hasOwn(sdm630Map, name)) return false
      if (value === null) overrides.delete(name as MeterValue)
      else overrides.set(name as MeterValue, value)
      return true
    },
    begin(table, address, count) {
      if (table !== 'input' || address % 2 !== 0 || count % 2 !== 0) return false
      advance()
      for (const [name, register] of Object.entries(sdm630Map))
        words.writeFloatBE(state[name as MeterValue], register * 2)
      return true
    },
    read(table, address) {
      if (table !== 'input' || !blocks.some(([first, final]) => address >= first && address <= final)) return undefined
      return words.readUInt16BE(address * 2)
    },
  }
}
