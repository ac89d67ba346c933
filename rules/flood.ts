import type { Alarm } from './alarm.ts'
import type { Severity } from './rule.ts'

/** More calls than this within the window and nobody can follow; fewer than that, and one can again [EEMUA 191, ISA-18.2]. */
export const flood = { windowMs: 600_000, enter: 10, leave: 5 } as const

export interface Rate {
  /** Calls within the window. */
  readonly count: number
  /** Since when it is a flood, UTC ms; null: it is none. */
  readonly since: number | null
}

/** Counts calls: alarms that came to be unacknowledged and in sight. One operator position. */
export function floodWatch() {
  let times: number[] = []
  let head = 0
  let since: number | null = null
  const look = (now: number): Rate => {
    while (head < times.length && times[head]! <= now - flood.windowMs) head++
    if (head > 1000) {
      times = times.slice(head)
      head = 0
    }
    const count = times.length - head
    if (count > flood.enter) since ??= now
    else if (count < flood.leave) since = null
    return { count, since }
  }
  return {
    /** @param at UTC ms, not before the last one */
    called(at: number): Rate {
      times.push(at)
      return look(at)
    },
    look,
    /** How many of each minute, the newest last. */
    perMinute(now: number): number[] {
      const minutes = flood.windowMs / 60_000
      const counts = Array.from({ length: minutes }, () => 0)
      for (const at of times.slice(head)) {
        const back = Math.floor((now - at) / 60_000)
        if (back >= 0 && back < minutes) counts[minutes - 1 - back]!++
      }
      return counts
    },
    /** Somebody set the clock. */
    shift(offsetMs: number) {
      times = times.map(at => at + offsetMs)
      if (since !== null) since += offsetMs
    },
  }
}

/** In a flood: who stands alone whatever comes, and who is shown with others. */
export const alone = (severity: Severity): boolean => severity === 'life' || severity === 'high'

/** What a grouping looks at; `area` is what the reader calls the place. */
export type Shown = Pick<Alarm, 'id' | 'severity' | 'active' | 'acked' | 'raisedAt' | 'rule'> & {
  readonly area: string | null
}
export interface Group<A> {
  readonly key: string
  /** The worst of it. */
  readonly severity: Severity
  /** In the order of the list; the first out is the oldest. */
  readonly alarms: readonly A[]
  readonly firstOut: A
  readonly unacked: number
}

/** One line for what is of one area and one kind; life and high stand alone. Keeps the order of the list. */
export function grouped<A extends Shown>(alarms: readonly A[]): Group<A>[] {
  const groups = new Map<string, A[]>()
  for (const alarm of alarms) {
    const key = alone(alarm.severity) ? alarm.id : `${alarm.severity} ${alarm.area ?? ''} ${alarm.rule}`
    const list = groups.get(key)
    if (list) list.push(alarm)
    else groups.set(key, [alarm])
  }
  return [...groups].map(([key, list]) => ({
    key,
    severity: list[0]!.severity,
    alarms: list,
    firstOut: list.reduce((a, b) => ((b.raisedAt ?? 0) < (a.raisedAt ?? 0) ? b : a)),
    unacked: list.filter(a => !a.acked).length,
  }))
}
