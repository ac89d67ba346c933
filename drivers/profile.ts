import type { Driver } from './driver.ts'
import type { Kind, Point, Text } from './point.ts'

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
  readonly [address: string]: unknown
}

/** What a device model offers. Plain data: nothing that JSON could not hold. */
export interface Profile {
  readonly id: string
  /** Protocols it can be reached by: the words of `channels[].protocol`. */
  readonly protocols: readonly string[]
  readonly kind: string
  readonly name: Text
  /** The manual that the addresses were taken from, so that the next reader can check them. */
  readonly source: string
  readonly points: readonly PointSpec[]
}

const COMMON = ['key', 'name', 'kind', 'unit', 'range', 'enum', 'writable', 'scanMs', 'deadband', 'command'] as const

/** The points of one device. `unit` is its number behind the connection, for drivers that have such numbers. */
export function pointsOf(equipment: string, specs: readonly PointSpec[], driver: Driver, unit?: number): Point[] {
  return specs.map(spec => {
    const { key, name, kind, unit: ucum, scanMs, ...rest } = spec
    const address = Object.fromEntries(Object.entries(rest).filter(([word]) => !COMMON.includes(word as never)))
    return {
      id: `${equipment}/${key}` as const,
      key,
      name: name ?? { 'zh-CN': key, en: key },
      kind: kind ?? driver.kindOf(address),
      ...(ucum !== undefined && { unit: ucum }),
      ...(spec.range && { range: spec.range }),
      ...(spec.enum && { enum: spec.enum }),
      ...(spec.writable !== undefined && { writable: spec.writable }),
      ...(spec.deadband !== undefined && { deadband: spec.deadband }),
      scanMs: scanMs ?? 1000,
      address: driver.units ? { ...address, unit: unit ?? 1 } : address,
    }
  })
}
