import { useState } from 'react'
import { Link } from 'wouter'
import type { ReadingDay, ReadingView } from '../../../gateway/http/contract.ts'
import { useMay, useMe } from '../api.ts'
import { formatFigure, formatUnit, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { ClockNote } from '../parts/ClockNote.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { Balances } from './Balances.tsx'
import { BookDialog } from './BookDialog.tsx'
import { ByHandLinks } from './ByHandLinks.tsx'
import { DecideDialog } from './DecideDialog.tsx'
import { useReadings } from './data.ts'
import { dateOf, momentText } from './day.ts'
import { Queue } from './Queue.tsx'
import { Why } from './Why.tsx'
import './readings.css'

/** What all meters showed at midnight: how many are read, which are not and why, and what waits for a person. */
export default function Readings() {
  const { t } = useText()
  const zone = useMe().site.timezone
  const manages = useMay('meter.manage')
  const bills = useMay('billing.read')
  const away = useRecordBlock()
  const [at, setAt] = useState<string | null>(null)
  const [importing, setImporting] = useState(false)
  const query = useReadings(at)
  const { data } = query
  return (
    <Page title={t('readings.title')} sub={data ? progress(data, t) : undefined}>
      <div className="row wrap bar-h">
        {data && data.moments.length > 0 ? (
          <select
            className="inp rd-at"
            aria-label={t('readings.moment')}
            value={at ?? data.moments[0]}
            onChange={event => setAt(event.target.value === data.moments[0] ? null : event.target.value)}
          >
            {data.moments.map(moment => (
              <option key={moment} value={moment}>
                {momentText(moment, zone, t)}
              </option>
            ))}
          </select>
        ) : null}
        {/* A phone has no room for it beside the title. */}
        <b className="only-s">{data ? progress(data, t) : null}</b>
        <span className="ml row wrap">
          <ByHandLinks />
          {bills ? (
            <Link href="/readings/batches" className="btn">
              {t('billing.title')}
            </Link>
          ) : null}
          {manages ? (
            <Button icon="plus" blocked={away} onClick={() => setImporting(true)}>
              {t('readings.import')}
            </Button>
          ) : null}
        </span>
      </div>
      <div className="col g3">
        {data?.clock === 'not-believed' ? (
          <ClockNote title={t('readings.clockWrong')} />
        ) : data?.clock === 'set' ? (
          <Note sort="medium" icon="clock" role="status">
            {t('readings.clockSet')}
          </Note>
        ) : null}
        <Loaded query={query} what={t('readings.title')}>
          {day =>
            day.at === null ? (
              <section className="card">
                <Empty icon="help" title={t('readings.none')} why={t('readings.noneWhy')} />
              </section>
            ) : (
              <Day day={day} />
            )
          }
        </Loaded>
      </div>
      {importing ? <BookDialog onClose={() => setImporting(false)} /> : null}
    </Page>
  )
}

type Say = ReturnType<typeof useText>['t']
function progress({ at, counts }: ReadingDay, t: Say): string | undefined {
  if (at === null) return undefined
  const { total, read, missing, uncertain } = counts
  return [
    t('readings.progress', { read, total }),
    missing > 0 ? t('readings.missing', { n: missing }) : '',
    uncertain > 0 ? t('readings.uncertain', { n: uncertain }) : '',
  ]
    .filter(words => words !== '')
    .join(t('common.listSep'))
}

function Day({ day }: { readonly day: ReadingDay }) {
  const { t, of } = useText()
  const [deciding, decide] = useState<ReadingView | null>(null)
  const open = (r: ReadingView) => r.index === null || r.validation === 'uncertain'
  const wanting = day.items.filter(open)
  return (
    <div className="col g3">
      {wanting.length > 0 ? (
        <section className="card">
          <div className="card-h">
            <h2>{t('readings.look')}</h2>
          </div>
          <Table label={t('readings.look')} rows={wanting} onDecide={decide} />
        </section>
      ) : day.counts.total > 0 ? (
        <Note sort="yes" icon="check">
          {t('readings.allRead', { n: day.counts.total })}
        </Note>
      ) : null}
      {day.waiting.length > 0 ? (
        <section className="card">
          <div className="card-h">
            <h2>{t('readings.waiting')}</h2>
          </div>
          <Table label={t('readings.waiting')} rows={firstOf(day.waiting)} dated onDecide={decide} />
        </section>
      ) : null}
      <Queue />
      <Balances />
      <section className="card">
        <div className="card-h">
          <h2>{t('readings.all')}</h2>
        </div>
        {day.items.length === 0 ? (
          <Empty icon="help" title={t('readings.nobody')} why={t('readings.nobodyWhy')} />
        ) : (
          <Table label={t('readings.all')} rows={day.items} />
        )}
      </section>
      {day.gaps.length > 0 ? (
        <section className="card" aria-label={t('readings.gaps')}>
          <div className="card-h">
            <h2>{t('readings.gaps')}</h2>
            <span className="dim">{t('readings.gapsWhy')}</span>
          </div>
          <p className="rd-gaps">
            {day.gaps.map((gap, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a unit may be wanting twice of one medium
              <span key={i} className="tag">
                {gap.unitName ? of(gap.unitName) : plain(gap.unit)}
                {gap.medium ? ` · ${t(`readings.medium.${gap.medium}`)}` : ''}
              </span>
            ))}
          </p>
        </section>
      ) : null}
      {deciding ? <DecideDialog reading={deciding} onClose={() => decide(null)} /> : null}
    </div>
  )
}

/** What waits of one register for days has one cause: the oldest shows it. */
const firstOf = (rows: readonly ReadingView[]): ReadingView[] =>
  [...Map.groupBy(rows, r => `${r.point} ${r.register}`).values()].map(same =>
    same.reduce((oldest, r) => (r.at < oldest.at ? r : oldest)),
  )

interface TableProps {
  readonly label: string
  readonly rows: readonly ReadingView[]
  /** Of several days. */
  readonly dated?: boolean
  readonly onDecide?: (reading: ReadingView) => void
}
function Table({ label, rows, dated, onDecide }: TableProps) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const may = useMay('reading.decide')
  const away = useRecordBlock()
  return (
    <table className="tbl flow" aria-label={label}>
      <thead>
        <tr>
          {dated ? <th>{t('readings.day')}</th> : null}
          <th>{t('readings.unit')}</th>
          <th>{t('readings.meter')}</th>
          <th className="r">{t('readings.before')}</th>
          <th className="r">{t('readings.index')}</th>
          <th>{t('readings.quality')}</th>
          {onDecide && may ? <th /> : null}
        </tr>
      </thead>
      <tbody>
        {rows.map(r => (
          <tr key={r.n}>
            {dated ? <td className="nw">{dateOf(r.at, zone)}</td> : null}
            <td className="wide">
              <Link href={`/readings/${encodeURIComponent(r.point)}`} className="link">
                {r.unitName ? of(r.unitName) : plain(r.unit)}
              </Link>
              <div className="cap">
                {t(`readings.medium.${r.medium}`)} ·{' '}
                <bdi>{r.pointName ? `${of(r.pointName)} · ${plain(r.point)}` : plain(r.point)}</bdi>
                {r.register === 'total' ? '' : ` · ${t(`readings.register.${r.register}`)}`}
              </div>
            </td>
            <td className="mono">{plain(r.meter)}</td>
            <td className="nw r dim">
              <span className="only-s">{t('readings.before')} </span>
              {r.before ? `${formatFigure(r.before.index, lang)} ${formatUnit(r.indexUnit)}` : '—'}
            </td>
            <td className="nw r">
              <span className="only-s">{t('readings.index')} </span>
              <b className={r.demo ? 'made' : ''}>{r.index === null ? '—' : formatFigure(r.index, lang)}</b>{' '}
              {r.index === null ? '' : formatUnit(r.indexUnit)}
            </td>
            <td className="wide">
              <Why reading={r} />
              {r.measuredAt && r.measuredAt !== r.at ? (
                <div className="cap">
                  {t('readings.measured', { time: formatWhen(Date.parse(r.measuredAt), serverNow(), lang, zone) })}
                </div>
              ) : null}
            </td>
            {onDecide && may ? (
              <td className="r">
                <Button
                  small
                  blocked={away}
                  aria-label={t(r.index === null ? 'readings.enterOf' : 'readings.decideOf', {
                    unit: r.unitName ? of(r.unitName) : plain(r.unit),
                    meter: plain(r.meter),
                  })}
                  onClick={() => onDecide(r)}
                >
                  {t(r.index === null ? 'readings.enter' : 'readings.decide')}
                </Button>
              </td>
            ) : null}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
