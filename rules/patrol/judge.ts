import type { Role } from '../flow.ts'
import type { PlannedRound } from './plan.ts'
import type { TagDoubt } from './tag.ts'
import type { Method, PatrolRoute, Verdict } from './words.ts'

const MIN_MS = 60_000
/** The same point by the same device within this time says nothing more. */
export const AGAIN_MS = 2 * MIN_MS
/** So much before a round, and after its grace, a visit is still taken as one of that round. */
export const EARLY_MS = 15 * MIN_MS
export const AFTER_MS = 30 * MIN_MS
/** A walk that rests for longer is another one. */
const WALK_MS = 60 * MIN_MS
/** From one point to another nobody walks sooner, where the site does not say it. */
const TRAVEL_SEC = 15

/** A visit as it is known: `at` is the true time, whatever the device's clock showed and whenever it was told. */
export interface Visit {
  readonly at: number
  readonly checkpoint: string
  readonly device: string
  readonly person: string
}
export interface NewVisit extends Visit {
  /** Null: nobody knows, as with a stick. */
  readonly role: Role | null
  readonly method: Method
}
/** A round that this visit may belong to. */
export interface Candidate extends Pick<PlannedRound, 'id' | 'from' | 'to' | 'graceMs' | 'hoursFrom'> {
  /** Somebody was at this point already. */
  readonly filled: boolean
}
export interface Before {
  readonly rounds: readonly Candidate[]
  /** Of the last hours, on any route, in the order of time, up to this one. */
  readonly visits: readonly (Visit & { readonly route: string })[]
  readonly deviceKnown: boolean
  /** Who may carry this device; null: it is not said. */
  readonly people: readonly string[] | null
  /** From that point to this one, s, as learned and confirmed; null: nobody has. */
  readonly travel?: ((from: string) => number | null) | undefined
}
export interface Judged {
  readonly round: string | null
  readonly verdicts: readonly Verdict[]
  /** Whether the point counts as visited in its round. */
  readonly fills: boolean
  /** What this visit says against its tag. */
  readonly doubt: TagDoubt | null
}

/** What a visit is, once and for all. @param plan of the round that it would belong to, by id */
export function judgeVisit(
  route: PatrolRoute,
  plans: (round: string) => PatrolRoute['rounds'][number],
  visit: NewVisit,
  before: Before,
): Judged {
  const { at, checkpoint, method } = visit
  const here = before.visits.filter(v => v.checkpoint === checkpoint)
  const verdicts: Verdict[] = []
  const known = before.deviceKnown && (route.devices === undefined || route.devices.includes(visit.device))
  if (!known) verdicts.push('wrong_device')
  const his = before.people === null || before.people.includes(visit.person)
  if (!his || (visit.role !== null && !route.by.includes(visit.role))) verdicts.push('wrong_person')
  const counts = verdicts.length === 0
  const round = roundOf(before.rounds, at)
  if (method === 'broken')
    return {
      round: round?.id ?? null,
      verdicts: [...verdicts, 'excused'],
      fills: counts && round !== null,
      doubt: 'dead',
    }

  const again = here.findLast(v => v.device === visit.device && at - v.at < AGAIN_MS)
  if (again) return { round: round?.id ?? null, verdicts: [...verdicts, 'duplicate'], fills: false, doubt: null }
  const point = route.checkpoints.find(c => c.id === checkpoint)
  const last = before.visits.findLast(v => v.checkpoint !== checkpoint && isSame(v, visit))
  let doubt: TagDoubt | null = null
  const needs = last && (before.travel?.(last.checkpoint) ?? point?.minTravelSec ?? TRAVEL_SEC)
  if (last && needs !== undefined && at - last.at < needs * 1000) {
    verdicts.push('too_fast')
    doubt = 'moved'
  }
  // One tag cannot be at two devices at once: a copy, or one that was carried away.
  const other = here.at(-1)
  if (other && other.device !== visit.device && at - other.at < TRAVEL_SEC * 1000) {
    if (!verdicts.includes('too_fast')) verdicts.push('too_fast')
    doubt = 'cloned'
  }
  if (route.ordered && outOfOrder(route, visit, before.visits)) verdicts.push('out_of_order')
  if (round !== null) verdicts.unshift(timing(round, plans(round.id), at, here.at(-1)?.at ?? null))
  const inTime = round !== null && at <= round.to + round.graceMs
  return { round: round?.id ?? null, verdicts, fills: counts && inTime && !round.filled, doubt }
}

/** By the person and by the device: whoever lends either is seen all the same. */
const isSame = (a: Visit, b: Visit): boolean => (a.person !== '' && a.person === b.person) || a.device === b.device

/** Where it is missing, first: within a round's hours, then soon after, then before. */
function roundOf(rounds: readonly Candidate[], at: number): Candidate | null {
  const within = (r: Candidate) => at >= r.from && at < r.to
  const grace = (r: Candidate) => at >= r.to && at <= r.to + r.graceMs
  const after = (r: Candidate) => at > r.to + r.graceMs && at <= r.to + r.graceMs + AFTER_MS
  const early = (r: Candidate) => at < r.from && at >= r.from - EARLY_MS
  const open = rounds.filter(r => !r.filled)
  return (
    open.find(within) ?? open.findLast(grace) ?? rounds.find(within) ?? open.find(early) ?? open.findLast(after) ?? null
  )
}

function timing(round: Candidate, plan: PatrolRoute['rounds'][number], at: number, lastHere: number | null): Verdict {
  if (at < round.from) return 'early'
  if (plan.kind === 'max-gap') {
    const within = lastHere !== null && lastHere >= round.hoursFrom
    const gap = at - (within ? lastHere : round.hoursFrom)
    // By the minute, as the rule is written: 40 min 30 s are forty minutes.
    if (Math.floor(gap / MIN_MS) > plan.maxGapMin) return 'late'
    return within && Math.ceil(gap / MIN_MS) < (plan.minGapMin ?? 0) ? 'early' : 'on_time'
  }
  return at < round.to ? 'on_time' : 'late'
}

/** Whether a point further on in the route was visited before this one, in the same walk. */
function outOfOrder(route: PatrolRoute, visit: Visit, visits: Before['visits']): boolean {
  const index = (id: string) => route.checkpoints.findIndex(c => c.id === id)
  let walk: string[] = []
  let lastAt = Number.NEGATIVE_INFINITY
  const step = (v: Visit) => {
    if (walk.includes(v.checkpoint) || v.at - lastAt > WALK_MS) walk = []
    lastAt = v.at
  }
  for (const v of visits.filter(v => v.route === route.id && isSame(v, visit))) {
    step(v)
    walk.push(v.checkpoint)
  }
  step(visit)
  return walk.some(id => index(id) > index(visit.checkpoint))
}
