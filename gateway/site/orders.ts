import type { PointId, Text } from '../../drivers/point.ts'
import { REPLY_DAYS } from '../../rules/complaint.ts'
import { circles } from '../../rules/maintenance.ts'
import { type Policy, policies } from '../../rules/orderclock.ts'
import { type OrderClass, orderClasses } from '../../rules/rule.ts'
import { type Targets, targets } from '../../rules/target.ts'
import { type Again, again, type Crew, crewFor, type Nature, natures, urgentNatures } from '../../rules/workorder.ts'
import type { Params } from '../core/errors.ts'
import type { MaintenancePlan, RawOrderSettings } from '../orders/schema.ts'
import type { Path } from './jsonproblems.ts'
import type { Named } from './places.ts'

/** What a site says of its orders, checked and with what was left out filled in. */
export interface OrderRules {
  readonly policies: Readonly<Record<OrderClass, Policy>>
  /** Kinds of reports that are urgent. */
  readonly urgent: readonly Nature[]
  readonly again: Again
  /** What the key figures are held against, per cent. */
  readonly targets: Targets
  /** Working days within which a complaint is answered. */
  readonly replyDays: number
  /** Who repairs what a rule calls by this failure class. */
  readonly failures: ReadonlyMap<string, { readonly name: Text; readonly crew: Crew }>
  readonly callbackUrl: string | null
  /** Without a slash at its end; null: nobody said how telephones reach the gateway. */
  readonly address: string | null
}
export interface SiteOrders {
  readonly orders: OrderRules
  readonly maintenance: readonly MaintenancePlan[]
}
type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

const MIN_MS = 60_000

export function siteOrders(
  raw: {
    readonly orders: RawOrderSettings | null
    readonly maintenance: readonly (MaintenancePlan | null)[]
    readonly calendar?:
      | { readonly holidays?: readonly string[]; readonly workdays?: readonly string[] }
      | undefined
      | null
  },
  named: Named,
  add: Add,
): SiteOrders {
  const given = raw.orders ?? { policies: {}, failures: [] }
  const steps = given.escalation?.toSorted((a, b) => a.pct - b.pct)
  for (const [i, { pct }] of given.escalation?.entries() ?? [])
    if (given.escalation!.findIndex(s => s.pct === pct) < i)
      add(['orders', 'escalation', i, 'pct'], 'step-twice', { pct })
  if (steps && !steps.some(s => s.pct >= 100)) add(['orders', 'escalation'], 'breach-untold')
  for (const [i, { id }] of given.failures.entries()) {
    const taken = natures.some(n => n === id) || given.failures.findIndex(f => f.id === id) < i
    if (taken) add(['orders', 'failures', i, 'id'], 'failure-taken', { id })
  }
  const ofAll = {
    ...(steps && { ladder: steps }),
    ...(given.visitHours !== undefined && { visitMs: given.visitHours * 60 * MIN_MS }),
    ...(given.samplePct !== undefined && { samplePct: given.samplePct }),
  }
  const { holidays = [], workdays = [] } = raw.calendar ?? {}
  const policyOf = (urgency: OrderClass): Policy => {
    const own = given.policies[urgency]
    const built = policies[urgency]
    if (!own) return { ...built, ...ofAll }
    if (own.hours && own.hours.from === own.hours.to)
      add(['orders', 'policies', urgency, 'hours', 'from'], 'span-empty', { from: own.hours.from, to: own.hours.to })
    // Whatever endangers people knows no office hours and waits for nothing.
    if (urgency === 'life' && (own.hours || own.pauses?.length)) add(['orders', 'policies', 'life'], 'life-never-waits')
    const ms = (min: number | undefined, otherwise: number) => (min === undefined ? otherwise : min * MIN_MS)
    return {
      acceptMs: ms(own.acceptMin, built.acceptMs),
      arriveMs: ms(own.arriveMin, built.arriveMs),
      restoreMs: ms(own.restoreMin, built.restoreMs),
      closeMs: ms(own.closeMin, built.closeMs),
      pauses: own.pauses
        ? Object.fromEntries(
            own.pauses.flatMap(reason => (built.pauses[reason] ? [[reason, built.pauses[reason]]] : [])),
          )
        : built.pauses,
      hours: own.hours ? { ...own.hours, ...(holidays.length + workdays.length > 0 && { holidays, workdays }) } : null,
      ...ofAll,
    }
  }
  const plans = raw.maintenance.filter(p => p !== null)
  const ids = new Set(plans.map(p => p.id))
  for (const [i, plan] of raw.maintenance.entries()) {
    if (!plan) continue
    const at: Path = ['maintenance', i]
    for (const [j, equipment] of plan.equipment.entries())
      if (!named.equipment.has(equipment)) add([...at, 'equipment', j], 'unknown-equipment', { equipment })
    if (plan.space !== undefined && !named.spaces.has(plan.space))
      add([...at, 'space'], 'unknown-space', { space: plan.space })
    const shifts = plan.every === 'shift' || plan.running?.stopped === 'shift'
    if (shifts && !plan.shifts) add([...at, 'shifts'], 'shifts-missing')
    for (const [j, other] of plan.covers.entries())
      if (!ids.has(other) || other === plan.id) add([...at, 'covers', j], 'unknown-plan', { plan: other })
    if (circles(plan, plans)) add([...at, 'covers'], 'plans-circle', { plan: plan.id })
    if (plan.every === undefined && !plan.counter) add([...at, 'every'], 'plan-never')
    if (plan.anchor === 'done' && shifts) add([...at, 'anchor'], 'anchor-shift')
    if (plan.counter && named.whole) {
      if (!plan.counter.point.includes('/') && plan.equipment.length === 0)
        add([...at, 'counter', 'point'], 'unknown-point', { point: plan.counter.point })
      for (const point of pointsOf(plan.counter.point, plan.equipment))
        if (!named.points.has(point)) add([...at, 'counter', 'point'], 'unknown-point', { point })
    }
    if (!plan.running || !named.whole) continue
    if (!plan.running.point.includes('/') && plan.equipment.length === 0)
      add([...at, 'running', 'point'], 'unknown-point', { point: plan.running.point })
    for (const point of runningPoints(plan))
      if (!named.points.has(point)) add([...at, 'running', 'point'], 'unknown-point', { point })
  }
  return {
    orders: {
      policies: Object.fromEntries(orderClasses.map(urgency => [urgency, policyOf(urgency)])) as Record<
        OrderClass,
        Policy
      >,
      urgent: given.urgent ?? urgentNatures,
      targets: {
        visited: given.targets?.visited ?? targets.visited,
        timely: given.targets?.timely ?? targets.timely,
        satisfied: given.targets?.satisfied ?? targets.satisfied,
        replied: given.targets?.replied ?? targets.replied,
      },
      replyDays: given.replyDays ?? REPLY_DAYS,
      again: {
        reopenMs: given.again?.reopenMin === undefined ? again.reopenMs : given.again.reopenMin * MIN_MS,
        lookBackMs: given.again?.followHours === undefined ? again.lookBackMs : given.again.followHours * 60 * MIN_MS,
      },
      failures: new Map(given.failures.map(({ id, name, crew }) => [id, { name, crew }])),
      callbackUrl: given.callback?.url ?? null,
      address: given.address?.replace(/\/+$/, '') ?? null,
    },
    maintenance: plans,
  }
}

/** Who repairs what has this failure class: of a kind of report whoever takes those, of a class of the site whom it says. */
export const crewOfFailure = (failure: string | null, { failures }: Pick<OrderRules, 'failures'>): Crew | null => {
  const nature = natures.find(n => n === failure)
  return nature ? crewFor(nature) : failure === null ? null : (failures.get(failure)?.crew ?? null)
}

/** The points that say whether the plant runs, of each equipment. */
export const runningPoints = (plan: Pick<MaintenancePlan, 'running' | 'equipment'>): PointId[] =>
  plan.running ? pointsOf(plan.running.point, plan.equipment) : []

/** `<equipment>/<key>` as it stands; a key: that of each equipment. */
const pointsOf = (word: string, equipment: readonly string[]): PointId[] =>
  word.includes('/') ? [word as PointId] : equipment.map(e => `${e}/${word}` as PointId)
