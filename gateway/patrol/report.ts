import {
  countStates,
  gapByHour,
  guardWalks,
  type Hours,
  onTimeShare,
  type PointFigure,
  type ScanFigure,
  shortestWalks,
  together,
  uncoveredMs,
} from '../../rules/patrol/figures.ts'
import { watchNo, watchOrigin } from '../../rules/patrol/watch.ts'
import type { RoundPlan, Verdict } from '../../rules/patrol/words.ts'
import { localClock } from '../../rules/schedule.ts'
import type { StoredRound } from '../records/patrol.ts'
import type { Site } from '../site/site.ts'
import type { Patrol } from './patrol.ts'

const MIN_MS = 60_000
/** How long a plan leaves a point without a visit at most. */
function mostGapMs(round: StoredRound): number | null {
  const plan = JSON.parse(round.spec) as RoundPlan
  if (plan.kind === 'max-gap') return plan.maxGapMin * MIN_MS
  // Once in each hour is no rule of sixty minutes: at the end of one and the beginning of another is as good.
  return plan.kind === 'count' ? 2 * (round.to - round.from) : null
}

/** What an inspector asks of the patrols of a time: rounds that ended in it. */
export function patrolFigures(
  patrol: Pick<Patrol, 'records' | 'stateOf'>,
  site: Site,
  from: number,
  to: number,
  now: number,
) {
  const { records } = patrol
  const rounds = records.within(from, to).filter(r => r.to > from && r.to <= to)
  const points: PointFigure[] = rounds.flatMap(r =>
    records.pointsOf(r.id).map(p => ({ route: r.route, checkpoint: p.checkpoint, verdicts: p.verdicts })),
  )
  // The hours of a night began the day before, and may end the day after: so do the times in which nobody came.
  const known: ScanFigure[] = records
    .between(Math.min(from, ...rounds.map(r => r.hoursFrom)), Math.max(to, ...rounds.map(r => r.hoursTo)))
    .flatMap(s =>
      s.route === null || s.checkpoint === null ? [] : [{ ...s, route: s.route, checkpoint: s.checkpoint }],
    )
  const scans = known.filter(s => s.at > from && s.at <= to)
  const verdicts: Partial<Record<Verdict, number>> = {}
  const all = [...scans.map(s => s.verdicts), ...points.map(p => p.verdicts.filter(v => v === 'missed'))]
  for (const verdict of all.flat()) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
  const local = localClock(site.timezone)
  const hourOf = (at: number) => Math.floor(local(at).minute / 60)
  // With those of zones that were isolated, as long as they were.
  const isolated = [...new Set(rounds.map(r => r.route).filter(id => watchNo(id) !== null))].map(id => ({
    id,
    checkpoints: [...new Set(rounds.filter(r => r.route === id).flatMap(r => r.points))].map(point => ({ id: point })),
  }))
  const byPoint = [...site.routes, ...isolated].flatMap(route => {
    const own = rounds.filter(r => r.route === route.id)
    // Several rounds have the same hours of the same plan.
    const hours = new Map(
      own.map(r => [
        `${r.plan} ${r.hoursFrom}`,
        { from: r.hoursFrom, to: r.hoursTo, maxGapMs: mostGapMs(r) } satisfies Hours,
      ]),
    )
    const spans = [...hours.values()].filter(h => h.maxGapMs !== null)
    return route.checkpoints.map(c => {
      const origin = watchNo(route.id) === null ? null : watchOrigin(c.id)
      const isHere = (s: ScanFigure): boolean =>
        (s.route === route.id && s.checkpoint === c.id) ||
        (origin !== null && s.route === origin.route && s.checkpoint === origin.checkpoint)
      const visits = known.filter(s => isHere(s) && !s.verdicts.includes('duplicate'))
      const times = visits.map(v => v.at)
      const mine = points.filter(p => p.route === route.id && p.checkpoint === c.id)
      return {
        ...{ route: route.id, checkpoint: c.id, due: mine.length },
        missed: mine.filter(p => p.verdicts.includes('missed')).length,
        uncoveredMs:
          spans.length === 0 ? null : spans.reduce((sum, h) => sum + uncoveredMs(times, h, now, { from, to }), 0),
        gaps: gapByHour(times, spans, hourOf, now, { from, to }),
      }
    })
  })
  return {
    ...{ states: countStates(rounds.map(r => patrol.stateOf(r, now))), onTime: onTimeShare(points), verdicts },
    ...{ points: byPoint, shortest: shortestWalks(scans), together: together(scans), guards: guardWalks(scans) },
    // Of all points together: the hours uncovered; null: no plan says how long a point may be.
    uncoveredMs: byPoint.every(p => p.uncoveredMs === null)
      ? null
      : byPoint.reduce((sum, p) => sum + (p.uncoveredMs ?? 0), 0),
  }
}
