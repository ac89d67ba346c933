import { localTime } from './loads.ts'

/** Groups of outside lamps (门头灯、广告灯、射灯、屋面灯), each on its times or by hand. */
export const lightingGroups = ['entrance', 'advertising', 'spot', 'roof'] as const
export type LightingGroup = (typeof lightingGroups)[number]

interface Group {
  readonly onAt: number
  readonly offAt: number
  readonly kw: number
  /** The schedule decides; else `hand`. */
  auto: boolean
  hand: boolean
  /** The contactor. */
  on: boolean
}

export function createLighting() {
  const group = (onAt: number, offAt: number, kw: number): Group => ({
    onAt,
    offAt,
    kw,
    auto: true,
    hand: false,
    on: false,
  })
  const groups: Record<LightingGroup, Group> = {
    entrance: group(17.5, 6.5, 6),
    advertising: group(17.75, 22.5, 26),
    spot: group(18, 22, 14),
    roof: group(18.25, 22, 18),
  }
  return {
    groups,
    /** @returns kW that the groups want, whether or not their feeder has voltage */
    step(at: number, fed: boolean): number {
      const { hour } = localTime(at)
      let kw = 0
      for (const id of lightingGroups) {
        const g = groups[id]
        const inTimes = g.onAt < g.offAt ? hour >= g.onAt && hour < g.offAt : hour >= g.onAt || hour < g.offAt
        const wanted = g.auto ? inTimes : g.hand
        g.on = wanted && fed
        if (wanted) kw += g.kw
      }
      return kw
    },
  }
}
export type Lighting = ReturnType<typeof createLighting>
