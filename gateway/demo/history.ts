import type { Kind, Value } from '../../drivers/point.ts'
import { append, finish, type Series, writer } from '../history/block.ts'
import { GOOD } from '../history/codes.ts'
import { hoursOf } from '../history/compact.ts'
import { DAY_MS, dayOf } from '../history/schema.ts'
import { after, type Before, nothingBefore, packHours, sumUp } from '../history/sums.ts'
import type { DemoBlock } from '../history/wire.ts'

/**
 * Thirty days that never were, for the demo only: each point's own past, made backwards from the value that it has now, so
 * that what is made up runs into what is measured without a step. Pure: the same seed makes the same past. It is stored
 * apart from what was measured and shown as demo data wherever it is seen. Of trouble there is what the made-up alarms tell
 * of (past.ts), and nothing else.
 */
export interface DemoPoint {
  readonly point: number
  readonly id: string
  readonly key: string
  readonly kind: Kind
  readonly unit: string | null
  readonly range: readonly [number, number] | null
  readonly coded: boolean
  /** Where it is: what its day looks like. */
  readonly space: string
  /** The value that it has now. */
  readonly now: Value
  /** Of a meter: the power that it counts, in kW, if that is a point of the same equipment. */
  readonly power?: DemoPoint | undefined
  /** Of a main meter: the powers behind it, and what is lost on the way, as a share. It has counted just that. */
  readonly main?: { readonly behind: readonly DemoPoint[]; readonly loss: number } | undefined
  readonly periodMs: number
  /** When its made-up alarms stood, in order of time, and what it showed then. */
  readonly spells?: readonly DemoSpell[] | undefined
  /** What has happened to the meter whose index it is. */
  readonly life?: MeterLife | undefined
}
export interface DemoSpell {
  readonly from: number
  readonly to: number
  readonly value: number
}
/** A register that begins anew at its limit; a meter that took the place of another; one that stands. */
export type MeterLife =
  | { readonly rollsOverAt: number; readonly daysAgo: number }
  | { readonly beganAt: number; readonly oldEndedAt: number; readonly daysAgo: number }
  | { readonly stuckDays: number }
export interface DemoSpan {
  readonly from: number
  /** Where measured data begins. */
  readonly to: number
  /** How far the site's wall clock is ahead of UTC, ms. */
  readonly aheadMs: number
  readonly seed: number
}

const STEP_MS = 300_000
const COUNTER_MS = 900_000
const STEADY_MS = 3_600_000
/** What a counter shows was counted in so long, if nothing else is known. */
const COUNTED_HOURS = 17_520

/** 0..1, the same for the same numbers [lowbias32]. */
function hash(a: number, b: number): number {
  let x = (a ^ Math.imul(b, 0x9e3779b1)) >>> 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return ((x ^ (x >>> 15)) >>> 0) / 4294967296
}
const seedOf = (text: string, seed: number): number => {
  let n = seed
  for (let i = 0; i < text.length; i++) n = Math.imul(n ^ text.charCodeAt(i), 0x01000193)
  return n >>> 0
}
/** -1..1, smooth over `everyMs`. */
function drift(seed: number, at: number, everyMs: number): number {
  const k = Math.floor(at / everyMs)
  const part = at / everyMs - k
  const a = hash(seed, k)
  return 2 * (a + (hash(seed, k + 1) - a) * part * part * (3 - 2 * part)) - 1
}

/** Hourly load of a working day and of a weekend, 0..1: homes in the evening, offices by day, a mall till ten. */
const days = {
  home: [
    [4, 3, 3, 2, 2, 3, 5, 7, 6, 4, 4, 4, 5, 5, 4, 4, 5, 7, 9, 10, 10, 9, 8, 6],
    [5, 4, 3, 3, 3, 3, 4, 5, 6, 7, 7, 7, 8, 7, 7, 6, 7, 8, 9, 10, 10, 9, 8, 7],
  ],
  office: [
    [2, 2, 2, 2, 2, 2, 3, 6, 9, 10, 10, 9, 8, 9, 10, 10, 9, 8, 6, 5, 4, 3, 2, 2],
    [2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2],
  ],
  mall: [
    [2, 2, 2, 2, 2, 2, 2, 3, 5, 7, 8, 9, 9, 9, 8, 8, 8, 9, 10, 10, 10, 9, 5, 3],
    [2, 2, 2, 2, 2, 2, 2, 3, 5, 8, 9, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 9, 6, 3],
  ],
} as const
const dayFor = (space: string): keyof typeof days =>
  /^(tower-b|b-|lobby-b)/.test(space) ? 'office' : /^(mall|lobby|service)/.test(space) ? 'mall' : 'home'

/** 0.2..1 */
function load(p: DemoPoint, at: number, aheadMs: number): number {
  const wall = at + aheadMs
  const hour = (wall % DAY_MS) / 3_600_000
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor(wall / DAY_MS) + 4) % 7
  const hours = days[dayFor(p.space)][weekday === 0 || weekday === 6 ? 1 : 0]
  const h = Math.floor(hour)
  return (hours[h]! + (hours[(h + 1) % 24]! - hours[h]!) * (hour - h)) / 10
}

const LOADS = /^(k?W|k?V\.A|k?var|A|mA|m3\/h|L\/min|L\/s|l\/s|l\/min)$/
const COUNTER_UNITS = /(\.h|^h|^m3|^L)$/
const COUNTER_KEYS = /energy|total|hours|volume|count|trips|starts/
const SWITCHED = /(^|-)(running|run|on|light|lights|lit|moving)$/
const WRONG =
  /trip|fault|fail|alarm|error|trapped|leak|flood|water|smoke|fire|low|high|stuck|lost|forced|held|tamper|bell/

/** Whether a point only ever rises. */
export const isCounter = (
  p: { readonly unit?: string | null | undefined; readonly key: string },
  now: Value,
): boolean =>
  typeof now === 'number' &&
  ((typeof p.unit === 'string' && COUNTER_UNITS.test(p.unit)) || (COUNTER_KEYS.test(p.key) && now >= 0))

/** Where the past of a point has its samples, and what they are; null: nothing honest can be made up. */
export function pastOf(p: DemoPoint, span: DemoSpan): { stepMs: number; value(at: number): number } | null {
  const { to, aheadMs } = span
  const seed = seedOf(p.id, span.seed)
  if (p.kind === 'text') return null
  if (p.kind === 'boolean') {
    const now = p.now === true
    if (!SWITCHED.test(p.key)) return WRONG.test(p.key) || !now ? steady(0) : steady(1)
    // Runs the more, the more there is to do; as it is now in the last hours.
    return {
      stepMs: COUNTER_MS,
      value: at =>
        at > to - 2 * COUNTER_MS ? Number(now) : Number(hash(seed, Math.floor(at / 2_700_000)) < load(p, at, aheadMs)),
    }
  }
  const now = p.now as number
  if (p.coded) return now === 0 ? steady(0) : null
  const digits = digitsOf(now)
  if (isCounter(p, now)) return counter(p, span)
  const [least, most] = p.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const shown = (n: number) => Number(Math.min(most, Math.max(least, n)).toFixed(digits))
  const noise = (at: number) => drift(seed, at, 1_800_000) + 0.4 * (hash(seed, Math.floor(at / STEP_MS)) - 0.5)
  const noiseNow = noise(to)
  if (p.unit !== null && LOADS.test(p.unit)) {
    if (now === 0) return { stepMs: STEP_MS, value: () => 0 }
    const full = now / load(p, to, aheadMs)
    // Never more than the meter of the day has shown: a small load at night is no giant by day.
    const scale = Math.min(full, now * 3)
    const fade = (at: number) => Math.max(0, 1 - (to - at) / 7_200_000)
    return {
      stepMs: STEP_MS,
      value: at => {
        const made = scale * load(p, at, aheadMs) * (1 + 0.06 * (noise(at) - noiseNow))
        return shown(made + (now - scale * load(p, to, aheadMs)) * fade(at))
      },
    }
  }
  if (p.unit === null && Number.isInteger(now)) return steady(now)
  const sway = swayOf(p, now)
  const sun = (at: number) => Math.sin(((((at + aheadMs) % DAY_MS) / DAY_MS) * 24 - 9) * (Math.PI / 12))
  return {
    stepMs: STEP_MS,
    value: at => shown(now + sway.noise * (noise(at) - noiseNow) + sway.day * (sun(at) - sun(to))),
  }
}
const steady = (value: number) => ({ stepMs: STEADY_MS, value: () => value })

/** How far a value wanders within minutes, and with the day. */
function swayOf(p: DemoPoint, now: number): { noise: number; day: number } {
  const size = Math.abs(now)
  switch (p.unit) {
    case 'Cel':
      return { noise: 0.4, day: /outdoor|weather/.test(p.id) ? 4 : 1.2 }
    case '%':
      return { noise: Math.min(3, 0.1 * size), day: Math.min(4, 0.1 * size) }
    case 'V':
      return { noise: 0.006 * size, day: 0.004 * size }
    case 'Hz':
      return Math.abs(now - 50) < 1 ? { noise: 0.03, day: 0 } : { noise: 0.05 * size, day: 0.05 * size }
    default:
      return { noise: 0.03 * size, day: 0.02 * size }
  }
}

/** What a counter showed: what it shows now, less what was counted since. Never runs backwards, never below nought. */
function counter(p: DemoPoint, span: DemoSpan): { stepMs: number; value(at: number): number } {
  const { from, to, aheadMs } = span
  const now = Number(p.now)
  const count = Math.ceil((to - from) / COUNTER_MS) + 1
  const since = new Float64Array(count + 1)
  const counted = /^(kW\.h)$/.test(p.unit ?? '') ? (p.main?.behind ?? (p.power ? [p.power] : [])) : []
  const powers = counted.flatMap(one => {
    const past = pastOf(one, span)
    return past ? [{ past, perKw: (1 + (p.main?.loss ?? 0)) * (one.unit === 'W' ? 0.001 : 1) }] : []
  })
  for (let i = 1; i <= count; i++) {
    const at = to - i * COUNTER_MS
    const rate =
      powers.length > 0
        ? powers.reduce((sum, { past, perKw }) => sum + Math.max(0, past.value(at)) * perKw, 0)
        : load(p, at, aheadMs) + 0.1
    since[i] = since[i - 1]! + (rate * COUNTER_MS) / 3_600_000
  }
  const whole = since[count]!
  const hours = (to - from) / 3_600_000
  const { life } = p
  // One that began anew has counted all that it shows since then.
  const anew = life && 'daysAgo' in life ? since[Math.min(count, Math.round((life.daysAgo * DAY_MS) / COUNTER_MS))]! : 0
  const first = life && 'beganAt' in life ? life.beganAt : 0
  let scale = powers.length > 0 ? 1 : (now * hours) / COUNTED_HOURS / Math.max(whole, 1e-9)
  // Hours of running are never more than the hours there were.
  if (p.unit === 'h') scale = Math.min(scale, (0.9 * hours) / Math.max(whole, 1e-9))
  if (whole * scale > now) scale = now / Math.max(whole, 1e-9)
  if (anew > 0) scale = Math.max(0, now - first) / anew
  const ten = 10 ** digitsOf(now)
  // What flowed since it stands, it has not counted.
  const stoodFor = life && 'stuckDays' in life ? (life.stuckDays * DAY_MS) / COUNTER_MS : 0
  const stoodSince = since[Math.min(count, Math.round(stoodFor))]!
  return {
    stepMs: COUNTER_MS,
    value(at) {
      const place = Math.min(count, Math.max(0, (to - at) / COUNTER_MS))
      const i = Math.floor(place)
      const counted = since[i]! + ((since[i + 1] ?? since[i]!) - since[i]!) * (place - i)
      const index = indexIn(life, now, (counted - stoodSince) * scale)
      return Math.max(0, Math.floor(index * ten) / ten)
    },
  }
}

/** What a register showed so much before it showed `now`. */
function indexIn(life: MeterLife | undefined, now: number, before: number): number {
  const index = now - Math.max(0, before)
  if (!life || 'stuckDays' in life) return index
  if ('rollsOverAt' in life) return index < 0 ? index + life.rollsOverAt : index
  return index < life.beganAt ? life.oldEndedAt - (life.beganAt - index) : index
}

/** Decimals that a value is shown with; one that came as a 32-bit float has no more than two that mean anything. */
function digitsOf(value: number): number {
  const text = String(value)
  const decimals = text.includes('e') ? 9 : (text.split('.')[1]?.length ?? 0)
  return decimals <= 3 ? Math.max(decimals, Number.isInteger(value) && Math.abs(value) < 100 ? 1 : 0) : 2
}

/** Regular ones, and where an alarm came and went. */
function timesOf(
  first: number,
  count: number,
  stepMs: number,
  spells: readonly DemoSpell[],
  start: number,
  end: number,
): Float64Array {
  const regular = Float64Array.from({ length: count }, (_, i) => first + i * stepMs)
  if (spells.length === 0) return regular
  const edges = spells.flatMap(spell => [spell.from, spell.to]).filter(at => at >= start && at < end)
  return Float64Array.from(new Set([...regular, ...edges])).sort()
}

/** The past of one point as blocks of days. */
export function demoBlocks(p: DemoPoint, span: DemoSpan): DemoBlock[] {
  const past = pastOf(p, span)
  if (!past) return []
  const { from, to } = span
  const blocks: DemoBlock[] = []
  let before: Before = nothingBefore
  const whole = Number.isInteger(Number(p.now)) && p.kind === 'number' && past.stepMs === STEADY_MS
  for (let day = dayOf(from); day <= dayOf(to - 1); day++) {
    const start = Math.max(from, day * DAY_MS)
    const end = Math.min(to, (day + 1) * DAY_MS)
    const first = Math.ceil(start / past.stepMs) * past.stepMs
    const steps = Math.max(0, Math.ceil((end - first) / past.stepMs))
    const spells = (p.spells ?? []).filter(spell => spell.from < end && spell.to >= start)
    const times = timesOf(first, steps, past.stepMs, spells, start, end)
    const n = times.length
    if (n === 0) continue
    const values = new Float64Array(n)
    const block = writer(p.kind, past.stepMs)
    for (let i = 0; i < n; i++) {
      const at = times[i]!
      const spell = spells.length === 0 ? undefined : spells.find(one => at >= one.from && at < one.to)
      values[i] = spell ? spell.value : whole ? Number(p.now) : past.value(at)
      append(block, at, GOOD, values[i]!)
    }
    const series: Pick<Series, 'n' | 'times' | 'codes' | 'values'> = { n, times, codes: new Uint8Array(n), values }
    const hours = packHours(sumUp(series, hoursOf(day), before, to))
    before = after(series, before)
    blocks.push({ point: p.point, day, n, block: finish(block), hours })
  }
  return blocks
}
