import type { PointId } from '../drivers/point.ts'
import { type Policy, policies } from '../rules/orderclock.ts'
import { type OrderClass, orderClasses } from '../rules/rule.ts'
import type { Params } from './core/errors.ts'
import type { Path } from './jsonproblems.ts'
import type { MaintenancePlan, RawOrderSettings } from './orderschema.ts'
import type { Named } from './siteplaces.ts'

/** What a site says of its orders, checked and with what was left out filled in. */
export interface OrderRules {
  readonly policies: Readonly<Record<OrderClass, Policy>>
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
  raw: { readonly orders: RawOrderSettings | null; readonly maintenance: readonly (MaintenancePlan | null)[] },
  named: Named,
  add: Add,
): SiteOrders {
  const given = raw.orders ?? { policies: {} }
  const policyOf = (urgency: OrderClass): Policy => {
    const own = given.policies[urgency]
    const built = policies[urgency]
    if (!own) return built
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
      hours: own.hours ?? null,
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
      callbackUrl: given.callback?.url ?? null,
      address: given.address?.replace(/\/+$/, '') ?? null,
    },
    maintenance: plans,
  }
}

/** The points that say whether the plant runs, of each equipment. */
export const runningPoints = (plan: Pick<MaintenancePlan, 'running' | 'equipment'>): PointId[] => {
  const word = plan.running?.point
  if (word === undefined) return []
  return word.includes('/') ? [word as PointId] : plan.equipment.map(e => `${e}/${word}` as PointId)
}
