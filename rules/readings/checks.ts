/**
 * What makes a reading worth a look before it is billed. Each rule is a row: its limits can be changed, and what it says
 * carries the numbers it was decided by. [people-and-permits 5.4; methods: Oracle MDM VEE, California VEE]
 */
export const readingLimits = {
  /** Of the usual use of a day, in percent. */
  lowPercent: 30,
  highPercent: 250,
  /** What differs from the usual by fewer steps of the register says nothing. */
  leastSteps: 10,
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
  /** The least hour of the night of a water main, of the average hour of its day, in percent. */
  nightPercent: 40,
  /** What was accepted of a standing state is not asked again for so many days. */
  holdDays: 30,
  /** Over so many days a main meter is compared with those behind it. */
  balanceDays: 7,
} as const satisfies Record<string, number>
export type ReadingLimits = Readonly<Record<keyof typeof readingLimits, number>>

/**
 * `blocks`: whether it holds its line back from billing until a person has decided; `month`: only when a whole month shows
 * it, for a single day may be a feast. `standing`: it goes on day after day, and is one exception.
 */
interface CheckRow {
  readonly blocks: 'always' | 'month' | 'never'
  readonly standing: boolean
  readonly name: { readonly 'zh-CN': string; readonly en: string }
  readonly 'zh-CN': string
  readonly en: string
}
export const readingChecks = {
  high: {
    ...{ blocks: 'month', standing: false },
    name: { 'zh-CN': '用量偏高', en: 'high use' },
    'zh-CN': '{days} 天用 {used} {unit}，平时 {from} 至 {to} {unit}，为平时的 {times} 倍。',
    en: 'Used {used} {unit} in {days} {days, day|days}, usual {from} to {to} {unit}: {times} times as much as usual.',
  },
  low: {
    ...{ blocks: 'month', standing: false },
    name: { 'zh-CN': '用量偏低', en: 'low use' },
    'zh-CN': '{days} 天用 {used} {unit}，平时 {from} 至 {to} {unit}，为平时的 {percent}%。',
    en: 'Used {used} {unit} in {days} {days, day|days}, usual {from} to {to} {unit}: {percent} % of the usual use.',
  },
  'zero-use': {
    ...{ blocks: 'always', standing: true },
    name: { 'zh-CN': '有人使用而用量为零', en: 'in use, nothing counted' },
    'zh-CN': '有人使用，但已 {days} 天用量为零（上限 {limit} 天）。',
    en: 'In use, and nothing counted for {days} {days, day|days} (limit: {limit}).',
  },
  'vacant-use': {
    ...{ blocks: 'never', standing: true },
    name: { 'zh-CN': '空置单元夜间用量', en: 'vacant, used at night' },
    'zh-CN': '空置单元夜间仍在用：每小时 {perHour} {unit}（上限 {limit}）。',
    en: 'Vacant, and used at night: {perHour} {unit} an hour (limit: {limit}).',
  },
  'closed-use': {
    ...{ blocks: 'always', standing: true },
    name: { 'zh-CN': '停用计量点仍在计量', en: 'closed, still counting' },
    'zh-CN': '计量点已停用，仍计到 {used} {unit}。',
    en: 'Closed, and still counted {used} {unit}.',
  },
  spike: {
    ...{ blocks: 'never', standing: false },
    name: { 'zh-CN': '单小时突增', en: 'spike' },
    'zh-CN': '单小时 {most} {unit}，远高于其余小时（第三高 {third} {unit}）。',
    en: '{most} {unit} in one hour, far above the others (third highest: {third} {unit}).',
  },
  'night-flow': {
    ...{ blocks: 'never', standing: true },
    name: { 'zh-CN': '夜间流量偏大', en: 'high night flow' },
    'zh-CN':
      '夜间 2 至 4 点最小每小时 {perHour} {unit}，为全天平均 {average} {unit} 的 {percent}%（上限 {limit}%）：查漏。',
    en: 'Between 2 and 4 at night never less than {perHour} {unit} an hour, {percent} % of the average {average} {unit} (limit: {limit} %): look for a leak.',
  },
  'sum-check': {
    ...{ blocks: 'always', standing: true },
    name: { 'zh-CN': '分时合计与总不符', en: 'tariff registers do not add up' },
    'zh-CN': '尖峰平谷合计 {sum} {unit} 与总 {total} {unit} 相差 {apart} {unit}（允许 {limit} {unit}）。',
    en: 'Tariff registers add up to {sum} {unit}, the total says {total} {unit}: {apart} {unit} apart (allowed: {limit} {unit}).',
  },
  'power-check': {
    ...{ blocks: 'always', standing: true },
    name: { 'zh-CN': '倍率存疑', en: 'multiplier in doubt' },
    'zh-CN': '按倍率得 {counted} {unit}，按实测功率得 {measured} {unit}，相差 {percent}%（允许 {limit}%）：核对倍率。',
    en: '{counted} {unit} by the multiplier, {measured} {unit} by the measured power: {percent} % apart (allowed: {limit} %). Check the multiplier.',
  },
  swapped: {
    ...{ blocks: 'always', standing: false },
    name: { 'zh-CN': '疑似与邻户互换', en: 'swapped with a neighbour?' },
    'zh-CN': '与 {other} 的读数互换后两处都正常：疑似抄错行或接错线。',
    en: 'With the reading of {other} and the other way round both would be as usual: written in the wrong line, or wired to the wrong unit?',
  },
  'estimated-long': {
    ...{ blocks: 'always', standing: true },
    name: { 'zh-CN': '连续估读', en: 'estimated for long' },
    'zh-CN': '已连续 {periods} 期估读（上限 {limit}）：派人现场抄表。',
    en: 'Estimated for {periods} periods in a row (limit: {limit}): send somebody.',
  },
} as const satisfies Record<string, CheckRow>
export type ReadingCheck = keyof typeof readingChecks
export const readingCheckCodes = Object.keys(readingChecks) as [ReadingCheck, ...ReadingCheck[]]

/** Whether it holds back the line of the period that it was found in. */
export const holdsBack = (check: ReadingCheck, period: 'day' | 'month'): boolean =>
  readingChecks[check].blocks === 'always' || (readingChecks[check].blocks === 'month' && period === 'month')

/** A rule that found something, with the numbers it was decided by. */
export interface Doubt {
  readonly check: ReadingCheck
  readonly params: Readonly<Record<string, number | string>>
}
/** What is known of a period; what is null is not known and not judged. Amounts in the unit of the medium. */
export interface Used {
  /** What one step of the register stands for, in the unit. */
  readonly step: number
  /** Nobody lives or works there, by the list of units. */
  readonly vacant: boolean
  readonly closed: boolean
  /** A main of a building: somebody always uses something, so its night is looked at. */
  readonly waterMain: boolean
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
  const { step, days, rise, usual, hours, tariffs, energy } = used
  const doubts: Doubt[] = []
  const say = (check: ReadingCheck, params: Record<string, number>) =>
    doubts.push({ check, params: Object.fromEntries(Object.entries(params).map(([k, v]) => [k, rounded(v)])) })
  const inUse = !used.vacant && !used.closed
  if (rise !== null && used.closed && rise > 0) say('closed-use', { used: rise })
  if (rise !== null && inUse && usual && usual.rise > 0 && usual.days > 0 && days > 0) {
    const expected = (usual.rise * days) / usual.days
    const [from, to] = [(expected * limits.lowPercent) / 100, (expected * limits.highPercent) / 100]
    const numbers = { days, used: rise, from, to }
    const times = rise / expected
    if (Math.abs(rise - expected) >= limits.leastSteps * step) {
      if (rise > to) say('high', { ...numbers, times })
      else if (rise < from) say('low', { ...numbers, percent: Math.round(100 * times) })
    }
  }
  if (inUse && used.zeroDays !== null && used.zeroDays > limits.zeroDays)
    say('zero-use', { days: used.zeroDays, limit: limits.zeroDays })
  if (used.vacant && used.nightRise !== null && used.nightRise > limits.nightSteps * step * (1 + 1e-9))
    say('vacant-use', { perHour: used.nightRise, limit: limits.nightSteps * step })
  if (hours && hours.length >= 3) {
    const [most, , third] = hours.toSorted((a, b) => b - a) as [number, number, number]
    if (third > 0 && (most - third) / third > limits.spike && most - third >= limits.leastSteps * step)
      say('spike', { most, third })
    const average = hours.reduce((sum, h) => sum + h, 0) / hours.length
    if (used.waterMain && used.nightRise !== null && average > 0) {
      const percent = (100 * used.nightRise) / average
      if (percent > limits.nightPercent && used.nightRise > limits.nightSteps * step)
        say('night-flow', { perHour: used.nightRise, average, percent, limit: limits.nightPercent })
    }
  }
  if (rise !== null && tariffs !== null) {
    const limit = Math.max(limits.sumSteps * step, (rise * limits.sumPercent) / 100)
    const apart = Math.abs(rise - tariffs)
    // Sums of decimal fractions: a step apart is not more than a step apart.
    if (apart > limit * (1 + 1e-9)) say('sum-check', { sum: tariffs, total: rise, apart, limit })
  }
  if (energy && energy.measured > 0) {
    const percent = (100 * Math.abs(energy.counted - energy.measured)) / energy.measured
    if (percent > limits.powerPercent && Math.abs(energy.counted - energy.measured) >= limits.leastSteps * step)
      say('power-check', { ...energy, percent, limit: limits.powerPercent })
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
