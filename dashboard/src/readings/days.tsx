import { useState } from 'react'
import { Link } from 'wouter'
import type { DailyUse } from '../../../gateway/http/contract.ts'
import { useMe } from '../api.ts'
import { formatDay, formatFigure, formatNumber, formatUnit, mostDecimals, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { Button } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Loaded } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { dailyPath, useDailyUse } from './data.ts'
import './readings.css'
import { Back } from '../parts/Back.tsx'

const MONTHS = 13

/** What one unit used day by day, beside the week, month and year before: for somebody who asks about a bill. */
export default function DailyUsePage({ point }: { readonly point: string }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const [span, setSpan] = useState('')
  const today = formatDay(serverNow(), zone).slice(0, 10)
  const { from, to } = daysOf(span, today)
  const query = useDailyUse(point, from, to)
  const { data } = query
  const title = data ? (data.unitName ? of(data.unitName) : plain(data.unit)) : plain(point)
  return (
    <Page title={title} sub={data && `${t(`readings.medium.${data.medium}`)} · ${plain(point)}`}>
      <div className="row wrap bar-h">
        <Back href={`/readings/${encodeURIComponent(point)}`}>{t('readings.toMeter')}</Back>
        <select
          className="inp rd-at"
          aria-label={t('readings.span2')}
          value={span}
          onChange={event => setSpan(event.target.value)}
        >
          <option value="">{t('readings.lastSeven')}</option>
          {months(today).map(month => (
            <option key={month} value={month}>
              {month}
            </option>
          ))}
        </select>
        {data?.others.map(o => (
          <Link key={o.point} href={`/readings/${encodeURIComponent(o.point)}/days`} className="link">
            {t(`readings.medium.${o.medium}`)} · {plain(o.point)}
          </Link>
        ))}
        <span className="ml row wrap">
          <Button onClick={() => window.print()}>{t('readings.print')}</Button>
          <a className="btn" href={`/api/v1/${dailyPath(point, from, to)}&format=csv&lang=${lang}`} download>
            {t('consumption.csv')}
          </a>
        </span>
      </div>
      <Loaded query={query} what={t('readings.daily')}>
        {use => <Days use={use} />}
      </Loaded>
    </Page>
  )
}

/** `2026-11` -> its days up to yesterday; empty: the last seven that were read. */
function daysOf(month: string, today: string): { from: string | null; to: string | null } {
  if (month === '') return { from: null, to: null }
  const [year, number] = month.split('-').map(Number) as [number, number]
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
  const yesterday = new Date(Date.parse(`${today}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
  return { from: `${month}-01`, to: last < today || yesterday < `${month}-01` ? last : yesterday }
}
/** This month and those before it, `2026-11`. */
function months(today: string): string[] {
  const [year, month] = today.split('-').map(Number) as [number, number]
  return Array.from({ length: MONTHS }, (_, i) => new Date(Date.UTC(year, month - 1 - i, 15)).toISOString().slice(0, 7))
}

function Days({ use }: { readonly use: DailyUse }) {
  const { t, of, lang } = useText()
  const unit = formatUnit(use.uom)
  // One number of decimals down the page: 7.20 under 7.28.
  const decimals = mostDecimals(use.days.flatMap(d => [d.used, d.weekBefore, d.monthBefore, d.yearBefore]))
  const figure = (text: string | null) => (text === null ? '—' : formatFigure(text, lang, decimals))
  const sum = (key: 'week' | 'month' | 'year') => {
    const { used, percent } = use[key]
    if (used === null) return '—'
    return percent === null
      ? figure(used)
      : `${figure(used)} (${percent > 0 ? '+' : ''}${formatNumber(percent, lang, 1)} %)`
  }
  // The head of the column, which has the unit, is not on a phone.
  const inPhone = <span className="only-s"> {unit}</span>
  return (
    <section className="card">
      <div className="card-h wrap">
        <h2>{t('readings.daily')}</h2>
        <span className="dim">
          {t('readings.span', { from: use.from, to: use.to })}
          {' · '}
          {use.used === null
            ? t('readings.dailyPart', { known: use.known, n: use.days.length })
            : t('readings.sum', { used: figure(use.used), unit })}
        </span>
      </div>
      <table className="tbl flow" aria-label={t('readings.daily')}>
        <thead>
          <tr>
            <th>{t('readings.day')}</th>
            <th className="r">
              {t('readings.usedHere')} ({unit})
            </th>
            <th className="r">{t('readings.weekBefore')}</th>
            <th className="r">{t('readings.monthBefore')}</th>
            <th className="r">{t('readings.yearBefore')}</th>
            <th>{t('readings.quality')}</th>
          </tr>
        </thead>
        <tbody>
          {use.days.map(d => (
            <tr key={d.day}>
              <td className="nw">{d.day}</td>
              <td className="nw r">
                <span className="only-s">{t('readings.usedHere')} </span>
                <b className={d.demo ? 'made' : ''}>{figure(d.used)}</b>
                {d.used === null ? null : inPhone}
              </td>
              {(['weekBefore', 'monthBefore', 'yearBefore'] as const).map(key => (
                <td key={key} className="nw r dim">
                  <span className="only-s">{t(`readings.${key}`)} </span>
                  {figure(d[key])}
                  {d[key] === null ? null : inPhone}
                </td>
              ))}
              <td className="wide">
                {d.used === null || d.reasons.length > 0 ? <Icon name="warn" /> : null}{' '}
                {t(`readings.qualities.${d.quality}`)}
                {d.reasons.map(r => (
                  <div key={r.en} className="cap">
                    {of(r)}
                  </div>
                ))}
                {d.demo ? <div className="cap made">{t('consumption.demo')}</div> : null}
              </td>
            </tr>
          ))}
          <tr>
            <td>
              <b>{t('readings.all2')}</b>
            </td>
            <td className="nw r">
              <b>{figure(use.used)}</b>
              {use.used === null ? null : inPhone}
            </td>
            {(['week', 'month', 'year'] as const).map(key => (
              <td key={key} className="nw r">
                <span className="only-s">{t(`readings.${key}Before`)} </span>
                {sum(key)}
              </td>
            ))}
            <td />
          </tr>
        </tbody>
      </table>
    </section>
  )
}
