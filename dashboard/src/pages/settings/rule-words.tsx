import type { RuleView } from '../../../../gateway/http/contract.ts'
import { formatNumber, formatUnit, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'

/** A condition in few words; one of several parts is shown as it is written. */
export function Condition(props: {
  readonly of: RuleView['now']['when']
  readonly names: RuleView['names']
  readonly unit: RuleView['unit']
}) {
  const { of: when, names } = props
  const unit = formatUnit(props.unit)
  const { t, lang, of } = useText()
  /** What a point is compared with: by its name where it has one. */
  const coded = (value: unknown): string | null => {
    if (Array.isArray(value)) {
      const all = value.map(coded)
      return all.every(one => one !== null) && all.length > 0 ? all.join(t('common.listSep')) : null
    }
    const name = names[String(typeof value === 'boolean' ? Number(value) : value)]
    return name ? of(name) : null
  }
  if (typeof when.expression === 'string') return <code className="mono brk">{plain(when.expression)}</code>
  const parts = Object.entries(when).map(([word, value]) => {
    const name = word in labels ? t(`rules.word.${word as Label}`) : word
    const said =
      (compared.includes(word) ? coded(value) : null) ??
      (typeof value === 'number'
        ? `${formatNumber(value, lang)}${measured.includes(word) && unit !== '' ? ` ${unit}` : ''}`
        : typeof value === 'object'
          ? plain(JSON.stringify(value)).slice(0, 80)
          : typeof value === 'boolean'
            ? t(value ? 'rules.yes' : 'rules.no')
            : plain(String(value)))
    return `${name} ${said}`
  })
  return <span>{parts.join(lang === 'en' ? ', ' : '，')}</span>
}
/** Numbers that are in the unit of the points. */
const measured = ['above', 'below', 'deadband', 'rises', 'falls', 'differs', 'tolerance']
const compared = ['equals', 'in', 'notIn']
export const labels = {
  above: 1,
  below: 1,
  equals: 1,
  in: 1,
  notIn: 1,
  mask: 1,
  deadband: 1,
  rises: 1,
  falls: 1,
  withinS: 1,
  differs: 1,
  from: 1,
  unchangedS: 1,
  tolerance: 1,
  silentS: 1,
  times: 1,
  of: 1,
  during: 1,
  all: 1,
  any: 1,
  not: 1,
} as const
export type Label = keyof typeof labels
