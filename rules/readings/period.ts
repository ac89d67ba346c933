import { decimalText, type Installation, type Meter, type Multiplier, type RegisterCode } from './book.ts'
import type { ReadingCheck } from './checks.ts'
import { type FindingCode, findings, type Quality, type Validation } from './quality.ts'
import { type Finding, type Habits, judgeSequence, type Read, usualHabits } from './sequence.ts'

/** A reading of one register of one meter. */
export interface Reading {
  readonly meter: string
  readonly at: number
  /** Null: `missing`. */
  readonly index: number | null
  readonly quality: Quality
  readonly validation: Validation
}
/** All that is known of one register of a service point. */
export interface Life {
  readonly code: RegisterCode
  readonly meters: readonly Meter[]
  readonly installations: readonly Installation[]
  readonly multipliers: readonly Multiplier[]
  readonly readings: readonly Reading[]
}

export const blocks = {
  'missing-reading': { 'zh-CN': '边界时刻缺读数', en: 'no reading at the boundary' },
  'uncertain-reading': { 'zh-CN': '边界读数存疑，待人工判定', en: 'the reading at the boundary waits for a decision' },
  'exchange-unfinished': {
    'zh-CN': '换表手续未完成：缺起码或止码',
    en: 'an exchange without its closing or opening index',
  },
  'no-multiplier': { 'zh-CN': '未登记倍率', en: 'no multiplier in the book' },
  'no-index-at-change': { 'zh-CN': '倍率变更时未记表码', en: 'the multiplier changed without an index' },
  'no-meter': { 'zh-CN': '期间有一段未装表', en: 'without a meter for a part of the time' },
  'no-register': { 'zh-CN': '该表没有这个寄存器', en: 'the meter has no such register' },
} as const satisfies Record<string, { 'zh-CN': string; en: string }>
export type BlockCode = keyof typeof blocks | FindingCode | ReadingCheck

export interface Block {
  readonly code: BlockCode
  readonly at: number
  readonly meter: string | null
}
export interface Segment {
  readonly meter: string
  readonly from: number
  readonly to: number
  /** Indexes, in steps. */
  readonly opening: number
  readonly closing: number
  readonly decimals: number
  /** In steps, over the end of the scale where it turned over. */
  readonly rise: number
  readonly micro: number
}
/** An exact amount: `value` over 10 to the `decimals`. */
export interface Amount {
  readonly value: bigint
  readonly decimals: number
}
export interface Counted {
  /** Null: blocked. */
  readonly consumption: Amount | null
  readonly segments: readonly Segment[]
  /** Why it is not for billing, with the first of each kind. Empty: it is. */
  readonly blocked: readonly Block[]
  /** What was seen and explained: rollovers, glitches. */
  readonly findings: readonly (Finding & { readonly meter: string })[]
  /** The worst of the readings it rests on. */
  readonly quality: Quality
}

/** `12.50`, without noughts that no register has. */
export function amountText({ value, decimals }: Amount): string {
  const text = decimalText(value, decimals)
  return decimals === 0 ? text : text.replace(/\.?0+$/, '')
}
export const sumOf = (amounts: readonly Amount[]): Amount => {
  const decimals = Math.max(0, ...amounts.map(a => a.decimals))
  return { decimals, value: amounts.reduce((sum, a) => sum + a.value * 10n ** BigInt(decimals - a.decimals), 0n) }
}

const WORST: readonly Quality[] = ['actual', 'manual', 'substituted', 'estimated', 'missing']
const worse = (a: Quality, b: Quality): Quality => (WORST.indexOf(a) > WORST.indexOf(b) ? a : b)
const MICRO_DECIMALS = 6

/**
 * What was used between two moments: the sum over each meter and each multiplier, in whole steps, so that the sum of the
 * months is the year to the last digit. What cannot be said for certain is blocked, with the reason; it is never made up.
 * @param from, to the moments of two readings, UTC ms
 */
export function consumptionBetween(life: Life, from: number, to: number, habits: Habits = usualHabits): Counted {
  const { code, multipliers } = life
  const blocked: Block[] = []
  const found: (Finding & { meter: string })[] = []
  const segments: Segment[] = []
  let quality: Quality = 'actual'
  const block = (code: BlockCode, at: number, meter: string | null) => {
    if (!blocked.some(b => b.code === code && b.meter === meter)) blocked.push({ code, at, meter })
  }
  const there = life.installations
    .filter(i => i.from < to && (i.to ?? Number.POSITIVE_INFINITY) > from)
    .toSorted((a, b) => a.from - b.from)
  if (there.length === 0) block('no-meter', from, null)
  there.forEach((one, i) => {
    const before = there[i - 1]
    if (before?.to !== null && before && before.to < one.from) block('no-meter', before.to, null)
  })

  for (const one of there) {
    const { meter: serial } = one
    const register = life.meters.find(m => m.serial === serial)?.registers.find(r => r.code === code)
    if (!register) {
      block('no-register', one.from, serial)
      continue
    }
    const mine = life.readings.filter(r => r.meter === serial && r.validation !== 'rejected')
    const at = (moment: number): Read | null => {
      const reading = mine.find(r => r.at === moment)
      if (!reading || reading.index === null) {
        block('missing-reading', moment, serial)
        return null
      }
      quality = worse(quality, reading.quality)
      if (reading.validation === 'uncertain') {
        block('uncertain-reading', moment, serial)
        return null
      }
      return { at: moment, index: reading.index, accepted: reading.validation === 'accepted' }
    }
    const noted = (moment: number, index: number | undefined, missing: BlockCode): Read | null => {
      if (index !== undefined) return { at: moment, index }
      block(missing, moment, serial)
      return null
    }
    const start = Math.max(from, one.from)
    const end = Math.min(to, one.to ?? to)
    const changes = multipliers.filter(m => m.from > start && m.from < end).toSorted((a, b) => a.from - b.from)
    let factor = multipliers
      .filter(m => m.from <= start)
      .toSorted((a, b) => a.from - b.from)
      .at(-1)
    if (!factor) block('no-multiplier', start, serial)
    let opening = start === one.from ? noted(start, one.opening[code], 'exchange-unfinished') : at(start)
    const closings = [
      ...changes.map(m => ({ read: noted(m.from, m.index[code], 'no-index-at-change'), next: m })),
      { read: end === one.to ? noted(end, one.closing[code], 'exchange-unfinished') : at(end), next: null },
    ]
    for (const { read: closing, next } of closings) {
      if (opening && closing && factor) {
        const inner = mine
          .filter(r => r.at > opening!.at && r.at < closing.at)
          .map(r => ({ at: r.at, index: r.index, accepted: r.validation === 'accepted' }))
        const judged = judgeSequence(register, [opening, ...inner, closing], habits)
        for (const finding of judged.findings) {
          found.push({ ...finding, meter: serial })
          if (findings[finding.code].blocks) block(finding.code, finding.at, serial)
        }
        if (judged.rise !== null && judged.rise < 0) block('negative', closing.at, serial)
        else if (judged.rise !== null)
          segments.push({
            ...{ meter: serial, from: opening.at, to: closing.at, opening: opening.index!, closing: closing.index! },
            ...{ decimals: register.decimals, rise: judged.rise, micro: factor.micro },
          })
      }
      opening = closing
      if (next) factor = next
    }
  }
  const consumption =
    blocked.length > 0
      ? null
      : sumOf(
          segments.map(s => ({
            value: BigInt(s.rise) * BigInt(s.micro),
            decimals: s.decimals + MICRO_DECIMALS,
          })),
        )
  return { consumption, segments, blocked, findings: found, quality }
}
