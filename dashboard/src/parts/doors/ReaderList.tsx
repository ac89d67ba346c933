import { useState } from 'react'
import type { DoorControllerView, DoorReaderView } from '../../../../gateway/http/contract.ts'
import { type ReaderMove as Move, readerMoves as moves } from '../../../../rules/access/readermove.ts'
import { useDoors } from '../../access.ts'
import { post, queries, useMay, useMe } from '../../api.ts'
import { formatDuration, formatWhen, plain } from '../../format.ts'
import { serverNow, useTicking } from '../../live.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'

/** The OSDP readers of a controller, as it has said; and what a person can have done with them. */
export function ReaderList({ controller }: { readonly controller: DoorControllerView }) {
  const { t } = useText()
  const [asking, setAsking] = useState<{ readonly reader: string; readonly move: Move } | null>(null)
  if (controller.readers.length === 0) return null
  return (
    <>
      <h3 className="rdr-h">{t('doorReaders.title')}</h3>
      <ul className="rdrs">
        {controller.readers.map(one => (
          <Reader
            key={one.id}
            one={one}
            online={controller.online}
            onAsk={move => setAsking({ reader: one.id, move })}
          />
        ))}
      </ul>
      {asking ? <Ask controller={controller.id} {...asking} onClose={() => setAsking(null)} /> : null}
    </>
  )
}

interface ReaderProps {
  readonly one: DoorReaderView
  readonly online: boolean
  readonly onAsk: (move: Move) => void
}
function Reader({ one, online, onAsk }: ReaderProps) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const doors = useDoors().data?.items ?? []
  const door = doors.find(d => d.id === one.door)
  const mayMove = useMay('door-reader.manage')
  const record = useRecordBlock()
  const when = (at: string) => formatWhen(Date.parse(at), serverNow(), lang, timezone)
  const left = useTicking(now =>
    one.installUntil === null ? '' : formatDuration(Math.max(0, Date.parse(one.installUntil) - now)),
  )
  const age = useTicking(now => (one.asked === null ? '' : formatDuration(Math.max(0, now - Date.parse(one.asked.at)))))
  const blocks: Record<Move, string | null> = {
    install: one.installUntil === null ? null : t('doorReaders.isOpen'),
    rotate: one.security === 'secure' ? null : t('doorReaders.notSecure'),
    accept: one.changed || one.refused === 'swapped' ? null : t('doorReaders.asKnown'),
  }
  const always = record ?? (mayMove ? null : t('doorReaders.role')) ?? (online ? null : t('doorReaders.away'))
  const facts: readonly (readonly [string, string, boolean])[] = [
    [
      t('doorReaders.channel'),
      [
        t(`doors.readerIs.${one.security}`),
        one.refused === null ? '' : t(`doors.readerRefused.${one.refused}`),
        one.since === null ? '' : t('doorReaders.since', { at: when(one.since) }),
      ]
        .filter(Boolean)
        .join(' · '),
      one.security !== 'secure',
    ],
    [
      t('doorReaders.clearText'),
      one.clearText === null ? t('doorReaders.unknown') : t('doorReaders.clearTextTimes', { n: one.clearText }),
      (one.clearText ?? 0) > 0,
    ],
    [t('doorReaders.case'), t(one.tamper ? 'doorReaders.caseOpen' : 'doorReaders.caseShut'), one.tamper],
    [
      t('doorReaders.install'),
      one.installUntil === null ? t('doorReaders.installShut') : t('doorReaders.installOpen', { left }),
      one.installUntil !== null,
    ],
    [
      t('doorReaders.key'),
      one.keyAt === null ? t('doorReaders.keyWith') : t('doorReaders.keyAt', { at: when(one.keyAt) }),
      false,
    ],
  ]
  const notes = [
    one.changed ? t('doorReaders.changed') : '',
    one.attacked ? t('doorReaders.attacked') : '',
    one.power ? t('doorReaders.power') : '',
    one.asked === null ? '' : t('doorReaders.asked', { age, what: t(`doorReaders.moves.${one.asked.what}`) }),
  ].filter(Boolean)
  return (
    <li data-osdp={one.id}>
      <div className="row wrap">
        <b className="mono">{plain(one.id)}</b>
        <span>{door ? of(door.name) : plain(one.door)}</span>
        {one.address === null ? null : <span className="dim">{t('doorReaders.address', { n: one.address })}</span>}
        <span className="ml row wrap">
          {moves.map((move, i) => (
            <Button
              key={move}
              small
              blocked={always ?? blocks[move]}
              // What blocks all of them is said once.
              sayWhy={always === null || i === moves.length - 1}
              onClick={() => onAsk(move)}
              aria-label={t('doorReaders.moveOf', { move: t(`doorReaders.moves.${move}`), reader: plain(one.id) })}
            >
              {t(`doorReaders.moves.${move}`)}
            </Button>
          ))}
        </span>
      </div>
      <dl>
        {facts.map(([label, value, odd]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className={odd ? 'q-t' : ''}>{value}</dd>
          </div>
        ))}
      </dl>
      {notes.map(note => (
        <span key={note} className="q-t">
          {note}
        </span>
      ))}
    </li>
  )
}

interface AskProps {
  readonly controller: string
  readonly reader: string
  readonly move: Move
  readonly onClose: () => void
}
function Ask({ controller, reader, move, onClose }: AskProps) {
  const { t } = useText()
  const [reason, setReason] = useState('')
  const [minutes, setMinutes] = useState('10')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const open = Number(minutes)
  const fits = move !== 'install' || (Number.isInteger(open) && open >= 1 && open <= 30)
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      const path = `door-controllers/${encodeURIComponent(controller)}/readers/${encodeURIComponent(reader)}/${move}`
      await post(path, { reason: reason.trim(), ...(move === 'install' && { minutes: open }) })
      await queries.invalidateQueries({ queryKey: ['door-controllers'] })
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('doorReaders.moveOf', { move: t(`doorReaders.moves.${move}`), reader: plain(reader) })}
      verb={t(`doorReaders.moves.${move}`)}
      blocked={
        fits
          ? reason.trim() === ''
            ? t('common.lacks', { what: t('doorReaders.reason') })
            : null
          : t('doorReaders.minutesBad')
      }
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <p>{t(`doorReaders.what.${move}`)}</p>
      {move === 'install' ? (
        <Field label={t('doorReaders.minutes')}>
          <input
            className="inp"
            name="minutes"
            inputMode="numeric"
            value={minutes}
            onChange={event => setMinutes(event.target.value)}
          />
        </Field>
      ) : null}
      <Field label={t('doorReaders.reason')}>
        <input
          className="inp"
          name="reason"
          maxLength={200}
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
      </Field>
      <p className="dim">{t('doorReaders.trail')}</p>
    </Dialog>
  )
}
