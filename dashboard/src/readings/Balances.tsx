import { Link } from 'wouter'
import { useMe } from '../api.ts'
import { formatFigure, formatUnit, plain } from '../format.ts'
import { Icon } from '../parts/Icon.tsx'
import { useText } from '../text/index.ts'
import { useBalances } from './data.ts'
import { dateOf } from './day.ts'

/** What goes in at each main meter and does not come out behind it. */
export function Balances() {
  const { t, of, lang } = useText()
  const figure = (text: string | null, unit: string) =>
    text === null ? '—' : `${formatFigure(text, lang)} ${formatUnit(unit)}`
  const zone = useMe().site.timezone
  const { data } = useBalances()
  if (!data || data.items.length === 0 || data.from === null || data.to === null) return null
  const day = (at: string) => dateOf(at, zone)
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('readings.balance')}</h2>
        <span className="dim">{t('readings.span', { from: day(data.from), to: day(data.to) })}</span>
      </div>
      <table className="tbl flow" aria-label={t('readings.balance')}>
        <thead>
          <tr>
            <th>{t('readings.main')}</th>
            <th className="r">{t('readings.in')}</th>
            <th className="r">{t('readings.behind')}</th>
            <th className="r">{t('readings.lost')}</th>
            <th>{t('readings.state')}</th>
          </tr>
        </thead>
        <tbody>
          {data.items.map(b => (
            <tr key={b.parent}>
              <td className="wide">
                {b.unitName ? of(b.unitName) : plain(b.unit)}
                <div className="cap">
                  {t(`readings.medium.${b.medium}`)} ·{' '}
                  <bdi>{b.parentName ? `${of(b.parentName)} · ${plain(b.parent)}` : plain(b.parent)}</bdi>
                </div>
              </td>
              <td className="nw r">
                <span className="only-s">{t('readings.in')} </span>
                {figure(b.used, b.usedUnit)}
              </td>
              <td className="nw r">
                <span className="only-s">{t('readings.behind')} </span>
                {figure(b.behind, b.usedUnit)}
              </td>
              <td className="nw r">
                <span className="only-s">{t('readings.lost')} </span>
                {figure(b.lost, b.usedUnit)}{' '}
                {b.lostPercent === null ? '' : lang === 'en' ? `(${b.lostPercent} %)` : `（${b.lostPercent}%）`}
              </td>
              <td className="wide">
                {b.state === 'within' ? null : <Icon name="warn" />}{' '}
                {t(`readings.balances.${b.state}`, { limit: b.limit, n: b.wanting.length })}
                {b.wanting.length > 0 ? (
                  <div className="cap">
                    {b.wanting.slice(0, 5).map(plain).join(t('common.listSep'))}
                    {b.wanting.length > 5 ? ' …' : ''}
                  </div>
                ) : null}
                {b.suspects.length > 0 ? (
                  <div className="cap">
                    {t('readings.lookFirst')}
                    <ol className="rd-sus">
                      {b.suspects.slice(0, 5).map(s => (
                        <li key={s.point}>
                          <Link href={`/readings/${encodeURIComponent(s.point)}`} className="link">
                            {s.unitName ? of(s.unitName) : plain(s.unit)}
                          </Link>{' '}
                          {of(s.text)}
                        </li>
                      ))}
                    </ol>
                  </div>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
