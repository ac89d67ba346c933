import type { CSSProperties } from 'react'
import type { PatrolReportView } from '../../../../gateway/http/contract.ts'
import { useMe } from '../../api.ts'
import { formatDay, formatDuration, formatNumber, formatTarget, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
/** From this on a gap has its full colour. */
const FULL_MS = 2 * 3_600_000
/** What the key to the colours shows. */
const KEY_MS = [30 * 60_000, 60 * 60_000, FULL_MS]
const shadeOf = (ms: number) => ({ '--gap': Math.min(1, ms / FULL_MS) }) as CSSProperties

/** Walks are short: minutes say nothing of them. */
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`

/** Under an hour in whole minutes: it stands still, it is no clock. */
const length = (ms: number): string => (ms < 3_600_000 ? `${Math.floor(ms / 60_000)} min` : formatDuration(ms))

/** The figures of patrols of some days, on the screen and on paper: share in time, gaps by the hour, guards, the trail. */
export function ReportFigures({ view }: { readonly view: PatrolReportView }) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const percent = (share: number | null) => (share === null ? '—' : `${Math.round(share * 100)} %`)
  const nameOf = (route: string | null, checkpoint: string) => {
    const found = view.points.find(p => p.checkpoint === checkpoint && (route === null || p.route === route))
    return found ? of(found.name) : plain(checkpoint)
  }
  return (
    <>
      <p>
        <b data-figure="on-time">{t('rounds.onTime', { share: percent(view.onTime) })}</b>
        {(['complete', 'complete_with_exceptions', 'incomplete', 'not_started'] as const).map(state => (
          <span key={state}>
            {'\u00a0· '}
            {t(`roundState.${state}`)} {view.states[state] ?? 0}
          </span>
        ))}
      </p>
      <p data-figure="uncovered">
        {t('rounds.hoursUncovered', {
          hours: view.uncoveredMs === null ? '—' : `${formatNumber(view.uncoveredMs / 3_600_000, lang, 1)} h`,
        })}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is wider than a phone; arrow keys move it */}
      <div className="pr-x" tabIndex={0}>
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
                  {of(p.name)}
                  <div className="cap">{of(p.routeName)}</div>
                </td>
                <td>
                  {p.missed}/{p.due}
                </td>
                <td>{p.uncoveredMs === null ? '—' : length(p.uncoveredMs)}</td>
                {HOURS.map(hour => (
                  <Gap key={hour} ms={p.gaps[hour] ?? null} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="dim">{t('rounds.heatWhy')}</p>
      <p className="dim pr-key">
        {KEY_MS.map(ms => (
          <span key={ms} data-gap="" style={shadeOf(ms)}>
            {ms < FULL_MS ? formatTarget(ms) : t('rounds.heatFrom', { length: formatTarget(ms) })}
          </span>
        ))}
      </p>
      {view.guards.length > 0 ? (
        <div>
          <h3>{t('rounds.perGuard')}</h3>
          <div className="pr-x pr-s">
            <table className="tbl" aria-label={t('rounds.perGuard')}>
              <thead>
                <tr>
                  <th>{t('rounds.person')}</th>
                  <th>{t('rounds.pairs')}</th>
                  <th>{t('rounds.shortestMs')}</th>
                  <th>{t('rounds.medianMs')}</th>
                  <th>{t('rounds.travelPair')}</th>
                </tr>
              </thead>
              <tbody>
                {view.guards.map(g => (
                  <tr key={g.person} data-guard={g.person}>
                    <td>
                      <bdi>{plain(g.person)}</bdi>
                    </td>
                    <td>{g.walks}</td>
                    <td>{seconds(g.shortestMs)}</td>
                    <td>{seconds(g.medianMs)}</td>
                    <td>
                      {nameOf(g.route, g.from)} → {nameOf(g.route, g.to)} ·{' '}
                      <span className="nw">{formatDay(Date.parse(g.at), timezone)}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      ) : null}
      {view.shortest.length > 0 ? (
        <div>
          <h3>{t('rounds.shortest')}</h3>
          <ul className="pr-l">
            {view.shortest.map(s => (
              <li key={`${s.at} ${s.person}`}>
                {seconds(s.ms)} · {s.person === '' ? t('rounds.noPerson') : <bdi>{plain(s.person)}</bdi>} ·{' '}
                {nameOf(null, s.from)} → {nameOf(null, s.to)} ·{' '}
                <span className="nw">{formatDay(Date.parse(s.at), timezone)}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {view.together.map(pair => (
        <p key={`${pair.a} ${pair.b}`}>{t('rounds.together', pair)}</p>
      ))}
      <p className="dim mono pr-h">{t('rounds.trail', { seq: view.trail.seq, hash: view.trail.hash })}</p>
    </>
  )
}

function Gap({ ms }: { readonly ms: number | null }) {
  if (ms === null) return <td />
  return (
    <td data-gap="" style={shadeOf(ms)}>
      {Math.round(ms / 60_000)}
    </td>
  )
}
