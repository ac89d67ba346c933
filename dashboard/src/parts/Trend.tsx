import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type PointerEvent, useId, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { EquipmentView, HistoryView, PointInfo } from '../../../gateway/http/contract.ts'
import { call, useMe } from '../api.ts'
import { formatDay, formatNumber, formatTicks, formatTime, formatUnit } from '../format.ts'
import { serverNow } from '../live.ts'
import { leadingPoints } from '../plant.ts'
import { useText } from '../text/index.ts'
import { type Drawn, draw, H, isCounter, isTrend, type Range, ranges, spans, timeTicks, W } from '../trend.ts'
import { addressOf, noView } from '../trends.ts'
import { Empty } from './notes.tsx'

const path = (points: readonly PointInfo[], step: string, from: number, to: number) => {
  const iso = (at: number) => encodeURIComponent(new Date(at).toISOString())
  return `history?point=${points.map(p => encodeURIComponent(p.id)).join(',')}&step=${step}&from=${iso(from)}&to=${iso(to)}`
}

/** Nobody finds one among more in a list; the page of trends has a search. */
const MOST_CHOICES = 500
/** Trends of one piece of equipment: one large, of the point that is chosen. */
export function Trends({ equipment }: { readonly equipment: EquipmentView }) {
  const { t, of } = useText()
  const points = equipment.points.filter(isTrend)
  const [chosen, choose] = useState<string | null>(null)
  const [range, setRange] = useState<Range>('h24')
  const point = points.find(p => p.id === chosen) ?? leadingPoints(points, 1)[0] ?? points[0]
  if (!point) return null
  return (
    <section className="card trd">
      <div className="card-h">
        <h2>{t('trend.title')}</h2>
        <select
          className="inp"
          aria-label={t('trend.point')}
          value={point.id}
          onChange={event => choose(event.target.value)}
        >
          {points.slice(0, MOST_CHOICES).map(p => (
            <option key={p.id} value={p.id}>
              {of(p.name)}
            </option>
          ))}
        </select>
        <Link className="link" href={addressOf({ ...noView, points: [point.id], preset: range })}>
          {t('trends.open')}
        </Link>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend of its own */}
        <span className="tabs ml" role="group" aria-label={t('trend.range')}>
          {ranges.map(one => (
            <button key={one} type="button" aria-pressed={one === range} onClick={() => setRange(one)}>
              {t(`trend.${one}`)}
            </button>
          ))}
        </span>
      </div>
      <Panel key={`${point.id} ${range}`} point={point} range={range} />
    </section>
  )
}

function Panel({ point, range }: { readonly point: PointInfo; readonly range: Range }) {
  const { t, lang } = useText()
  const { ms, step, count, every } = spans[range]
  /** What is drawn is what is exported. */
  const asked = useRef('')
  const counter = isCounter(point)
  const ask = () => {
    const to = serverNow()
    asked.current = path([point], counter ? count : step, to - ms, to)
    return call<HistoryView>(asked.current)
  }
  const query = useQuery({ queryKey: ['history', point.id, range], queryFn: ask, refetchInterval: every })
  const data = query.data
  if (!data)
    return query.isError ? (
      <Empty icon="help" title={t('trend.unavailable')} why={query.error.message} />
    ) : (
      <Empty icon="clock" title={t('trend.loading')} />
    )
  const series = data.items[0]
  const drawn = series ? draw(series, Date.parse(data.from), Date.parse(data.to), counter) : null
  if (!series || !drawn) return <Empty icon="help" title={t('trend.empty')} why={t('trend.emptyWhy')} />
  return (
    <>
      <Chart point={point} data={data} drawn={drawn} counter={counter} />
      <div className="trd-f">
        {drawn.demo.length > 0 ? (
          <span className="key demo">
            <i /> {t('trend.demo')}
          </span>
        ) : null}
        {drawn.gaps.length > 0 ? (
          <span className="key gap">
            <i /> {t('trend.gap')}
          </span>
        ) : null}
        <span className="dim">{t(counter ? 'trend.bars' : 'trend.band')}</span>
        <span className="ml">
          <a className="btn sm" href={`/api/v1/${asked.current}&format=csv&lang=${lang}`} download>
            {t('trend.csv')}
          </a>
        </span>
      </div>
    </>
  )
}

export interface ChartProps {
  readonly point: Pick<PointInfo, 'name' | 'unit' | 'decimals'>
  readonly data: Pick<HistoryView, 'from' | 'to' | 'items'>
  readonly drawn: Drawn
  readonly counter: boolean
  /** A moment to be marked, UTC ms: when an alarm came. */
  readonly mark?: number | null
}

export function Chart({ point, data, drawn, counter, mark = null }: ChartProps) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const hatch = useId()
  const box = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<number | null>(null)
  const [from, to] = [Date.parse(data.from), Date.parse(data.to)]
  const rows = data.items[0]!.rows
  const unit = formatUnit(point.unit)
  const written = formatTicks(drawn.ticks, lang)
  const said = (value: number | null | undefined) =>
    typeof value === 'number' ? `${formatNumber(value, lang, point.decimals)}${unit ? ` ${unit}` : ''}` : '—'
  const long = to - from > 86_400_000
  // Where a tick is a midnight anyway, its time only takes room.
  const days = to - from > 8 * 86_400_000
  const when = (ms: number) =>
    long ? formatDay(ms, zone).slice(5, days ? 10 : undefined) : formatTime(ms, lang, zone).slice(0, 5)
  const row = at === null ? undefined : rows[at]
  const made = (time: number) =>
    drawn.demo.some(s => time >= from + s.from * (to - from) && time < from + s.to * (to - from))
  const reading = (i: number) => {
    const one = rows[i]!
    const start = Date.parse(one.at)
    const value = counter
      ? `+${said(one.rise)}`
      : one.min === one.max
        ? said(one.mean)
        : `${said(one.mean)}  (${said(one.min)} … ${said(one.max)})`
    const text = (one.good ?? 0) > 0 ? value : t('trend.gap')
    return `${formatDay(start, zone)}  ${text}${made(start) ? `  ${t('trend.demo')}` : ''}`
  }
  const move = (event: PointerEvent) => {
    const rect = box.current?.getBoundingClientRect()
    if (!rect) return
    const time = from + ((event.clientX - rect.left) / rect.width) * (to - from)
    setAt(
      Math.max(
        0,
        rows.findLastIndex(one => Date.parse(one.at) <= time),
      ),
    )
  }
  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (by === 0) return
    event.preventDefault()
    setAt(now => Math.min(rows.length - 1, Math.max(0, (now ?? rows.length) + by)))
  }
  const known = rows.filter(one => (one.good ?? 0) > 0)
  const summary = counter
    ? t('trend.sumOf', { name: of(point.name), sum: said(known.reduce((sum, one) => sum + (one.rise ?? 0), 0)) })
    : t('trend.summary', {
        name: of(point.name),
        min: said(Math.min(...known.map(one => one.min ?? Number.POSITIVE_INFINITY))),
        max: said(Math.max(...known.map(one => one.max ?? Number.NEGATIVE_INFINITY))),
        last: said(known.at(-1)?.last),
      })
  return (
    <div className="trd-b">
      <div className="trd-s">{row ? <b>{reading(at!)}</b> : summary}</div>
      <div className="trd-y" aria-hidden="true">
        {drawn.ticks.map((tick, i) => (
          <span key={tick} style={{ bottom: `${((tick - drawn.low) / (drawn.high - drawn.low)) * 100}%` }}>
            {written[i]}
          </span>
        ))}
      </div>
      <div
        className="trd-p"
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read it out value by value
        tabIndex={0}
        role="img"
        aria-label={row ? reading(at!) : summary}
        onPointerMove={move}
        onPointerLeave={() => setAt(null)}
        onKeyDown={step}
        onBlur={() => setAt(null)}
      >
        <svg viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" aria-hidden="true">
          <defs>
            <pattern id={hatch} width="8" height="100" patternUnits="userSpaceOnUse">
              <rect width="4" height="100" className="gap" />
            </pattern>
          </defs>
          {drawn.ticks.map(tick => {
            const y = H - ((tick - drawn.low) / (drawn.high - drawn.low)) * H
            return <line key={tick} className="grid" x1="0" x2={W} y1={y} y2={y} />
          })}
          {drawn.gaps.map(gap => (
            <rect key={gap.from} x={gap.from * W} width={(gap.to - gap.from) * W} height={H} fill={`url(#${hatch})`} />
          ))}
          <path className="band" d={drawn.band} />
          <path className="line" d={drawn.line} />
          {drawn.bars.map(bar => (
            <rect key={bar.x} className="bar" x={bar.x} width={bar.w} y={bar.y} height={Math.max(0, H - bar.y)} />
          ))}
        </svg>
        {drawn.demo.map(span => (
          <span
            key={span.from}
            className="trd-d"
            style={{ left: `${span.from * 100}%`, width: `${(span.to - span.from) * 100}%` }}
          >
            <em>{t('trend.demo')}</em>
          </span>
        ))}
        {mark !== null && mark > from && mark < to ? (
          <span className="trd-m" style={{ left: `${((mark - from) / (to - from)) * 100}%` }} />
        ) : null}
        {row ? (
          <span className="trd-c" style={{ left: `${((Date.parse(row.at) - from) / (to - from)) * 100}%` }} />
        ) : null}
      </div>
      <div className="trd-x" aria-hidden="true">
        {timeTicks(from, to, aheadOf(from, zone)).map(tick => (
          <span key={tick} style={{ left: `${((tick - from) / (to - from)) * 100}%` }}>
            {when(tick)}
          </span>
        ))}
      </div>
    </div>
  )
}

/** How far the site's wall is ahead of UTC. */
function aheadOf(at: number, zone: string): number {
  const [day = '', time = ''] = formatDay(at, zone).split(' ')
  return Date.parse(`${day}T${time}:00Z`) - Math.floor(at / 60_000) * 60_000
}

/** So many points at once may be asked for. */
const MOST = 50
/** The day behind each number of an equipment, asked for together. */
export function useDay(equipment: EquipmentView): ReadonlyMap<string, Drawn> {
  const points = equipment.points.filter(isTrend).slice(0, MOST)
  const { data } = useQuery({
    queryKey: ['history', equipment.id, 'day'],
    queryFn: () => {
      const to = serverNow()
      return call<HistoryView>(path(points, '30m', to - spans.h24.ms, to))
    },
    enabled: points.length > 0,
    refetchInterval: 300_000,
  })
  const [from, to] = [Date.parse(data?.from ?? ''), Date.parse(data?.to ?? '')]
  return new Map(
    (data?.items ?? []).flatMap(series => {
      const drawn = draw(series, from, to, false)
      return drawn ? [[series.point, drawn] as const] : []
    }),
  )
}

/** A day in the height of a line of text. Its words are in the large trend; here it is a picture beside its number. */
export function Spark({ drawn }: { readonly drawn: Drawn | undefined }) {
  const { t } = useText()
  if (!drawn) return null
  const made = drawn.demo.length > 0
  return (
    <span
      className={`spk ${made ? 'demo' : ''}`}
      title={made ? `${t('trend.day')} · ${t('trend.demo')}` : t('trend.day')}
    >
      <svg viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="band" d={drawn.band} />
        <path className="line" d={drawn.line} />
      </svg>
    </span>
  )
}
