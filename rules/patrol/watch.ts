import type { Text } from '../../drivers/point.ts'
import { dayOf } from '../calendar.ts'
import { dayText, type PlannedRound } from './plan.ts'
import type { RoundPlan } from './words.ts'

/**
 * Rounds that nobody has planned: while detectors of a zone are isolated by a permit, people look after it instead. They
 * have a route of their own, made from the permit, and end with it.
 */
export interface Impaired {
  /** Number of the permit. */
  readonly no: string
  readonly space: string
  /** Since when, UTC ms. */
  readonly from: number
}
/** Every 30 min while detection is out of service. */
export const WATCH_GAP_MIN = 30
const GAP_MS = WATCH_GAP_MIN * 60_000
const GRACE_MS = 5 * 60_000
/** Made so far ahead. */
const AHEAD_MS = 60 * 60_000
/** Of a time in which no gateway ran nobody is asked after this. */
const BACK_MS = 86_400_000

const ROUTE = 'isolation.'
const POINT = '.'
export const watchRouteId = (no: string): string => `${ROUTE}${no}`
/** The number of the permit; null: another route. */
export const watchNo = (route: string): string | null => (route.startsWith(ROUTE) ? route.slice(ROUTE.length) : null)
export const watchName = (no: string): Text => ({
  'zh-CN': `探测器隔离期间巡查 ${no}`,
  en: `Rounds while detectors are isolated ${no}`,
})
/** A point of a watch route: one of the site's own, or the zone itself where the site has none in it. */
export const watchPointId = (route: string | null, checkpoint: string): string => `${route ?? ''}${POINT}${checkpoint}`
/** @returns route null: the checkpoint is a space */
export function watchOrigin(checkpoint: string): { readonly route: string | null; readonly checkpoint: string } {
  const at = checkpoint.indexOf(POINT)
  const route = checkpoint.slice(0, at)
  return { route: route === '' ? null : route, checkpoint: checkpoint.slice(at + POINT.length) }
}

export const watchPlan: RoundPlan = { kind: 'max-gap', from: '00:00', to: '24:00', maxGapMin: WATCH_GAP_MIN }

/** Its rounds so far and of the next hour; they belong to the day on which the isolation began. */
export function watchRounds({ no, from }: Impaired, zone: string, now: number): PlannedRound[] {
  const route = watchRouteId(no)
  const day = dayText(dayOf(from, zone))
  const first = Math.max(0, Math.floor((now - BACK_MS - from) / GAP_MS))
  const last = Math.floor((now + AHEAD_MS - from) / GAP_MS)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i): PlannedRound => {
    const n = first + i
    const start = from + n * GAP_MS
    const hours = { hoursFrom: from, hoursTo: start + GAP_MS }
    return {
      ...{ id: `${day}.${route}.1.${n + 1}`, route, plan: 0, kind: 'max-gap', day, n },
      ...{ from: start, to: start + GAP_MS, graceMs: GRACE_MS, ...hours },
    }
  })
}

/** Whether anybody has to walk at a site: it has routes, or zones that may be isolated. */
export const hasPatrols = (site: {
  readonly routes: readonly unknown[]
  readonly permits: { readonly isolation: boolean }
}): boolean => site.routes.length > 0 || site.permits.isolation
