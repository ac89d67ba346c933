import { useState } from 'react'
import { Link } from 'wouter'
import type { MeterLifeView } from '../../../gateway/http/contract.ts'
import { useMay, useMe } from '../api.ts'
import { formatFigure, formatUnit, mostDecimals, plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { useMeterLife } from './data.ts'
import { dateOf } from './day.ts'
import { ExchangeDialog } from './ExchangeDialog.tsx'
import { Multipliers } from './Multipliers.tsx'
import { TopUps } from './TopUps.tsx'
import { Why } from './Why.tsx'
import './readings.css'
import { Back } from '../parts/Back.tsx'

/** One service point: which meters hung there, what they showed, and what was used between each two readings. */
export default function MeterLife({ point }: { readonly point: string }) {
  const { t, of } = useText()
  const away = useRecordBlock()
  const manages = useMay('meter.manage')
  const [exchanging, setExchanging] = useState(false)
  const query = useMeterLife(point, 'total')
  const { data } = query
  const title = data ? (data.point.unitName ? of(data.point.unitName) : plain(data.point.unit)) : plain(point)
  return (
    <Page title={title} sub={data && `${t(`readings.medium.${data.point.medium}`)} · ${plain(point)}`}>
      <div className="row wrap bar-h">
        <Back href="/readings">{t('readings.back')}</Back>
        <Link href={`/readings/${encodeURIComponent(point)}/days`} className="link">
          {t('readings.daily')}
        </Link>
        {manages && data?.point.meter?.registers.length === 1 ? (
          <span className="ml">
            <Button blocked={away} onClick={() => setExchanging(true)}>
              {t('readings.exchange')}
            </Button>
          </span>
        ) : null}
      </div>
      <Loaded query={query} what={t('readings.life')}>
        {life => (
          <div className="col g3">
            <Meters life={life} />
            <Multipliers life={life} />
            <Days life={life} />
            <TopUps point={point} />
          </div>
        )}
      </Loaded>
      {exchanging && data?.point.meter ? (
        <ExchangeDialog point={data.point} meter={data.point.meter} onClose={() => setExchanging(false)} />
      ) : null}
    </Page>
  )
}

function Meters({ life }: { readonly life: MeterLifeView }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const day = (at: string) => dateOf(at, zone)
  const { installations, multipliers, unit } = life
  const index = (of: string) => `${formatFigure(of, lang)} ${formatUnit(unit)}`
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('readings.meters')}</h2>
        <span className="dim">
          {multipliers
            .map(m => t('readings.times', { multiplier: m.multiplier, day: day(m.from) }))
            .join(t('common.listSep'))}
        </span>
      </div>
      {installations.length === 0 ? (
        <Empty icon="help" title={t('readings.noMeter')} why={t('readings.noMeterWhy')} />
      ) : (
        <table className="tbl flow" aria-label={t('readings.meters')}>
          <thead>
            <tr>
              <th>{t('readings.meter')}</th>
              <th>{t('readings.since')}</th>
              <th className="r">{t('readings.opening')}</th>
              <th>{t('readings.until')}</th>
              <th className="r">{t('readings.closing')}</th>
            </tr>
          </thead>
          <tbody>
            {installations.map(i => (
              <tr key={i.from}>
                <td className="mono wide">{plain(i.meter)}</td>
                <td className="nw">{day(i.from)}</td>
                <td className="nw r">
                  <span className="only-s">{t('readings.opening')} </span>
                  {i.opening === null ? '—' : index(i.opening)}
                </td>
                <td className="nw">{i.to === null ? t('readings.there') : day(i.to)}</td>
                <td className="nw r">
                  {i.closing === null ? '' : <span className="only-s">{t('readings.closing')} </span>}
                  {i.closing === null ? '' : index(i.closing)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Days({ life }: { readonly life: MeterLifeView }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const { readings, days, unit, used } = life
  if (readings.length === 0)
    return (
      <section className="card">
        <Empty icon="help" title={t('readings.none')} why={t('readings.noneWhy')} />
      </section>
    )
  // As many decimals in each row, so that points stand below points.
  const digits = mostDecimals(days.map(d => d.used))
  const before = new Map(days.map(d => [d.to, d]))
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('readings.life')}</h2>
        <span className="dim">
          {days.length === 0
            ? ''
            : used === null
              ? t('readings.sumBlocked')
              : t('readings.sum', { used: formatFigure(used, lang, digits), unit: formatUnit(unit) })}
        </span>
      </div>
      <table className="tbl flow" aria-label={t('readings.life')}>
        <thead>
          <tr>
            <th>{t('readings.day')}</th>
            <th>{t('readings.meter')}</th>
            <th className="r">{t('readings.index')}</th>
            <th className="r">{t('readings.used')}</th>
            <th>{t('readings.quality')}</th>
          </tr>
        </thead>
        <tbody>
          {readings.toReversed().map(r => {
            const period = before.get(r.at)
            return (
              <tr key={r.n}>
                <td className="nw wide">{dateOf(r.at, zone)}</td>
                <td className="mono">{plain(r.meter)}</td>
                <td className="nw r">
                  <span className="only-s">{t('readings.index')} </span>
                  <span className={r.demo ? 'made' : ''}>{r.index === null ? '—' : formatFigure(r.index, lang)}</span>{' '}
                  {r.index === null ? '' : formatUnit(unit)}
                </td>
                <td className="r">
                  <span className="only-s">{t('readings.used')} </span>
                  <b>{period?.used ? formatFigure(period.used, lang, digits) : '—'}</b>{' '}
                  {period?.used ? formatUnit(unit) : ''}
                  {period && period.segments.length > 1 ? (
                    <div className="cap">
                      {period.segments.map(s => (
                        <div key={s.from}>
                          {plain(s.meter)} · {formatFigure(s.opening, lang)} → {formatFigure(s.closing, lang)} ×{' '}
                          {s.multiplier}
                        </div>
                      ))}
                    </div>
                  ) : null}
                </td>
                <td>
                  <Why reading={r} />
                  {period?.blocked
                    .filter(b => b.code !== r.finding && b.code !== 'uncertain-reading' && r.index !== null)
                    .map(b => (
                      <div key={b.code}>
                        <Icon name="warn" /> {of(b.text)}
                      </div>
                    ))}
                  {period?.findings
                    .filter(f => f.code !== r.finding)
                    .map(f => (
                      <div key={f.code} className="cap">
                        {of(f.text)}
                      </div>
                    ))}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
