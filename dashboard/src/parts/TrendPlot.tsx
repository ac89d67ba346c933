import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from 'react'
import type { HistoryMark } from '../../../gateway/http/contract.ts'
import { formatDay, formatTicks, formatTime, formatUnit, type Language } from '../format.ts'
import { useText } from '../text/index.ts'
import type { Stretch } from '../trend.ts'
import { groupMarks, lineOf, type MarkGroup, scaleOf, type Track, ticksOf } from '../trends.ts'
import { PriorityShape } from './Priority.tsx'

export interface Series {
  readonly track: Track
  /** The same a week before, moved to now. */
  readonly ghost: Track | null
  /** Its place among the series: its dash and its ink. */
  readonly nth: number
}
export interface Lane {
  readonly axis: string
  readonly title: string
  readonly series: readonly Series[]
}
interface Props {
  readonly lanes: readonly Lane[]
  readonly from: number
  readonly to: number
  /** Nothing is known from here on. */
  readonly now: number
  readonly zone: string
  readonly marks: readonly HistoryMark[]
  /** What was made up for the demo. */
  readonly demo: readonly { readonly from: number; readonly to: number }[]
  readonly cursor: number | null
  readonly setCursor: (at: number | null) => void
  /** How far an arrow moves it, ms. */
  readonly stepMs: number
  readonly zoomTo: (from: number, to: number) => void
  readonly zoomBy: (factor: number, at: number) => void
  readonly panBy: (part: number) => void
}

const MOST_LINES = 40
/** Dashes tell series apart before inks do. */
export const dashOf = (nth: number): string | undefined =>
  [undefined, '7 4', '2 3', '11 3 2 3'][(nth + Math.floor(nth / 4)) % 4]
export const inkOf = (nth: number): string => `var(--gh-d${(nth % 4) + 1})`

/** One lane for each unit over one time line; a pointer, keys and marks go through all of them. */
export function TrendPlot(props: Props) {
  const { lanes, from, to, now, zone, marks, demo, cursor, setCursor, stepMs, zoomTo, zoomBy, panBy } = props
  const { t, lang } = useText()
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(900)
  /** Where a drag or a selection by keys began. */
  const [anchor, setAnchor] = useState<number | null>(null)
  const dragging = useRef(false)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(Math.max(100, element.clientWidth)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const x = (at: number) => ((Math.min(to, Math.max(from, at)) - from) / (to - from)) * width
  const timeAt = (event: PointerEvent) => {
    const rect = box.current!.getBoundingClientRect()
    return from + Math.min(1, Math.max(0, (event.clientX - rect.left) / rect.width)) * (to - from)
  }
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest('button')) return
    box.current?.setPointerCapture(event.pointerId)
    dragging.current = true
    setAnchor(timeAt(event))
    setCursor(timeAt(event))
  }
  const up = (event: PointerEvent) => {
    if (!dragging.current) return
    dragging.current = false
    const at = timeAt(event)
    // A click is no drag.
    if (anchor !== null && Math.abs(x(at) - x(anchor)) > 6) zoomTo(Math.min(anchor, at), Math.max(anchor, at))
    setAnchor(null)
  }
  const keys = (event: KeyboardEvent) => {
    const at = cursor ?? Math.min(to, now)
    const move = (by: number) => setCursor(Math.min(to, Math.max(from, at + by)))
    const done: Record<string, (() => void) | undefined> = {
      ArrowLeft: () => (event.shiftKey ? panBy(-0.25) : move(-stepMs)),
      ArrowRight: () => (event.shiftKey ? panBy(0.25) : move(stepMs)),
      PageUp: () => panBy(-1),
      PageDown: () => panBy(1),
      Home: () => setCursor(from),
      End: () => setCursor(Math.min(to, now)),
      '+': () => zoomBy(0.5, cursor ?? (from + to) / 2),
      '=': () => zoomBy(0.5, cursor ?? (from + to) / 2),
      '-': () => zoomBy(2, cursor ?? (from + to) / 2),
      ' ': () => {
        setAnchor(at)
        setCursor(at)
      },
      Enter:
        anchor === null || anchor === at
          ? undefined
          : () => {
              zoomTo(Math.min(anchor, at), Math.max(anchor, at))
              setAnchor(null)
            },
      Escape: () => {
        setAnchor(null)
        setCursor(null)
      },
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : done[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }
  const groups = groupMarks(marks, from, to, width)
  const inked = groups.length > MOST_LINES ? [] : groups
  const ticks = ticksOf(from, to, at => aheadOf(at, zone), Math.max(2, Math.floor(width / 110)))
  return (
    <div className="tds">
      <Marks groups={groups} from={from} to={to} x={x} setCursor={setCursor} zone={zone} />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend of its own */}
      <div
        className="tds-p"
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move the pointer, zoom and go through time
        tabIndex={0}
        role="group"
        aria-label={t('trends.plot', { from: formatDay(from, zone), to: formatDay(to, zone) })}
        aria-describedby="tds-keys"
        onKeyDown={keys}
        onPointerDown={down}
        onPointerMove={event => setCursor(timeAt(event))}
        onPointerUp={up}
        onPointerCancel={() => {
          dragging.current = false
          setAnchor(null)
        }}
        onPointerLeave={() => {
          if (!dragging.current && anchor === null) setCursor(null)
        }}
      >
        {lanes.map((lane, i) => (
          <LaneView
            key={lane.axis}
            lane={lane}
            from={from}
            to={to}
            now={now}
            width={width}
            ticks={ticks}
            count={lanes.length}
          >
            {i === 0
              ? demo.map(span => (
                  <span
                    key={span.from}
                    className="trd-d"
                    style={{ left: x(span.from), width: Math.max(2, x(span.to) - x(span.from)) }}
                  >
                    <em>{t('trend.demo')}</em>
                  </span>
                ))
              : null}
          </LaneView>
        ))}
        {inked.map(group => (
          <span
            key={group.x}
            className={`tds-l ${group.severity ?? 'command'}`}
            style={{ left: group.x }}
            aria-hidden="true"
          />
        ))}
        {anchor !== null && cursor !== null ? (
          <span
            className="tds-sel"
            style={{ left: x(Math.min(anchor, cursor)), width: Math.abs(x(cursor) - x(anchor)) }}
          />
        ) : null}
        {cursor === null ? null : <span className="trd-c" style={{ left: x(cursor) }} />}
      </div>
      <div className="tds-x" aria-hidden="true">
        {ticks.map(tick => (
          <span key={tick} style={{ left: x(tick) }}>
            {tickText(tick, to - from, lang, zone)}
          </span>
        ))}
      </div>
    </div>
  )
}

interface LaneProps {
  readonly lane: Lane
  readonly from: number
  readonly to: number
  readonly now: number
  readonly width: number
  readonly count: number
  readonly ticks: readonly number[]
  readonly children: React.ReactNode
}
function LaneView({ lane, from, to, now, width, count, ticks, children }: LaneProps) {
  const { t, lang } = useText()
  const hatch = useId()
  const height = Math.max(96, Math.round(380 / count))
  const scale = scaleOf(
    lane.series.flatMap(({ track, ghost }) => (ghost ? [track, ghost] : [track])),
    from,
    to,
  )
  const written = formatTicks(scale?.ticks ?? [], lang)
  const x = (at: number) => ((at - from) / (to - from)) * width
  const known = Math.min(to, now)
  const lines = scale
    ? lane.series.map(({ track, ghost, nth }) => ({
        ...{ nth, id: track.point.id, drawn: lineOf(track, from, to, scale, width, height) },
        ghost: ghost && lineOf(ghost, from, to, scale, width, height).line,
      }))
    : []
  const alone = lines.length === 1
  return (
    <div className="tds-lane" style={{ height }}>
      <div className="tds-y" aria-hidden="true">
        {scale?.ticks.map((tick, i) => (
          <span key={tick} style={{ bottom: `${((tick - scale.low) / (scale.high - scale.low)) * 100}%` }}>
            {lane.axis === '{on}' ? t(tick === 1 ? 'trends.on' : 'trends.off') : written[i]}
          </span>
        ))}
      </div>
      <b className="tds-u">{lane.title}</b>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
        <defs>
          <pattern id={hatch} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="3" height="8" className="gap" />
          </pattern>
        </defs>
        {scale?.ticks.map(tick => {
          const y = height - ((tick - scale.low) / (scale.high - scale.low)) * height
          return <line key={tick} className="grid" x1="0" x2={width} y1={y} y2={y} />
        })}
        {ticks.map(tick => (
          <line key={tick} className="grid" x1={x(tick)} x2={x(tick)} y1="0" y2={height} />
        ))}
        {scale ? null : <rect className="none" width={Math.max(0, x(known))} height={height} fill={`url(#${hatch})`} />}
        {lines.map(({ nth, id, drawn, ghost }, i) => (
          <g key={id}>
            {gapsUpTo(drawn.gaps, x(known)).map(gap => (
              <rect
                key={gap.from}
                className="missing"
                x={gap.from}
                width={gap.to - gap.from}
                y={alone ? 0 : height - 7 * (lines.length - i)}
                height={alone ? height : 6}
                fill={`url(#${hatch})`}
              />
            ))}
            {lines.length <= 2 ? <path className="band" d={drawn.band} style={{ fill: inkOf(nth) }} /> : null}
            {ghost === null ? null : <path className="ghost" d={ghost} style={{ stroke: inkOf(nth) }} />}
            <path className="line" d={drawn.line} style={{ stroke: inkOf(nth) }} strokeDasharray={dashOf(nth)} />
          </g>
        ))}
      </svg>
      {children}
    </div>
  )
}
/** What has not come yet is no gap. */
const gapsUpTo = (gaps: readonly Stretch[], end: number): Stretch[] =>
  gaps.map(gap => ({ from: gap.from, to: Math.min(end, gap.to) })).filter(gap => gap.to - gap.from > 0.4)

interface MarksProps {
  readonly groups: readonly MarkGroup[]
  readonly from: number
  readonly to: number
  readonly zone: string
  readonly x: (at: number) => number
  readonly setCursor: (at: number) => void
}
/** Alarms from raised to cleared and commands, each with its words as far as there is room; all of them are in the list below. */
function Marks({ groups, from, to, zone, x, setCursor }: MarksProps) {
  const { t, of, lang } = useText()
  return (
    <div className="tds-m">
      {groups.flatMap(({ marks }) =>
        marks
          .filter(mark => mark.kind === 'alarm')
          .map(mark => {
            const [a, z] = [x(Date.parse(mark.at)), x(mark.until === null ? to : Date.parse(mark.until))]
            return (
              <i
                key={`${mark.id} ${mark.at}`}
                className={`tds-bar ${mark.severity}`}
                style={{ left: a, width: Math.max(2, z - a) }}
              />
            )
          }),
      )}
      {groups.map(({ x: left, marks, severity, room }) => {
        const first = marks.find(mark => mark.severity === severity) ?? marks[0]!
        const words = marks.map(
          mark =>
            `${formatTime(Date.parse(mark.at), lang, zone)} ${mark.kind === 'command' ? `${t('trends.command')} ` : ''}${of(mark.text)}`,
        )
        return (
          <button
            key={left}
            type="button"
            className={`tds-k ${severity ?? 'command'}`}
            style={{ left, maxWidth: Math.max(18, room + 18) }}
            title={words.slice(0, 8).join('\n')}
            aria-label={words.slice(0, 8).join('; ')}
            onClick={() => setCursor(Math.max(from, Date.parse(first.at)))}
          >
            {severity === null ? (
              <svg viewBox="0 0 20 20" aria-hidden="true">
                <path className="tds-cmd" d="M3 3v14l14-7z" />
              </svg>
            ) : (
              <PriorityShape severity={severity} className="psv" />
            )}
            {room > 36 ? (
              <span>
                {marks.length > 1 ? <b>{marks.length}× </b> : null}
                {of(first.text)}
              </span>
            ) : null}
          </button>
        )
      })}
    </div>
  )
}

/** How far the site's wall is ahead of UTC. */
export function aheadOf(at: number, zone: string): number {
  const [day = '', time = ''] = formatDay(at, zone).split(' ')
  return Date.parse(`${day}T${time}:00Z`) - Math.floor(at / 60_000) * 60_000
}
function tickText(at: number, span: number, lang: Language, zone: string): string {
  const day = formatDay(at, zone)
  if (span > 200 * 86_400_000) return day.slice(0, 10)
  if (span > 8 * 86_400_000) return day.slice(5, 10)
  if (span > 86_400_000) return day.slice(5)
  return span > 600_000 ? day.slice(11) : formatTime(at, lang, zone)
}
export const unitTitle = (axis: string, step: string, on: string): string =>
  axis === '{on}' ? on : axis.endsWith('+') ? `${formatUnit(axis.slice(0, -1))} / ${step}` : formatUnit(axis)
