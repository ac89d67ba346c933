import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { OrderFiguresView, ReliabilityView } from '../../../gateway/http/contract.ts'
import { call, type Items, useMe } from '../api.ts'
import { formatDay, formatNumber, formatTaken } from '../format.ts'
import { Back } from '../parts/Back.tsx'
import { FigureTable } from '../parts/Figures.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { orderFigureRows } from '../parts/OrderFigureRows.ts'
import { useText } from '../text/index.ts'

const SPANS = [30, 90, 366] as const
const WORST = 30

/** How well orders are done: each figure with what it is of, and "too few" instead of a 0 that means nothing. */
export default function OrderFigures() {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const [days, setDays] = useState<(typeof SPANS)[number]>(30)
  const query = useQuery({
    queryKey: ['order-figures', days],
    queryFn: () => call<OrderFiguresView>(`order-figures?days=${days}`),
    staleTime: 60_000,
  })
  const from = query.data && formatDay(Date.parse(query.data.from), zone)
  return (
    <Page title={t('orderFigures.title')} sub={from && t('orderFigures.sub', { from, days })}>
      <div className="row wrap bar-h">
        <Back href="/orders">{t('orders.title')}</Back>
        <fieldset className="tabs bare ml" aria-label={t('orderFigures.span')}>
          {SPANS.map(one => (
            <button key={one} type="button" aria-pressed={one === days} onClick={() => setDays(one)}>
              {t('orderFigures.days', { n: one })}
            </button>
          ))}
        </fieldset>
      </div>
      <Loaded query={query} what={t('orderFigures.title')}>
        {figures => (
          <div className="col g3">
            {figures.demo > 0 ? (
              <Note icon="help">
                <b>{t('figures.demo')}</b> {t('orderFigures.demoWhy', { n: figures.demo, of: figures.closed })}
              </Note>
            ) : null}
            <section className="card">
              <FigureTable title={t('orderFigures.title')} rows={orderFigureRows(figures, figures.targets, t, lang)} />
            </section>
            <Reliability days={days} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

/** MTBF and MTTR of what had repairs, with what they rest on. */
function Reliability({ days }: { readonly days: number }) {
  const { t, of, lang } = useText()
  const query = useQuery({
    queryKey: ['reliability', days],
    queryFn: async () => (await call<Items<ReliabilityView>>(`reliability?days=${days}`)).items,
    staleTime: 60_000,
  })
  const few = t('orderFigures.few')
  const lasts = (ms: number | null) => (ms === null ? few : formatTaken(ms))
  const cell = (name: 'failures' | 'mtbf' | 'mttr' | 'down', value: string, note = '') => (
    <td className="nw r">
      <span className="only-s">{t(`reliability.${name}`)} </span>
      {value}
      {note === '' ? null : <div className="cap">{note}</div>}
    </td>
  )
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('reliability.title')}</h2>
      </div>
      <Loaded query={query} what={t('reliability.title')}>
        {rows =>
          rows.length === 0 ? (
            <Empty title={t('reliability.none')} why={t('reliability.noneWhy')} />
          ) : (
            <table className="tbl flow" aria-label={t('reliability.title')}>
              <thead>
                <tr>
                  <th>{t('orders.equipment')}</th>
                  {(['failures', 'mtbf', 'mttr', 'down'] as const).map(name => (
                    <th key={name} className="r">
                      {t(`reliability.${name}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.slice(0, WORST).map(r => (
                  <tr key={r.equipment}>
                    <td className="wide">
                      <Link href={`/equipment/${encodeURIComponent(r.equipment)}`} className="link">
                        {r.equipmentName ? of(r.equipmentName) : r.equipment}
                      </Link>
                      <div className="cap">
                        {[
                          r.space ? of(r.space) : '',
                          r.demo > 0 ? t('reliability.demo', { n: r.demo }) : '',
                          r.unknown > 0 ? t('reliability.unknown', { n: r.unknown }) : '',
                        ]
                          .filter(w => w !== '')
                          .join(' · ')}
                      </div>
                    </td>
                    {cell('failures', formatNumber(r.failures, lang, 0))}
                    {cell('mtbf', lasts(r.mtbfMs))}
                    {cell('mttr', lasts(r.mttrMs), t('orderFigures.ofN', { n: r.repaired }))}
                    {cell(
                      'down',
                      r.downMs === 0 ? '—' : formatTaken(r.downMs),
                      r.measuredShare === null
                        ? ''
                        : t('reliability.measured', { pct: formatNumber(r.measuredShare * 100, lang, 0) }),
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
      <div className="card-b cap">{t('reliability.how')}</div>
    </section>
  )
}
