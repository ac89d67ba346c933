import { Link } from 'wouter'
import { useMe } from '../../api.ts'
import { formatDay } from '../../format.ts'
import { useText } from '../../text/index.ts'

/** When an alarm of this rule was proved last, or never; it leads to its tests. @param at ISO 8601 */
export function RuleProved({ rule, at }: { readonly rule: string; readonly at: string | null }) {
  const { t } = useText()
  const { site } = useMe()
  return (
    <div className="cap">
      {t('proving.proved')}{' '}
      <Link href={`/alarms/tests?rule=${encodeURIComponent(rule)}`} className="link">
        {at === null ? t('proving.never') : formatDay(Date.parse(at), site.timezone)}
      </Link>
    </div>
  )
}
