/** Who rides a lift. A journey is taken by one group of people from one landing to another. */
export interface Journey {
  readonly from: number
  readonly to: number
  /** Of the rated load, %. */
  readonly loadPercent: number
  aboard: boolean
}

/** homes leave in the morning and return in the evening; offices the other way round, and go out for lunch. */
export type TrafficKind = 'homes' | 'offices' | 'fire-lift'

/** Journeys per hour of one lift, by hour of the day. */
const perHour: Record<TrafficKind, readonly number[]> = {
  homes: [3, 1, 1, 1, 2, 6, 18, 45, 40, 22, 18, 20, 22, 16, 15, 16, 20, 34, 46, 40, 30, 22, 14, 7],
  offices: [0, 0, 0, 0, 0, 1, 4, 22, 60, 48, 30, 42, 52, 40, 30, 28, 30, 40, 56, 26, 12, 6, 2, 1],
  'fire-lift': [1, 0, 0, 0, 0, 2, 4, 6, 8, 8, 8, 6, 6, 6, 8, 6, 6, 6, 6, 4, 4, 3, 2, 1],
}
/** Which share of them goes up, by hour of the day. */
const goingUp: Record<TrafficKind, readonly number[]> = {
  homes: [
    0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.15, 0.3, 0.4, 0.5, 0.6, 0.5, 0.5, 0.5, 0.6, 0.8, 0.85, 0.8, 0.7,
  ].concat([0.7, 0.8, 0.8]),
  offices: [
    0.5, 0.5, 0.5, 0.5, 0.5, 0.8, 0.9, 0.95, 0.95, 0.8, 0.5, 0.2, 0.4, 0.8, 0.6, 0.5, 0.4, 0.15, 0.05, 0.1,
  ].concat([0.1, 0.1, 0.1, 0.2]),
  'fire-lift': Array.from({ length: 24 }, () => 0.5),
}
/** Whoever comes to a longer queue takes the other lift or the stairs. */
const longestQueue = 6

export interface Traffic {
  /** Time passes, people come. @param at UTC ms; the day follows UTC+8 */
  come(dtS: number, at: number): void
  /** The first of those who wait. */
  waiting(): Journey | null
  /** Nobody waits any more. */
  goHome(): void
  anywhereBut(landing: number): number
  someLoad(): number
}

export function createTraffic(landings: readonly number[], kind: TrafficKind | 'always', seed: number): Traffic {
  let state = seed
  const random = () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 2147483648
  }
  const pick = (count: number) => Math.floor(random() * count)
  const lobby = landings.filter(floor => floor <= 1)
  const upper = landings.filter(floor => floor > 3)
  const queue: Journey[] = []

  return {
    come(dtS, at) {
      if (kind === 'always') return
      const hour = Math.floor((at / 3_600_000 + 8) % 24)
      if (random() >= (perHour[kind][hour]! * dtS) / 3600) return
      const up = random() < goingUp[kind][hour]!
      // Most come in at the ground floor, the rest from the garage.
      const low = random() < 0.7 ? 1 : lobby[pick(lobby.length)]!
      const high = upper[pick(upper.length)]!
      const persons = 1 + pick(3) + (random() < 0.1 ? pick(6) : 0)
      if (queue.length >= longestQueue) return
      queue.push({ from: up ? low : high, to: up ? high : low, loadPercent: (persons * 100) / 13, aboard: false })
    },
    waiting: () => queue.shift() ?? null,
    goHome: () => void queue.splice(0),
    anywhereBut(landing) {
      const others = landings.filter(floor => floor !== landing)
      return others[pick(others.length)]!
    },
    someLoad: () => 8 + pick(60),
  }
}
