/**
 * How much of its peak a group of people uses, by weekday and hour of Beijing time. Each shape is a table of the minutes
 * of a week, straight between them, the same every week: so the use since any day has a closed form, and a meter that is
 * started again with the same clock shows what it would have shown.
 */
export interface Shape {
  /** 0..1 of the peak. @param at UTC ms */
  at(at: number): number
  /** Hours of full use from 1970 until then: the integral of `at`. */
  hours(at: number): number
}

const MINUTE = 60_000
const WEEK_MINUTES = 7 * 24 * 60
const WEEK = WEEK_MINUTES * MINUTE
/** 1970-01-01 was a Thursday, and Beijing is 8 h ahead: with this a week begins on Monday 00:00 there. */
const SHIFT = (3 * 24 + 8) * 60 * MINUTE

/** A number 0..1 that is always the same for the same two. */
export function noise(seed: number, n: number): number {
  let t = Math.imul(seed + 0x6d2b79f5, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

/** Beijing's hour of the day with its fraction, and whether it is Saturday or Sunday. */
export function localTime(at: number): { hour: number; weekend: boolean } {
  const minute = ((((at + SHIFT) % WEEK) + WEEK) % WEEK) / MINUTE
  return { hour: (minute / 60) % 24, weekend: minute >= 5 * 24 * 60 }
}

/** @param shareAt share of the peak at a minute of the week, Monday 00:00 is 0 */
export function shapeOf(shareAt: (minute: number) => number): Shape {
  const values = Float64Array.from({ length: WEEK_MINUTES }, (_, i) => Math.max(0, shareAt(i)))
  const sums = new Float64Array(WEEK_MINUTES + 1)
  const next = (i: number) => values[(i + 1) % WEEK_MINUTES]!
  for (let i = 0; i < WEEK_MINUTES; i++) sums[i + 1] = sums[i]! + (values[i]! + next(i)) / 120
  const place = (at: number) => {
    const weeks = Math.floor((at + SHIFT) / WEEK)
    const minutes = (at + SHIFT - weeks * WEEK) / MINUTE
    const i = Math.floor(minutes)
    return { weeks, i, part: minutes - i }
  }
  return {
    at(at) {
      const { i, part } = place(at)
      return values[i]! + (next(i) - values[i]!) * part
    },
    hours(at) {
      const { weeks, i, part } = place(at)
      return (
        weeks * sums[WEEK_MINUTES]! + sums[i]! + (values[i]! * part + ((next(i) - values[i]!) * part ** 2) / 2) / 60
      )
    },
  }
}

/** 24 shares, straight from hour to hour, with noise of a few seconds' people. */
const daily =
  (seed: number, rough: number, weekday: readonly number[], weekend: readonly number[] = weekday) =>
  (minute: number): number => {
    const day = Math.floor(minute / 1440)
    const hour = (minute % 1440) / 60
    const of = (d: number, h: number) => (d % 7 >= 5 ? weekend : weekday)[h]!
    const before = of(day, Math.floor(hour))
    const after = Math.floor(hour) === 23 ? of(day + 1, 0) : of(day, Math.floor(hour) + 1)
    return (before + (after - before) * (hour % 1)) * (1 + rough * (noise(seed, minute) - 0.5))
  }

/** One household: what runs always, and appliances that come on for some minutes, the oftener the more people are up. */
function household(seed: number, always: number, tries: number): (minute: number) => number {
  const use = new Float64Array(WEEK_MINUTES).fill(always)
  const likely = daily(seed, 0, homeWeekday, homeWeekend)
  for (let n = 0; n < tries; n++) {
    const start = Math.floor(noise(seed, 3 * n) * WEEK_MINUTES)
    if (noise(seed, 3 * n + 1) > likely(start)) continue
    const size = noise(seed, 3 * n + 2)
    const minutes = 4 + Math.floor(40 * (1 - size) ** 2)
    for (let m = 0; m < minutes; m++) use[(start + m) % WEEK_MINUTES]! += (1 - always) * (0.1 + 0.5 * size)
  }
  return minute => Math.min(1, use[minute]!)
}

const homeWeekday = [
  0.3, 0.25, 0.22, 0.2, 0.2, 0.24, 0.4, 0.55, 0.45, 0.35, 0.33, 0.42, 0.5, 0.4, 0.34, 0.34, 0.42, 0.6, 0.85, 1, 0.98,
  0.88, 0.65, 0.42,
]
const homeWeekend = [
  0.34, 0.28, 0.24, 0.22, 0.21, 0.23, 0.3, 0.42, 0.55, 0.58, 0.58, 0.68, 0.72, 0.6, 0.54, 0.54, 0.6, 0.72, 0.9, 1, 0.98,
  0.9, 0.7, 0.48,
]
const officeWeekday = [
  0.14, 0.13, 0.13, 0.13, 0.13, 0.15, 0.22, 0.42, 0.75, 0.93, 0.98, 0.96, 0.8, 0.86, 1, 0.99, 0.95, 0.85, 0.6, 0.42,
  0.32, 0.24, 0.18, 0.15,
]
const officeWeekend = officeWeekday.map(share => 0.12 + 0.18 * share)
const shopWeekday = [
  0.12, 0.1, 0.1, 0.1, 0.1, 0.1, 0.12, 0.18, 0.34, 0.62, 0.8, 0.86, 0.9, 0.84, 0.8, 0.8, 0.82, 0.9, 0.97, 1, 0.96, 0.8,
  0.4, 0.18,
]
const shopWeekend = shopWeekday.map((share, hour) => (hour > 9 && hour < 23 ? Math.min(1, share * 1.08) : share))
/** Car parks, stairs and lobbies: never dark, brighter in the evening. */
const publicLight = [
  0.5, 0.45, 0.4, 0.4, 0.4, 0.45, 0.6, 0.7, 0.65, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.65, 0.8, 1, 1, 1, 0.95, 0.8, 0.6,
]

export const shapes = {
  homes: shapeOf(daily(11, 0.04, homeWeekday, homeWeekend)),
  offices: shapeOf(daily(12, 0.03, officeWeekday, officeWeekend)),
  shops: shapeOf(daily(13, 0.05, shopWeekday, shopWeekend)),
  publicLight: shapeOf(daily(14, 0.01, publicLight)),
  /** Plant that is up when people are: what a meter of lifts, pumps or chillers may be expected to have counted. */
  plant: shapeOf(
    daily(
      15,
      0.02,
      officeWeekday.map((share, hour) => Math.max(share, shopWeekday[hour]!)),
    ),
  ),
  always: shapeOf(() => 1),
  household: shapeOf(household(16, 0.04, 260)),
  /** Taps and cookers: nothing most of the time. */
  tap: shapeOf(household(17, 0, 260)),
} as const satisfies Record<string, Shape>
