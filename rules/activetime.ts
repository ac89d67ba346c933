import { lengthOf, union } from './downtime.ts'

export interface AlarmLine {
  /** UTC ms. */
  readonly at: number
  readonly alarm: string
  readonly action: string
}
export interface ActiveTime {
  readonly times: number
  readonly first: number | null
  readonly last: number | null
  /** How long at least one of them stood: what stood at once is counted once. */
  readonly activeMs: number
  readonly active: boolean
}

/**
 * How often and how long the alarms of an order stood: one that flaps is one order, and this is how it flapped
 * [people-and-permits 3.2]. Pure.
 * @param lines of its alarms, oldest first
 * @param standing those that stand at `to`
 */
export function activeTime(lines: readonly AlarmLine[], standing: ReadonlySet<string>, to: number): ActiveTime {
  const raised = new Map<string, number>()
  const spans: { from: number; to: number }[] = []
  const at: number[] = []
  for (const line of lines) {
    if (line.action === 'raised') {
      at.push(line.at)
      raised.set(line.alarm, line.at)
    } else if (line.action === 'cleared' || line.action === 'retired') {
      const from = raised.get(line.alarm)
      if (from !== undefined) spans.push({ from, to: line.at })
      raised.delete(line.alarm)
    }
  }
  for (const [alarm, from] of raised) if (standing.has(alarm)) spans.push({ from, to })
  const [first] = at
  return {
    times: at.length,
    first: first ?? null,
    last: at.at(-1) ?? null,
    activeMs: first === undefined ? 0 : lengthOf(union(spans, first, to)),
    active: standing.size > 0,
  }
}
