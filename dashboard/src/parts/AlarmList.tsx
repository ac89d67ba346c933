import { memo, type ReactNode, useEffect, useRef, useState } from 'react'
import { Link, useSearch } from 'wouter'
import type { AlarmView } from '../../../gateway/http/contract.ts'
import { silenced } from '../../../rules/alarm.ts'
import { HELP } from '../../../rules/help.ts'
import { PERMITS } from '../../../rules/permit/words.ts'
import { CHANNEL_MARK } from '../../../rules/rule.ts'
import { post, putAlarm, useContacts, useMe } from '../api.ts'
import { formatDuration, formatWhen, plain } from '../format.ts'
import { sampleOf, serverNow, useDerived, useTicking } from '../live.ts'
import { useText } from '../text/index.ts'
import { AlarmMoves, Aside } from './AlarmMoves.tsx'
import { Button } from './Button.tsx'
import { Icon } from './Icon.tsx'
import { Refusal } from './notes.tsx'
import { telOf } from './PhoneBook.tsx'
import { Priority, shownAs } from './Priority.tsx'
import { PermitNote } from './permits/PermitNote.tsx'
import { TagNote } from './permits/TagNote.tsx'
import { RunLink } from './RunLink.tsx'
import { type Near, useNear } from './ShowOnPlan.tsx'
import { Reading } from './Value.tsx'

interface Props {
  readonly alarms: readonly AlarmView[]
  /** Why nothing can be acknowledged, or null. */
  readonly blocked: string | null
  /** All of one piece of equipment, so that the place need not be said. */
  readonly here?: boolean
  /** The keys are for this list wherever the focus is, and a row is chosen from the start. */
  readonly keys?: boolean
}

/** Rows are chosen with the arrow keys and acknowledged with Enter; the chosen row stays chosen when others arrive. */
export function AlarmList({ alarms: all, blocked, here = false, keys = false }: Props) {
  const { t } = useText()
  const [most, setMost] = useState(MOST_ROWS)
  const alarms = all.length > most ? all.slice(0, most) : all
  const near = useNear()
  const [chosen, setChosen] = useState<string | null>(keys ? (alarms[0]?.id ?? null) : null)
  // Who was sent here for one alarm finds it chosen.
  const wanted = new URLSearchParams(useSearch()).get('at')
  const wantedHere = keys && wanted !== null && alarms.some(alarm => alarm.id === wanted)
  useEffect(() => {
    if (wantedHere) setChosen(wanted)
  }, [wanted, wantedHere])
  const [error, setError] = useState<unknown>(null)
  const box = useRef<HTMLTableSectionElement>(null)
  const place = useRef({ at: 0, held: false, follow: false })
  /** Under way, and the row that is chosen after it. */
  const asked = useRef<{ readonly id: string; readonly next: string | undefined } | null>(null)
  const indexOf = (id: string | null | undefined) => alarms.findIndex(alarm => alarm.id === id)
  const found = indexOf(chosen)
  const after = asked.current?.id === chosen ? indexOf(asked.current?.next) : -1
  // The chosen one has left the list: its neighbour is chosen, so that the hand stays where it was.
  const at = found >= 0 ? found : after >= 0 ? after : Math.min(place.current.at, alarms.length - 1)
  const current = chosen === null ? undefined : alarms[at]
  useEffect(() => {
    place.current.at = at
    const { held, follow } = place.current
    const focused = document.activeElement
    const inside = follow && box.current?.contains(focused) && !box.current.children[at]?.contains(focused)
    if (held && (focused === document.body || inside)) focusRow(box.current, at)
    place.current.follow = false
  })

  const acknowledge = async (alarm: AlarmView) => {
    if (asked.current !== null) return
    const from = indexOf(alarm.id)
    const open = (one: AlarmView) => !one.acked
    const next = alarms.slice(from + 1).find(open) ?? alarms.slice(0, Math.max(0, from)).findLast(open)
    asked.current = { id: alarm.id, next: next?.id }
    setError(null)
    try {
      putAlarm(await post<AlarmView>(`alarms/${encodeURIComponent(alarm.id)}/acknowledge`))
      place.current.follow = true
      if (next) setChosen(now => (now === alarm.id ? next.id : now))
    } catch (refused) {
      setError(refused)
    }
    asked.current = null
  }
  const choose = (index: number) => {
    const next = alarms[Math.max(0, Math.min(alarms.length - 1, index))]
    if (!next) return
    setChosen(next.id)
    focusRow(box.current, alarms.indexOf(next))
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (!(event.target instanceof Element) || event.target.closest(TYPING) || document.querySelector('dialog[open]'))
      return
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: alarms.length - 1 }
    const next = steps[event.key]
    if (next !== undefined) {
      event.preventDefault()
      choose(chosen === null && event.key.startsWith('Arrow') ? at : next)
    } else if (event.key === 'Enter' && !event.repeat && !event.target.closest('a, button')) {
      event.preventDefault()
      if (current && !current.acked && !blocked) void acknowledge(current)
    }
  }
  // Rows and the page keep their listeners; what these do is always that of the last drawing.
  const latest = useRef({ onKey, acknowledge })
  useEffect(() => {
    latest.current = { onKey, acknowledge }
  })
  useEffect(() => {
    const table = box.current
    const listen = (event: Event) => event instanceof KeyboardEvent && latest.current.onKey(event)
    const where = keys ? document : table
    where?.addEventListener('keydown', listen)
    return () => where?.removeEventListener('keydown', listen)
  }, [keys])

  return (
    <>
      {error ? (
        <div className="card-b">
          <Refusal error={error} />
        </div>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are chosen by keyboard [ARIA grid] */}
      <table className="tbl flow alm" role="grid" aria-label={t('alarms.list')}>
        <thead>
          <tr>
            <th>{t('alarms.priority')}</th>
            <th>{t('alarms.what')}</th>
            <th>{t('alarms.since')}</th>
            <th>{t('alarms.who')}</th>
            <th>{t('alarms.order')}</th>
          </tr>
        </thead>
        <tbody
          ref={box}
          onFocus={() => {
            place.current.held = true
          }}
          onBlur={event => {
            if (event.relatedTarget) place.current.held = false
          }}
        >
          {alarms.map((alarm, index) => (
            <Row
              key={alarm.id}
              alarm={alarm}
              chosen={alarm.id === current?.id}
              entry={current ? alarm.id === current.id : index === 0}
              blocked={blocked}
              here={here}
              near={near}
              onChoose={setChosen}
              onAcknowledge={one => latest.current.acknowledge(one)}
            />
          ))}
        </tbody>
      </table>
      {all.length > alarms.length ? (
        <div className="card-b row wrap">
          <span className="dim">{t('alarms.groupMost', { n: alarms.length, all: all.length })}</span>
          <Button small onClick={() => setMost(most + MOST_ROWS)}>
            {t('alarms.moreRows', { n: Math.min(MOST_ROWS, all.length - alarms.length) })}
          </Button>
        </div>
      ) : null}
    </>
  )
}

/** Nobody reads more at once, and a thousand rows that tick each second stop a page. */
const MOST_ROWS = 100
/** Where keys are for what is written or chosen there. */
const TYPING = 'input, textarea, select, [contenteditable], dialog'
const focusRow = (box: HTMLElement | null, at: number): void => {
  const row = box?.children[at]
  if (row instanceof HTMLElement) row.focus()
}

interface RowProps {
  readonly alarm: AlarmView
  readonly chosen: boolean
  readonly entry: boolean
  readonly blocked: string | null
  readonly here: boolean
  readonly near: ReturnType<typeof useNear>
  readonly onChoose: (id: string) => void
  readonly onAcknowledge: (alarm: AlarmView) => Promise<void>
}

const Row = memo(
  function Row({ alarm, chosen, entry, blocked, here, near, onChoose, onAcknowledge }: RowProps) {
    const { t, of } = useText()
    const { severity, state } = alarm
    // Acknowledging stops the call, not the emergency: life keeps its ground until normal.
    const tint = !silenced(alarm) && ((alarm.active && !alarm.acked) || (severity === 'life' && alarm.active))
    const what = of(alarm.text)
    // Bad data is seen here as soon as it comes; the alarm itself changes nothing meanwhile, so nothing is said of it.
    const frozen = useDerived([alarm.point], () => {
      const sample = sampleOf(alarm.point)
      return sample ? (sample.quality === 'bad' ? sample.reason : null) : alarm.frozen
    })
    return (
      <tr
        tabIndex={entry ? 0 : -1}
        aria-selected={chosen}
        className={`${severity} ${tint ? 'tint' : ''} ${state === 'RTNUN' || state === 'NORM' ? 'gone' : ''}`}
        onClick={() => onChoose(alarm.id)}
        onFocus={() => onChoose(alarm.id)}
      >
        <td>
          <Priority severity={severity} shown={shownAs(state)} />
        </td>
        <td className="wide">
          <span className={tint ? 'lead b' : 'lead'}>{what}</span>
          {alarm.retired || state === 'RTNUN' || state === 'NORM' ? (
            <span className="dim"> · {t(alarm.retired ? 'alarms.retired' : 'alarms.returned')}</span>
          ) : null}
          <Where alarm={alarm} here={here} near={near(alarm.equipment, alarm.point, alarm.spaces.at(-1)?.id)} />
          <TagNote equipment={alarm.equipment} />
          <PermitNote alarm={alarm} />
          <RunLink alarm={alarm.id} />
          <Aside alarm={alarm} />
          {frozen && !alarm.retired ? (
            <div className="cap q-t">{t('alarms.frozen', { reason: t(`reason.${frozen}`) })}</div>
          ) : null}
        </td>
        <td className="nw">
          <Since alarm={alarm} />
        </td>
        <td className="nw">
          <AlarmMoves alarm={alarm} />
          {alarm.acked ? (
            alarm.ackedBy === null ? null : (
              <span className="dim">
                <Icon name="check" /> <bdi>{plain(alarm.ackedBy)}</bdi>
              </span>
            )
          ) : (
            <Button
              small
              blocked={blocked}
              aria-label={t('alarms.acknowledgeLabel', { text: what })}
              onClick={event => {
                event.stopPropagation()
                onChoose(alarm.id)
                void onAcknowledge(alarm)
              }}
            >
              {t('alarms.acknowledge')}
            </Button>
          )}
        </td>
        <td className={alarm.workorder === null ? 'nw nil' : 'nw'}>
          {alarm.workorder === null ? (
            <span className="dim3">—</span>
          ) : (
            <Link href={`/orders/${encodeURIComponent(alarm.workorder)}`} className="link ic">
              <Icon name="orders" />
              {t('alarms.order')}
            </Link>
          )}
        </td>
      </tr>
    )
  },
  (a, b) =>
    a.alarm === b.alarm && a.chosen === b.chosen && a.entry === b.entry && a.blocked === b.blocked && a.near === b.near,
)

/** Where, and the value that raised it. */
function Where({ alarm, here, near }: { readonly alarm: AlarmView; readonly here: boolean; readonly near: Near }) {
  const { of, t } = useText()
  const { point, plan } = near
  const at = alarm.raisedAt ?? ''
  const parts: ReactNode[] = []
  const unit = alarm.spaces.at(-1)?.kind === 'unit' ? alarm.spaces.at(-1)!.id : null
  // Whoever goes there needs the building and the floor, too.
  if (!here && unit !== null) for (const { name } of alarm.spaces.slice(0, -1)) parts.push(of(name))
  if (!here && alarm.space)
    parts.push(
      plan === null ? (
        of(alarm.space)
      ) : (
        <Link href={plan} className="link" title={t('plan.show')}>
          {of(alarm.space)}
        </Link>
      ),
    )
  if (!here)
    parts.push(
      alarm.equipment === HELP || alarm.equipment === PERMITS ? (
        <Link href={alarm.equipment === HELP ? '/help-calls' : '/permits'} className="link">
          {of(alarm.equipmentName)}
        </Link>
      ) : alarm.equipment.startsWith(CHANNEL_MARK) ? (
        of(alarm.equipmentName)
      ) : (
        <Link href={`/equipment/${encodeURIComponent(alarm.equipment)}`} className="link">
          {of(alarm.equipmentName)}
        </Link>
      ),
    )
  if (point && alarm.value !== null && typeof alarm.value !== 'boolean')
    parts.push(
      <>
        {of(point.name)}{' '}
        <Reading point={point} sample={{ value: alarm.value, quality: 'good', reason: null, at, seen: at }} />
      </>,
    )
  else if (alarm.pointName) parts.push(of(alarm.pointName))
  if (unit !== null) parts.push(<Occupant unit={unit} />)
  if (alarm.count > 1) parts.push(t('alarms.times', { n: alarm.count }))
  return (
    <div className="cap">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is fixed
        <span key={index}>
          {index > 0 ? ' · ' : ''}
          {part}
        </span>
      ))}
    </div>
  )
}

/** Whom to call in a unit, where the site knows it. */
function Occupant({ unit }: { readonly unit: string }) {
  const { of, t } = useText()
  const contacts = useContacts().data?.filter(contact => contact.space === unit) ?? []
  if (contacts.length === 0) return t('alarms.noContact')
  return contacts.map(({ id, name, phone }) => (
    <span key={id}>
      {of(name)}{' '}
      <a className="link mono" href={telOf(phone)}>
        {phone}
      </a>
    </span>
  ))
}

function Since({ alarm }: { readonly alarm: AlarmView }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const raised = Date.parse(alarm.raisedAt ?? '')
  const cleared = alarm.clearedAt === null || alarm.active ? null : Date.parse(alarm.clearedAt)
  const age = useTicking(now => formatDuration((cleared ?? now) - raised))
  if (!Number.isFinite(raised)) return null
  const when = formatWhen(raised, serverNow(), lang, zone)
  return (
    <>
      {/* Taken out of the site it did not end: nobody knows how long it lasted. */}
      {alarm.retired ? null : (
        <span className={cleared === null ? 'b' : 'dim'}>
          {cleared === null ? age : t('alarms.lasted', { time: age })}
        </span>
      )}
      <div className="cap">{t('alarms.raisedAt', { time: when })}</div>
    </>
  )
}
