import { type ReactNode, useState } from 'react'
import type { ConsumptionView, HistorySeries } from '../../../gateway/http/contract.ts'
import { consumptionMarks, media } from '../../../rules/consumption.ts'
import { consumptionPath, useConsumption, useMe } from '../api.ts'
import '../consumption.css'
import { formatDay, formatNumber, formatUnit } from '../format.ts'
import { serverNow } from '../live.ts'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { Chart } from '../parts/Trend.tsx'
import { Overview } from '../readings/Overview.tsx'
import { useText } from '../text/index.ts'
import { draw } from '../trend.ts'

type Item = ConsumptionView['items'][number]
/** One character for each mark, so that a column of numbers stays a column. */
const signs = { gap: '—', part: '◐', carries: '←', fell: '↺', running: '…' } as const
const MONTHS = 3

/** What each meter has counted, by day or month. A gap is a dash and never nought. */
export default function Consumption() {
  const { t } = useText()
  const [medium, setMedium] = useState<(typeof media)[number] | 'overview'>('electricity')
  const bar = (
    <fieldset className="tabs bare" aria-label={t('consumption.media')}>
      {(['overview', ...media] as const).map(one => (
        <button key={one} type="button" aria-pressed={one === medium} onClick={() => setMedium(one)}>
          {one === 'overview' ? t('energy.overview') : t(`consumption.medium.${one}`)}
        </button>
      ))}
    </fieldset>
  )
  return medium === 'overview' ? (
    <Page title={t('consumption.title')} sub={t('energy.sub')}>
      <div className="row wrap bar-h">{bar}</div>
      <Overview />
    </Page>
  ) : (
    <ByMeter medium={medium} bar={bar} />
  )
}

/** Each meter by itself, day by day or month by month. */
function ByMeter({ medium, bar }: { readonly medium: (typeof media)[number]; readonly bar: ReactNode }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const [period, setPeriod] = useState('days')
  const query = useConsumption(medium, period)
  return (
    <Page title={t('consumption.title')} sub={t('consumption.sub')}>
      <div className="row wrap bar-h">
        {bar}
        <select
          className="inp use-p"
          aria-label={t('consumption.period')}
          value={period}
          onChange={event => setPeriod(event.target.value)}
        >
          <option value="days">{t('consumption.days')}</option>
          {lastMonths(serverNow(), zone).map(month => (
            <option key={month} value={month}>
              {month}
            </option>
          ))}
          <option value="months">{t('consumption.months')}</option>
        </select>
        <span className="ml">
          <a className="btn sm" href={`/api/v1/${consumptionPath(medium, period)}&format=csv&lang=${lang}`} download>
            {t('consumption.csv')}
          </a>
        </span>
      </div>
      <Loaded query={query} what={t('consumption.title')}>
        {view =>
          view.items.length === 0 ? (
            <section className="card">
              <Empty title={t('consumption.none')} why={t('consumption.noneWhy')} />
            </section>
          ) : (
            <Report key={`${medium} ${period}`} view={view} />
          )
        }
      </Loaded>
    </Page>
  )
}

/** `2026-11` and those before it, by the wall of the site. */
function lastMonths(now: number, zone: string): string[] {
  const [year, month] = formatDay(now, zone).split('-').map(Number) as [number, number]
  return Array.from({ length: MONTHS }, (_, i) => new Date(Date.UTC(year, month - 1 - i, 15)).toISOString().slice(0, 7))
}

function Report({ view }: { readonly view: ConsumptionView }) {
  const { t } = useText()
  const [chosen, choose] = useState<string | null>(null)
  const item = view.items.find(one => one.point === chosen) ?? view.items[0]!
  const marks = consumptionMarks.filter(mark => view.items.some(one => one.rows.some(row => row.marks.includes(mark))))
  const made = view.items.some(one => one.rows.some(row => row.demo))
  return (
    <div className="col g3">
      <section className="card" aria-label={t('consumption.chart')}>
        <Bars view={view} item={item} />
      </section>
      <section className="card">
        <Table view={view} chosen={item.point} choose={choose} />
        <div className="use-f cap">
          {made ? (
            <span>
              <b className="made">{t('consumption.demo')}</b> {t('consumption.demoWhy')}
            </span>
          ) : null}
          {marks.map(mark => (
            <span key={mark}>
              <b>{signs[mark]}</b> {t(`consumption.mark.${mark}`)}
            </span>
          ))}
          <span>{t('consumption.noSum')}</span>
        </div>
      </section>
    </div>
  )
}

const nameOf = (item: Item) => item.name ?? item.equipmentName

/** The same chart as a trend's: a bar for each day, the gap in the colour of doubt, demo data named. */
function Bars({ view, item }: { readonly view: ConsumptionView; readonly item: Item }) {
  const { t, of } = useText()
  const [from, to] = [view.edges[0]!, view.edges.at(-1)!]
  const rows = item.rows.map((row, i) => ({ at: view.edges[i]!, good: row.good, rise: row.value }))
  const demo = item.rows.flatMap((row, i) => (row.demo ? [{ from: view.edges[i]!, to: view.edges[i + 1]! }] : []))
  const series: HistorySeries = {
    ...{ point: item.point, kind: 'number', unit: item.unit, demo: joined(demo), coarse: [], truncated: false, rows },
  }
  const drawn = draw(series, Date.parse(from), Date.parse(to), true)
  const name = of(nameOf(item))
  return (
    <>
      <div className="card-h">
        <h2>{name}</h2>
        <span className="dim">{item.space ? of(item.space) : ''}</span>
      </div>
      {drawn ? (
        <Chart
          key={item.point}
          point={{ name: nameOf(item), unit: item.unit, decimals: null }}
          data={{ from, to, items: [series] }}
          drawn={drawn}
          counter
        />
      ) : (
        <Empty icon="help" title={t('trend.empty')} why={t('trend.emptyWhy')} />
      )}
    </>
  )
}
/** Days that touch are one stretch. */
const joined = (spans: readonly { readonly from: string; readonly to: string }[]) =>
  spans.reduce<{ from: string; to: string }[]>((list, span) => {
    const last = list.at(-1)
    if (last?.to === span.from) last.to = span.to
    else list.push({ ...span })
    return list
  }, [])

/** The newest days are what is looked for; they stand at the right. */
const toTheEnd = (box: HTMLDivElement | null) => {
  if (box) box.scrollLeft = box.scrollWidth
}

function Table({
  view,
  chosen,
  choose,
}: {
  readonly view: ConsumptionView
  readonly chosen: string
  readonly choose: (point: string) => void
}) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const day = (edge: string) =>
    formatDay(Date.parse(edge), zone).slice(view.step === '1mo' ? 0 : 5, view.step === '1mo' ? 7 : 10)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: thirty days do not fit on a screen; arrow keys move them
    <div className="use-t" tabIndex={0} ref={toTheEnd}>
      <table className="tbl" aria-label={t('consumption.title')}>
        <thead>
          <tr>
            <th>{t('consumption.meter')}</th>
            <th className="r">{t('consumption.total')}</th>
            {view.edges.slice(0, -1).map(edge => (
              <th key={edge} className="r">
                {day(edge)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.items.map(item => {
            const digits = item.unit === 'm3' ? 2 : 1
            const shown = (value: number) => formatNumber(value, lang, digits)
            return (
              <tr key={item.point} className={item.point === chosen ? 'sel' : ''}>
                <td>
                  <button
                    type="button"
                    aria-pressed={item.point === chosen}
                    title={t('consumption.choose', { name: of(nameOf(item)) })}
                    onClick={() => choose(item.point)}
                  >
                    {of(nameOf(item))}
                  </button>{' '}
                  <span className="cap">{formatUnit(item.unit)}</span>
                  {item.stoodSince ? (
                    <div className="cap b">{t('consumption.stood', { day: day(item.stoodSince) })}</div>
                  ) : null}
                </td>
                <td className="r">
                  <b className={item.rows.some(row => row.demo) ? 'made' : ''}>
                    {item.total === null ? '—' : `${shown(item.total)} ${formatUnit(item.unit)}`}
                  </b>
                  {item.total !== null && !item.complete ? (
                    <div className="cap">{t('consumption.incomplete')}</div>
                  ) : null}
                </td>
                {item.rows.map((row, i) => (
                  <td key={view.edges[i]} className={row.demo ? 'r made' : 'r'} title={saying(row.marks)}>
                    {row.value === null ? '—' : shown(row.value)}
                    {row.marks
                      .filter(mark => mark !== 'gap')
                      .map(mark => ` ${signs[mark]}`)
                      .join('')}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )

  function saying(marks: Item['rows'][number]['marks']): string {
    return marks.map(mark => t(`consumption.mark.${mark}`)).join('\n')
  }
}
