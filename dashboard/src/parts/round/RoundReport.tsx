import { useQuery } from '@tanstack/react-query'
import { type CSSProperties, useState } from 'react'
import type { PatrolReportView } from '../../../../gateway/http/contract.ts'
import { call, useMe } from '../../api.ts'
import { formatDuration, formatWhen, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Loaded } from '../notes.tsx'

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
/** From this on a gap has its full colour. */
const FULL_MS = 2 * 3_600_000
const weekBefore = (day: string): string => new Date(Date.parse(day) - 6 * 86_400_000).toISOString().slice(0, 10)

/** What an inspector asks: the share in time, hours uncovered, where the gaps are, who is quicker than anybody can walk. */
export function RoundReport({ until }: { readonly until: string }) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const [to, setTo] = useState(until)
  const [from, setFrom] = useState(() => (until === '' ? '' : weekBefore(until)))
  const report = useQuery({
    queryKey: ['patrol', 'report', from, to],
    queryFn: () => call<PatrolReportView>(`patrol-report?from=${from}&to=${to}`),
    enabled: from !== '' && to !== '',
  })
  const percent = (share: number | null) => (share === null ? '—' : `${Math.round(share * 100)} %`)
  const nameOf = (view: PatrolReportView, checkpoint: string) => {
    const found = view.points.find(p => p.checkpoint === checkpoint)
    return found ? of(found.name) : plain(checkpoint)
  }
  return (
    <section className="card" aria-label={t('rounds.report')}>
      <div className="card-h wrap">
        <h2>{t('rounds.report')}</h2>
        <span className="ml row wrap pr-d">
          <input
            className="inp"
            type="date"
            aria-label={t('rounds.from')}
            value={from}
            onChange={e => setFrom(e.target.value)}
          />
          <input
            className="inp"
            type="date"
            aria-label={t('rounds.to')}
            value={to}
            onChange={e => setTo(e.target.value)}
          />
        </span>
      </div>
      <Loaded query={report} what={t('rounds.report')}>
        {view => (
          <div className="col g3 pr-rep">
            <p>
              <b data-figure="on-time">{t('rounds.onTime', { share: percent(view.onTime) })}</b>
              {(['complete', 'complete_with_exceptions', 'incomplete', 'not_started'] as const).map(state => (
                <span key={state}>
                  {' · '}
                  {t(`roundState.${state}`)} {view.states[state] ?? 0}
                </span>
              ))}
            </p>
            <div className="pr-x">
              <table className="tbl" aria-label={t('rounds.heat')}>
                <thead>
                  <tr>
                    <th>{t('rounds.point')}</th>
                    <th>{t('rounds.missedOf')}</th>
                    <th>{t('rounds.uncovered')}</th>
                    {HOURS.map(hour => (
                      <th key={hour}>{hour}</th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {view.points.map(p => (
                    <tr key={`${p.route} ${p.checkpoint}`}>
                      <td>
                        {of(p.routeName)} · {of(p.name)}
                      </td>
                      <td>
                        {p.missed}/{p.due}
                      </td>
                      <td>{p.uncoveredMs === null ? '—' : formatDuration(p.uncoveredMs)}</td>
                      {HOURS.map(hour => (
                        <Gap key={hour} ms={p.gaps[hour] ?? null} />
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <p className="dim">{t('rounds.heatWhy')}</p>
            {view.shortest.length > 0 ? (
              <div>
                <h3>{t('rounds.shortest')}</h3>
                <ul className="pr-l">
                  {view.shortest.map(s => (
                    <li key={`${s.at} ${s.person}`}>
                      {formatDuration(s.ms)} · <bdi>{plain(s.person)}</bdi> · {nameOf(view, s.from)} →{' '}
                      {nameOf(view, s.to)} · {formatWhen(Date.parse(s.at), Date.now(), lang, timezone)}
                    </li>
                  ))}
                </ul>
              </div>
            ) : null}
            {view.together.map(pair => (
              <p key={`${pair.a} ${pair.b}`}>{t('rounds.together', pair)}</p>
            ))}
            <p className="dim mono pr-h">{t('rounds.trail', { seq: view.trail.seq, hash: view.trail.hash })}</p>
          </div>
        )}
      </Loaded>
    </section>
  )
}

function Gap({ ms }: { readonly ms: number | null }) {
  if (ms === null) return <td />
  return (
    <td data-gap="" style={{ '--gap': Math.min(1, ms / FULL_MS) } as CSSProperties}>
      {Math.round(ms / 60_000)}
    </td>
  )
}
