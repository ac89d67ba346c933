import { type Alarm, byUrgency, calls, isTest } from './alarm.ts'
import { grouped, type Shown } from './flood.ts'
import { rankOf, type Severity } from './rule.ts'

/** Somebody has made the control room quiet for a while. It acknowledges nothing. */
export interface Silence {
  readonly by: string
  /** UTC ms. */
  readonly at: number
  readonly until: number
  /** Of the most pressing alarm that was heard then. */
  readonly severity: Severity
}
export type Calling = Pick<Alarm, 'severity' | 'active' | 'acked' | 'raisedAt'> & { readonly id?: string } & Parameters<
    typeof calls
  >[0]

/** Longest silence, minutes: with somebody in danger two. Own figures; requirements give none. */
export const SILENCE_MIN = { most: 10, life: 2 } as const

/** One sound per priority: how often it comes, and its tones: Hz, and ms of sound and pause. */
export const sounds: Record<
  Exclude<Severity, 'journal'>,
  { everyMs: number; tones: readonly [number, number, number][] }
> = {
  life: {
    everyMs: 3000,
    tones: [
      [988, 180, 60],
      [784, 180, 60],
      [988, 180, 60],
      [784, 180, 60],
      [988, 180, 0],
    ],
  },
  high: {
    everyMs: 5000,
    tones: [
      [880, 200, 120],
      [880, 200, 120],
      [880, 200, 0],
    ],
  },
  medium: {
    everyMs: 10_000,
    tones: [
      [660, 250, 150],
      [660, 250, 0],
    ],
  },
  low: { everyMs: 30_000, tones: [[523, 300, 0]] },
}

/** The alarms that call, most pressing first; what is only noted calls nobody. */
export const calling = <A extends Calling>(alarms: readonly A[]): readonly A[] =>
  alarms.filter(a => a.severity !== 'journal' && calls(a)).sort(byUrgency)

/**
 * In a flood one sound per group: its oldest alarm stands for it, so that what only joins a group breaks no silence and is
 * not read out. Life and high stand for themselves.
 */
export const oneOfEach = <A extends Shown>(alarms: readonly A[]): readonly A[] =>
  grouped(alarms).map(group => group.firstOut)

/** Of the gateway and of a screen. */
const CLOCKS_DIFFER_MS = 60_000

/**
 * What is to be heard now. A silence holds until its time is over, or until an alarm comes that is as pressing as the most
 * pressing one that it was made for, or more: then everything is heard again.
 */
export function heard<A extends Calling>(
  alarms: readonly A[],
  silence: Silence | null,
  now: number,
): { readonly alarms: readonly A[]; readonly silence: Silence | null } {
  const all = calling(alarms)
  // Made in the future: the clock was set back since, and nobody meant it to be that long.
  const over = silence === null || now >= silence.until || now < silence.at - CLOCKS_DIFFER_MS
  if (over) return { alarms: all, silence: null }
  const news = all.some(a => (a.raisedAt ?? 0) > silence.at && rankOf(a.severity) <= rankOf(silence.severity))
  return news ? { alarms: all, silence: null } : { alarms: [], silence }
}

/** What a silence is made for: the most pressing that is real. Of a test alone it is so little that whatever is real ends it. */
export function silenceFor(alarms: readonly Calling[]): Severity {
  const [worst] = calling(alarms)
  return worst === undefined || isTest(worst.id ?? '') ? 'low' : worst.severity
}

/** Which alarm is spoken in which round: in turn, but nothing else while somebody is in danger, and no test before what is real. */
export function spoken<A extends Calling>(alarms: readonly A[], round: number): A | undefined {
  const real = alarms.filter(a => !isTest(a.id ?? ''))
  const life = real.filter(a => a.severity === 'life')
  const mine = life.length > 0 ? life : real.length > 0 ? real : alarms
  return mine[round % Math.max(1, mine.length)]
}
