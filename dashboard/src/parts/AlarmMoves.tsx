import { useState } from 'react'
import type { AlarmView } from '../../../gateway/http/contract.ts'
import { may } from '../../../rules/permission.ts'
import { post, putAlarm, useAlarms, useMe } from '../api.ts'
import { formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { ReportUp } from './ReportUp.tsx'
import { ToldList } from './ToldList.tsx'

const moves = ['reset', 'unshelve', 'in-service', 'shelve', 'out-of-service'] as const
type Move = (typeof moves)[number]
const withReason: readonly Move[] = ['shelve', 'out-of-service']
const SHIFT_MIN = 480
const spans = [30, 60, 120, 240, SHIFT_MIN, 1440, 10_080] as const

/** What this person can do with the alarm beside acknowledging it. */
export function movesOf(alarm: AlarmView, role: Parameters<typeof may>[0]): readonly Move[] {
  if (alarm.retired) return []
  // A test ends by itself: there is nothing to be put aside.
  if (alarm.test)
    return may(role, 'alarm.acknowledge') && alarm.resetNeeded && !alarm.active && alarm.acked ? ['reset'] : []
  const shelve = may(role, 'alarm.shelve')
  const service = may(role, 'alarm.out-of-service')
  const can: Record<Move, boolean> = {
    reset: may(role, 'alarm.acknowledge') && alarm.resetNeeded && !alarm.active && alarm.acked,
    unshelve: shelve && alarm.shelved !== null,
    'in-service': service && alarm.outOfService !== null,
    shelve: shelve && alarm.severity !== 'life' && alarm.outOfService === null,
    'out-of-service': service && alarm.outOfService === null,
  }
  return moves.filter(move => can[move])
}

/** The button, and the dialog behind it. */
export function AlarmMoves({ alarm }: { readonly alarm: AlarmView }) {
  const { t, of } = useText()
  const { role } = useMe()
  const away = useRecordBlock()
  const [open, setOpen] = useState(false)
  if (movesOf(alarm, role).length === 0) return null
  return (
    <>
      <Button
        small
        blocked={away}
        aria-label={t('alarms.moreLabel', { text: of(alarm.text) })}
        onClick={event => {
          event.stopPropagation()
          setOpen(true)
        }}
      >
        {t('alarms.more')}…
      </Button>{' '}
      {open ? <Ask alarm={alarm} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

function Ask({ alarm, onClose }: { readonly alarm: AlarmView; readonly onClose: () => void }) {
  const { t, of } = useText()
  const { role } = useMe()
  const away = useRecordBlock()
  const all = movesOf(alarm, role)
  const [chosen, setChosen] = useState<Move | undefined>(all[0])
  const [minutes, setMinutes] = useState(60)
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  // Somebody else may have done it meanwhile.
  const move = chosen !== undefined && all.includes(chosen) ? chosen : all[0]
  const asks = move !== undefined && withReason.includes(move)
  const act = async () => {
    if (move === undefined) return
    setBusy(true)
    setError(null)
    try {
      const body = asks ? { reason: reason.trim(), ...(move === 'shelve' && { minutes }) } : {}
      putAlarm(await post<AlarmView>(`alarms/${encodeURIComponent(alarm.id)}/${move}`, body))
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const long = (n: number) =>
    n < 60
      ? t('alarms.minutes', { n })
      : n < 1440
        ? t('alarms.hours', { n: n / 60 })
        : t('alarms.days', { n: n / 1440 })
  return (
    <Dialog
      title={of(alarm.text)}
      {...(move !== undefined && { verb: t(`alarms.move.${move}`) })}
      blocked={away ?? (asks && reason.trim() === '' ? t('alarms.needReason') : null)}
      busy={busy}
      error={error}
      onDo={() => void act()}
      onClose={onClose}
    >
      <Aside alarm={alarm} />
      {alarm.raisedAt === null ? null : (
        <section className="col g2">
          <h3 className="cap">{t('told.title')}</h3>
          <ToldList path={`alarms/${encodeURIComponent(alarm.id)}`} />
        </section>
      )}
      {/* Nobody above those on duty is woken for a test. */}
      {!alarm.test && (alarm.active || !alarm.acked) ? <ReportUp alarm={alarm} /> : null}
      {move === undefined ? (
        <div>{t('alarms.noMoves')}</div>
      ) : (
        <Field label={t('alarms.moveAsk')}>
          <select className="inp" value={move} onChange={event => setChosen(event.target.value as Move)}>
            {all.map(one => (
              <option key={one} value={one}>
                {t(`alarms.move.${one}`)}
              </option>
            ))}
          </select>
        </Field>
      )}
      {move === undefined ? null : <div className="dim">{t(`alarms.moveWhy.${move}`)}</div>}
      {move === 'shelve' ? (
        <Field label={t('alarms.for')}>
          <select className="inp" value={minutes} onChange={event => setMinutes(Number(event.target.value))}>
            {spans
              .filter(n => n <= SHIFT_MIN || may(role, 'alarm.out-of-service'))
              .map(n => (
                <option key={n} value={n}>
                  {long(n)}
                </option>
              ))}
          </select>
        </Field>
      ) : null}
      {asks ? (
        <Field label={t('common.reason')}>
          <textarea
            className="inp"
            rows={2}
            maxLength={500}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
        </Field>
      ) : null}
    </Dialog>
  )
}

/** Why an alarm calls nobody, what it explains, and what it waits for. Nothing for an ordinary one. */
export function Aside({ alarm }: { readonly alarm: AlarmView }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const { shelved, outOfService, suppressedBy } = alarm
  const [cause] = suppressedBy
  const when = (at: string) => formatWhen(Date.parse(at), serverNow(), lang, zone)
  const lines = [
    alarm.firstOut ? t('alarms.firstOut') : '',
    alarm.affected === null ? '' : t('alarms.affected', { n: alarm.affected }),
    alarm.holdsBack === 0 ? '' : t('alarms.holdsBack', { n: alarm.holdsBack }),
  ].filter(line => line !== '')
  return (
    <>
      {lines.length === 0 ? null : <div className="cap b">{lines.join(' · ')}</div>}
      {outOfService ? (
        <div className="cap">
          {t('alarms.outOfService', {
            time: when(outOfService.at),
            by: plain(outOfService.by),
            reason: plain(outOfService.reason),
          })}
        </div>
      ) : null}
      {cause === undefined ? null : <Cause id={cause} />}
      {shelved ? (
        <div className="cap">
          {t('alarms.shelved', { time: when(shelved.until), by: plain(shelved.by), reason: plain(shelved.reason) })}
        </div>
      ) : null}
      {alarm.resetNeeded && !alarm.active ? <div className="cap">{t('alarms.latched')}</div> : null}
    </>
  )
}

/** A row of its own looks at the whole list; of thousands of rows only these do. */
function Cause({ id }: { readonly id: string }) {
  const { t, of } = useText()
  const cause = useAlarms().data?.find(one => one.id === id)
  return <div className="cap">{t('alarms.consequence', { what: cause ? of(cause.text) : plain(id) })}</div>
}
