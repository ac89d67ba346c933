import { useState } from 'react'
import type { AccessDoorView } from '../../../../gateway/http/contract.ts'
import { type SettableMode, settable, settableModes } from '../../../../rules/access/doormode.ts'
import { passesChanged } from '../../access.ts'
import { post } from '../../api.ts'
import { useText } from '../../text/index.ts'
import { Dialog, Field } from '../Dialog.tsx'

function useSend(onClose: () => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async (path: string, body: object) => {
    setBusy(true)
    setError(null)
    try {
      await post(path, body)
      await passesChanged()
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return { busy, error, send }
}

/** A mode that ends by itself, with its reason. */
export function SetMode({ door, onClose }: { readonly door: AccessDoorView; readonly onClose: () => void }) {
  const { t, of } = useText()
  const [mode, setMode] = useState<SettableMode>('lockdown')
  const [minutes, setMinutes] = useState('')
  const [level, setLevel] = useState('5')
  const [reason, setReason] = useState('')
  const { busy, error, send } = useSend(onClose)
  const limit = settable[mode]
  const body = {
    mode,
    reason: reason.trim(),
    ...(minutes === '' ? {} : { minutes: Number(minutes) }),
    ...(mode === 'lockdown' ? { level: Number(level) } : {}),
  }
  return (
    <Dialog
      title={t('doors.setOf', { door: of(door.name) })}
      verb={t('doors.setVerb', { mode: t(`doorMode.${mode}`) })}
      blocked={reason.trim() === '' ? t('common.lacks', { what: t('doors.reason') }) : null}
      busy={busy}
      error={error}
      onDo={() => void send(`doors/${encodeURIComponent(door.id)}/modes`, body)}
      onClose={onClose}
    >
      <div className="col g1" role="radiogroup" aria-label={t('doors.set')}>
        {settableModes.map(one => (
          <label key={one} className="row tick">
            <input type="radio" name="mode" checked={mode === one} onChange={() => setMode(one)} />
            <span>
              <b>{t(`doorMode.${one}`)}</b> <span className="dim">{t(`doors.what.${one}`)}</span>
            </span>
          </label>
        ))}
      </div>
      <div className="two">
        <Field label={t('doors.minutes')} hint={t('doors.minutesHint', { usual: limit.usualMin, most: limit.mostMin })}>
          <input
            className="inp"
            type="number"
            min={1}
            max={limit.mostMin}
            value={minutes}
            placeholder={String(limit.usualMin)}
            onChange={event => setMinutes(event.target.value)}
          />
        </Field>
        {mode === 'lockdown' ? (
          <Field label={t('doors.level')}>
            <input
              className="inp"
              type="number"
              min={1}
              max={9}
              value={level}
              onChange={e => setLevel(e.target.value)}
            />
          </Field>
        ) : null}
      </div>
      <Field label={t('doors.reason')}>
        <input className="inp" maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />
      </Field>
      <p className="dim">{t(door.ownTable ? 'doors.onlyHere' : 'doors.wayOut')}</p>
    </Dialog>
  )
}

export function EndMode({
  door,
  layer,
  onClose,
}: {
  readonly door: AccessDoorView
  readonly layer: string
  readonly onClose: () => void
}) {
  const { t, of } = useText()
  const [reason, setReason] = useState('')
  const { busy, error, send } = useSend(onClose)
  return (
    <Dialog
      title={t('doors.endOf', { door: of(door.name), mode: t(`doorMode.${door.mode.mode}`) })}
      verb={t('doors.end')}
      blocked={reason.trim() === '' ? t('common.lacks', { what: t('doors.reason') }) : null}
      busy={busy}
      error={error}
      onDo={() => void send(`doors/${encodeURIComponent(door.id)}/modes/${layer}/end`, { reason: reason.trim() })}
      onClose={onClose}
    >
      <Field label={t('doors.reason')}>
        <input className="inp" maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />
      </Field>
    </Dialog>
  )
}
