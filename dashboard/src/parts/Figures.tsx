import type { TFunction } from 'i18next'
import { reaches } from '../../../rules/target.ts'
import { formatNumber, formatTaken, type Language } from '../format.ts'
import { useText } from '../text/index.ts'
import { Icon } from './Icon.tsx'

/** A key figure as it is shown: its value, what it is of, what it should be, and whether it is. */
export interface FigureRow {
  readonly name: string
  readonly value: string
  readonly of?: string
  readonly target?: string
  /** Null: nothing can be said; left out: it has no target. */
  readonly met?: boolean | null
}

/** Makes rows of numbers: "too few" where there is nothing to say, and never a 0 that means nothing. */
export function figureWords(t: TFunction, lang: Language) {
  const few = t('orderFigures.few')
  const whole = (n: number) => formatNumber(n, lang, 0)
  const outOf = (n: number, of: number) => t('orderFigures.outOf', { n: whole(n), of: whole(of) })
  return {
    few,
    count: (name: string, n: number): FigureRow => ({ name, value: formatNumber(n, lang, 0) }),
    share(name: string, n: number, of: number, target?: number): FigureRow {
      const value = of === 0 ? few : `${formatNumber((n / of) * 100, lang, 1)} %`
      if (target === undefined) return { name, value, of: outOf(n, of) }
      const said = `${target >= 100 ? '' : '> '}${formatNumber(target, lang)} %`
      return { name, value, of: outOf(n, of), target: said, met: reaches(n, of, target) }
    },
    lasts: (name: string, ms: number | null, n: number): FigureRow => ({
      ...{ name, value: ms === null ? few : formatTaken(ms), of: t('orderFigures.ofN', { n: whole(n) }) },
    }),
    mean: (name: string, value: number | null, n: number): FigureRow => ({
      ...{
        name,
        value: value === null ? few : formatNumber(value, lang, 1),
        of: t('orderFigures.ofN', { n: whole(n) }),
      },
    }),
  }
}

interface Props {
  readonly title: string
  readonly rows: readonly FigureRow[]
}
export function FigureTable({ title, rows }: Props) {
  const { t } = useText()
  return (
    <table className="tbl flow" aria-label={title}>
      <thead>
        <tr>
          <th>{t('figures.what')}</th>
          <th className="r">{t('figures.value')}</th>
          <th className="r">{t('orderFigures.of')}</th>
          <th className="r">{t('figures.target')}</th>
          <th>{t('figures.verdict')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, value, of = '', target = '', met = null }) => (
          <tr key={name}>
            <td className="wide">{name}</td>
            <td className="nw r b">{value}</td>
            <td className="nw r dim">{of}</td>
            <td className="nw r dim">
              {target === '' ? null : <span className="only-s">{t('orderFigures.target', { target: '' })}</span>}
              {target}
            </td>
            <td className="nw">
              {met === false ? (
                <b>
                  <Icon name="warn" /> {t('orderFigures.missed')}
                </b>
              ) : met === null && target !== '' ? (
                <span className="dim">—</span>
              ) : (
                <span className="dim">{t(met === true ? 'figures.good' : 'figures.known')}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
