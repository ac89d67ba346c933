import { useMemo } from 'react'
import { Link } from 'wouter'
import type { PointInfo } from '../../../gateway/http/contract.ts'
import { useEquipment, usePlans, useSpaces } from '../api.ts'
import { planFor } from '../place.ts'
import { useText } from '../text/index.ts'
import { Icon } from './Icon.tsx'

/** Where a piece of equipment is drawn; null when no plan shows it. */
export function usePlanLink(id: string): string | null {
  const plans = usePlans().data
  const spaces = useSpaces()
  const one = useEquipment().data?.find(equipment => equipment.id === id)
  if (!plans || plans.length === 0 || !one) return null
  const plan = planFor(one, plans, spaces)
  return plan === null ? null : `/plan/${encodeURIComponent(plan)}?at=${encodeURIComponent(id)}`
}

export interface Near {
  readonly point: PointInfo | undefined
  /** Where its equipment is drawn; null when no plan shows it. */
  readonly plan: string | null
}
/** For lists: looked up once for all rows, as each row that asks for itself is a watcher of three whole lists. */
export function useNear(): (equipment: string, point: string, space?: string) => Near {
  const plans = usePlans().data
  const spaces = useSpaces()
  const all = useEquipment().data
  return useMemo(() => {
    const byId = new Map(all?.map(one => [one.id, { one, points: new Map(one.points.map(p => [p.id as string, p])) }]))
    return (equipment, point, space) => {
      const found = byId.get(equipment)
      // A help call is of a home, not of the desk where its board hangs.
      const elsewhere = space === undefined || found?.one.space?.id === space ? undefined : spaces.get(space)
      const plan = found && plans && plans.length > 0 ? planFor(elsewhere ?? found.one, plans, spaces) : null
      return {
        point: found?.points.get(point),
        plan:
          plan === null
            ? null
            : `/plan/${encodeURIComponent(plan)}?at=${encodeURIComponent(elsewhere?.id ?? equipment)}`,
      }
    }
  }, [plans, spaces, all])
}

export function ShowOnPlan({ equipment }: { readonly equipment: string }) {
  const { t } = useText()
  const href = usePlanLink(equipment)
  return href === null ? null : (
    <Link href={href} className="btn on-plan">
      <Icon name="plan" />
      {t('plan.show')}
    </Link>
  )
}
