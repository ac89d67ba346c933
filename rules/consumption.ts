/**
 * What meters have counted, by day or month: from the sums of their registers. A stretch without a good value is a gap and
 * never nought; what cannot be told apart from a reading alone (exchange, rollover) is marked and not made up. Pure.
 */
export const media = ['electricity', 'water', 'gas'] as const
export type Medium = (typeof media)[number]

/** `gap`: no good value. `part`: good for a part of the time. `carries`: what was counted in the gap before is in it. */
/** `fell`: the register went back: exchanged, or at the end of its scale. `running`: it is not over yet. */
export const consumptionMarks = ['gap', 'part', 'carries', 'fell', 'running'] as const
export type ConsumptionMark = (typeof consumptionMarks)[number]

interface Registered {
  readonly key: string
  readonly kind: 'number' | 'boolean' | 'text'
  readonly unit?: string | null | undefined
}

/** Registers in the order in which one is taken for the meter's. */
const mains = ['energy-import', 'energy-total', 'volume-positive', 'volume-net', 'volume'] as const

/**
 * The registers of one piece of equipment: one of a meter, each input of a pulse counter.
 * What a machine says of its own consumption is no meter. The volume behind a heat or cold meter is the water that goes round: nobody has used it.
 */
export function registersOf<P extends Registered>(
  kind: string,
  points: readonly P[],
): { readonly point: P; readonly medium: Medium }[] {
  if (!/^(?!heat|cold).*-meter$|^pulse-counter$/.test(kind)) return []
  const numbers = points.filter(p => p.kind === 'number')
  const inputs = numbers.flatMap(point => {
    const medium = media.find(word => word !== 'electricity' && point.key.startsWith(`${word}-`))
    return medium && point.unit === 'm3' ? [{ point, medium }] : []
  })
  if (inputs.length > 0) return inputs
  const main = mains.map(key => numbers.find(p => p.key === key)).find(p => p !== undefined)
  if (main?.unit === 'kW.h') return [{ point: main, medium: 'electricity' }]
  if (main?.unit === 'm3') return [{ point: main, medium: /gas/.test(kind) ? 'gas' : 'water' }]
  return []
}

/** The sums of one bucket of a register. `goodMs` 0: a gap, and the others are NaN. */
export interface Bucket {
  readonly from: number
  readonly to: number
  readonly goodMs: number
  readonly max: number
  readonly last: number
  readonly rise: number
}
export interface Used {
  /** Null: nothing is known. */
  readonly value: number | null
  /** 0..1 of its time, as far as it has passed. */
  readonly good: number
  readonly marks: readonly ConsumptionMark[]
}
export interface Consumption {
  readonly rows: readonly Used[]
  /** Of what is known; null: nothing is. */
  readonly total: number | null
  /** Nothing is missing and nothing doubtful: it may stand without a mark. */
  readonly complete: boolean
  /** It has counted before and not since, for two whole buckets at least, UTC ms. */
  readonly stoodSince: number | null
}

/** A gap of so small a share is the time of a restart. */
const WHOLE = 0.98

/** @param now what begins later is not there yet */
export function consumptionOf(buckets: readonly Bucket[], now: number): Consumption {
  const rows: Used[] = []
  let afterGap = false
  let lastBefore = Number.NaN
  for (const { from, to, goodMs, max, last, rise } of buckets) {
    const running = to > now
    const good = Math.min(1, goodMs / Math.max(1, Math.min(to, now) - from))
    if (goodMs === 0) {
      rows.push({ value: null, good: 0, marks: running ? ['gap', 'running'] : ['gap'] })
      afterGap = true
      continue
    }
    const marks: ConsumptionMark[] = []
    const slack = 1e-6 * Math.abs(max)
    // Before the first good value nothing is missing that anybody could know of.
    if (afterGap && !Number.isNaN(lastBefore) && rise > 0) marks.push('carries')
    if (good < WHOLE) marks.push('part')
    if (last < max - slack || last < lastBefore - slack) marks.push('fell')
    if (running) marks.push('running')
    rows.push({ value: rise, good, marks })
    afterGap = false
    lastBefore = last
  }
  const known = rows.flatMap(row => row.value ?? [])
  const doubt = (mark: ConsumptionMark) => mark === 'gap' || mark === 'part' || mark === 'fell'
  return {
    rows,
    total: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0),
    complete: !rows.some(row => row.marks.some(doubt)),
    stoodSince: stoodSince(buckets, rows),
  }
}

function stoodSince(buckets: readonly Bucket[], rows: readonly Used[]): number | null {
  const moved = rows.findLastIndex(row => row.value === null || row.value > 0)
  const whole = rows.slice(moved + 1).filter(row => !row.marks.includes('running'))
  const counted = moved >= 0 && rows.slice(0, moved + 1).some(row => row.value !== null && row.value > 0)
  return counted && whole.length >= 2 ? buckets[moved + 1]!.from : null
}
