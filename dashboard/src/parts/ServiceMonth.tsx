import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ServiceFiguresView } from '../../../gateway/http/contract.ts'
import { complaintClasses } from '../../../rules/complaint.ts'
import { call, useMe } from '../api.ts'
import { formatDay } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { FigureTable, figureWords } from './Figures.tsx'
import { Loaded, Note } from './notes.tsx'
import { orderFigureRows } from './OrderFigureRows.ts'

const MONTHS = 13

/** The numbers of a month for the report of the service desk, against the targets of the site. */
export function ServiceMonth() {
  const { t } = useText()
  const zone = useMe().site.timezone
  const [month, setMonth] = useState(() => formatDay(serverNow(), zone).slice(0, 7))
  const query = useQuery({
    queryKey: ['service', 'month', month],
    queryFn: () => call<ServiceFiguresView>(`service-figures?month=${month}`),
  })
  const [year, of] = formatDay(serverNow(), zone).split('-').map(Number) as [number, number]
  const months = Array.from({ length: MONTHS }, (_, i) =>
    new Date(Date.UTC(year, of - 1 - i, 15)).toISOString().slice(0, 7),
  )
  return (
    <div className="col g3">
      <div className="row wrap">
        <select
          className="inp fit"
          aria-label={t('service.month')}
          value={month}
          onChange={event => setMonth(event.target.value)}
        >
          {months.map(one => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </div>
      <Loaded query={query} what={t('service.month')}>
        {f => <Numbers f={f} />}
      </Loaded>
    </div>
  )
}

function Numbers({ f }: { readonly f: ServiceFiguresView }) {
  const { t, lang } = useText()
  const { count, share } = figureWords(t, lang)
  const { complaints: c, targets } = f
  const rows = [
    count(t('month.received'), c.received),
    ...complaintClasses.map(one => count(t('month.ofClass', { class: t(`complaintClass.${one}`) }), c.byClass[one])),
    count(t('month.suggestions'), c.suggestions),
    share(t('month.replied'), c.replied.n, c.replied.of, targets.replied),
    share(t('month.visited'), c.visits.made, c.visits.due, targets.visited),
    count(t('orderFigures.waiting'), c.visits.waiting),
    share(t('month.visitedInTime'), c.visits.inTime, c.visits.made, targets.visited),
    share(t('month.satisfied'), c.visits.satisfied, c.visits.answered, targets.satisfied),
    count(t('month.reopened'), c.reopened),
    count(t('month.repairs'), c.repairs),
    count(t('month.open'), c.open),
    count(t('month.overdue'), c.overdue),
    count(t('month.notReportedUp'), c.notReportedUp),
  ]
  return (
    <>
      {f.over ? null : <Note icon="help">{t('month.running')}</Note>}
      {f.orders.demo > 0 ? (
        <Note icon="help">
          <b>{t('figures.demo')}</b> {t('orderFigures.demoWhy', { n: f.orders.demo, of: f.orders.closed })}
        </Note>
      ) : null}
      <section className="card">
        <div className="card-h">
          <h2>{t('month.complaints')}</h2>
        </div>
        <FigureTable title={t('month.complaints')} rows={rows} />
      </section>
      <section className="card">
        <div className="card-h">
          <h2>{t('month.orders')}</h2>
        </div>
        <FigureTable
          title={t('month.orders')}
          rows={[
            count(t('month.reports'), f.reports.received),
            count(t('month.opened'), f.orders.opened),
            count(t('month.closed'), f.orders.closed),
            ...orderFigureRows(f.orders, targets, t, lang),
          ]}
        />
      </section>
    </>
  )
}
