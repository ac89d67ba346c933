import type { Condition, Rule, Severity } from './rule.ts'

/**
 * Key figures of an alarm system over a time, in fixed windows of 10 min aligned to the clock [ISA-18.2, EEMUA 191]. One
 * operator position. Fed event by event, oldest first, so that a month need not be held at once.
 */
export const WINDOW_MS = 600_000
export const DAY_MS = 86_400_000
const CHATTER_MS = 60_000
const CHATTER_TIMES = 3
const FLEETING_MS = 10_000
/** Of one alarm so many times are kept for judging remedies: the newest. */
const MOST_KEPT = 5000

export interface AlarmEvent {
  /** UTC ms. */
  readonly at: number
  readonly alarm: string
  readonly action: string
  readonly severity: Severity
  /** It called somebody. */
  readonly called: boolean
}

interface Occurrence {
  readonly from: number
  to: number | null
}
export interface Source {
  readonly alarm: string
  readonly calls: number
  readonly chatters: number
  readonly fleeting: number
  readonly occurrences: readonly Occurrence[]
}
export interface Figures {
  readonly windows: number
  readonly calls: number
  readonly perWindow: number
  readonly perDay: number
  readonly peak: number
  /** Share of windows with more than ten, 0..1. */
  readonly overloaded: number
  readonly topTenShare: number
  /** Alarms that came three times within a minute, or for less than ten seconds and not again within a minute. */
  readonly chattering: number
  readonly fleeting: number
  readonly mix: Readonly<Record<'life' | 'high' | 'medium' | 'low', number>>
  /** ms from the call to the acknowledgement; null: none was acknowledged. */
  readonly ackMedianMs: number | null
  readonly ackP95Ms: number | null
  /** The worst first. */
  readonly sources: readonly Source[]
}

/** @param to UTC ms, after `from` */
export function figuresOf(from: number, to: number) {
  const windows = new Map<number, number>()
  const perAlarm = new Map<string, { calls: number; occurrences: Occurrence[] }>()
  const mix = { life: 0, high: 0, medium: 0, low: 0 }
  const waiting = new Map<string, number>()
  const acked: number[] = []
  let calls = 0
  const of = (alarm: string) => {
    const known = perAlarm.get(alarm)
    if (known) return known
    const fresh = { calls: 0, occurrences: [] as Occurrence[] }
    perAlarm.set(alarm, fresh)
    return fresh
  }
  return {
    take({ at, alarm, action, severity, called }: AlarmEvent) {
      if (severity === 'journal') return
      if (action === 'raised') {
        const { occurrences } = of(alarm)
        occurrences.push({ from: at, to: null })
        if (occurrences.length > MOST_KEPT) occurrences.shift()
      }
      if (action === 'cleared') {
        const last = of(alarm).occurrences.at(-1)
        if (last) last.to ??= at
      }
      if (action === 'acknowledged') {
        const since = waiting.get(alarm)
        if (since !== undefined) acked.push(at - since)
        waiting.delete(alarm)
      }
      if (!called) return
      calls++
      mix[severity]++
      of(alarm).calls++
      if (!waiting.has(alarm)) waiting.set(alarm, at)
      const window = Math.floor(at / WINDOW_MS)
      windows.set(window, (windows.get(window) ?? 0) + 1)
    },
    done(): Figures {
      const count = Math.max(1, Math.ceil(to / WINDOW_MS) - Math.floor(from / WINDOW_MS))
      const sources = [...perAlarm]
        .map(([alarm, { calls: n, occurrences }]) => ({ alarm, calls: n, occurrences, ...flutter(occurrences) }))
        .filter(s => s.calls > 0)
        .sort((a, b) => b.calls - a.calls || (a.alarm < b.alarm ? -1 : 1))
      const topTen = sources.slice(0, 10).reduce((sum, s) => sum + s.calls, 0)
      const waits = acked.sort((a, b) => a - b)
      const share = (part: number) => (calls === 0 ? 0 : part / calls)
      return {
        windows: count,
        calls,
        perWindow: calls / count,
        perDay: (calls / count) * (DAY_MS / WINDOW_MS),
        peak: Math.max(0, ...windows.values()),
        overloaded: [...windows.values()].filter(n => n > 10).length / count,
        topTenShare: share(topTen),
        chattering: sources.filter(s => s.chatters > 0).length,
        fleeting: sources.filter(s => s.fleeting > 0).length,
        mix: { life: share(mix.life), high: share(mix.high), medium: share(mix.medium), low: share(mix.low) },
        ackMedianMs: quantile(waits, 0.5),
        ackP95Ms: quantile(waits, 0.95),
        sources,
      }
    },
  }
}

const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted.length === 0 ? null : sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!

/** How often it chattered, and how often it was gone before anybody could look. */
export function flutter(occurrences: readonly Occurrence[]): { readonly chatters: number; readonly fleeting: number } {
  let chatters = 0
  let fleeting = 0
  let within = false
  for (const [i, { from, to }] of occurrences.entries()) {
    const third = occurrences[i + CHATTER_TIMES - 1]
    const chattering = third !== undefined && third.from - from <= CHATTER_MS
    if (chattering && !within) chatters++
    within = chattering
    const before = occurrences[i - 1]
    const next = occurrences[i + 1]
    const single = (!before || from - before.from > CHATTER_MS) && (!next || next.from - from > CHATTER_MS)
    if (to !== null && to - from < FLEETING_MS && single) fleeting++
  }
  return { chatters, fleeting }
}

/** How many times it would have been raised with these delays instead, beside those that it has. */
export function wouldRaise(occurrences: readonly Occurrence[], onMs: number, offMs: number): number {
  let raised = 0
  let end = Number.NEGATIVE_INFINITY
  let standing = false
  for (const { from, to } of occurrences) {
    const lasts = to === null ? Number.POSITIVE_INFINITY : to - from
    if (standing && from - end < offMs) {
      end = to ?? Number.POSITIVE_INFINITY
      continue
    }
    standing = lasts >= onMs
    if (!standing) continue
    raised++
    end = to ?? Number.POSITIVE_INFINITY
  }
  return raised
}

/** One change of a rule that would make an alarm bearable, and what it would have come to. `rationalise`: people have to look. */
export type Remedy =
  | { readonly kind: 'delayOnS' | 'delayOffS' | 'deadband'; readonly to: number; readonly would: number | null }
  | { readonly kind: 'rationalise'; readonly to: null; readonly would: null }

const onDelaysS: Readonly<Record<Severity, readonly number[]>> = {
  // Nobody in danger waits for a statistic.
  life: [],
  high: [5, 10],
  medium: [5, 10, 30, 60],
  low: [5, 10, 30, 60],
  journal: [],
}
const offDelaysS = [15, 60, 300]
/** Worth proposing when it takes this share away. */
const WORTH = 0.5

/**
 * @param range the span of the point, for a deadband in its share: level and flow 5 %, pressure 2 %, temperature 1 %
 */
export function remedyOf(
  rule: Pick<Rule, 'severity' | 'delayOnS' | 'delayOffS' | 'when'>,
  occurrences: readonly Occurrence[],
  point: { readonly range?: readonly [number, number] | undefined; readonly unit?: string | undefined },
): Remedy {
  const rationalise: Remedy = { kind: 'rationalise', to: null, would: null }
  if (rule.severity === 'life') return rationalise
  const goal = occurrences.length * WORTH
  const later = offDelaysS
    .filter(s => s > rule.delayOffS)
    .map(s => ({ kind: 'delayOffS', to: s, would: wouldRaise(occurrences, 0, (s - rule.delayOffS) * 1000) }) as const)
  const slower = onDelaysS[rule.severity]
    .filter(s => s > rule.delayOnS)
    .map(s => ({ kind: 'delayOnS', to: s, would: wouldRaise(occurrences, (s - rule.delayOnS) * 1000, 0) }) as const)
  const deadband = deadbandOf(rule.when, point)
  // What flutters about a limit wants a deadband; then nothing is told later than it is.
  const { chatters } = flutter(occurrences)
  if (chatters > 0 && deadband !== null) return { kind: 'deadband', to: deadband, would: null }
  // An off-delay hides nothing; an on-delay tells later, so it is the second choice. The least that is enough.
  const enough = [...later, ...slower].find(r => r.would <= goal)
  return enough ?? rationalise
}

function deadbandOf(
  when: Condition,
  { range, unit }: { readonly range?: readonly [number, number] | undefined; readonly unit?: string | undefined },
): number | null {
  if (!('above' in when) && !('below' in when)) return null
  if (!range) return null
  const share = unit === 'Cel' ? 0.01 : unit !== undefined && /^(bar|k?Pa|MPa)$/.test(unit) ? 0.02 : 0.05
  const band = Number(((range[1] - range[0]) * share).toPrecision(2))
  return band > (when.deadband ?? 0) ? band : null
}
