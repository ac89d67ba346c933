import type { Driver } from './driver.ts'
import type { Kind, Point, PointId, Text, Value } from './point.ts'

/** One line of a profile or of `equipment[].points` in site.json: the common words and those of the driver's address. */
export interface PointSpec {
  readonly key: string
  readonly name?: Text
  readonly kind?: Kind
  readonly unit?: string
  readonly range?: readonly [number, number]
  readonly enum?: Readonly<Record<string, Text>>
  readonly writable?: boolean
  readonly scanMs?: number
  readonly deadband?: number
  readonly decimals?: number
  readonly space?: string
  /**
   * The device measures behind transformers that it does not know of. Which ratio of the equipment's `multiplier` is
   * applied: that of the current, that of the voltage, or (power, energy) both.
   */
  readonly multiplied?: Multiplied
  readonly [address: string]: unknown
}

export const multiplieds = ['current', 'voltage', 'power'] as const
export type Multiplied = (typeof multiplieds)[number]
/** Transformer ratios: 200/5 A is a current of 40. */
export interface Multiplier {
  readonly current?: number | undefined
  readonly voltage?: number | undefined
}
const timesOf = (multiplied: Multiplied | undefined, { current = 1, voltage = 1 }: Multiplier): number =>
  multiplied === undefined ? 1 : (multiplied === 'voltage' ? 1 : current) * (multiplied === 'current' ? 1 : voltage)

/** What a device model offers. Plain data: nothing that JSON could not hold. */
export interface Profile {
  readonly id: string
  /** Protocols it can be reached by: the words of `channels[].protocol`. */
  readonly protocols: readonly string[]
  readonly kind: string
  readonly name: Text
  /** The manual that the addresses were taken from, so that the next reader can check them. */
  readonly source: string
  /** Its source contradicts itself or stands alone: shown as such wherever it is offered. */
  readonly draft?: true
  /** What a request to it must keep to. */
  readonly limits?: { readonly maxRegisters?: number }
  readonly points: readonly PointSpec[]
  /** What proves that it is this device: another one answers politely with nonsense. */
  readonly probe?: Probe
}

/** All facts must hold. Pure data, evaluated by drivers/probe.ts. */
export interface Probe {
  /** Registers that are read for the proof only, beside the profile's points. */
  readonly points?: readonly PointSpec[]
  readonly facts: readonly Fact[]
}
/** What must be true of the point `key`, in its own unit, without the equipment's multiplier. */
export type Fact =
  | { readonly key: string; readonly within: readonly [least: number, most: number] }
  | { readonly key: string; readonly equals: Value | readonly Value[] }
  /** It can be read and is physically possible. */
  | { readonly key: string; readonly good: true }
  /** A model without it refuses the address or holds 0 there; its larger sister has a reading. */
  | { readonly key: string; readonly absent: true }

const COMMON = [
  'key',
  'name',
  'kind',
  'unit',
  'range',
  'enum',
  'writable',
  'scanMs',
  'space',
  'deadband',
  'decimals',
  'command',
  'multiplied',
] as const

/**
 * The points of one device.
 * @param unit its number behind the connection, for drivers that have such numbers
 * @param multiplier of the points that are `multiplied`: transformer ratios that the device does not know of
 */
export function pointsOf(
  equipment: string,
  specs: readonly PointSpec[],
  driver: Driver,
  unit?: number,
  multiplier: Multiplier = {},
): Point[] {
  return specs.map(spec => {
    const { name, kind, unit: ucum, scanMs, ...rest } = spec
    const key = once(spec.key)
    const times = timesOf(spec.multiplied, multiplier)
    const words = Object.entries(rest).filter(([word]) => !COMMON.includes(word as never))
    const address = Object.fromEntries(
      words.map(([word, said]) => [word, typeof said === 'string' ? once(said) : said]),
    )
    const point: Point = {
      // Joined, a name is one piece of memory; a template keeps its parts beside it.
      id: [equipment, key].join('/') as PointId,
      key,
      name: name ?? nameOf(key),
      kind: kind ?? driver.kindOf(address),
      scanMs: scanMs ?? 1000,
      address: driver.units ? { ...address, unit: unit ?? 1 } : address,
    }
    const more = {
      ...(ucum !== undefined && { unit: ucum }),
      ...(spec.range && { range: [spec.range[0] * times, spec.range[1] * times] as const }),
      ...(times !== 1 && { multiplier: times }),
      ...(spec.enum && { enum: spec.enum }),
      ...(spec.writable !== undefined && { writable: spec.writable }),
      ...(spec.deadband !== undefined && { deadband: spec.deadband }),
      ...decimalsOf(spec),
      ...(spec.space !== undefined && { space: spec.space }),
    }
    // Most say nothing more, and an object that is put together takes twice the memory of one that is written out.
    return Object.keys(more).length === 0 ? point : { ...point, ...more }
  })
}

/** The same words stand at thousands of points; read from a file, each of them is a text of its own. Names of fields are not. */
const once = (word: string): string => Object.keys({ [word]: 0 })[0]!
const MOST_NAMES = 5000
const names = new Map<string, Text>()
/** Devices of one kind have the same keys. */
function nameOf(key: string): Text {
  const had = names.get(key)
  if (had) return had
  if (names.size >= MOST_NAMES) names.clear()
  const made = { 'zh-CN': key, en: key }
  names.set(key, made)
  return made
}

/** Said, or implied by a scale: 0.01 has two digits. */
function decimalsOf({ decimals, scale }: PointSpec): { decimals?: number } {
  if (decimals !== undefined) return { decimals }
  if (typeof scale !== 'number' || !(scale > 0)) return {}
  return { decimals: Math.max(0, Math.ceil(-Math.log10(scale) - 1e-9)) }
}
