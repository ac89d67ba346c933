import { Link } from 'wouter'
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
