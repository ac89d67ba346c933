import { Link } from 'wouter'
import type { ChannelView, EquipmentView } from '../../../gateway/http/contract.ts'
import { formatNumber, plain } from '../format.ts'
import { isTable } from '../looks.ts'
import { type Lang, useText } from '../text/index.ts'
import { Note } from './notes.tsx'

const MOST_POINTS = 8

interface Props {
  readonly channel: ChannelView
  readonly equipment: ReadonlyMap<string, EquipmentView>
}

/** Where the time of a line goes, which readings cost most of it, and what its devices were seen to refuse. */
export function Budget({ channel, equipment }: Props) {
  const { t, lang } = useText()
  const { budget, counts, learned } = channel
  if (!budget || !counts) return null
  return (
    <div className="card-b col g3">
      {budget.overloaded ? (
        <Note sort="medium" icon="warn" title={t('budget.overloaded')}>
          {t('budget.overloadedWhy')}
        </Note>
      ) : null}
      <dl className="nums">
        <Fact name={t('budget.utilisation')} value={percent(budget.utilisation, lang)} />
        <Fact name={t('budget.requests')} value={formatNumber(Math.round(budget.requestsPerMin), lang)} />
        <Fact name={t('budget.lateReads')} value={percent(budget.lateShare, lang)} />
        {(['timeouts', 'late', 'foreign', 'garbage'] as const).map(word => (
          <Fact key={word} name={t(`budget.${word}`)} value={formatNumber(counts[word], lang)} />
        ))}
      </dl>
      {budget.points.length > 0 ? (
        <details>
          <summary className="b">{t('budget.dearest')}</summary>
          <Dearest budget={budget} equipment={equipment} />
        </details>
      ) : null}
      {learned.length > 0 ? (
        <details>
          <summary className="b">{t('budget.learned')}</summary>
          <ul>
            {learned.map(({ unit, table, from, to, kind }) => (
              <li key={`${unit}/${table}/${from}-${to}/${kind}`}>
                {t(`budget.${kind}`, {
                  ...{ unit, range: to - from > 1 ? `${from}–${to - 1}` : from, most: to - from },
                  table: isTable(table) ? t(`add.tables.${table}`) : plain(table),
                })}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  )
}

const Fact = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dd>{value}</dd>
    <dt className="cap">{name}</dt>
  </div>
)

const percent = (share: number, lang: Lang): string => {
  const n = share * 100
  return `${n >= 10 || n === 0 ? formatNumber(n, lang, 0) : tenths(n, lang)} %`
}

/** What costs little does not cost nothing. */
const tenths = (n: number, lang: Lang): string =>
  n > 0 && n < 0.05 ? `<${formatNumber(0.1, lang, 1)}` : formatNumber(n, lang, 1)

interface DearestProps {
  readonly budget: NonNullable<ChannelView['budget']>
  readonly equipment: Props['equipment']
}
function Dearest({ budget, equipment }: DearestProps) {
  const { t, of, lang } = useText()
  return (
    <table className="tbl" aria-label={t('budget.dearest')}>
      <thead>
        <tr>
          <th>{t('budget.point')}</th>
          <th className="r">{t('budget.cost')}</th>
          <th className="r">{t('budget.share')}</th>
        </tr>
      </thead>
      <tbody>
        {budget.points.slice(0, MOST_POINTS).map(({ id, costMs, share }) => {
          const [where = ''] = id.split('/')
          const known = equipment.get(where)
          const point = known?.points.find(p => p.id === id)
          return (
            <tr key={id}>
              <td>
                <Link href={`/equipment/${encodeURIComponent(where)}`} className="link">
                  <bdi>{point ? of(point.name) : plain(id)}</bdi>
                </Link>{' '}
                <div className="dim">
                  <bdi>{known ? of(known.name) : ''}</bdi>
                </div>
              </td>
              <td className="r nw">{tenths(costMs, lang)} ms</td>
              <td className="r nw">{percent(share, lang)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
