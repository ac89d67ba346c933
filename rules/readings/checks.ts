/**
 * What makes a reading worth a look before it is billed. Each rule is a row: its limits can be changed, and what it says
 * carries the numbers it was decided by. [people-and-permits 5.4; methods: Oracle MDM VEE, California VEE]
 */
export const readingLimits = {
  /** Of the usual use of a day, in percent. */
  lowPercent: 30,
  highPercent: 250,
  /** (highest - third highest) / third highest of the hours. */
  spike: 1.8,
  /** Total against the sum of the tariff registers: the larger of both. */
  sumSteps: 2,
  sumPercent: 0.5,
  /** Energy of the register times CT and VT, against that of the measured power. */
  powerPercent: 3,
  estimatedPeriods: 2,
  zeroDays: 7,
  /** What a vacant unit may use in an hour of the night, in steps of the register. */
  nightSteps: 1,
} as const satisfies Record<string, number>
export type ReadingLimits = Readonly<Record<keyof typeof readingLimits, number>>

export const readingChecks = {
  high: {
    'zh-CN': '日均 {perDay}，为平时 {usual} 的 {percent}%，高于上限 {limit}%。',
    en: '{perDay} a day, {percent} % of the usual {usual}: above the limit of {limit} %.',
  },
  low: {
    'zh-CN': '日均 {perDay}，为平时 {usual} 的 {percent}%，低于下限 {limit}%。',
    en: '{perDay} a day, {percent} % of the usual {usual}: below the limit of {limit} %.',
  },
  'zero-use': {
    'zh-CN': '有人使用，但已 {days} 天用量为零（上限 {limit} 天）。',
    en: 'In use, and nothing counted for {days} days (limit: {limit}).',
  },
  'vacant-use': {
    'zh-CN': '空置单元夜间仍在用：每小时 {perHour}（上限 {limit}）。',
    en: 'Vacant, and used at night: {perHour} an hour (limit: {limit}).',
  },
  'closed-use': {
    'zh-CN': '计量点已停用，仍计到 {used}。',
    en: 'Closed, and still counted {used}.',
  },
  spike: {
    'zh-CN': '单小时 {most}，远高于其余小时（第三高 {third}）。',
    en: '{most} in one hour, far above the others (third highest: {third}).',
  },
  'sum-check': {
    'zh-CN': '尖峰平谷合计 {sum} 与总 {total} 相差 {apart}（允许 {limit}）。',
    en: 'Tariff registers add up to {sum}, the total says {total}: {apart} apart (allowed: {limit}).',
  },
  'power-check': {
    'zh-CN': '按倍率得 {counted}，按实测功率得 {measured}，相差 {percent}%（允许 {limit}%）：核对倍率。',
    en: '{counted} by the multiplier, {measured} by the measured power: {percent} % apart (allowed: {limit} %). Check the multiplier.',
  },
  'estimated-long': {
    'zh-CN': '已连续 {periods} 期估读（上限 {limit}）：派人现场抄表。',
    en: 'Estimated for {periods} periods in a row (limit: {limit}): send somebody.',
  },
} as const satisfies Record<string, { 'zh-CN': string; en: string }>
export type ReadingCheck = keyof typeof readingChecks

/** A rule that found something, with the numbers it was decided by. */
export interface Doubt {
  readonly check: ReadingCheck
  readonly params: Readonly<Record<string, number>>
}
/** What is known of a period; what is null is not known and not judged. In steps of the register unless it says else. */
export interface Used {
  /** Nobody lives or works there, by the list of units. */
  readonly vacant: boolean
  readonly closed: boolean
  readonly days: number
  readonly rise: number | null
  /** The same season, and over how many days. */
  readonly usual: { readonly rise: number; readonly days: number } | null
  /** For how many days up to the end nothing was counted. */
  readonly zeroDays: number | null
  /** Rises by the hour. */
  readonly hours: readonly number[] | null
  /** The least of the hours between 02:00 and 04:00. */
  readonly nightRise: number | null
  /** The sum of the tariff registers. */
  readonly tariffs: number | null
  /** Energy of the register times its multiplier, and of the measured power over the same time, both in the unit. */
  readonly energy: { readonly counted: number; readonly measured: number } | null
  /** How many periods up to this one were estimated. */
  readonly estimated: number
}

/** @returns what is worth a look, with its reason; empty: nothing */
export function checkUse(used: Used, limits: ReadingLimits = readingLimits): Doubt[] {
  const { days, rise, usual, hours, tariffs, energy } = used
  const doubts: Doubt[] = []
  const say = (check: ReadingCheck, params: Record<string, number>) =>
    doubts.push({ check, params: Object.fromEntries(Object.entries(params).map(([k, v]) => [k, rounded(v)])) })
  const inUse = !used.vacant && !used.closed
  if (rise !== null && used.closed && rise > 0) say('closed-use', { used: rise })
  if (rise !== null && inUse && usual && usual.rise > 0 && usual.days > 0 && days > 0) {
    const [perDay, usualPerDay] = [rise / days, usual.rise / usual.days]
    const percent = (100 * perDay) / usualPerDay
    const numbers = { perDay, usual: usualPerDay, percent }
    if (percent > limits.highPercent) say('high', { ...numbers, limit: limits.highPercent })
    else if (percent < limits.lowPercent) say('low', { ...numbers, limit: limits.lowPercent })
  }
  if (inUse && used.zeroDays !== null && used.zeroDays > limits.zeroDays)
    say('zero-use', { days: used.zeroDays, limit: limits.zeroDays })
  if (used.vacant && used.nightRise !== null && used.nightRise > limits.nightSteps)
    say('vacant-use', { perHour: used.nightRise, limit: limits.nightSteps })
  if (hours && hours.length >= 3) {
    const [most, , third] = hours.toSorted((a, b) => b - a) as [number, number, number]
    if (third > 0 && (most - third) / third > limits.spike) say('spike', { most, third })
  }
  if (rise !== null && tariffs !== null) {
    const limit = Math.max(limits.sumSteps, (rise * limits.sumPercent) / 100)
    const apart = Math.abs(rise - tariffs)
    if (apart > limit) say('sum-check', { sum: tariffs, total: rise, apart, limit })
  }
  if (energy && energy.measured > 0) {
    const percent = (100 * Math.abs(energy.counted - energy.measured)) / energy.measured
    if (percent > limits.powerPercent) say('power-check', { ...energy, percent, limit: limits.powerPercent })
  }
  if (used.estimated > limits.estimatedPeriods)
    say('estimated-long', { periods: used.estimated, limit: limits.estimatedPeriods })
  return doubts
}
const rounded = (n: number): number => Number(n.toFixed(2))

/** A day that has gone by: what was counted on it, in steps; null: not known. */
export interface DayUse {
  /** 0: the day to be estimated; -7: the same weekday a week before. */
  readonly daysAgo: number
  readonly rise: number | null
}
export interface Estimate {
  readonly rise: number
  readonly reason: 'same-weekdays' | 'daily-average'
  /** How many days it rests on. */
  readonly days: number
}
/**
 * What a day is likely to have counted: the mean of the same weekday of three weeks, else of all days known.
 * It is an estimate and says so; the reading that comes later puts it right. Null: nothing is known.
 */
export function estimateDay(past: readonly DayUse[]): Estimate | null {
  const known = (days: readonly DayUse[]) => days.flatMap(d => (d.rise === null ? [] : [d.rise]))
  const mean = (rises: readonly number[]) => Math.round(rises.reduce((sum, r) => sum + r, 0) / rises.length)
  const weekdays = known(past.filter(d => [-7, -14, -21].includes(d.daysAgo)))
  if (weekdays.length === 3) return { rise: mean(weekdays), reason: 'same-weekdays', days: 3 }
  const all = known(past.filter(d => d.daysAgo < 0))
  return all.length === 0 ? null : { rise: mean(all), reason: 'daily-average', days: all.length }
}
