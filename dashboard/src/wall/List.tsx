import { useLayoutEffect, useRef, useState } from 'react'
import type { AlarmView } from '../../../gateway/http/contract.ts'
import { useMay } from '../api.ts'
import { formatDuration, plain } from '../format.ts'
import { sampleOf, useDerived, useTicking } from '../live.ts'
import { useRecordBlock } from '../parts/Button.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Refusal } from '../parts/notes.tsx'
import { Priority, shownAs } from '../parts/Priority.tsx'
import { useText } from '../text/index.ts'
import { type Line, windowOf } from './facts.ts'

interface Props {
  readonly lines: readonly Line[]
  /** The gateway has said which alarms there are. */
  readonly known: boolean
  readonly focus: string | null
  readonly inGroups: boolean
  readonly aside: { readonly shelved: number; readonly heldBack: number }
  readonly error: unknown
  readonly onChoose: (id: string) => void
}

/** As many rows as fit, never a scroll bar: nobody scrolls a wall. What does not fit is counted. */
export function List({ lines, known, focus, inGroups, aside, error, onChoose }: Props) {
  const { t } = useText()
  const box = useRef<HTMLOListElement>(null)
  const [fits, setFits] = useState(7)
  useLayoutEffect(() => {
    const list = box.current
    if (!list) return
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
      const room = Math.max(3, Math.floor(list.clientHeight / (ROW_REM * rem)))
      setFits(matchMedia(NARROW).matches ? NARROW_ROWS : room)
    }
    const watcher = new ResizeObserver(measure)
    watcher.observe(list)
    measure()
    return () => watcher.disconnect()
  }, [])
  const at = Math.max(
    0,
    lines.findIndex(line => line.alarm.id === focus),
  )
  const shown = windowOf(lines, at, fits)
  const may = useMay('alarm.acknowledge')
  const blocked = useRecordBlock()
  return (
    <section className="card wl" aria-label={t('alarms.title')}>
      <div className="card-h">
        <h2>{t(inGroups ? 'wall.byCause' : 'alarms.title')}</h2>
        <span className="dim">{inGroups ? t('wall.groups', { n: lines.length }) : t('wall.order')}</span>
        <span className="ml dim">
          {aside.shelved > 0 ? t('wall.shelved', { n: aside.shelved }) : ''}
          {aside.shelved > 0 && aside.heldBack > 0 ? ' · ' : ''}
          {aside.heldBack > 0 ? t('wall.heldBack', { n: aside.heldBack }) : ''}
        </span>
      </div>
      {error ? <Refusal error={error} /> : null}
      <ol className="al" ref={box} aria-label={t('alarms.list')}>
        {lines.length === 0 ? (
          <li className="calm">
            {known ? (
              <Empty icon="check" title={t('alarms.empty')} />
            ) : (
              <Empty icon="clock" title={t('wall.reading')} />
            )}
          </li>
        ) : (
          shown.map(line => (
            <Row key={line.alarm.id} line={line} chosen={line.alarm.id === focus} onChoose={onChoose} />
          ))
        )}
      </ol>
      <div className="card-f row">
        <span>{lines.length > shown.length ? t('wall.more', { n: lines.length - shown.length }) : ''}</span>
        {lines.length === 0 ? null : (
          <span className="ml row g1">
            {may ? (
              blocked ? (
                <span className="q-t">{blocked}</span>
              ) : (
                <>
                  <kbd>↑↓</kbd> {t('alarms.keys')} <kbd>Enter</kbd> {t('alarms.keyAck')}
                </>
              )
            ) : (
              <>
                <Icon name="lock" /> {t('wall.looksOnly')}
              </>
            )}
          </span>
        )}
      </div>
    </section>
  )
}
/** As in list.css. */
const ROW_REM = 5.4
/** There rows are as high as their words, and the page scrolls. */
const NARROW = '(max-width: 900px)'
const NARROW_ROWS = 8

interface RowProps {
  readonly line: Line
  readonly chosen: boolean
  readonly onChoose: (id: string) => void
}
function Row({ line: { alarm, count, unacked }, chosen, onChoose }: RowProps) {
  const { t, of } = useText()
  const { severity, state } = alarm
  const returned = state === 'RTNUN' || state === 'NORM'
  // Acknowledging stops the call, not the emergency: life keeps its ground until normal.
  const keep = severity === 'life' && alarm.active
  const frozen = useDerived([alarm.point], () => {
    const sample = sampleOf(alarm.point)
    return sample ? (sample.quality === 'bad' ? sample.reason : null) : alarm.frozen
  })
  const where = [
    // First, where it is never cut off.
    returned ? t('alarms.returned') : '',
    alarm.space ? of(alarm.space) : '',
    of(alarm.equipmentName),
    alarm.pointName ? of(alarm.pointName) : '',
  ]
  const tint = keep || (unacked > 0 && !returned)
  return (
    <li>
      <button
        type="button"
        tabIndex={-1}
        className={`ar ${severity} ${tint ? 'tint' : ''} ${chosen ? 'sel' : ''} ${returned ? 'rtnr' : ''}`}
        aria-current={chosen}
        data-alarm={alarm.id}
        onClick={() => onChoose(alarm.id)}
      >
        <Priority severity={severity} shown={unacked > 0 && count > 1 ? 'unack' : shownAs(state)} />
        <span className="a1">
          <b>{of(alarm.text)}</b>
          {frozen && !alarm.retired ? (
            <span className="q-t">{t('alarms.frozen', { reason: t(`reason.${frozen}`) })}</span>
          ) : (
            <span>{where.filter(Boolean).join(' · ')}</span>
          )}
        </span>
        <span className="a2">
          {count > 1 ? <b>{t('wall.count', { n: count })}</b> : <Age alarm={alarm} />}
          <Who alarm={alarm} count={count} unacked={unacked} />
        </span>
      </button>
    </li>
  )
}

function Who({
  alarm,
  count,
  unacked,
}: {
  readonly alarm: AlarmView
  readonly count: number
  readonly unacked: number
}) {
  const { t } = useText()
  if (unacked > 0)
    return <span className="unk">{count > 1 ? t('wall.unacked', { n: unacked }) : t('wall.unackedOne')}</span>
  if (alarm.ackedBy === null) return <span>{t('wall.ackedAll')}</span>
  return (
    <span>
      {t('wall.ackedBy')} <bdi>{plain(alarm.ackedBy)}</bdi>
    </span>
  )
}

function Age({ alarm }: { readonly alarm: AlarmView }) {
  const raised = Date.parse(alarm.raisedAt ?? '')
  const age = useTicking(now => (Number.isFinite(raised) ? formatDuration(now - raised) : ''))
  return <b>{age}</b>
}
