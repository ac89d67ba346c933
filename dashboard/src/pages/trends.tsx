import { useMemo, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import type { EquipmentView, HistoryMark, PointInfo } from '../../../gateway/http/contract.ts'
import { useEquipment, useMe } from '../api.ts'
import { formatAge, formatDay, formatNumber, formatTime, formatUnit } from '../format.ts'
import { serverNow } from '../live.ts'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Failed, Loaded, Note } from '../parts/notes.tsx'
import { PointSearch } from '../parts/PointSearch.tsx'
import { Priority } from '../parts/Priority.tsx'
import { aheadOf, dashOf, inkOf, type Lane, type Series, TrendPlot, unitTitle } from '../parts/TrendPlot.tsx'
import { useText } from '../text/index.ts'
import { isCounter } from '../trend.ts'
import '../trends.css'
import {
  addressOf,
  axesOf,
  axisOf,
  canTrend,
  figuresOf,
  MOST_AXES,
  MOST_POINTS,
  panned,
  presets,
  readingOf,
  rowAt,
  shifted,
  sound,
  type Track,
  type View,
  viewOf,
  weekBefore,
  zoomed,
} from '../trends.ts'
import { type Span, stepsOf, useHistory, useMarks, useSpan, useTail, useTrack } from '../trendsdata.ts'

/** Several points over one time line. All of it is in the address. */
export default function TrendsPage() {
  const { t } = useText()
  const query = useEquipment()
  return (
    <Page title={t('trends.title')} sub={t('trends.sub')}>
      <Loaded query={query} what={t('trends.title')}>
        {all => <Chosen all={all} />}
      </Loaded>
    </Page>
  )
}

interface Of {
  readonly equipment: EquipmentView
  readonly point: PointInfo
}

function Chosen({ all }: { readonly all: readonly EquipmentView[] }) {
  const { t } = useText()
  const view = viewOf(useSearch())
  const [, go] = useLocation()
  const byId = useMemo(
    () => new Map(all.flatMap(equipment => equipment.points.map(point => [point.id as string, { equipment, point }]))),
    [all],
  )
  const known = view.points.flatMap(id => byId.get(id) ?? [])
  const some = known.filter(({ point }) => canTrend(point))
  // Of a fifth unit nothing is drawn: there is no axis for it.
  const axes = axesOf(some.map(one => one.point)).slice(0, MOST_AXES)
  const drawn = some.filter(one => axes.includes(axisOf(one.point)))
  const change = (next: Partial<View>, replace = false) => go(addressOf({ ...view, ...next }), { replace })
  const blocked = (point: PointInfo): string | null =>
    view.points.length >= MOST_POINTS
      ? t('trends.tooMany', { n: MOST_POINTS })
      : axes.length >= MOST_AXES && !axes.includes(axisOf(point))
        ? t('trends.tooManyAxes', { n: MOST_AXES })
        : null
  const add = (id: string) => change({ points: [...view.points, id] })
  return (
    <div className="stk">
      <Bar view={view} change={change}>
        <PointSearch all={all} chosen={view.points} blocked={blocked} add={add} />
      </Bar>
      {drawn.length < view.points.length ? (
        <Note sort="medium" icon="warn" role="status">
          {t('trends.left', { names: view.points.filter(id => !drawn.some(one => one.point.id === id)).join(', ') })}{' '}
          <button
            type="button"
            className="btn sm"
            onClick={() => change({ points: drawn.map(one => one.point.id) }, true)}
          >
            {t('trends.removeLeft')}
          </button>
        </Note>
      ) : null}
      <section className="card">
        {drawn.length === 0 ? (
          <Empty
            icon="search"
            title={t('trends.none')}
            why={t('trends.noneWhy', { n: MOST_POINTS, axes: MOST_AXES })}
          />
        ) : (
          <Plotted view={view} some={drawn} change={change} />
        )}
      </section>
    </div>
  )
}

type Change = (next: Partial<View>, replace?: boolean) => void
interface BarProps {
  readonly view: View
  readonly change: Change
  readonly children: React.ReactNode
}
/** Search, span of time, what is shown beside the lines. */
function Bar({ view, change, children }: BarProps) {
  const { t } = useText()
  const zone = useMe().site.timezone
  const { from, to } = useSpan(view)
  const wall = (at: number) => formatDay(at, zone).replace(' ', 'T')
  /** The wall's time as it was typed; one that is no time changes nothing. */
  const typed = (text: string, which: 'from' | 'to') => {
    const asUtc = Date.parse(`${text}:00Z`)
    if (Number.isNaN(asUtc)) return
    const at = asUtc - aheadOf(asUtc - aheadOf(asUtc, zone), zone)
    const [a, z] = which === 'from' ? [at, to] : [from, at]
    if (z > a) change({ preset: null, ...sound(a, z, Math.max(serverNow(), z)) })
  }
  return (
    <div className="tds-bar">
      {children}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend of its own */}
      <span className="tabs" role="group" aria-label={t('trend.range')}>
        {presets.map(one => (
          <button key={one} type="button" aria-pressed={one === view.preset} onClick={() => change({ preset: one })}>
            {t(`trends.span.${one}`)}
          </button>
        ))}
      </span>
      <span className="row g1 tds-free">
        <input
          className="inp"
          type="datetime-local"
          aria-label={t('trends.from')}
          value={wall(from)}
          max={wall(to)}
          onChange={event => typed(event.target.value, 'from')}
        />
        <span className="dim">–</span>
        <input
          className="inp"
          type="datetime-local"
          aria-label={t('trends.to')}
          value={wall(to)}
          min={wall(from)}
          onChange={event => typed(event.target.value, 'to')}
        />
      </span>
      <span className="row g3 wrap tds-chk">
        {(['week', 'alarms', 'commands'] as const).map(one => (
          <label key={one}>
            <input type="checkbox" checked={view[one]} onChange={event => change({ [one]: event.target.checked })} />
            {t(`trends.${one}`)}
          </label>
        ))}
      </span>
    </div>
  )
}

interface PlottedProps {
  readonly view: View
  readonly some: readonly Of[]
  readonly change: Change
}
function Plotted({ view, some, change }: PlottedProps) {
  const { t, of } = useText()
  const zone = useMe().site.timezone
  const points = some.map(one => one.point)
  const span = useSpan(view)
  const live = view.preset !== null
  const [cursor, setCursor] = useState<number | null>(null)
  const ahead = (at: number) => aheadOf(at, zone)
  const query = useHistory(view, points, null)
  const shift = view.week ? span.from - weekBefore(span.from, ahead) : 0
  const week = useHistory(view, points, shift)
  const marked = useMarks(view, points)
  const trackOf = useTrack(query.data, useTail(points, live), live, span.to)
  const steps = stepsOf(view)
  const { from, to } = span
  const now = serverNow()

  if (query.isError && !query.data)
    return <Failed what={t('trends.title')} error={query.error} again={() => void query.refetch()} />
  if (!query.data) return <Empty icon="clock" title={t('trend.loading')} />
  const series = some.flatMap(({ point }, nth): Series[] => {
    const track = trackOf(point)
    const past = view.week ? week.data?.series.get(point.id) : undefined
    const ghost: Track | null = past
      ? { point, rows: shifted(past, shift), end: Math.min(to, week.data!.readAt) }
      : null
    return track ? [{ track, ghost, nth }] : []
  })
  const lanes: Lane[] = axesOf(points).map(axis => ({
    axis,
    title: unitTitle(axis, steps.count, t('trends.onShare')),
    series: series.filter(one => axisOf(one.track.point) === axis),
  }))
  const all = [...query.data.series.values()]
  const demo = joined(all.flatMap(one => one.demo))
  const coarse = joined(all.flatMap(one => one.coarse))
  const marks = (marked.data?.items ?? []).filter(mark => (mark.kind === 'alarm' ? view.alarms : view.commands))
  const zoomTo = (next: Span) => change({ preset: null, ...next })
  const bucket = (to - from) / 500
  return (
    <>
      <div className="card-h tds-h">
        <span className="dim" aria-live="polite">
          {cursor === null
            ? `${formatDay(from, zone)} – ${live ? t('trends.live') : formatDay(to, zone)}`
            : `${formatDay(cursor, zone).slice(0, 10)} ${formatTimeAt(cursor, zone)}`}
        </span>
        {query.isPlaceholderData || query.isFetching ? <span className="dim3">{t('trend.loading')}</span> : null}
        <span className="row g1 ml">
          <Act name="back" icon="left" act={() => zoomTo(panned(from, to, -0.5, now))} />
          <Act name="closer" icon="plus" act={() => zoomTo(zoomed(from, to, cursor ?? (from + to) / 2, 0.5, now))} />
          <Act name="wider" icon="minus" act={() => zoomTo(zoomed(from, to, cursor ?? (from + to) / 2, 2, now))} />
          <Act name="on" icon="right" act={() => zoomTo(panned(from, to, 0.5, now))} />
          {live ? (
            <button type="button" className="btn sm" onClick={() => zoomTo(span)} title={t('trends.holdWhy')}>
              <Icon name="pause" />
              {t('trends.hold')}
            </button>
          ) : null}
        </span>
      </div>
      <TrendPlot
        {...{ lanes, from, to, now, zone, marks, demo, cursor, setCursor }}
        stepMs={bucket}
        zoomTo={(a, z) => zoomTo(sound(a, z, now))}
        zoomBy={(factor, at) => zoomTo(zoomed(from, to, at, factor, now))}
        panBy={part => zoomTo(panned(from, to, part, now))}
      />
      <p className="sr" id="tds-keys">
        {t('trends.keys')}
      </p>
      <Legend series={series} some={some} span={span} cursor={cursor} change={change} view={view} />
      <div className="trd-f">
        <span className="key gap">
          <i /> {t('trend.gap')}
        </span>
        {view.week ? <span className="dim">{t('trends.ghost')}</span> : null}
        {coarse.length > 0 ? (
          <span className="dim">{t('trends.coarse', { until: formatDay(coarse.at(-1)!.to, zone) })}</span>
        ) : null}
        <span className="dim tds-hint">{t('trends.hint')}</span>
        <Export points={points} span={span} view={view} />
      </div>
      {view.alarms || view.commands ? (
        <MarkList marks={marks} more={marked.data?.truncated ?? false} setCursor={setCursor} some={some} of={of} />
      ) : null}
    </>
  )
}
const formatTimeAt = (at: number, zone: string): string => formatTime(at, 'en', zone)
function joined(spans: readonly { readonly from: string; readonly to: string }[]): { from: number; to: number }[] {
  const all: { from: number; to: number }[] = []
  for (const [from, to] of spans
    .map(s => [Date.parse(s.from), Date.parse(s.to)] as const)
    .sort((a, b) => a[0] - b[0])) {
    const last = all.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else all.push({ from, to })
  }
  return all
}

const Act = ({
  name,
  icon,
  act,
}: {
  name: 'back' | 'closer' | 'wider' | 'on'
  icon: 'left' | 'plus' | 'minus' | 'right'
  act: () => void
}) => {
  const { t } = useText()
  return (
    <button
      type="button"
      className="btn sm"
      aria-label={t(`trends.act.${name}`)}
      title={t(`trends.act.${name}`)}
      onClick={act}
    >
      <Icon name={icon} />
    </button>
  )
}

interface LegendProps {
  readonly series: readonly Series[]
  readonly some: readonly Of[]
  readonly span: Span
  readonly cursor: number | null
  readonly view: View
  readonly change: Change
}
/** Which line is which, what it says at the pointer, and what the span comes to. */
function Legend({ series, some, span, cursor, view, change }: LegendProps) {
  const { t, of, lang } = useText()
  return (
    <table className="tbl tds-t">
      <thead>
        <tr>
          <th colSpan={2}>{t('trend.point')}</th>
          <th className="r">{t(cursor === null ? 'trends.last' : 'trends.at')}</th>
          {view.week ? <th className="r">{t('trends.weekAgo')}</th> : null}
          <th className="r opt">{t('trends.least')}</th>
          <th className="r opt">{t('trends.mean')}</th>
          <th className="r opt">{t('trends.most')}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {series.map(({ track, ghost, nth }) => {
          const { equipment, point } = some[nth]!
          const unit = formatUnit(point.unit)
          const said = (value: number | null | undefined) =>
            value === null || value === undefined
              ? '—'
              : point.kind === 'boolean'
                ? `${formatNumber(value * 100, lang, 0)} %`
                : `${isCounter(point) ? '+' : ''}${formatNumber(value, lang, point.decimals)}${unit ? ` ${unit}` : ''}`
          const at = (one: Track) => {
            const row = rowAt(one, cursor ?? one.end - 1)
            const value = row && readingOf(point, row)
            return value === null ? <span className="q-t">{t('trend.gap')}</span> : said(value)
          }
          const figures = figuresOf(track, span.from, span.to)
          const counter = isCounter(point)
          return (
            <tr key={point.id}>
              <td className="tds-d">
                <svg viewBox="0 0 34 10" aria-hidden="true">
                  <path d="M1 5H33" style={{ stroke: inkOf(nth) }} strokeDasharray={dashOf(nth)} />
                </svg>
              </td>
              <td>
                <b>{of(point.name)}</b> <span className="dim">{of(equipment.name)}</span>
              </td>
              <td className="r nw">{at(track)}</td>
              {view.week ? <td className="r nw dim">{ghost ? at(ghost) : '—'}</td> : null}
              <td className="r nw opt">{counter ? '' : said(figures?.least)}</td>
              <td className="r nw opt">
                {counter ? t('trends.sum', { sum: said(figures?.total) }) : said(figures?.mean)}
              </td>
              <td className="r nw opt">{counter ? '' : said(figures?.most)}</td>
              <td className="r">
                <button
                  type="button"
                  className="ib"
                  title={t('trends.remove', { name: of(point.name) })}
                  aria-label={t('trends.remove', { name: of(point.name) })}
                  onClick={() => change({ points: view.points.filter(id => id !== point.id) })}
                >
                  <Icon name="x" />
                </button>
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** What is drawn, or every sample, as a file. */
function Export({ points, span, view }: { points: readonly PointInfo[]; span: Span; view: View }) {
  const { t, lang } = useText()
  const [raw, setRaw] = useState(false)
  const iso = (at: number) => new Date(at).toISOString()
  const step = points.every(isCounter) ? stepsOf(view).count : stepsOf(view).line
  const href = (format: 'csv' | 'xlsx') =>
    `/api/v1/history/export?point=${points.map(p => encodeURIComponent(p.id)).join(',')}&from=${iso(span.from)}&to=${iso(span.to)}${raw ? '' : `&step=${step}`}&format=${format}&lang=${lang}`
  return (
    <span className="row g3 ml tds-ex">
      <label>
        <input type="checkbox" checked={raw} onChange={event => setRaw(event.target.checked)} />
        {t('trends.raw')}
      </label>
      {(['csv', 'xlsx'] as const).map(format => (
        <a key={format} className="btn sm" href={href(format)} download>
          {t(format === 'csv' ? 'trend.csv' : 'trends.xlsx')}
        </a>
      ))}
    </span>
  )
}

interface MarkListProps {
  readonly marks: readonly HistoryMark[]
  readonly more: boolean
  readonly some: readonly Of[]
  readonly setCursor: (at: number) => void
  readonly of: ReturnType<typeof useText>['of']
}
const SHOWN = 50
/** Alarms and commands of the span in words, newest first. */
function MarkList({ marks, more, some, setCursor, of }: MarkListProps) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  if (marks.length === 0) return <p className="tds-no dim">{t('trends.noMarks')}</p>
  const names = new Map(some.map(({ equipment }) => [equipment.id, of(equipment.name)]))
  const value = (mark: HistoryMark) =>
    typeof mark.value === 'number' ? formatNumber(mark.value, lang) : mark.value === null ? '' : String(mark.value)
  return (
    <ul className="tds-ml">
      {marks
        .toReversed()
        .slice(0, SHOWN)
        .map(mark => {
          const at = Date.parse(mark.at)
          return (
            <li key={`${mark.kind} ${mark.id} ${mark.at}`}>
              <button type="button" className="link nw" onClick={() => setCursor(at)}>
                {mark.earlier ? '< ' : ''}
                {formatDay(at, zone).slice(5)}
              </button>
              {mark.severity === null ? <b>{t('trends.command')}</b> : <Priority severity={mark.severity} />}
              <span className="grow">
                {mark.kind === 'command' ? (
                  <>
                    {of(mark.text)} → {value(mark)} · <bdi>{mark.by}</bdi>: <bdi>{mark.reason}</bdi>
                    {mark.phase === null ? null : ` · ${t(`trends.phase.${mark.phase}`)}`}
                  </>
                ) : (
                  of(mark.text)
                )}
                <span className="dim"> {names.get(mark.point.slice(0, mark.point.indexOf('/')))}</span>
                {mark.demo ? <span className="chip demo">{t('trend.demo')}</span> : null}
              </span>
              {mark.kind === 'alarm' ? (
                <span className="dim nw">
                  {mark.until === null ? t('trends.stands') : formatAge(Date.parse(mark.until) - at)}
                </span>
              ) : null}
            </li>
          )
        })}
      {more || marks.length > SHOWN ? <li className="dim">{t('trends.more')}</li> : null}
    </ul>
  )
}
