import type { PointId } from '../drivers/point.ts'

/**
 * When a piece of equipment stood still, on the order of its repair: read from the plant where it says so itself, else
 * stated by a person, and always marked which [people-and-permits 3.2, Atlas #88]. Pure.
 */
export interface Downtime {
  readonly id: string
  readonly source: 'measured' | 'stated'
  readonly from: number
  /** Null: it stands. */
  readonly to: number | null
  /** Of a measured one: the point that said it. */
  readonly point: PointId | null
  readonly reason: string
  readonly by: string
  readonly at: number
  /** Why it does not count: a pump on stand-by stood, and nobody missed it. */
  readonly withdrawn: string | null
}

export interface Span {
  readonly from: number
  readonly to: number
}

interface Flag {
  readonly id: PointId
  readonly key: string
  readonly kind: string
}
/** What one piece of equipment says of itself. `null`: nothing that can be trusted. */
export interface Stands {
  readonly stopped: boolean
  readonly point: PointId
}

/** Of the whole thing only: `pump2-fault` is one pump of a station that goes on. */
const FAULT = /^(trip|tripped|fault|stopped|out-of-service)$/
const RUNNING = /(^|-)(running|run|started)$/
/** A lift that does not move has no trouble: it waits for somebody. */
const WAITS = /^(lift|escalator)/

/** The points from which it can be read whether this equipment stands; none: a person has to say it. */
export const standsBy = <P extends Flag>(kind: string, points: readonly P[]): readonly P[] =>
  points.filter(p => p.kind === 'boolean' && (FAULT.test(p.key) || (RUNNING.test(p.key) && !WAITS.test(kind))))

/**
 * Whether it stands now. One that is tripped stands; one that runs anywhere does not; and it stands when all of it says that
 * it does not run. What cannot be read says nothing: a dead bus stops no pump.
 * @param told the value, or null when it is bad
 */
export function standsNow(points: readonly Flag[], told: (id: PointId) => unknown): Stands | null {
  const fault = points.find(p => FAULT.test(p.key) && told(p.id) === true)
  if (fault) return { stopped: true, point: fault.id }
  const running = points.filter(p => RUNNING.test(p.key))
  const runs = running.find(p => told(p.id) === true)
  if (runs) return { stopped: false, point: runs.id }
  const [first] = running.length > 0 ? running : points
  if (!first || (running.length > 0 ? running : points).some(p => told(p.id) !== false)) return null
  return { stopped: running.length > 0, point: first.id }
}

/** The parts of [from, to) that are covered by any of these, in order, without overlap. */
export function union(spans: readonly Span[], from: number, to: number): Span[] {
  const cut = spans
    .map(s => ({ from: Math.max(s.from, from), to: Math.min(s.to, to) }))
    .filter(s => s.from < s.to)
    .sort((a, b) => a.from - b.from)
  const joined: Span[] = []
  for (const span of cut) {
    const last = joined.at(-1)
    if (last && span.from <= last.to) joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
    else joined.push(span)
  }
  return joined
}
export const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, s) => sum + s.to - s.from, 0)

/** What counts of an order's downtimes. One that still stood when the order was closed is counted to there. */
export const counted = (
  order: { readonly downtimes: readonly Downtime[]; readonly closedAt: number | null },
  now: number,
): Span[] =>
  order.downtimes
    .filter(d => d.withdrawn === null)
    .map(d => ({ from: d.from, to: d.to ?? Math.max(d.from, order.closedAt ?? now) }))
