import type { RuleView } from '../../../../gateway/http/contract.ts'
import { formatNumber, formatUnit, formatWait, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'

/** A condition in few words, its parts as well. */
export function Condition(props: {
  readonly of: RuleView['now']['when']
  readonly names: RuleView['names']
  readonly unit: RuleView['unit']
  readonly others: RuleView['others']
}) {
  const { of: when, names, others } = props
  const unit = formatUnit(props.unit)
  const { t, lang, of } = useText()
  const comma = lang === 'en' ? ', ' : '，'
  const stop = lang === 'en' ? '; ' : '；'
  const colon = lang === 'en' ? ': ' : '：'
  /** As it was written, 0.5 and not 0.5000: a limit is not a measured value. */
  const number = (value: number) => formatNumber(value, lang, String(value).split('.')[1]?.length ?? null)
  /** What a point is compared with: by its name where it has one. */
  const coded = (value: unknown): string | null => {
    if (Array.isArray(value)) {
      const all = value.map(coded)
      return all.every(one => one !== null) && all.length > 0 ? all.join(t('common.listSep')) : null
    }
    const name = names[String(typeof value === 'boolean' ? Number(value) : value)]
    return name ? of(name) : null
  }
  /** @param own whether it is of the point that the alarm is of, whose names and unit we have */
  const say = (all: object, own: boolean): string =>
    Object.entries(all)
      .map(([word, value]: [string, unknown]) => {
        if (typeof value === 'number' && word in counted)
          return t(`rules.said.${word as Counted}`, { n: word === 'times' ? number(value) : formatWait(value, lang) })
        const name = word in labels ? t(`rules.word.${word as Label}`) : word
        if (['all', 'any', 'not', 'of'].includes(word) && typeof value === 'object' && value !== null)
          return `${name}${colon}${[value].flat().map(part).join(stop)}`
        const said =
          (own && compared.includes(word) ? coded(value) : null) ??
          (typeof value === 'number'
            ? `${number(value)}${own && measured.includes(word) && unit !== '' ? ` ${unit}` : ''}`
            : typeof value === 'boolean'
              ? t(value ? 'rules.yes' : 'rules.no')
              : Array.isArray(value)
                ? plain(value.join(t('common.listSep')))
                : plain(typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 80))
        return `${name} ${said}`
      })
      .join(comma)
  const part = (one: object): string => {
    const { point, ...rest } = one as { readonly point?: unknown }
    if (typeof point !== 'string') return say(rest, true)
    return `${others[point] ? of(others[point]) : plain(point)} ${say(rest, false)}`
  }
  if (typeof when.expression === 'string') return <code className="mono brk">{plain(when.expression)}</code>
  return <span>{say(when, true)}</span>
}
/** Numbers that are in the unit of the points. */
const measured = ['above', 'below', 'deadband', 'rises', 'falls', 'differs', 'tolerance']
const compared = ['equals', 'in', 'notIn']
/** Numbers with a unit of their own. */
const counted = { withinS: 1, unchangedS: 1, silentS: 1, times: 1 } as const
type Counted = keyof typeof counted
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
