import { useState } from 'react'
import type { AlarmFigures as Figures } from '../../../gateway/http/contract.ts'
import { post, queries, useAlarmFigures, useMay, useMe } from '../api.ts'
import { formatDay, formatNumber, formatQuantity, formatTaken, formatUnit, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { Back } from '../parts/Back.tsx'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded, Note, Refusal } from '../parts/notes.tsx'
import { Priority } from '../parts/Priority.tsx'
import { useText } from '../text/index.ts'

const DAYS = 30
/** Of so few alarms ten are always most. */
const FEW = 200
type Worst = Figures['worst'][number]
type Verdict = 'good' | 'watch' | 'over' | 'known'

/** Up to the first it is met, up to the second to be watched [ISA-18.2, EEMUA 191]. */
const held = (value: number, met: number, most: number): Verdict =>
  value <= met ? 'good' : value <= most ? 'watch' : 'over'

export default function AlarmFigures() {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const query = useAlarmFigures(DAYS)
  const from = query.data && formatDay(Date.parse(query.data.from), zone)
  return (
    <Page title={t('figures.title')} sub={from && t('figures.sub', { from, days: DAYS })}>
      <div className="row wrap bar-h">
        <Back href="/alarms">{t('figures.back')}</Back>
      </div>
      <Loaded query={query} what={t('figures.title')}>
        {figures => (
          <div className="col g3">
            {figures.demo && figures.demo.calls > 0 ? (
              <Note icon="help">
                <b>{t('figures.demo')}</b>{' '}
                {t('figures.demoWhy', {
                  n: formatNumber(figures.demo.calls, lang, 0),
                  from: formatDay(Date.parse(figures.demo.from), zone),
                  to: formatDay(Date.parse(figures.demo.to), zone),
                })}
              </Note>
            ) : null}
            <section className="card">
              <Numbers figures={figures} />
            </section>
            <section className="card">
              <div className="card-h">
                <h2>{t('figures.worst')}</h2>
                <span className="dim">{t('figures.worstWhy')}</span>
              </div>
              {figures.worst.length === 0 ? (
                <Empty title={t('figures.none')} why={t('figures.noneWhy')} />
              ) : (
                <table className="tbl flow" aria-label={t('figures.worst')}>
                  <thead>
                    <tr>
                      <th>{t('alarms.priority')}</th>
                      <th>{t('alarms.what')}</th>
                      <th className="r">{t('figures.calls')}</th>
                      <th>{t('figures.remedy')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {figures.worst.map(worst => (
                      <Row key={worst.alarm} worst={worst} />
                    ))}
                  </tbody>
                </table>
              )}
            </section>
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Numbers({ figures: f }: { readonly figures: Figures }) {
  const { t, lang } = useText()
  const n = (value: number, decimals = 1) => formatNumber(value, lang, decimals)
  const share = (value: number) => `${n(value * 100)} %`
  const lasts = (s: number | null) => (s === null ? '—' : formatTaken(s * 1000))
  const rows: readonly (readonly [name: string, value: string, target: string, verdict: Verdict])[] = [
    [t('figures.perWindow'), n(f.perWindow, 2), '≤ 1', held(f.perWindow, 1, 2)],
    [t('figures.perDay'), n(f.perDay, 0), '≤ 150', held(f.perDay, 150, 300)],
    [t('figures.peak'), n(f.peak, 0), '≤ 10', held(f.peak, 10, 10)],
    [t('figures.overloaded'), share(f.overloaded), '< 1 %', held(f.overloaded, 0.01, 0.05)],
    [t('figures.topTen'), share(f.topTenShare), '≤ 5 %', f.calls < FEW ? 'known' : held(f.topTenShare, 0.05, 0.15)],
    [t('figures.chattering'), n(f.chattering, 0), '= 0', held(f.chattering, 0, 0)],
    [t('figures.fleeting'), n(f.fleeting, 0), '= 0', held(f.fleeting, 0, 0)],
    [t('figures.stale'), n(f.stale, 0), '< 5', held(f.stale, 4, 4)],
    [
      t('figures.mix'),
      `${share(f.mix.low)} / ${share(f.mix.medium)} / ${share(f.mix.high + f.mix.life)}`,
      '80 / 15 / 5 %',
      'known',
    ],
    [t('figures.ackMedian'), lasts(f.ackMedianS), '', 'known'],
    [t('figures.ackP95'), lasts(f.ackP95S), '', 'known'],
    [t('figures.aside'), `${f.shelved} / ${f.suppressed} / ${f.outOfService}`, '', 'known'],
  ]
  return (
    <table className="tbl flow" aria-label={t('figures.title')}>
      <thead>
        <tr>
          <th>{t('figures.what')}</th>
          <th className="r">{t('figures.value')}</th>
          <th className="r">{t('figures.target')}</th>
          <th>{t('figures.verdict')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, value, target, verdict]) => (
          <tr key={name}>
            <td className="wide">{name}</td>
            <td className="nw r b">{value}</td>
            <td className="nw r dim">{target}</td>
            <td className="nw">
              {verdict === 'over' || verdict === 'watch' ? (
                <b>
                  <Icon name="warn" /> {t(`figures.${verdict}`)}
                </b>
              ) : (
                <span className="dim">{t(`figures.${verdict}`)}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Row({ worst }: { readonly worst: Worst }) {
  const { t, of, lang } = useText()
  const facts = [
    worst.space ? of(worst.space) : '',
    of(worst.equipmentName),
    worst.chatters > 0 ? t('figures.chatters', { n: worst.chatters }) : '',
    worst.demoCalls > 0 ? t('figures.demoRow', { n: worst.demoCalls }) : '',
    worst.fleeting > 0 ? t('figures.fleetings', { n: worst.fleeting }) : '',
  ].filter(fact => fact !== '')
  return (
    <tr>
      <td>
        <Priority severity={worst.severity} />
      </td>
      <td className="wide">
        <span className="lead">{of(worst.text)}</span>
        <div className="cap">{facts.join(' · ')}</div>
      </td>
      <td className="nw r">
        <b>{formatNumber(worst.calls, lang, 0)}</b>
        <div className="cap">{formatNumber(worst.share * 100, lang, 1)} %</div>
      </td>
      <td>
        <Remedy worst={worst} />
      </td>
    </tr>
  )
}

/** One click takes it, one click takes it back; both stand on the trail. */
function Remedy({ worst }: { readonly worst: Worst }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const allowed = useMay('rule.tune')
  const away = useRecordBlock()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const { remedy, tuned, rule } = worst
  const blocked = away ?? (allowed ? null : t('figures.blockedRole'))
  const amount = (kind: 'delayOnS' | 'delayOffS' | 'deadband', value: number | null) =>
    kind === 'deadband'
      ? `${formatQuantity(value ?? 0, lang)} ${formatUnit(worst.unit)}`.trim()
      : t('figures.seconds', { n: value ?? 0 })
  const change = (kind: 'delayOnS' | 'delayOffS' | 'deadband', from: number | null, to: number | null) =>
    t('figures.change', { word: t(`figures.word.${kind}`), from: amount(kind, from), to: amount(kind, to) })
  const act = async (path: string, body: object) => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await post(path, body)
      await queries.invalidateQueries({ queryKey: ['alarm-figures'] })
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const undo = tuned && (
    <div className="row wrap">
      <span>{change(tuned.kind, tuned.was, tuned.now)}</span>
      <span className="dim">
        {t('figures.tuned', {
          by: plain(tuned.by),
          time: formatWhen(Date.parse(tuned.at), serverNow(), lang, zone),
        })}
      </span>
      <Button
        small
        blocked={blocked}
        aria-label={t('figures.undoLabel', { change: change(tuned.kind, tuned.was, tuned.now), text: of(worst.text) })}
        onClick={() => void act('alarm-remedies/undo', { rule })}
      >
        {t('figures.undo')}
      </Button>
    </div>
  )
  const offered = (() => {
    if (!remedy) return <span className="dim">{t('figures.gone')}</span>
    const { kind, from, to, would } = remedy
    if (kind === 'rationalise') return <span className="dim">{t('figures.rationalise')}</span>
    const words = change(kind, from, to)
    return (
      <div className="row wrap">
        <span>
          <b>{words}</b>
          {would === null ? null : <span className="dim"> {t('figures.would', { calls: worst.calls, would })}</span>}
        </span>
        {worst.own ? (
          <Button
            small
            blocked={blocked}
            aria-label={t('figures.takeLabel', { change: words, text: of(worst.text) })}
            onClick={() => void act('alarm-remedies', { rule, kind, to })}
          >
            {t('figures.take')}
          </Button>
        ) : (
          <span className="dim">{t('figures.notOwn')}</span>
        )}
      </div>
    )
  })()
  return (
    <>
      {undo ?? offered}
      <Refusal error={error} />
    </>
  )
}
