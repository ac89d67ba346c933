import type { PointId, Sample } from '../../drivers/point.ts'
import { helpPoints } from '../../rules/help.ts'
import type { Clock } from '../core/clock.ts'

const SAY_AGAIN_MS = 30_000

export interface HelpLine {
  /** Tells the rules anew which points have a call that has not ended. */
  look(): void
  stop(): void
}

/**
 * Calls for help as points: true as long as one has not ended. They are on the disk, so a restart forgets none; they are
 * said again and again, so that one whose alarm could not be stored is not lost either.
 */
export function watchHelp(deps: {
  readonly clock: Clock
  readonly spaces: Iterable<string>
  /** Calls that have not ended. */
  readonly open: () => readonly { readonly point: PointId }[]
  readonly tell: (samples: readonly Sample[]) => void
}): HelpLine {
  const { clock, open, tell } = deps
  const points = helpPoints(deps.spaces)
  /** What was told last; what is not there was never told. */
  const told = new Map<PointId, boolean>()
  const look = () => {
    const called = new Set(open().map(c => c.point))
    const at = clock.now()
    const news = points
      .filter(point => called.has(point) || told.get(point) !== false)
      .map((point): Sample => ({ point, at, seen: at, quality: 'good', value: called.has(point) }))
    for (const { point, value } of news) told.set(point, value === true)
    if (news.length > 0) tell(news)
  }
  // Not at once: what follows from an alarm needs the site to be running.
  return { look, stop: clock.every(SAY_AGAIN_MS, look) }
}
