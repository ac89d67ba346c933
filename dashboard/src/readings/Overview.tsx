import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { EnergyOverview } from '../../../gateway/http/contract.ts'
import { call, useMe } from '../api.ts'
import { formatDay, formatNumber, formatUnit, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { dateOf } from './day.ts'
import './readings.css'

const MONTHS = 12
type Medium = EnergyOverview['media'][number]

/** What the building used in a month, for its manager: without counting anything twice, and with what is not known. */
export function Overview() {
  const { t } = useText()
  const zone = useMe().site.timezone
  const [month, setMonth] = useState('')
  const query = useQuery({
    queryKey: ['readings', 'energy', month],
    queryFn: () => call<EnergyOverview>(month === '' ? 'energy-overview' : `energy-overview?month=${month}`),
    staleTime: 60_000,
  })
  const [year, number] = formatDay(serverNow(), zone).split('-').map(Number) as [number, number]
  const months = Array.from({ length: MONTHS }, (_, i) =>
    new Date(Date.UTC(year, number - 1 - i, 15)).toISOString().slice(0, 7),
  )
  return (
    <div className="col g3">
      <div className="row wrap">
        <select
          className="inp rd-at"
          aria-label={t('consumption.period')}
          value={month}
          onChange={event => setMonth(event.target.value)}
        >
          <option value="">{t('energy.newest')}</option>
          {months.map(one => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </div>
      <Loaded query={query} what={t('energy.overview')}>
        {data =>
          data.month === null || data.media.length === 0 ? (
            <section className="card">
              <Empty icon="help" title={t('readings.none')} why={t('readings.noneWhy')} />
            </section>
          ) : (
            <>
              <p className="dim">
                {data.whole || data.from === null || data.to === null
                  ? data.month
                  : t('energy.soFar', { month: data.month, day: dateOf(data.to, zone) })}
                {t('common.listSep')}
                {data.area === null ? t('energy.noArea') : t('energy.area', { area: data.area })}
              </p>
              {data.media.map(m => (
                <One key={m.medium} of={m} />
              ))}
            </>
          )
        }
      </Loaded>
    </div>
  )
}

function One({ of: m }: { readonly of: Medium }) {
  const { t, of, lang } = useText()
  const unit = formatUnit(m.unit)
  const shown = (n: number) => formatNumber(n, lang, m.unit === 'm3' ? 2 : 1)
  const name = t(`readings.medium.${m.medium}`)
  const share = (used: number) => (m.total ? ` (${formatNumber((100 * used) / m.total, lang, 1)} %)` : '')
  const most = Math.max(...m.months.map(one => one.total ?? 0), 1e-9)
  return (
    <section className="card" aria-label={name}>
      <div className="card-h wrap">
        <h2>{name}</h2>
        <b className={m.demo ? 'made' : ''}>{m.total === null ? t('energy.noTotal') : `${shown(m.total)} ${unit}`}</b>
        {m.perM2 === null ? null : (
          <span>
            {formatNumber(m.perM2, lang, 3)} {unit}/m²
          </span>
        )}
        {m.unknownPercent !== null && m.unknownPercent > 0 ? (
          <span>
            <Icon name="warn" /> {t('energy.unknown', { percent: m.unknownPercent })}
          </span>
        ) : null}
        {m.demo ? <span className="cap made">{t('consumption.demo')}</span> : null}
      </div>
      <div className="en-grid">
        <Rows
          label={t('energy.byUse')}
          rows={m.byUse.map(p => [t(`energy.use.${p.use}`), `${shown(p.used)} ${unit}${share(p.used)}`])}
        />
        <Rows
          label={t('energy.byArea')}
          rows={m.byArea.map(p => [
            p.name ? of(p.name) : t('energy.nowhere'),
            `${shown(p.used)} ${unit}`,
            p.space === null
              ? ''
              : p.perM2 === null
                ? t('energy.noArea')
                : `${formatNumber(p.perM2, lang, 3)} ${unit}/m²`,
          ])}
        />
        <Rows
          label={t('energy.byPeriod')}
          rows={m.byPeriod.map(p => [t(`readings.register.${p.period}`), `${shown(p.used)} ${unit}${share(p.used)}`])}
          none={t('energy.noPeriods')}
        />
        <div>
          <h3>{t('energy.byMonth')}</h3>
          <table className="tbl" aria-label={`${name}: ${t('energy.byMonth')}`}>
            <tbody>
              {m.months
                .filter((_, i, all) => all.slice(0, i + 1).some(x => x.total !== null) || i === all.length - 1)
                .map(one => (
                  <tr key={one.month}>
                    <td className="nw">{one.month}</td>
                    <td className="en-bar">
                      <span style={{ inlineSize: `${(100 * Math.max(0, one.total ?? 0)) / most}%` }} />
                    </td>
                    <td className="nw r">{one.total === null ? '—' : shown(one.total)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </div>
      {m.wanting.length > 0 || m.unplaced.length > 0 ? (
        <div className="use-f cap">
          {m.wanting.length > 0 ? (
            <span>{t('energy.wanting', { n: m.wanting.length, points: some(m.wanting) })}</span>
          ) : null}
          {m.unplaced.length > 0 ? (
            <span>{t('energy.unplaced', { n: m.unplaced.length, points: some(m.unplaced) })}</span>
          ) : null}
        </div>
      ) : null}
    </section>
  )
}
const some = (ids: readonly string[]): string => ids.slice(0, 5).map(plain).join(', ') + (ids.length > 5 ? ' …' : '')

function Rows({
  label,
  rows,
  none,
}: {
  readonly label: string
  readonly rows: readonly (readonly string[])[]
  readonly none?: string
}) {
  return (
    <div>
      <h3>{label}</h3>
      {rows.length === 0 ? (
        <p className="cap">{none ?? '—'}</p>
      ) : (
        <table className="tbl" aria-label={label}>
          <tbody>
            {rows.map(row => (
              <tr key={row[0]}>
                <td>{row[0]}</td>
                <td className="nw r">
                  {row[1]}
                  {row[2] ? <div className="cap">{row[2]}</div> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
